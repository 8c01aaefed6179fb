/**
 * The channels of a gateway: packets of all lines go to the channel, feed and leg of their tag, and
 * what the channels want goes out through doors.
 */
import { ARBITER_CELLS, createLegPacket } from '@tickwire/domain-arbitration';
import type { ChannelCounts, LegPacket } from '@tickwire/domain-arbitration';
import type { Counter, CounterTable, HopCounters, StampNs } from '@tickwire/core';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import type { FeedSink, GapLedger, ImageLimits } from '@tickwire/domain-feed';
import type { PacketHandler } from '@tickwire/io-udp';
import { CmeChannel, RECOVERY_FEEDS, RESUME_CELLS } from '@tickwire/venue-cme';
import type {
  CmeChannelLimits,
  CmeTallies,
  RecoveryFeed,
  ReplayRequest,
} from '@tickwire/venue-cme';
import { UDP_HEADER_BYTES } from '@tickwire/wire-mdp3';
import type { ChannelPlan, PlannedLine } from '../channels/channel-plan.ts';
import type { RecordHandler } from './packet-ring.ts';
import { replayOutcome } from './replay-outcome.ts';
import { FEED_OF_KIND, RecordKind } from './worker-messages.ts';

/** What channels ask of the thread of the recovery sockets; `channel` is an index. */
export interface ChannelDoors {
  feed(channel: number, feed: RecoveryFeed, join: boolean): void;
  replay(channel: number, request: ReplayRequest): void;
}

export interface ChannelSetOptions {
  readonly plans: readonly ChannelPlan[];
  /** The sink of a channel, by index. */
  readonly sinkOf: (channel: number) => FeedSink;
  /** Whether the ring of a channel was left by a killed writer, which it goes on for. */
  readonly follows: (channel: number) => boolean;
  /** Of the gaps of all channels. */
  readonly ledger: GapLedger;
  readonly doors: ChannelDoors;
  readonly tallies: CmeTallies;
  readonly stats: CounterTable;
  /** When listening began, on both clocks. */
  readonly startNs: number;
  readonly startWall: Readonly<StampNs>;
  readonly flags: number;
  readonly orders: boolean;
  /** Off where nobody could answer: captures. */
  readonly replay: boolean;
  /** Packets of the incremental feed: the end of one hop and the start of the next. */
  readonly wireOut: Counter;
  readonly parse: Pick<HopCounters, 'in' | 'out'>;
  /** Packets of recovery feeds that this thread has anyway: those of captures. */
  readonly recoveryOut: Counter;
  readonly recoveryUnwanted: Counter;
  /** Packets of recovery feeds and replays, handed to channels. */
  readonly recoveryHandedOn: Counter;
  /** Called with each packet before it is gone to; `undefined` where nobody traces. */
  readonly onTaken: (() => void) | undefined;
}

interface Route {
  readonly channel: CmeChannel;
  /** `undefined`: the incremental feed. */
  readonly feed: RecoveryFeed | undefined;
  readonly leg: 0 | 1;
  /** Channel and feed, when packets of it are wanted only while it is joined. */
  readonly key: string;
}

export class ChannelSet {
  readonly all: readonly CmeChannel[];
  readonly #options: ChannelSetOptions;
  readonly #wireOut: Counter;
  readonly #parseIn: Counter;
  readonly #parseOut: Counter;
  readonly #routes: Route[] = [];
  /** Feeds that are joined where this thread has their packets anyway. */
  readonly #joined = new Set<string>();
  readonly #leg: LegPacket = createLegPacket();
  readonly #onTaken: (() => void) | undefined;

  /** @throws CmeError. */
  constructor(options: ChannelSetOptions) {
    this.#options = options;
    this.#wireOut = options.wireOut;
    // Getters that look a name up: once, not per packet.
    this.#parseIn = options.parse.in;
    this.#parseOut = options.parse.out;
    this.#onTaken = options.onTaken;
    this.all = options.plans.map((plan, index) => this.#channelOf(plan, index));
  }

  /** What their arbiters have counted. */
  counts(): ChannelCounts[] {
    return this.all.map((channel) => channel.status().arbitration);
  }

  /** The tag that packets of a line come with. */
  addLine(channel: number, { feed, leg }: PlannedLine): number {
    const route: Route = {
      ...{ channel: this.all[channel]!, leg, key: `${channel} ${feed}` },
      feed: feed === 'incremental' ? undefined : feed,
    };
    return this.#routes.push(route) - 1;
  }

  readonly take: PacketHandler = (packet) => {
    this.#onTaken?.();
    const route = this.#routes[packet.tag]!;
    const leg = this.#place(packet.bytes, packet.start, packet.end);
    leg.leg = route.leg;
    leg.recvNs = packet.recvNs;
    leg.recvWall.hi = packet.recvWall.hi;
    leg.recvWall.lo = packet.recvWall.lo;
    if (route.feed === undefined) {
      this.#wireOut.add(1);
      this.#parseIn.add(1);
      route.channel.incremental(leg);
      this.#parseOut.add(1);
    } else if (!this.#joined.has(route.key)) {
      this.#options.recoveryUnwanted.add(1);
    } else {
      this.#options.recoveryOut.add(1);
      this.#options.recoveryHandedOn.add(1);
      route.channel.recovery(route.feed, leg);
    }
  };

  /** Packets, and ends of replays, from the thread of the recovery sockets. */
  readonly takeRecord: RecordHandler = (record, bytes, { start, end }) => {
    const channel = this.all[record.channel];
    if (channel === undefined) return;
    if (record.kind === RecordKind.ReplayEnded) {
      channel.replayEnded(record.id, replayOutcome(bytes.slice(start, end)));
      return;
    }
    const leg = this.#place(bytes, start, end);
    leg.leg = record.leg;
    leg.recvNs = record.recvNs;
    leg.recvWall.hi = record.recvWall.hi;
    leg.recvWall.lo = record.recvWall.lo;
    this.#options.recoveryHandedOn.add(1);
    if (record.kind === RecordKind.Replayed) channel.replayed(record.id, leg);
    else channel.recovery(FEED_OF_KIND[record.kind]!, leg);
  };

  /** The channel that has an instrument; `undefined`: none. */
  indexOf(symbol: string): number | undefined {
    const index = this.all.findIndex((channel) => channel.has(symbol));
    return index === -1 ? undefined : index;
  }

  /** Why `writeImage` would refuse now; `undefined` when it would not. */
  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    const channel = this.all[this.indexOf(symbol) ?? -1];
    return channel === undefined ? 'UNKNOWN_INSTRUMENT' : channel.imageRefusal(symbol, limits);
  }

  /** Writes the book of `symbol` once more. Between two packets only. */
  writeImage(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    const channel = this.all[this.indexOf(symbol) ?? -1];
    return channel === undefined ? 'UNKNOWN_INSTRUMENT' : channel.writeImage(symbol, limits);
  }

  /** Timers of all channels that are due. */
  poll(nowNs: number): void {
    for (const channel of this.all) if (channel.isDue(nowNs)) channel.poll(nowNs);
  }

  /** When the next timer is due; `Infinity` when none is. */
  nextDueNs(): number {
    let dueNs = Infinity;
    for (const channel of this.all) dueNs = Math.min(dueNs, channel.nextDueNs);
    return dueNs;
  }

  /** What is given to channels, at these bytes; leg and times are still those of the last. */
  #place(bytes: Uint8Array, start: number, end: number): LegPacket {
    const leg = this.#leg;
    leg.sequence = sequenceOf(bytes, start, end);
    leg.bytes = bytes;
    leg.start = start;
    leg.end = end;
    return leg;
  }

  /** A ring of its own is new to its readers: nothing of it is missing. */
  #resumeCells(id: number, index: number): Float64Array {
    const { stats, follows } = this.#options;
    const cells = stats.cells(`resume/cme.${id}`, RESUME_CELLS);
    return follows(index) ? cells : cells.fill(0);
  }

  #channelOf(plan: ChannelPlan, index: number): CmeChannel {
    const { sinkOf, ledger, doors, tallies, stats, startNs, startWall, flags, orders, replay } =
      this.#options;
    const limits: Partial<CmeChannelLimits> = { replay: replay && plan.replayServices.length > 0 };
    return new CmeChannel({
      ...{ channel: plan.id, sink: sinkOf(index), tallies, startNs, startWall, flags, limits },
      ledger,
      feeds: RECOVERY_FEEDS.filter((feed) => plan.lines.some((line) => line.feed === feed)),
      // In memory that outlives the process: the next life goes on counting.
      arbiterCells: stats.cells(`arbiter/cme.${plan.id}`, ARBITER_CELLS),
      resumeCells: this.#resumeCells(plan.id, index),
      doors: {
        join: (feed) => {
          this.#joined.add(`${index} ${feed}`);
          doors.feed(index, feed, true);
        },
        leave: (feed) => {
          this.#joined.delete(`${index} ${feed}`);
          doors.feed(index, feed, false);
        },
        requestReplay: (request) => doors.replay(index, request),
      },
      ...(orders ? { orders: {} } : {}),
    });
  }
}

/** MsgSeqNum; 0, which is none, of what is too short to have one: the channel counts it. */
function sequenceOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < UDP_HEADER_BYTES) return 0;
  const low = bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16);
  return (low | (bytes[start + 3]! << 24)) >>> 0;
}
