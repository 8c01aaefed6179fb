// The gateway over real sockets, as a client of the vendor's protocol finds it.
import { RType } from '@tickwire/wire-dbn';
import { expect, test } from 'vitest';
import { LiveReader, header } from '../test/live-reader.ts';
import { OPENS_AT_MS, runSimulator, subscribe } from '../test/running-simulator.ts';
import { MADE_SCHEMAS } from './index.ts';

const OPENS_AT_NS = BigInt(OPENS_AT_MS) * 1_000_000n;

test('a session: metadata, ack and mappings, then prices', async () => {
  const { simulator, clock } = await runSimulator({ rate: 5_000 });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(`schema=trades|stype_in=parent|symbols=ES.FUT|id=4`);
  expect(reader.lines[2]).toMatch(/^success=1\|session_id=\d+000001$/);
  expect(reader.metadata).toMatchObject({ version: 3, dataset: 'GLBX.MDP3', schema: 0xffff });
  await reader.until(() => reader.records.length === 5);
  expect(reader.records[0]).toMatchObject({
    ...{ code: 1, msg: 'Subscription request 4 for trades data succeeded' },
  });
  const mappings = reader.of(RType.SymbolMapping);
  expect(mappings.map((each) => [header(each).instrument_id, each.stype_out_symbol])).toEqual([
    [4001, 'ESH6'],
    [4002, 'ESM6'],
    [4003, 'ESU6'],
    [4004, 'ESZ6'],
  ]);
  clock.advance(100);
  await reader.until(() => reader.records.length > 20);
  const others = reader.records.slice(5).map((record) => header(record).rtype);
  expect(new Set(others)).toEqual(new Set([RType.Trade]));
});

test('every schema that is made has records', async () => {
  const { simulator, clock } = await runSimulator({
    ...{ rate: 200, instruments: 2, subscriptionsPerSecMax: 100 },
  });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(...MADE_SCHEMAS.map((schema) => subscribe(schema, 'ALL_SYMBOLS')));
  const expected = MADE_SCHEMAS.filter((schema) => !/ohlcv-1[hd]|status/.test(schema));
  for (let second = 0; second < 61; second += 1) clock.advance(1_000);
  await reader.until(() => simulator.reports()[0]?.behind === 0);
  const sent = simulator.reports()[0]?.sent ?? {};
  const definitions = reader.of(RType.Definition).length;
  expect(definitions).toBe(2);
  const missing = expected.filter(
    (schema) => schema !== 'definition' && !((sent[schema] ?? 0) > 0),
  );
  expect(missing).toEqual([]);
});

test('bars agree with the trades of their second', async () => {
  const { simulator, clock } = await runSimulator({ rate: 300, instruments: 1 });
  const reader = new LiveReader({ port: simulator.port });
  const schemas = [subscribe('trades', 'ESH6'), subscribe('ohlcv-1s', 'ESH6')];
  await reader.start(...schemas);
  clock.advance(3_100);
  await reader.until(() => reader.of(RType.Ohlcv1s).length === 3);
  for (const bar of reader.of(RType.Ohlcv1s)) {
    const from = header(bar).ts_event;
    const prices: bigint[] = [];
    let volume = 0n;
    for (const trade of reader.of(RType.Trade)) {
      const at = header(trade).ts_event;
      if (at < from || at >= from + 1_000_000_000n) continue;
      prices.push(BigInt(String(trade.price)));
      volume += BigInt(String(trade.size));
    }
    expect([String(bar.open), String(bar.close), BigInt(String(bar.volume))]).toEqual([
      String(prices[0]),
      String(prices.at(-1)),
      volume,
    ]);
  }
});

test('symbols that are not there are told, the others come', async () => {
  const { simulator } = await runSimulator();
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('trades', 'ESH6,NOPE,NEITHER'));
  await reader.until(() => reader.records.length === 4);
  expect(reader.of(RType.Error)).toMatchObject([
    { code: 4, is_last: 0, err: 'Failed to resolve symbol: NOPE' },
    { code: 4, is_last: 1, err: 'Failed to resolve symbol: NEITHER' },
  ]);
  expect(reader.of(RType.SymbolMapping)).toHaveLength(1);
});

test.each([
  ['raw_symbol', 'ESM6', [4002]],
  ['instrument_id', '4003', [4003]],
  ['parent', 'NQ.FUT', [4005, 4006, 4007, 4008]],
  ['continuous', 'NQ.c.1', [4006]],
  ['raw_symbol', 'ALL_SYMBOLS', [4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008]],
])('%s %s', async (stype, symbol, ids) => {
  const { simulator } = await runSimulator();
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(`schema=mbo|stype_in=${stype}|symbols=${symbol}`);
  await reader.until(() => reader.of(RType.SymbolMapping).length === ids.length);
  expect(reader.of(RType.SymbolMapping).map((each) => header(each).instrument_id)).toEqual(ids);
});

test('a subscription that cannot be is an error record, then the end', async () => {
  const { simulator } = await runSimulator();
  const reader = new LiveReader({ port: simulator.port });
  await reader.start('schema=cmbp-1|symbols=ESH6');
  expect(await reader.untilEnded()).toBe('closed');
  expect(reader.of(RType.Error)).toMatchObject([{ code: 5 }]);
  expect(simulator.counts.refused).toEqual(new Map([['subscription', 1]]));
});

test('a replay has what was made since, once, then the present', async () => {
  const { simulator, clock } = await runSimulator({ rate: 1_000, instruments: 2 });
  const live = new LiveReader({ port: simulator.port });
  await live.start(subscribe('mbo', 'ALL_SYMBOLS'));
  clock.advance(400);
  const start = OPENS_AT_NS + 200_000_000n;
  const late = new LiveReader({ port: simulator.port });
  await late.start(subscribe('mbo', 'ALL_SYMBOLS', `start=${start}`));
  clock.advance(100);
  await live.until(() => simulator.reports()[0]?.sent.mbo === live.of(RType.Mbo).length);
  await late.until(() => simulator.reports()[1]?.sent.mbo === late.of(RType.Mbo).length);
  const since = live.of(RType.Mbo).filter((record) => header(record).ts_event >= start);
  expect(since.length).toBeGreaterThan(200);
  expect(late.of(RType.Mbo)).toEqual(since);
  expect(late.of(RType.System)).toMatchObject([{ code: 1 }, { code: 3 }]);
});

test('history is there to be replayed from the first moment', async () => {
  const { simulator } = await runSimulator({ rate: 1_000, historyMs: 2_000, schemas: ['trades'] });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('trades', 'ALL_SYMBOLS', 'start=0'));
  await reader.until(() => reader.of(RType.System).some(({ code }) => code === 3));
  expect(reader.of(RType.Trade).length).toBeGreaterThan(100);
});

test('ts_out and zstd change the wrapping, not the records', async () => {
  const { simulator, clock } = await runSimulator({ rate: 2_000 });
  const choices = ['', '|ts_out=1', '|compression=zstd', '|ts_out=1|compression=zstd'];
  const readers = choices.map(
    (choice) => new LiveReader({ port: simulator.port, choices: choice }),
  );
  for (const reader of readers) await reader.start(subscribe('mbp-1', 'ALL_SYMBOLS'));
  clock.advance(200);
  const plain = readers.map((reader) => () => reader.of(RType.Mbp1).map(withoutTsOut));
  for (const [at, reader] of readers.entries()) {
    await reader.until(() => simulator.reports()[at]?.sent['mbp-1'] === plain[at]?.().length);
    expect(plain[at]?.()).toEqual(plain[0]?.());
    expect(reader.of(RType.Mbp1).every((record) => 'ts_out' in record)).toBe(at % 2 === 1);
  }
  expect(plain[0]?.().length).toBeGreaterThan(20);
});

test('a heartbeat comes an interval after whatever was said last', async () => {
  const { simulator, clock } = await runSimulator({ rate: 0 });
  const choices = '|heartbeat_interval_s=5';
  const reader = new LiveReader({ port: simulator.port, choices });
  await reader.start(subscribe('trades', 'ESH6'));
  await reader.until(() => reader.records.length === 2);
  clock.advance(3_000);
  reader.say(subscribe('mbo', 'ESH6'));
  await reader.until(() => reader.records.length === 4);
  clock.advance(4_999);
  expect(simulator.reports()[0]?.notices).toBe(4);
  clock.advance(1);
  expect(simulator.reports()[0]?.notices).toBe(5);
  await reader.until(() => reader.records.length === 5);
  expect(reader.records[4]).toMatchObject({ code: 0, msg: 'Heartbeat' });
});

function withoutTsOut(record: Readonly<Record<string, unknown>>): unknown {
  const { ts_out: _tsOut, hd, ...rest } = record;
  const { length: _length, ...head } = hd as Record<string, unknown>;
  return { hd: head, ...rest };
}

test('sessions that start do not make the market any faster, and nothing goes on behind its end', async () => {
  const { simulator, clock } = await runSimulator({ rate: 1_000, instruments: 1 });
  const readers = [1, 2, 3].map(() => new LiveReader({ port: simulator.port }));
  for (const reader of readers) await reader.start(subscribe('trades', 'ESH6'));
  // One for the market, one for the heartbeats of each session.
  expect(clock.pending).toBe(1 + readers.length);
  await simulator.close();
  expect(clock.pending).toBe(0);
});
