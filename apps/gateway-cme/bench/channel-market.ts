/**
 * Line A of one channel in memory: all of its feeds, in the order in which they are sent. A thread
 * of its own renders it: an exchange in the same isolate would have V8 compile what is measured for
 * the exchange's uses of it, too.
 */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { StampNs } from '@tickwire/core';
import {
  FeedLine,
  FeedType,
  SimulatedFeeds,
  parseCmeFaults,
  planChannels,
} from '@tickwire/sim-cme';
import type { SentPacket } from '@tickwire/sim-cme';
import { RECOVERY_FEEDS } from '@tickwire/venue-cme';
import type { RecoveryFeed } from '@tickwire/venue-cme';
import { Mdp3Packet } from '@tickwire/wire-mdp3';
import {
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
} from '@tickwire/wire-mdp3/messages';

const FIRST_BYTES = 64 * 1024 * 1024;
const STEP_NS = 10e6;
const EVENTS_PER_SECOND = 45_000;

/** `undefined`: the incremental feed. */
const RECOVERY_OF: Readonly<Record<FeedType, RecoveryFeed | undefined>> = {
  [FeedType.Incremental]: undefined,
  [FeedType.Definitions]: 'definitions',
  [FeedType.Snapshot]: 'snapshots',
  [FeedType.OrderSnapshot]: 'order-snapshots',
};

/** Columns of a packet in `ChannelMarket.packets`. */
export const PacketColumn = {
  /** 0: incremental; else 1 + the index in RECOVERY_FEEDS. */
  Feed: 0,
  Sequence: 1,
  Start: 2,
  End: 3,
  /** ns since the exchange began. */
  AtNs: 4,
} as const;
export const PACKET_COLUMNS = 5;

export interface ChannelMarket {
  readonly channelId: number;
  readonly bytes: Uint8Array;
  readonly packets: Float64Array;
  /** Of the incremental feed: messages, and entries of books by level and by order. */
  readonly counts: MarketCounts;
}

export interface MarketOptions {
  readonly seed: string;
  readonly instruments: number;
  /** Of the incremental feed, at least. */
  readonly messages: number;
  readonly start: Readonly<StampNs>;
}

export interface MarketCounts {
  messages: number;
  levels: number;
  orders: number;
}

export async function renderMarket(options: MarketOptions): Promise<ChannelMarket> {
  const { promise, resolve, reject } = Promise.withResolvers<ChannelMarket>();
  const thread = new Worker(new URL(import.meta.url), { workerData: options });
  thread.on('message', resolve);
  thread.on('error', reject);
  const market = await promise;
  await thread.terminate();
  return market;
}

function render({ seed, instruments, messages, start }: MarketOptions): ChannelMarket {
  const plan = planChannels({ channels: 1 })[0]!;
  const rows: number[] = [];
  const walk = new Mdp3Packet();
  let bytes = new Uint8Array(FIRST_BYTES);
  let used = 0;
  const counts: MarketCounts = { messages: 0, levels: 0, orders: 0 };
  const send = ({ endpoint, bytes: packet, sequence, atNs }: SentPacket): void => {
    if (endpoint.line !== FeedLine.A) return;
    if (used + packet.length > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(packet, used);
    const feed = RECOVERY_OF[endpoint.feed];
    const column = feed === undefined ? 0 : 1 + RECOVERY_FEEDS.indexOf(feed);
    rows.push(column, sequence, used, used + packet.length, atNs);
    used += packet.length;
    if (feed !== undefined) return;
    walk.wrap(packet, 0, packet.length);
    while (walk.next()) countMessage(walk, counts);
  };
  const feeds = new SimulatedFeeds({
    ...{ seed, send, start, channels: [plan], instrumentsPerChannel: instruments },
    ...{ activeShare: 1, rate: EVENTS_PER_SECOND, faults: parseCmeFaults('') },
  });
  for (let atNs = STEP_NS; counts.messages < messages; atNs += STEP_NS) feeds.runTo(atNs);
  return { channelId: plan.channelId, bytes, packets: Float64Array.from(rows), counts };
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

if (!isMainThread) {
  const market = render(workerData as MarketOptions);
  parentPort?.postMessage(market, [market.bytes.buffer, market.packets.buffer] as ArrayBuffer[]);
}
