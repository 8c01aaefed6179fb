/**
 * Readers that come late: each takes one whole round of both snapshot feeds, queues incremental
 * packets meanwhile, applies those that a snapshot has not, and is then compared with the oracle
 * packet by packet.
 */
import { createRandom } from '@tickwire/sim-kit';
import { NO_FAULTS } from '../src/faults/fault-plan.ts';
import { planChannels } from '../src/feeds/channel-plan.ts';
import { FeedType } from '../src/feeds/feed-type.ts';
import { SimulatedFeeds } from '../src/feeds/simulated-feeds.ts';
import type { SimulatedChannel } from '../src/feeds/simulated-feeds.ts';
import { BookReader } from './book-reader.ts';

export interface JoinsOptions {
  readonly seed: string;
  readonly joins: number;
  readonly instruments: number;
  readonly runMs: number;
  /** Packets behind its synchronisation at which a reader is compared. */
  readonly comparedPackets: number;
}

export interface JoinsResult {
  readonly joins: number;
  /** Books compared, levels and orders counted together. */
  readonly compared: number;
  /** Left out because an event went on. */
  readonly unsettled: number;
  readonly wrong: readonly string[];
}

interface Recorded {
  readonly feed: FeedType;
  readonly sequence: number;
  readonly bytes: Buffer;
}

const NS_PER_MS = 1e6;

export function joinLate(options: JoinsOptions): JoinsResult {
  const { packets, channel } = record(options);
  const random = createRandom(`${options.seed}/joins`);
  const result = { joins: 0, compared: 0, unsettled: 0, wrong: [] as string[] };
  // Early enough for a round of each feed, and for packets to compare behind it.
  const startMax = Math.floor(packets.length / 2);
  for (let join = 0; join < options.joins; join += 1) {
    joinAt(packets, random.below(startMax), { channel, options, result });
    result.joins += 1;
  }
  return result;
}

function record(options: JoinsOptions): { packets: Recorded[]; channel: SimulatedChannel } {
  const packets: Recorded[] = [];
  const feeds = new SimulatedFeeds({
    ...{ seed: options.seed, start: { hi: 418_867_170, lo: 3_481_927_680 }, rate: 4_000 },
    channels: planChannels({ channels: 1 }),
    instrumentsPerChannel: options.instruments,
    roundPacketRate: 500,
    ...{ faults: NO_FAULTS, keepsBooks: true },
    send: ({ endpoint: { feed, line }, sequence, bytes }) => {
      if (line === 'A') packets.push({ feed, sequence, bytes: Buffer.from(bytes) });
    },
  });
  feeds.runTo(options.runMs * NS_PER_MS);
  return { packets, channel: feeds.channels[0]! };
}

interface JoinContext {
  readonly channel: SimulatedChannel;
  readonly options: JoinsOptions;
  readonly result: { compared: number; unsettled: number; wrong: string[] };
}

function joinAt(packets: readonly Recorded[], from: number, context: JoinContext): void {
  const { channel, options } = context;
  const depths = new Map(
    channel.timeline.exchange.markets.map(({ instrument }) => [
      instrument.securityId,
      instrument.depth,
    ]),
  );
  const reader = new BookReader((securityId) => depths.get(securityId) ?? 0);
  const rounds = new Map<FeedType, 'waiting' | 'reading' | 'done'>([
    [FeedType.Snapshot, 'waiting'],
    [FeedType.OrderSnapshot, 'waiting'],
  ]);
  const queued: Buffer[] = [];
  let left = options.comparedPackets;
  for (let at = from; at < packets.length && left > 0; at += 1) {
    const { feed, sequence, bytes } = packets[at]!;
    const isSynchronised = [...rounds.values()].every((state) => state === 'done');
    if (feed === FeedType.Incremental) {
      if (!isSynchronised) queued.push(bytes);
      else {
        for (const waiting of queued.splice(0)) reader.read(waiting);
        reader.read(bytes);
        compare(reader, sequence, context);
        left -= 1;
      }
      continue;
    }
    const state = rounds.get(feed);
    if (state === undefined || state === 'done') continue;
    // The next round begins: the one that was read is whole.
    if (sequence === 1) rounds.set(feed, state === 'reading' ? 'done' : 'reading');
    if (rounds.get(feed) === 'reading') reader.read(bytes);
  }
  if (left > 0) context.result.wrong.push(`the reader from packet ${from} was not in time`);
}

function compare(reader: BookReader, sequence: number, { channel, result }: JoinContext): void {
  for (const { instrument } of channel.timeline.exchange.markets) {
    const { securityId, symbol } = instrument;
    const truth = channel.oracle!.at(securityId, sequence);
    if (!truth.isSettled) {
      result.unsettled += 1;
      continue;
    }
    const book = reader.book(securityId);
    result.compared += 2;
    if (book.levelsDigest() !== truth.levels) result.wrong.push(`levels ${symbol} at ${sequence}`);
    if (book.ordersDigest() !== truth.orders) result.wrong.push(`orders ${symbol} at ${sequence}`);
  }
}
