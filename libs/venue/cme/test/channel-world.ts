/** An exchange, lossy lines, recovery feeds and replay around one channel, on one clock. */
import { createLegPacket } from '@tickwire/domain-arbitration';
import type { Leg, LegPacket } from '@tickwire/domain-arbitration';
import type { Random } from '@tickwire/core';
import { CmeChannel, createTallies } from '../src/index.ts';
import type {
  CmeChannelLimits,
  CmeChannelOptions,
  RecoveryFeed,
  ReplayOutcome,
  ReplayRequest,
} from '../src/index.ts';
import { BookReader } from './book-reader.ts';
import { wallAt } from './packet-encoder.ts';
import { PlainExchange } from './plain-exchange.ts';
import type { SentPacket } from './plain-exchange.ts';

export interface WorldOptions {
  readonly random: Random;
  readonly markets?: number;
  readonly hasOrders?: boolean;
  readonly limits?: Partial<CmeChannelLimits>;
  readonly feeds?: readonly RecoveryFeed[];
  /** Between two packets of a loop, ms. Default 1. */
  readonly loopEveryMs?: number;
  /** Another life on the same exchange. Default: one of its own. */
  readonly follows?: ChannelWorld;
  readonly resumeCells?: Float64Array;
}

/** Shares of packets that do not come, 0 … 1. */
export interface Losses {
  /** On each leg by itself. */
  leg: number;
  /** On both legs. */
  both: number;
  /** On recovery feeds. */
  loops: number;
}

/** What the replay service does with a request. */
export type ReplayBehaviour = 'answers' | 'cuts-short' | 'refuses' | 'is-silent';

const STEP_NS = 1e6;
const LEGS: readonly Leg[] = [0, 1];

export class ChannelWorld {
  readonly exchange: PlainExchange;
  readonly reader = new BookReader();
  readonly channel: CmeChannel;
  readonly count: (name: string) => number;
  readonly losses: Losses = { leg: 0, both: 0, loops: 0 };
  replayBehaviour: ReplayBehaviour = 'answers';
  readonly requests: ReplayRequest[] = [];
  readonly joins: RecoveryFeed[] = [];
  /** Whatever was not as the exchange had it. */
  readonly faults: string[] = [];
  nowNs = 0;
  readonly #random: Random;
  readonly #hasOrders: boolean;
  /** Of the last LAST of each symbol: a snapshot may be ahead of the packets. */
  readonly #shownAt = new Map<string, number>();
  readonly #joined = new Map<RecoveryFeed, Iterator<Uint8Array>>();
  readonly #packet = createLegPacket();
  readonly #loopEveryNs: number;
  #request: ReplayRequest | undefined = undefined;

  constructor(options: WorldOptions) {
    const { random, markets = 4, hasOrders = false, limits = {}, feeds } = options;
    this.#random = random;
    this.#hasOrders = hasOrders;
    this.#loopEveryNs = (options.loopEveryMs ?? 1) * STEP_NS;
    const { follows, resumeCells } = options;
    this.nowNs = follows?.nowNs ?? 0;
    this.exchange = follows?.exchange ?? new PlainExchange({ markets, random });
    const { tallies, value } = createTallies();
    this.count = value;
    this.reader.onBook = (book) => this.#compare(book);
    const channelOptions: CmeChannelOptions = {
      ...{ channel: 310, sink: this.reader, tallies, startNs: this.nowNs },
      ...{ startWall: wallAt(this.nowNs), ...(resumeCells && { resumeCells }) },
      ...(hasOrders && { orders: { ordersMax: 256 } }),
      ...(feeds && { feeds }),
      doors: {
        join: (feed) => {
          this.joins.push(feed);
          this.#joined.set(feed, this.#loop(feed));
        },
        leave: (feed) => this.#joined.delete(feed),
        requestReplay: (request) => {
          this.requests.push(request);
          this.#request = request;
        },
      },
      limits: { numberingMs: 50, ...limits },
    };
    this.channel = new CmeChannel(channelOptions);
  }

  get state(): string {
    return this.channel.status().state;
  }

  /** A millisecond: an event on both legs, a packet of each joined loop, the replay, the timers. */
  step(): void {
    this.nowNs += STEP_NS;
    this.send(this.exchange.event(this.nowNs));
    this.serve();
  }

  steps(count: number): void {
    for (let at = 0; at < count; at++) this.step();
  }

  /** Nothing is lost any more, and nothing happens: until everything is right, at most so long. */
  settle(stepsMax = 500): void {
    Object.assign(this.losses, { leg: 0, both: 0, loops: 0 });
    // A loss shows with what comes behind it.
    this.send([this.exchange.idle(this.nowNs)]);
    for (let at = 0; at < stepsMax && !this.isQuiet; at++) {
      this.nowNs += STEP_NS;
      this.serve();
    }
  }

  get isQuiet(): boolean {
    const { state, nextSequence } = this.channel.status();
    return state === 'live' && nextSequence === this.exchange.sequence + 1;
  }

  send(packets: readonly SentPacket[]): void {
    for (const packet of packets) {
      if (this.#chance(this.losses.both)) continue;
      for (const leg of LEGS) {
        if (!this.#chance(this.losses.leg)) this.give(leg, packet);
      }
    }
  }

  give(leg: Leg, { sequence, bytes }: SentPacket): void {
    this.channel.incremental(this.#legPacket(leg, sequence, bytes));
  }

  /** What the recovery feeds and the replay service bring in this millisecond; then the timers. */
  serve(): void {
    if (this.nowNs % this.#loopEveryNs === 0) {
      for (const feed of [...this.#joined.keys()]) this.#serveLoop(feed);
    }
    this.#serveReplay();
    if (this.nowNs >= this.channel.nextDueNs) this.channel.poll(this.nowNs);
    this.#compareAll();
  }

  /** Gives one packet of a recovery feed. */
  giveRecovery(feed: RecoveryFeed, bytes: Uint8Array): void {
    this.channel.recovery(feed, this.#legPacket(0, 0, bytes));
  }

  /** As an answer to the last request. */
  giveReplayed({ sequence, bytes }: SentPacket): void {
    const id = this.requests.at(-1)?.id ?? 0;
    this.channel.replayed(id, this.#legPacket(0, sequence, bytes));
  }

  endReplay(id: number, outcome: ReplayOutcome): void {
    this.channel.replayEnded(id, outcome);
  }

  /** Every book of the reader is trusted, and the exchange's. */
  expectWhole(): string[] {
    const faults = [...this.faults];
    for (const market of this.exchange.markets) {
      const symbol = `ES${market.securityId}`;
      if (!this.reader.isTrusted(symbol)) faults.push(`${symbol} is not trusted`);
      else if (this.reader.levels(symbol) !== market.text()) faults.push(`${symbol} is wrong`);
      if (this.#hasOrders && this.reader.orders(symbol) !== market.orderText()) {
        faults.push(
          `orders of ${symbol}: ${this.reader.orders(symbol)} is not ${market.orderText()}`,
        );
      }
    }
    return faults;
  }

  #compare({
    symbol,
    sequence,
    levels,
  }: {
    symbol: string;
    sequence: number;
    levels: string;
  }): void {
    this.#shownAt.set(symbol, sequence);
    const expected = this.exchange.bookAt(Number(symbol.slice(2)), sequence)?.levels ?? ' | ';
    if (levels === expected) return;
    this.faults.push(`${symbol} at ${sequence}: ${levels} is not ${expected}`);
  }

  /** Books that readers trust are those of the packet that was delivered last. */
  #compareAll(): void {
    const { nextSequence } = this.channel.status();
    if (nextSequence === undefined) return;
    for (const { securityId } of this.exchange.markets) {
      const symbol = `ES${securityId}`;
      if (!this.reader.isTrusted(symbol)) continue;
      const sequence = Math.max(nextSequence - 1, this.#shownAt.get(symbol) ?? 0);
      const expected = this.exchange.bookAt(securityId, sequence);
      const levels = this.reader.levels(symbol);
      if (levels !== (expected?.levels ?? ' | ')) {
        this.faults.push(`${symbol} stays ${levels}, unmarked, behind ${sequence}`);
      }
      const orders = this.reader.orders(symbol);
      if (this.#hasOrders && orders !== undefined && orders !== (expected?.orders ?? '')) {
        this.faults.push(`orders of ${symbol} stay ${orders} behind ${sequence}`);
      }
    }
  }

  *#loop(feed: RecoveryFeed): Generator<Uint8Array> {
    const { exchange } = this;
    const now = (): number => this.nowNs;
    for (;;) {
      let isEmpty = true;
      const loop =
        feed === 'definitions'
          ? exchange.definitions(now)
          : feed === 'snapshots'
            ? exchange.snapshots(now)
            : exchange.orderSnapshots(now);
      for (const packet of loop) {
        isEmpty = false;
        yield packet;
      }
      if (isEmpty) yield new Uint8Array(0);
    }
  }

  #serveLoop(feed: RecoveryFeed): void {
    const next = this.#joined.get(feed)?.next();
    if (next === undefined || next.done === true) return;
    if (!this.#chance(this.losses.loops)) this.giveRecovery(feed, next.value);
  }

  #serveReplay(): void {
    const request = this.#request;
    if (request === undefined || this.replayBehaviour === 'is-silent') return;
    this.#request = undefined;
    const { id, begin, end } = request;
    if (this.replayBehaviour === 'refuses') {
      this.endReplay(id, { kind: 'refused', text: 'not now' });
      return;
    }
    const last = this.replayBehaviour === 'cuts-short' ? end - 1 : end;
    for (let sequence = begin; sequence <= last; sequence++) {
      const bytes = this.exchange.log.get(sequence);
      if (bytes !== undefined) this.channel.replayed(id, this.#legPacket(0, sequence, bytes));
    }
    this.endReplay(id, { kind: 'complete' });
  }

  #legPacket(leg: Leg, sequence: number, bytes: Uint8Array): Readonly<LegPacket> {
    const packet = this.#packet;
    packet.leg = leg;
    packet.sequence = sequence;
    packet.bytes = bytes;
    packet.start = 0;
    packet.end = bytes.length;
    packet.recvNs = this.nowNs;
    packet.recvWall = wallAt(this.nowNs);
    return packet;
  }

  #chance(share: number): boolean {
    return share > 0 && this.#random() < share;
  }
}
