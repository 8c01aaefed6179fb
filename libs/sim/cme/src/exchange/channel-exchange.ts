/**
 * The exchange of one channel: its markets, what happens in them, and the incremental feed of it.
 * Pure: time comes with each call, chance from the seed; the same of both are the same bytes.
 */
import type { StampNs } from '@tickwire/core';
import { createRandom } from '@tickwire/sim-kit';
import type { Random } from '@tickwire/sim-kit';
import { AdminHeartbeat12Encoder, SecurityTradingStatus } from '@tickwire/wire-mdp3/messages';
import { EventWriter } from '../feeds/event-writer.ts';
import { PacketStream } from '../feeds/packet-stream.ts';
import type { TakePacket } from '../feeds/packet-stream.ts';
import { EventDraft } from './event-draft.ts';
import { ImpliedBooks } from './implied-book.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import { Market } from './market.ts';
import { OrderFlow, ProductWalk } from './order-flow.ts';
import {
  changeStatus,
  followSession,
  restateStatistics,
  setLimits,
  settle,
} from './session-events.ts';

export interface ChannelExchangeOptions {
  readonly channelId: number;
  readonly instruments: readonly ListedInstrument[];
  readonly seed: string;
  /** When the exchange began, ns since the Unix epoch. */
  readonly start: Readonly<StampNs>;
  /** Orders on each side of a book, about. Default 30. */
  readonly ordersPerSide?: number;
  /** Share of the instruments in which anything happens, 0 … 1. Default 0.9. */
  readonly activeShare?: number;
  /** MsgSeqNum of the first packet, for one that is near the end of its 32 bits. Default 1. */
  readonly firstSequence?: number;
  /** Packets of the incremental feed, as they are finished. */
  readonly take: TakePacket;
  /** Called behind the last message of each event, before its packet may be taken. */
  readonly onEventEnd?: (event: EventEnd) => void;
  /** Called behind a channel reset with the MsgSeqNum of its packet: all books are empty then. */
  readonly onReset?: (sequence: number) => void;
}

export interface EventEnd {
  /** MsgSeqNum of the packet in which the event begins, and of the one in which it ends. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Markets with entries in it; valid during the call. */
  readonly touched: ReadonlySet<Market>;
}

const HEARTBEAT_BYTES = 10;
const MORE_CHANCE = 0.25;
const HALT_CHANCE = 0.0002;
const SETTLE_CHANCE = 0.001;
const LIMITS_CHANCE = 0.001;
/** So that numbers are as wide as the exchange's own are. */
const FIRST_ORDER_ID = 6_412_000_000_000;
const FIRST_PRIORITY = 41_000_000_000;

export class ChannelExchange {
  readonly channelId: number;
  readonly markets: readonly Market[];
  readonly start: Readonly<StampNs>;
  readonly #random: Random;
  readonly #active: readonly Market[];
  readonly #groups = new Map<string, Market[]>();
  readonly #walks = new Map<string, ProductWalk>();
  readonly #flow: OrderFlow;
  readonly #implied: ImpliedBooks;
  readonly #draft = new EventDraft();
  readonly #stream: PacketStream;
  readonly #writer: EventWriter;
  readonly #onEventEnd: ((event: EventEnd) => void) | undefined;
  readonly #onReset: ((sequence: number) => void) | undefined;
  readonly #heartbeat = new AdminHeartbeat12Encoder();
  /** Groups that have not opened, in this week. */
  #unopened: Market[][] = [];
  #orderId = FIRST_ORDER_ID;
  #priority = FIRST_PRIORITY;
  #tradeId = 0;

  constructor(options: ChannelExchangeOptions) {
    const { channelId, instruments, seed, start, ordersPerSide = 30, activeShare = 0.9 } = options;
    this.channelId = channelId;
    this.start = start;
    this.#onEventEnd = options.onEventEnd;
    this.#onReset = options.onReset;
    this.#random = createRandom(`${seed}/channel/${channelId}`);
    const numbers = {
      nextOrderId: () => (this.#orderId += 1),
      nextPriority: () => (this.#priority += 1),
      nextTradeId: () => (this.#tradeId += 1),
    };
    this.markets = instruments.map((instrument) => new Market(instrument, numbers));
    this.#active = this.markets.slice(0, Math.max(1, Math.ceil(instruments.length * activeShare)));
    for (const market of this.#active) this.#enrol(market);
    this.#flow = new OrderFlow({ random: this.#random, ordersPerSide });
    this.#implied = new ImpliedBooks(this.markets);
    const { take, firstSequence = 1 } = options;
    this.#stream = new PacketStream({ start, take, firstSequence });
    this.#writer = new EventWriter({ stream: this.#stream, start });
    this.#unopened = [...this.#groups.values()];
  }

  /** MsgSeqNum of the last packet of the incremental feed; 0 = none yet. */
  get sequence(): number {
    return this.#stream.sequence;
  }

  /**
   * Lets something happen: an event, or a few that share their packets. All of their packets are
   * taken before it returns.
   *
   * @param atNs - ns since the exchange began; not before the last one.
   * @returns events made.
   */
  step(atNs: number): number {
    let events = 0;
    do {
      this.#act();
      this.#publish(atNs);
      events += 1;
    } while (this.#random.chance(MORE_CHANCE));
    this.#stream.end();
    return events;
  }

  /** A packet that says only that the feed is alive. */
  heartbeat(atNs: number): void {
    const packet = this.#stream.room(HEARTBEAT_BYTES, atNs);
    packet.take(this.#heartbeat.wrap(packet.view, packet.messageAt, packet.end));
    this.#stream.end();
  }

  /** The exchange failed over: every book is emptied, and told again on the incremental feed. */
  reset(atNs: number): void {
    this.#writer.writeReset(this.channelId, atNs);
    for (const market of this.markets) market.rptSeq = 0;
    this.#onReset?.(this.#stream.sequence);
    for (const market of this.markets) {
      if (!market.isActive) continue;
      this.#draft.clear();
      this.#draft.isRecovery = true;
      restateStatistics(market, this.#draft);
      market.restate(this.#draft);
      this.#implied.restate(market, this.#draft);
      this.#write(atNs);
    }
    this.#stream.end();
  }

  /** A new week: sequences from 1, no orders, no statistics. Nothing tells it but the sequence. */
  restartWeek(): void {
    for (const market of this.markets) market.clear();
    this.#unopened = [...this.#groups.values()];
    this.#stream.restart();
  }

  #enrol(market: Market): void {
    const { securityGroup, asset } = market.instrument;
    const group = this.#groups.get(securityGroup);
    if (group === undefined) this.#groups.set(securityGroup, [market]);
    else group.push(market);
    if (this.#walks.has(asset)) return;
    const seed = String(this.#random.next());
    this.#walks.set(asset, new ProductWalk(createRandom(`${seed}/walk/${asset}`)));
  }

  /** Puts into the draft what happens next. */
  #act(): void {
    const draft = this.#draft;
    draft.clear();
    const opening = this.#unopened.shift();
    if (opening !== undefined) {
      this.#open(opening);
      return;
    }
    const unit = this.#random.unit();
    // Some trade much, most a little.
    const market = this.#active[Math.floor(unit * unit * this.#active.length)]!;
    const { securityGroup, asset } = market.instrument;
    const group = this.#groups.get(securityGroup)!;
    if (market.status !== SecurityTradingStatus.ReadyToTrade) {
      changeStatus(group, SecurityTradingStatus.ReadyToTrade, draft);
    } else if (this.#random.chance(HALT_CHANCE)) {
      changeStatus(group, SecurityTradingStatus.TradingHalt, draft);
    } else if (this.#random.chance(SETTLE_CHANCE)) settle(market, this.#random, draft);
    else if (this.#random.chance(LIMITS_CHANCE)) setLimits(market, this.#random, draft);
    else {
      const walk = this.#walks.get(asset)!;
      walk.move();
      this.#flow.act(market, walk, draft);
    }
  }

  #open(group: readonly Market[]): void {
    const draft = this.#draft;
    changeStatus(group, SecurityTradingStatus.PreOpen, draft);
    for (const market of group) {
      setLimits(market, this.#random, draft);
      settle(market, this.#random, draft);
    }
  }

  /** Adds what follows from the draft, and writes it. */
  #publish(atNs: number): void {
    const draft = this.#draft;
    followSession(draft);
    if (draft.levels.length > 0) this.#implied.update(draft);
    this.#write(atNs);
  }

  #write(atNs: number): void {
    const draft = this.#draft;
    const firstSequence = this.#writer.write(draft, atNs);
    if (firstSequence === undefined || this.#onEventEnd === undefined) return;
    const lastSequence = this.#stream.sequence;
    this.#onEventEnd({ firstSequence, lastSequence, touched: touchedBy(draft) });
  }
}

function touchedBy(draft: EventDraft): ReadonlySet<Market> {
  const touched = new Set<Market>([...draft.volumes, ...draft.limits]);
  const { trades, orders, levels, statistics, daily, implied } = draft;
  for (const entries of [trades, orders, levels, statistics, daily, implied]) {
    for (const { market } of entries) touched.add(market);
  }
  return touched;
}
