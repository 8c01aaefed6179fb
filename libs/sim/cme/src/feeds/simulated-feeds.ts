/**
 * Every feed of every channel, with what goes wrong on its way: packets come out by line, in the
 * order and at the time at which the network has them. Pure: no sockets, and time is stepped.
 */
import type { StampNs } from '@tickwire/core';
import { createRandom } from '@tickwire/sim-kit';
import { BookOracle } from '../exchange/book-oracle.ts';
import { listInstruments } from '../exchange/list-instruments.ts';
import type { CmeFaultPlan } from '../faults/fault-plan.ts';
import { FaultyLeg } from '../faults/faulty-leg.ts';
import type { LegCounts } from '../faults/faulty-leg.ts';
import type { LegFaultPlan } from '../faults/leg-faults.ts';
import { ReplayStore } from '../replay/replay-store.ts';
import type { ChannelPlan, FeedEndpoint } from './channel-plan.ts';
import { FeedLine } from './channel-plan.ts';
import { ChannelTimeline } from './channel-timeline.ts';
import { FeedType } from './feed-type.ts';
import type { FeedPacket } from './packet-stream.ts';

/** A packet as it is sent on one line. `bytes` are valid during the call. */
export interface SentPacket {
  readonly channelId: number;
  readonly endpoint: FeedEndpoint;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** ns since the exchange began: when it is on the line. */
  readonly atNs: number;
}

export interface SimulatedFeedsOptions {
  readonly seed: string;
  /** When the exchange began, ns since the Unix epoch. */
  readonly start: Readonly<StampNs>;
  readonly channels: readonly ChannelPlan[];
  readonly instrumentsPerChannel: number;
  /** Events a second over all channels, on average. */
  readonly rate: number;
  readonly faults: CmeFaultPlan;
  readonly send: (packet: SentPacket) => void;
  readonly heartbeatMs?: number;
  readonly roundPacketRate?: number;
  readonly ordersPerSide?: number;
  readonly activeShare?: number;
  /** MsgSeqNum of the first incremental packet. Default 1. */
  readonly firstSequence?: number;
  /** Whether packets are kept for a replay service, and how many of each channel. 0 = none. */
  readonly replayPackets?: number;
  /** Whether the books of every packet are kept, as digests. Default false. */
  readonly keepsBooks?: boolean;
}

interface FeedLeg {
  readonly endpoint: FeedEndpoint;
  readonly leg: FaultyLeg;
}

export interface SimulatedChannel {
  readonly plan: ChannelPlan;
  readonly timeline: ChannelTimeline;
  readonly oracle: BookOracle | undefined;
  readonly store: ReplayStore | undefined;
  readonly legs: readonly FeedLeg[];
}

/** What was sent of a feed on one line of a channel. */
export interface LineCounts extends LegCounts {
  readonly channelId: number;
  readonly feed: FeedType;
  readonly line: FeedLine;
}

export class SimulatedFeeds {
  readonly channels: readonly SimulatedChannel[];
  #nowNs = 0;

  /** @throws SimulatorError `BAD_OPTION`. */
  constructor(options: SimulatedFeedsOptions) {
    this.channels = options.channels.map((plan) => this.#channel(plan, options));
    this.setFaults(options.faults);
  }

  /** When something happens next, ns since the exchange began. */
  get nextNs(): number {
    let next = Infinity;
    for (const { timeline, legs } of this.channels) {
      if (timeline.nextNs < next) next = timeline.nextNs;
      for (const { leg } of legs) if (leg.nextDueNs < next) next = leg.nextDueNs;
    }
    return next;
  }

  /** Lets it happen. */
  step(): void {
    const nextNs = this.nextNs;
    this.#nowNs = nextNs;
    for (const { timeline, legs } of this.channels) {
      if (timeline.nextNs === nextNs) timeline.step();
      for (const { leg } of legs) if (leg.nextDueNs <= nextNs) leg.release(nextNs);
    }
  }

  /** Leaves out the time up to a moment: what was due in it happens then, once. */
  skipTo(atNs: number): void {
    for (const { timeline } of this.channels) timeline.skipTo(atNs);
  }

  /** Runs up to a moment, as fast as the machine can. */
  runTo(atNs: number): void {
    while (this.nextNs <= atNs) this.step();
  }

  /** Faults of the lines from now on; disruptions are those of the start. */
  setFaults({ legs }: CmeFaultPlan): void {
    for (const channel of this.channels) {
      for (const { endpoint, leg } of channel.legs) leg.plan = planOf(endpoint, legs);
    }
  }

  /** Sends what lines still hold: nothing comes any more. */
  end(): void {
    for (const { legs } of this.channels) for (const { leg } of legs) leg.end();
  }

  get counts(): LineCounts[] {
    return this.channels.flatMap(({ plan: { channelId }, legs }) =>
      legs.map(({ endpoint: { feed, line }, leg }) => ({ channelId, feed, line, ...leg.counts })),
    );
  }

  get events(): number {
    return this.channels.reduce((sum, { timeline }) => sum + timeline.events, 0);
  }

  #channel(plan: ChannelPlan, options: SimulatedFeedsOptions): SimulatedChannel {
    const { seed, send, faults, channels, replayPackets = 0, keepsBooks = false } = options;
    const { channelId, endpoints } = plan;
    const legs = endpoints.map((endpoint) => {
      const random = createRandom(`${seed}/leg/${channelId}/${endpoint.feed}/${endpoint.line}`);
      const deliver = ({ bytes, sequence, atNs }: FeedPacket): void =>
        send({ channelId, endpoint, sequence, bytes, atNs: Math.max(atNs, this.#nowNs) });
      return { endpoint, leg: new FaultyLeg({ random, deliver }) };
    });
    const byFeed = new Map<FeedType, FaultyLeg[]>();
    for (const { endpoint, leg } of legs) {
      byFeed.set(endpoint.feed, [...(byFeed.get(endpoint.feed) ?? []), leg]);
    }
    const store = replayPackets > 0 ? new ReplayStore(replayPackets) : undefined;
    const oracle = keepsBooks ? new BookOracle() : undefined;
    const { heartbeatMs, roundPacketRate, ordersPerSide, activeShare, firstSequence } = options;
    const timeline = new ChannelTimeline({
      ...{ channelId, seed, start: options.start, disruptions: faults.disruptions },
      instruments: listInstruments({ channelId, count: options.instrumentsPerChannel }),
      rate: options.rate / channels.length,
      onPacket: (feed, packet) => {
        if (feed === FeedType.Incremental) keep(store, packet);
        for (const leg of byFeed.get(feed) ?? []) leg.pass(packet);
      },
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(roundPacketRate === undefined ? {} : { roundPacketRate }),
      ...(ordersPerSide === undefined ? {} : { ordersPerSide }),
      ...(activeShare === undefined ? {} : { activeShare }),
      ...(firstSequence === undefined ? {} : { firstSequence }),
      ...(oracle === undefined ? {} : { oracle }),
    });
    return { plan, timeline, oracle, store, legs };
  }
}

function keep(store: ReplayStore | undefined, packet: FeedPacket): void {
  // Sequence 1 begins a week.
  if (packet.sequence === 1) store?.clear();
  store?.add(packet);
}

function planOf(endpoint: FeedEndpoint, legs: CmeFaultPlan['legs']): LegFaultPlan {
  if (endpoint.feed !== FeedType.Incremental) return legs.rounds;
  return endpoint.line === FeedLine.A ? legs.a : legs.b;
}
