// Goal: a query sees the venue's own numbers, and can do nothing but look.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ABSENT, StreamReason, StreamScope, StreamState, formatDecimal } from '@tickwire/core';
import { Action, BarFlag, Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { temporaryDirectory, seededRandom, testSeed } from '@tickwire/testing';
import {
  NOON_NS,
  appendAll,
  encodedEntries,
  openTestRing,
  openTestStore,
  sampleEntry,
  sampleRun,
} from '../test/sample-ring.ts';
import { formatResult } from './format-result.ts';
import { openStore } from './query-store.ts';
import type { QueryStore } from './query-store.ts';

const NOON = { hi: Number(NOON_NS >> 32n), lo: Number(NOON_NS & 0xffff_ffffn) };
let dataDir: string;
let opened: QueryStore[];

beforeEach(() => {
  dataDir = temporaryDirectory({ name: 'store' });
  opened = [];
});
afterEach(() => {
  for (const store of opened) store.close();
});

async function open(): Promise<QueryStore> {
  const store = await openStore(dataDir);
  opened.push(store);
  return store;
}

/** Stores ticks as `fill` makes them; the ring's instruments are `entries`. */
async function storeTicks(
  count: number,
  fill: (tick: TickView, at: number) => void,
  options: { entries?: Uint8Array; vendor?: string } = {},
): Promise<void> {
  const store = await openTestStore(dataDir);
  const kept = await store.ring({
    ringId: { hi: 0xff00_0000, lo: 1 },
    name: 'a.0',
    vendor: options.vendor ?? 'kucoin',
  });
  kept.attach(0);
  kept.appendEntries(options.entries ?? encodedEntries([sampleEntry(0), sampleEntry(1)]));
  const run = sampleRun(0, count);
  const view = new DataView(run.bytes.buffer);
  for (let at = 0; at < count; at++) fill(new TickView().wrap(view, at * 64), at);
  await appendAll(kept, run);
  await kept.commit();
  await kept.take(count);
  await kept.flush();
  await store.close();
}

async function records(sql: string): Promise<Record<string, unknown>[]> {
  const { columns, rows } = await (await open()).query(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
}

describe('views', () => {
  test('all work, with their columns, when nothing is stored yet', async () => {
    const store = await open();
    for (const view of [
      'ticks',
      'trades',
      'quotes',
      'levels',
      'bars',
      'streams',
      'instruments',
      'raw_ticks',
      'bar_ticks',
    ]) {
      const { rows, columns } = await store.query(`SELECT * FROM ${view}`);
      expect(rows, view).toEqual([]);
      expect(columns.length, view).toBeGreaterThan(10);
    }
  });

  test('a price is the double nearest to its decimal, and the decimal itself', async () => {
    const random = seededRandom(testSeed());
    const exponents = Array.from({ length: 37 }, (_, at) => at - 18);
    const entries = exponents.map((exponent, index) =>
      sampleEntry(index, { priceExp: exponent, sizeExp: -exponent }),
    );
    const mantissas: [number, number][] = [];
    const mantissa = (): number => {
      const digits = 1 + Math.floor(random() * 16);
      const value = Math.min(Math.floor(random() * 10 ** digits), Number.MAX_SAFE_INTEGER);
      return random() < 0.2 && value !== 0 ? -value : value; // a tick's zero has no sign
    };
    await storeTicks(
      3_000,
      (tick, at) => {
        tick.begin(TickKind.Trade).setTsRecv(NOON.hi, NOON.lo);
        tick.instrument = at % exponents.length;
        tick.setSideAction(Side.Ask, Action.Trade);
        const pair: [number, number] = at % 50 === 0 ? [ABSENT, ABSENT] : [mantissa(), mantissa()];
        [tick.price, tick.size] = pair;
        mantissas.push(pair);
        tick.setTradeId(0xffff_ffff, at);
      },
      { entries: encodedEntries(entries) },
    );
    const rows = await records('SELECT * FROM trades ORDER BY position');
    expect(rows).toHaveLength(3_000);
    rows.forEach((row, at) => {
      const exponent = exponents[at % exponents.length] ?? 0;
      const [price = 0, size = 0] = mantissas[at] ?? [];
      const priceText = formatDecimal(price, exponent) ?? null;
      const sizeText = formatDecimal(size, exponent === 0 ? 0 : -exponent) ?? null;
      expect(row.price_text, `mantissa ${price} exponent ${exponent}`).toBe(priceText);
      expect(row.size_text).toBe(sizeText);
      expect(row.price).toBe(priceText === null ? null : Number(priceText));
      expect(row.size).toBe(sizeText === null ? null : Number(sizeText));
      expect(row.price_m).toBe(price === ABSENT ? null : price);
      expect(row.trade_id).toBe((0xffff_ffff00000000n + BigInt(at)).toString());
    });
    expect(rows[1]).toMatchObject({
      ring_id: 'ff00000000000001',
      position: 1,
      day: '2026-11-21',
      vendor: 'kucoin',
      venue: 'KUCOIN',
      symbol: 'SYM1-USDT',
      side: 'ask',
      action: 'trade',
      ts_event: null,
      ts_recv: '2026-11-21 12:00:00',
    });
  });

  test('quotes, levels and streams show their own fields', async () => {
    await storeTicks(3, (tick, at) => {
      if (at === 0) {
        tick.begin(TickKind.Quote).setTsRecv(NOON.hi, NOON.lo);
        tick.bidPrice = 12_345_678_900;
        tick.askPrice = ABSENT;
        tick.bidSize = 1;
        tick.askSize = 0;
      } else if (at === 1) {
        tick.begin(TickKind.Level).setTsRecv(NOON.hi, NOON.lo);
        tick.setSideAction(Side.Bid, Action.Modify);
        tick.price = 100_000_000;
        tick.size = 0;
        tick.orderCount = 0xffff_ffff;
        tick.level = 7;
      } else {
        tick.begin(TickKind.Stream).setTsRecv(NOON.hi, NOON.lo);
        tick.setTsEvent(NOON.hi, NOON.lo);
        tick.setFirstMissing(0xffff_ffff, 0xffff_fffe);
        tick.setMissingCount(0xffff_ffff, 0xffff_ffff);
        tick.setFromTs(0xffff_ffff, 0xffff_ffff);
        tick.setStream({
          state: StreamState.Gap,
          previousState: StreamState.Live,
          reason: StreamReason.SequenceGap,
          scope: StreamScope.Channel,
        });
        tick.ledgerId = 0x8000_0001;
        tick.flags = TickFlag.GapBefore;
      }
      tick.instrument = 1;
    });
    expect(await records('SELECT * FROM quotes')).toMatchObject([
      {
        bid_price: 123.456789,
        ask_price: null,
        bid_size: 0.000001,
        ask_size: 0,
        ask_size_text: '0',
      },
    ]);
    expect(await records('SELECT * FROM levels')).toMatchObject([
      { side: 'bid', price: 1, price_text: '1', size: 0, order_count: 0xffff_ffff, level: 7 },
    ]);
    expect(await records('SELECT * FROM streams')).toMatchObject([
      {
        state: 'gap',
        previous_state: 'live',
        reason: 'sequence-gap',
        scope: 'channel',
        first_missing: '18446744073709551614',
        missing_count: null,
        from_ts: null,
        ledger_id: 0x8000_0001,
      },
    ]);
    const kinds = await records('SELECT kind_name, count(*) n FROM ticks GROUP BY 1 ORDER BY 1');
    expect(kinds.map(({ kind_name }) => kind_name)).toEqual(['LEVEL', 'QUOTE', 'STREAM']);
  });

  test('a bar is put together from its two ticks', async () => {
    await storeTicks(
      4,
      (tick, at) => {
        tick.begin(at % 2 === 0 ? TickKind.BarPrice : TickKind.BarVolume);
        tick.setTsRecv(NOON.hi, NOON.lo);
        tick.setTsEvent(NOON.hi, NOON.lo);
        tick.instrument = 1;
        if (at % 2 === 0) {
          [tick.open, tick.high, tick.low, tick.close] = [1e8, 3e8, 5e7, 2e8 + at];
          return;
        }
        tick.volume = 1_500_000;
        tick.turnover = 123_456_789;
        tick.trades = 42;
        tick.intervalMs = 60_000;
        tick.coverageE4 = 9_950;
        tick.revision = 3;
        tick.barFlags = BarFlag.Partial | 2;
      },
      { vendor: 'tickwire' },
    );
    const bars = await records('SELECT * FROM bars ORDER BY position');
    expect(bars).toMatchObject([
      {
        vendor: 'kucoin',
        symbol: 'SYM1-USDT',
        start: '2026-11-21 12:00:00',
        interval_ms: 60_000,
        open: 1,
        high: 3,
        low: 0.5,
        close: 2,
        volume: 1.5,
        turnover: 0.000123456789,
        trades: 42,
        coverage: 0.995,
        revision: 3,
      },
      { close: 2.00000002, position: 2 },
    ]);
    expect(await records('SELECT * FROM trades')).toEqual([]);
  });

  test('hostile payloads do not stop a query', async () => {
    const kinds = Object.values(TickKind).filter((kind) => kind !== TickKind.Pad);
    await storeTicks(64, (tick, at) => {
      tick.begin(kinds[at % kinds.length] ?? TickKind.Clock);
      tick.setTsRecv(0xffff_ffff, 0xffff_fff0 + (at % 15));
      tick.instrument = at % 5 === 0 ? 0xffff_ffff : at;
      tick.setSideAction(Side.Bid, Action.None);
      // The most negative integer, which has no absolute value, in every word.
      for (const set of [
        'setTradeId',
        'setPriority',
        'setFullSequence',
        'setMissingCount',
      ] as const) {
        tick[set](0x8000_0000, 0);
      }
    });
    const store = await open();
    for (const view of ['ticks', 'trades', 'quotes', 'levels', 'streams']) {
      await store.query(`SELECT * FROM ${view}`);
    }
  });
});

describe('query', () => {
  test('answers queries only, and touches nothing outside the store', async () => {
    const outside = join(temporaryDirectory({ name: 'outside' }), 'secret.csv');
    writeFileSync(outside, 'a,b\n1,2\n');
    await storeTicks(1, (tick) => tick.begin(TickKind.Clock).setTsRecv(NOON.hi, NOON.lo));
    const store = await open();
    const target = join(dataDir, 'store', 'x.parquet');
    const refused: [string, string][] = [
      [`COPY (SELECT 1) TO '${target}' (FORMAT parquet)`, 'NOT_READ_ONLY'],
      [`EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}' (FORMAT parquet)`, 'NOT_READ_ONLY'],
      ['CREATE TABLE t (a INTEGER)', 'NOT_READ_ONLY'],
      ['DROP VIEW trades', 'NOT_READ_ONLY'],
      ['DELETE FROM raw_instruments', 'NOT_READ_ONLY'],
      ['SET enable_external_access = true', 'NOT_READ_ONLY'],
      ['INSTALL httpfs', 'NOT_READ_ONLY'],
      [`ATTACH '${join(dataDir, 'x.db')}'`, 'NOT_READ_ONLY'],
      ['SELECT 1; SELECT 2', 'NOT_READ_ONLY'],
      [`EXPORT DATABASE '${join(dataDir, 'store', 'x')}'`, 'NOT_READ_ONLY'],
      [`/* SELECT */ COPY (SELECT 1) TO '${target}'`, 'NOT_READ_ONLY'],
      [`-- SELECT\nATTACH '${join(dataDir, 'store', 'x.db')}'`, 'NOT_READ_ONLY'],
      [`EXPLAIN ANALYZE DELETE FROM raw_instruments`, 'NOT_READ_ONLY'],
      [`WITH a AS (SELECT 1) DELETE FROM raw_instruments`, 'NOT_READ_ONLY'],
      ['', 'BAD_QUERY'],
      ['  -- nothing', 'BAD_QUERY'],
      [`SELECT * FROM read_csv('${outside}')`, 'BAD_QUERY'],
      [`SELECT * FROM '${outside}'`, 'BAD_QUERY'],
      [`SELECT * FROM read_text('/etc/hostname')`, 'BAD_QUERY'],
      [`SELECT * FROM read_text('${dataDir}/store/../secret')`, 'BAD_QUERY'],
      [`SELECT * FROM glob('/etc/*')`, 'BAD_QUERY'],
      ['SELECT nonsense FROM trades', 'BAD_QUERY'],
      ['SELECT * FROM nowhere', 'BAD_QUERY'],
      ['SELEC 1', 'BAD_QUERY'],
    ];
    for (const [sql, code] of refused) {
      const error: unknown = await store.query(sql).catch((reason: unknown) => reason);
      expect(error, sql).toMatchObject({ code });
      expect(error instanceof Error && !error.message.includes('\n'), sql).toBe(true);
    }
    expect(existsSync(target)).toBe(false);
    expect((await store.query('SELECT count(*) FROM ticks')).rows).toEqual([[1]]);
    expect(readdirSync(join(dataDir, 'store')).sort()).toEqual([
      'files.json',
      'instruments',
      'ticks',
      'writer.lock',
    ]);
    const answered = [
      'SHOW TABLES',
      'DESCRIBE trades',
      'EXPLAIN SELECT 1',
      'EXPLAIN ANALYZE (SELECT 1)',
      'SUMMARIZE ticks',
      'FROM ticks',
      '-- a comment\n (SELECT 1);',
    ];
    for (const sql of answered) {
      expect((await store.query(sql)).rows.length, sql).toBeGreaterThan(0);
    }
  });

  test('stops at the rows asked for and says that there are more', async () => {
    const store = await open();
    const result = await store.query('SELECT * FROM range(1000000)', { rowsMax: 5 });
    expect(result.truncated).toBe(true);
    expect(result.rows).toEqual([[0], [1], [2], [3], [4]]);
    expect((await store.query('SELECT * FROM range(5)', { rowsMax: 5 })).truncated).toBe(false);
  });

  test('a query beyond its memory fails in one sentence, and the next one works', async () => {
    const store = await openStore(dataDir, { memoryMiB: 32 });
    opened.push(store);
    const greedy = 'SELECT list(range) FROM range(50000000) GROUP BY range % 3';
    await expect(store.query(greedy)).rejects.toMatchObject({ code: 'BAD_QUERY' });
    expect((await store.query('SELECT 1 AS one')).rows).toEqual([[1]]);
  });

  test('sees what another process stores while it is open', async () => {
    await storeTicks(10, (tick) => tick.begin(TickKind.Clock).setTsRecv(NOON.hi, NOON.lo));
    const reading = await open();
    const store = await openTestStore(dataDir);
    const kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 10));
    await kept.commit();
    expect((await reading.query('SELECT count(*) FROM ticks')).rows).toEqual([[10]]);
    await kept.take(10);
    await kept.flush();
    expect((await reading.query('SELECT count(*) FROM ticks')).rows).toEqual([[20]]);
    await store.close();
  });

  test('writes results for people and for programs', async () => {
    mkdirSync(join(dataDir, 'store'));
    const store = await open();
    const result = await store.query(
      `SELECT 'a,"b"' AS text, 1.5::DOUBLE AS number, 2.50 AS exact, NULL AS nothing, 9007199254740993 AS big,
        [1, 2] AS list, {a: 1} AS struct, TIMESTAMP '2026-11-21 12:00:00.5' AS at,
        DATE '2026-11-21' AS day`,
    );
    expect(formatResult(result, 'ndjson')).toBe(
      '{"text":"a,\\"b\\"","number":1.5,"exact":"2.50","nothing":null,"big":"9007199254740993",' +
        '"list":[1,2],"struct":{"a":1},"at":"2026-11-21 12:00:00.5","day":"2026-11-21"}\n',
    );
    expect(formatResult(result, 'csv').split('\r\n')[1]).toBe(
      '"a,""b""",1.5,2.50,,9007199254740993,"[1,2]","{""a"":1}",2026-11-21 12:00:00.5,2026-11-21',
    );
    expect(JSON.parse(formatResult(result, 'json'))).toHaveLength(1);
    expect(formatResult(await store.query('SELECT 7 AS seven'), 'table')).toBe(
      'seven\n-----\n    7\n1 row\n',
    );
  });
});
