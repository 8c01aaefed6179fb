// Every schema shows the same books: what a client makes of the records equals the engine's own
// book at each LAST.
import {
  MboRecord,
  Mbp10Record,
  Mbp1Record,
  RType,
  RecordFlag,
  TradeRecord,
} from '@tickwire/wire-dbn';
import type { DbnRecord } from '@tickwire/wire-dbn';
import { expect, test } from 'vitest';
import { LiveReader } from '../test/live-reader.ts';
import { RebuiltBook, oracleLevels } from '../test/rebuilt-book.ts';
import { runSimulator, subscribe } from '../test/running-simulator.ts';

const SEED = 'books 1';

interface Oracle {
  readonly whole: string[];
  readonly ten: string[];
}

/** `<instrument id> <sequence>`, and what the book was then. */
type Oracles = Map<string, Oracle>;

async function simulatorWithOracle() {
  const oracles: Oracles = new Map();
  const running = await runSimulator({
    ...{ seed: SEED, instruments: 3, rate: 20_000 },
    onEvent: ({ id, tickE9 }, sequence, book) => {
      const whole = oracleLevels(book, tickE9);
      oracles.set(`${id} ${sequence}`, { whole, ten: oracleLevels(book, tickE9, 10) });
    },
  });
  return { ...running, oracles };
}

test('a book of mbo equals the oracle at each LAST, of a mbo snapshot as well', async () => {
  const { simulator, clock, oracles } = await simulatorWithOracle();
  clock.advance(300); // so that there is something to take a snapshot of
  const books = new Map<number, RebuiltBook>();
  let compared = 0;
  const onRecord = (record: DbnRecord): void => {
    if (!(record instanceof MboRecord)) return;
    const book = books.get(record.instrumentId) ?? new RebuiltBook();
    books.set(record.instrumentId, book);
    book.apply(record);
    if ((record.flags & RecordFlag.Last) === 0) return;
    compared += 1;
    const oracle = oracles.get(`${record.instrumentId} ${record.sequence}`);
    expect(book.levels(), `seed ${SEED}, sequence ${record.sequence}`).toEqual(oracle?.whole);
  };
  const reader = new LiveReader({ port: simulator.port, onRecord, keeps: () => false });
  await reader.start(subscribe('mbo', 'ALL_SYMBOLS', 'snapshot=1'));
  await reader.until(() => compared === 3);
  const before = oracles.size;
  for (let second = 0; second < 10; second += 1) clock.advance(50);
  await reader.until(() => compared === 3 + oracles.size - before);
  expect(compared).toBeGreaterThan(5_000);
});

test('ten levels, one level and trades agree with the oracle', async () => {
  const { simulator, clock, oracles } = await simulatorWithOracle();
  const seen = { ten: 0, one: 0, trades: 0, before: 0 };
  const onRecord = (record: DbnRecord): void => {
    const isLast =
      'flags' in record && record.flags !== null && (record.flags & RecordFlag.Last) !== 0;
    if (record instanceof TradeRecord) seen.trades += 1;
    if (!isLast || !('sequence' in record)) return;
    const oracle = oracles.get(`${record.instrumentId} ${record.sequence}`);
    if (record instanceof Mbp10Record) {
      seen.ten += 1;
      expect(shownLevels(record, 10), `seed ${SEED}`).toEqual(oracle?.ten);
    } else if (record instanceof Mbp1Record) {
      seen.one += 1;
      const [bid] = shownLevels(record, 1);
      if (bid !== undefined) expect(oracle?.ten, `seed ${SEED}`).toContain(bid);
    }
  };
  const reader = new LiveReader({ port: simulator.port, onRecord, keeps: () => false });
  const schemas = ['mbp-10', 'mbp-1', 'trades'];
  await reader.start(...schemas.map((schema) => subscribe(schema, 'ALL_SYMBOLS')));
  for (let second = 0; second < 10; second += 1) clock.advance(50);
  await reader.until(() => {
    const [report] = simulator.reports();
    const sent = report?.sent ?? {};
    return report?.behind === 0 && seen.trades === sent.trades && seen.ten > 3_000;
  });
  expect(seen.one).toBeGreaterThan(500);
  expect(seen.trades).toBeGreaterThan(500);
});

test('tbbo shows the best prices before the trade', async () => {
  const { simulator, clock } = await simulatorWithOracle();
  let trades = 0;
  const onRecord = (record: DbnRecord): void => {
    if (!(record instanceof Mbp1Record)) return;
    trades += 1;
    const level = record.level(0);
    const isAtBest = record.price === level.bidPx || record.price === level.askPx;
    expect([record.rtype, isAtBest]).toEqual([RType.Mbp1, true]);
  };
  const reader = new LiveReader({ port: simulator.port, onRecord, keeps: () => false });
  await reader.start(subscribe('tbbo', 'ALL_SYMBOLS'));
  clock.advance(200);
  await reader.until(() => trades > 200);
});

/** `price size orders` of a record's levels, bids then asks. */
function shownLevels(record: Mbp1Record | Mbp10Record, depth: number): string[] {
  const bids: string[] = [];
  const asks: string[] = [];
  for (let at = 0; at < depth; at += 1) {
    const level = record.level(at);
    if (level.bidPx !== null) bids.push(`${level.bidPx} ${level.bidSz} ${level.bidCt}`);
    if (level.askPx !== null) asks.push(`${level.askPx} ${level.askSz} ${level.askCt}`);
  }
  return [...bids, ...asks];
}
