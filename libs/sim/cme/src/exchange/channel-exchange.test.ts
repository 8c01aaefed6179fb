// Goal: whoever reads the packets has the exchange's books, at every end of an event. Method: a
// reader of its own that applies what it decodes; the rules of sequences and indicators, counted
// over every message.
import { testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { BookReader } from '../../test/book-reader.ts';
import { BookOracle } from './book-oracle.ts';
import { ChannelExchange } from './channel-exchange.ts';
import { listInstruments } from './list-instruments.ts';

const START = { hi: 0x18a0_0000, lo: 1 };
const EVENT_NS = 20_000;
const seed = String(testSeed());

interface Run {
  readonly exchange: ChannelExchange;
  readonly reader: BookReader;
  readonly oracle: BookOracle;
  readonly packets: Buffer[];
}

/** @param keep - Whether packets are kept instead of being read. */
function setUp(of: { count?: number; keep?: boolean } = {}): Run {
  const instruments = listInstruments({ channelId: 310, count: of.count ?? 60 });
  const depths = new Map(instruments.map(({ securityId, depth }) => [securityId, depth]));
  const reader = new BookReader((securityId) => depths.get(securityId) ?? 0);
  const oracle = new BookOracle();
  const packets: Buffer[] = [];
  const exchange = new ChannelExchange({
    ...{ channelId: 310, instruments, seed, start: START },
    onEventEnd: oracle.eventEnded,
    onReset: oracle.wasReset,
    take: ({ bytes }) =>
      of.keep === true ? void packets.push(Buffer.from(bytes)) : reader.read(bytes),
  });
  return { exchange, reader, oracle, packets };
}

function compare({ exchange, reader, oracle }: Run): void {
  for (const { instrument, rptSeq } of exchange.markets) {
    const { securityId } = instrument;
    const book = reader.book(securityId);
    const truth = oracle.at(securityId, exchange.sequence);
    const read = {
      securityId,
      levels: book.levelsDigest(),
      orders: book.ordersDigest(),
      isSettled: true,
    };
    expect(read).toEqual({
      securityId,
      levels: truth.levels,
      orders: truth.orders,
      isSettled: truth.isSettled,
    });
    expect(truth.rptSeq).toBe(rptSeq);
  }
}

test('a reader has the books of the exchange after every step', () => {
  const run = setUp();
  for (let step = 1; step <= 3_000; step += 1) {
    run.exchange.step(step * EVENT_NS);
    if (step % 50 === 0) compare(run);
  }
  expect(run.exchange.sequence).toBeGreaterThan(2_500);
});

test('at every packet a settled book is the one that the oracle says', () => {
  const run = setUp({ count: 60, keep: true });
  for (let step = 1; step <= 1_500; step += 1) run.exchange.step(step * EVENT_NS);
  const counts = { settled: 0, unsettled: 0, wrong: 0 };
  run.packets.forEach((packet, at) => {
    run.reader.read(packet);
    for (const { instrument } of run.exchange.markets.slice(0, 20)) {
      const { securityId } = instrument;
      const truth = run.oracle.at(securityId, at + 1);
      counts[truth.isSettled ? 'settled' : 'unsettled'] += 1;
      if (!truth.isSettled) continue;
      const book = run.reader.book(securityId);
      const isRight = book.levelsDigest() === truth.levels && book.ordersDigest() === truth.orders;
      if (!isRight) counts.wrong += 1;
    }
  });
  expect(counts.wrong).toBe(0);
  expect(counts.settled).toBeGreaterThan(10_000);
  expect(counts.unsettled).toBeGreaterThan(10);
});

test('a channel reset empties every book, and the feed tells all of them again', () => {
  const run = setUp({ count: 30 });
  for (let step = 1; step <= 1_500; step += 1) run.exchange.step(step * EVENT_NS);
  run.exchange.reset(1_501 * EVENT_NS);
  compare(run);
  for (let step = 1_502; step <= 1_600; step += 1) run.exchange.step(step * EVENT_NS);
  compare(run);
  expect(run.exchange.markets[0]!.rptSeq).toBeLessThan(1_000);
});

test('a new week begins with sequence 1 and empty books', () => {
  const { exchange, reader, packets, oracle } = setUp({ count: 30, keep: true });
  for (let step = 1; step <= 300; step += 1) exchange.step(step * EVENT_NS);
  packets.length = 0;
  exchange.restartWeek();
  oracle.restartWeek();
  for (let step = 301; step <= 600; step += 1) exchange.step(step * EVENT_NS);
  expect(packets[0]!.readUInt32LE(0)).toBe(1);
  for (const packet of packets) reader.read(packet);
  compare({ exchange, reader, oracle, packets });
});

test('the same seed and times are the same bytes, another seed is not', () => {
  const packetsOf = (of: string): string => {
    const hashes: string[] = [];
    const exchange = new ChannelExchange({
      ...{ channelId: 310, instruments: listInstruments({ channelId: 310, count: 30 }), seed: of },
      start: START,
      take: ({ bytes }) => void hashes.push(Buffer.from(bytes).toString('base64')),
    });
    for (let step = 1; step <= 300; step += 1) exchange.step(step * EVENT_NS);
    return hashes.join('\n');
  };
  expect(packetsOf('7')).toBe(packetsOf('7'));
  expect(packetsOf('8')).not.toBe(packetsOf('7'));
});
