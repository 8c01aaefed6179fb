/**
 * All that a channel sends, on one timeline: events, heartbeats, rounds of definitions and
 * snapshots, and what is scheduled to go wrong. Pure: a caller steps it, as fast as it likes.
 */
import type { StampNs } from '@tickwire/core';
import { SimulatorError, createRandom } from '@tickwire/sim-kit';
import type { Random } from '@tickwire/sim-kit';
import type { BookOracle } from '../exchange/book-oracle.ts';
import { ChannelExchange } from '../exchange/channel-exchange.ts';
import type { ListedInstrument } from '../exchange/listed-instrument.ts';
import type { Market } from '../exchange/market.ts';
import { FeedType } from './feed-type.ts';
import { InstrumentDefinitions } from './instrument-definitions.ts';
import { LevelSnapshots } from './level-snapshots.ts';
import { OrderSnapshots } from './order-snapshots.ts';
import { PacketStream } from './packet-stream.ts';
import type { FeedPacket } from './packet-stream.ts';
import { ReportLoop } from './report-loop.ts';

export const ChannelDisruption = {
  /** A channel reset: every book is emptied and told again. */
  Reset: 'reset',
  /** A new week: sequences from 1, empty books. */
  Week: 'week',
  /** No events for a time: heartbeats alone. */
  Quiet: 'quiet',
  /** No rounds of snapshots for a time. */
  NoSnapshots: 'no-snapshots',
} as const;
export type ChannelDisruption = (typeof ChannelDisruption)[keyof typeof ChannelDisruption];

export interface ScheduledDisruption {
  readonly what: ChannelDisruption;
  readonly afterMs: number;
  /** Again and again, each so long after the one before. */
  readonly repeats: boolean;
  /** How long a quiet time or a lack of snapshots lasts. Default: to the end. */
  readonly forMs?: number;
}

export interface ChannelTimelineOptions {
  readonly channelId: number;
  readonly instruments: readonly ListedInstrument[];
  readonly seed: string;
  /** When the exchange began, ns since the Unix epoch. */
  readonly start: Readonly<StampNs>;
  /** Events of the matching engine a second, on average. 0 = none. */
  readonly rate: number;
  readonly onPacket: (feed: FeedType, packet: FeedPacket) => void;
  /** A heartbeat follows so long after the last incremental packet, ms. Default 30,000. */
  readonly heartbeatMs?: number;
  /** Packets a second of each snapshot feed, and of definitions; 0 = none. Default 200. */
  readonly roundPacketRate?: number;
  readonly disruptions?: readonly ScheduledDisruption[];
  readonly ordersPerSide?: number;
  readonly activeShare?: number;
  /** MsgSeqNum of the first incremental packet. Default 1. */
  readonly firstSequence?: number;
  /** Told of every event. */
  readonly oracle?: BookOracle;
}

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;

/** Something that happens again and again. */
interface Activity {
  nextNs: number;
  run(atNs: number): void;
}

export class ChannelTimeline {
  readonly exchange: ChannelExchange;
  /** Events made. */
  events = 0;
  /** Channel resets and new weeks made. */
  resets = 0;
  weeks = 0;
  readonly #options: ChannelTimelineOptions;
  readonly #random: Random;
  readonly #activities: Activity[] = [];
  readonly #loops: ReportLoop[] = [];
  #nextActivity: Activity;
  #lastIncrementalNs = 0;
  #quietUntilNs = 0;
  #noSnapshotsUntilNs = 0;

  /** @throws SimulatorError `BAD_OPTION` for a rate or an interval that is out of its range. */
  constructor(options: ChannelTimelineOptions) {
    const { channelId, instruments, seed, start, oracle } = options;
    const { heartbeatMs = 30_000, roundPacketRate = 200, disruptions = [] } = options;
    within('rate', options.rate, { min: 0, max: 10_000_000 });
    within('heartbeatMs', heartbeatMs, { min: 1, max: 3_600_000 });
    within('roundPacketRate', roundPacketRate, { min: 0, max: 1_000_000 });
    this.#options = options;
    this.#random = createRandom(`${seed}/timeline/${channelId}`);
    this.exchange = new ChannelExchange({
      ...{ channelId, instruments, seed, start },
      ...(options.ordersPerSide === undefined ? {} : { ordersPerSide: options.ordersPerSide }),
      ...(options.activeShare === undefined ? {} : { activeShare: options.activeShare }),
      ...(oracle === undefined ? {} : { onEventEnd: oracle.eventEnded, onReset: oracle.wasReset }),
      ...(options.firstSequence === undefined ? {} : { firstSequence: options.firstSequence }),
      take: (packet) => {
        this.#lastIncrementalNs = packet.atNs;
        options.onPacket(FeedType.Incremental, packet);
      },
    });
    this.#addEvents();
    this.#addHeartbeat(heartbeatMs * NS_PER_MS);
    if (roundPacketRate > 0) this.#addRounds(NS_PER_SECOND / roundPacketRate);
    for (const disruption of disruptions) this.#addDisruption(disruption);
    this.#nextActivity = this.#earliest();
  }

  /** When something happens next, ns since the exchange began. */
  get nextNs(): number {
    return this.#nextActivity.nextNs;
  }

  /** Lets it happen. */
  step(): void {
    // Rates and clocks leave fractions of a ns, which no packet can state.
    this.#nextActivity.run(Math.ceil(this.#nextActivity.nextNs));
    this.#nextActivity = this.#earliest();
  }

  /** Leaves out the time up to a moment: what was due in it happens then, once. */
  skipTo(atNs: number): void {
    for (const activity of this.#activities) activity.nextNs = Math.max(activity.nextNs, atNs);
  }

  #earliest(): Activity {
    let first = this.#activities[0]!;
    for (const activity of this.#activities) if (activity.nextNs < first.nextNs) first = activity;
    return first;
  }

  #addEvents(): void {
    const { rate } = this.#options;
    const gapNs = (): number => -Math.log(1 - this.#random.unit()) * (NS_PER_SECOND / rate);
    const events: Activity = {
      nextNs: rate === 0 ? Infinity : Math.ceil(gapNs()),
      run: (atNs) => {
        if (atNs < this.#quietUntilNs) {
          events.nextNs = this.#quietUntilNs;
          return;
        }
        const made = this.exchange.step(atNs);
        this.events += made;
        // A few events may share a moment: the next one is so much later.
        for (let event = 0; event < made; event += 1) events.nextNs += gapNs();
        events.nextNs = Math.ceil(events.nextNs);
      },
    };
    this.#activities.push(events);
  }

  #addHeartbeat(everyNs: number): void {
    const heartbeat: Activity = {
      nextNs: everyNs,
      run: (atNs) => {
        if (atNs >= this.#lastIncrementalNs + everyNs) this.exchange.heartbeat(atNs);
        heartbeat.nextNs = this.#lastIncrementalNs + everyNs;
      },
    };
    this.#activities.push(heartbeat);
  }

  #addRounds(everyNs: number): void {
    const { exchange } = this;
    const { channelId, markets, start } = exchange;
    const snapshotsOf = { start, lastSequence: () => exchange.sequence };
    const active = (): readonly Market[] => markets.filter(({ isActive }) => isActive);
    const rounds = [
      {
        feed: FeedType.Definitions,
        writer: new InstrumentDefinitions({ channelId, start, markets }),
        list: () => markets,
      },
      { feed: FeedType.Snapshot, writer: new LevelSnapshots(snapshotsOf), list: active },
      { feed: FeedType.OrderSnapshot, writer: new OrderSnapshots(snapshotsOf), list: active },
    ];
    for (const { feed, writer, list } of rounds) {
      const take = (packet: FeedPacket): void => this.#options.onPacket(feed, packet);
      const loop = new ReportLoop({ stream: new PacketStream({ start, take }), writer, list });
      this.#loops.push(loop);
      const round: Activity = {
        nextNs: everyNs,
        run: (atNs) => {
          const isOff = feed !== FeedType.Definitions && atNs < this.#noSnapshotsUntilNs;
          if (isOff) loop.abandon();
          else loop.step(atNs);
          round.nextNs = isOff ? this.#noSnapshotsUntilNs : atNs + everyNs;
        },
      };
      this.#activities.push(round);
    }
  }

  #addDisruption({ what, afterMs, repeats, forMs = Infinity }: ScheduledDisruption): void {
    within('disruption', afterMs, { min: repeats ? 1 : 0, max: 1e9 });
    const activity: Activity = {
      nextNs: afterMs * NS_PER_MS,
      run: (atNs) => {
        this.#disrupt(what, atNs, forMs * NS_PER_MS);
        activity.nextNs = repeats ? atNs + afterMs * NS_PER_MS : Infinity;
      },
    };
    this.#activities.push(activity);
  }

  #disrupt(what: ChannelDisruption, atNs: number, forNs: number): void {
    switch (what) {
      case ChannelDisruption.Reset:
        this.resets += 1;
        return this.exchange.reset(atNs);
      case ChannelDisruption.Week:
        this.weeks += 1;
        this.exchange.restartWeek();
        for (const loop of this.#loops) loop.abandon();
        return this.#options.oracle?.restartWeek();
      case ChannelDisruption.Quiet:
        this.#quietUntilNs = atNs + forNs;
        return;
      case ChannelDisruption.NoSnapshots:
        this.#noSnapshotsUntilNs = atNs + forNs;
    }
  }
}

function within(field: string, value: number, range: { min: number; max: number }): void {
  if (value >= range.min && value <= range.max) return;
  const detail = `${value} is not ${range.min} to ${range.max}`;
  throw new SimulatorError('BAD_OPTION', field, detail);
}
