/** Line A of one channel in memory: all of its feeds, in the order in which they are sent. */
import type { StampNs } from '@tickwire/core';
import {
  FeedLine,
  FeedType,
  SimulatedFeeds,
  parseCmeFaults,
  planChannels,
} from '@tickwire/sim-cme';
import type { SentPacket } from '@tickwire/sim-cme';
import type { RecoveryFeed } from '@tickwire/venue-cme';
import { Mdp3Packet } from '@tickwire/wire-mdp3';
import {
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
} from '@tickwire/wire-mdp3/messages';

const CHUNK_BYTES = 64 * 1024 * 1024;
const STEP_NS = 10e6;
const EVENTS_PER_SECOND = 45_000;

/** `undefined`: the incremental feed. */
const RECOVERY_OF: Readonly<Record<FeedType, RecoveryFeed | undefined>> = {
  [FeedType.Incremental]: undefined,
  [FeedType.Definitions]: 'definitions',
  [FeedType.Snapshot]: 'snapshots',
  [FeedType.OrderSnapshot]: 'order-snapshots',
};

export interface MarketPacket {
  readonly feed: RecoveryFeed | undefined;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** ns since the exchange began. */
  readonly atNs: number;
}

export interface ChannelMarket {
  readonly start: Readonly<StampNs>;
  readonly channelId: number;
  readonly packets: readonly MarketPacket[];
  /** Of the incremental feed: messages, and entries of books by level and by order. */
  readonly counts: MarketCounts;
}

export interface MarketCounts {
  messages: number;
  levels: number;
  orders: number;
}

export function renderMarket(options: {
  readonly seed: string;
  readonly instruments: number;
  /** Of the incremental feed, at least. */
  readonly messages: number;
  readonly start: Readonly<StampNs>;
}): ChannelMarket {
  const { seed, instruments, start } = options;
  const plan = planChannels({ channels: 1 })[0]!;
  const packets: MarketPacket[] = [];
  const walk = new Mdp3Packet();
  let chunk = new Uint8Array(CHUNK_BYTES);
  let used = 0;
  const counts: MarketCounts = { messages: 0, levels: 0, orders: 0 };
  const send = ({ endpoint, bytes, sequence, atNs }: SentPacket): void => {
    if (endpoint.line !== FeedLine.A) return;
    if (used + bytes.length > CHUNK_BYTES) {
      chunk = new Uint8Array(CHUNK_BYTES);
      used = 0;
    }
    chunk.set(bytes, used);
    const feed = RECOVERY_OF[endpoint.feed];
    const place = { bytes: chunk, start: used, end: used + bytes.length };
    packets.push({ feed, sequence, atNs, ...place });
    used += bytes.length;
    if (feed !== undefined) return;
    walk.wrap(place.bytes, place.start, place.end);
    while (walk.next()) countMessage(walk, counts);
  };
  const feeds = new SimulatedFeeds({
    ...{ seed, send, start, channels: [plan], instrumentsPerChannel: instruments },
    ...{ activeShare: 1, rate: EVENTS_PER_SECOND, faults: parseCmeFaults('') },
  });
  for (let atNs = STEP_NS; counts.messages < options.messages; atNs += STEP_NS) feeds.runTo(atNs);
  return { start, channelId: plan.channelId, packets, counts };
}

const book = new MDIncrementalRefreshBook46Decoder();
const orderBook = new MDIncrementalRefreshOrderBook47Decoder();

function countMessage({ header }: Mdp3Packet, counts: MarketCounts): void {
  counts.messages += 1;
  if (header.$templateId === MDIncrementalRefreshBook46Decoder.TEMPLATE_ID) {
    book.wrapAfter(header);
    counts.levels += book.noMDEntries().count;
    counts.orders += book.noOrderIDEntries().count;
  } else if (header.$templateId === MDIncrementalRefreshOrderBook47Decoder.TEMPLATE_ID) {
    counts.orders += orderBook.wrapAfter(header).noMDEntries().count;
  }
}
