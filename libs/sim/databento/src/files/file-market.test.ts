// Goal: a client receives what the files hold, each record once, in the order of their times.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDbn } from '@tickwire/io-dbn-file';
import { ManualClock } from '@tickwire/sim-kit';
import { capturedData, temporaryDirectory } from '@tickwire/testing';
import { RType, recordJson } from '@tickwire/wire-dbn';
import type { RecordJson } from '@tickwire/wire-dbn';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LiveReader, header } from '../../test/live-reader.ts';
import { subscribe } from '../../test/running-simulator.ts';
import { FILE_OPENS_AT_NS, writeTrades } from '../../test/written-file.ts';
import { startDatabentoSimulator } from '../index.ts';
import type { DatabentoSimulator, FilesOptions } from '../index.ts';

async function runFiles(files: FilesOptions, more = {}): Promise<DatabentoSimulator> {
  const simulator = await startDatabentoSimulator({ files, ...more });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** Two files that overlap; the second is compressed. */
function twoFiles(): string[] {
  const folder = temporaryDirectory({ name: 'files' });
  const [plain, packed] = [join(folder, 'a.dbn'), join(folder, 'b.dbn.zst')];
  const trade = (sequence: number) => ({ id: 1 + (sequence % 2), atMs: sequence, sequence });
  const odd = [1, 3, 5, 7, 9].map(trade);
  writeTrades(plain, odd, { tsOut: true });
  writeTrades(packed, [0, 2, 4, 6, 8].map(trade), { isPacked: true });
  return [plain, packed];
}

const sequences = (reader: LiveReader): number[] =>
  reader.of(RType.Trade).map(({ sequence }) => Number(sequence));

test('files are merged by time, plain and compressed, with ts_out and without', async () => {
  const simulator = await runFiles({ paths: twoFiles(), speed: 'max' });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('trades', 'ALL_SYMBOLS'));
  await reader.until(() => reader.count(RType.Trade) === 10);
  expect(sequences(reader)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(header(reader.of(RType.Trade)[3]!).ts_event).toBe(FILE_OPENS_AT_NS + 3_000_000n);
  expect(reader.of(RType.SymbolMapping)).toMatchObject([
    { stype_in_symbol: 'TWO', stype_out_symbol: 'TWO', start_ts: '1609113600000000000' },
    { stype_in_symbol: 'ONE', stype_out_symbol: 'ONE', end_ts: '1609200000000000000' },
  ]);
});

test('symbols that are in no file are told, as the venue does', async () => {
  const simulator = await runFiles({ paths: twoFiles(), speed: 'max' });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('trades', 'ONE,NONE'));
  await reader.until(() => reader.count(RType.Trade) === 5);
  expect(reader.of(RType.Error)).toMatchObject([{ code: 4, is_last: 1 }]);
});

test('a recording of several schemas gives each to who asks for it', async () => {
  const path = join(temporaryDirectory({ name: 'files' }), 'live.dbn');
  const records = [0, 1, 2, 3, 4, 5].map((sequence) => {
    const as = sequence % 3 === 0 ? ('mbo' as const) : ('trade' as const);
    return { id: 1, atMs: sequence, sequence, as };
  });
  writeTrades(path, records, { isMixed: true });
  const simulator = await runFiles({ paths: [path], speed: 'max' });
  const both = new LiveReader({ port: simulator.port });
  await both.start(subscribe('trades', 'ONE'), subscribe('mbo', 'ONE'));
  await both.until(() => both.count(RType.Trade) === 4 && both.count(RType.Mbo) === 2);
  expect(sequences(both)).toEqual([1, 2, 4, 5]);
  const orders = new LiveReader({ port: simulator.port });
  await orders.start(subscribe('mbo', 'ONE', 'start=0'));
  await orders.until(() => orders.of(RType.System).some(({ code }) => code === 3));
  expect(orders.of(RType.Mbo).map(({ sequence }) => sequence)).toEqual([0, 3]);
  expect(orders.of(RType.Trade)).toEqual([]);
});

test('what has passed is replayed to who comes later', async () => {
  const simulator = await runFiles({ paths: twoFiles(), speed: 'max' });
  const first = new LiveReader({ port: simulator.port });
  await first.start(subscribe('trades', 'ALL_SYMBOLS'));
  await first.until(() => first.count(RType.Trade) === 10);
  const late = new LiveReader({ port: simulator.port });
  const start = FILE_OPENS_AT_NS + 4_000_000n;
  await late.start(subscribe('trades', 'ALL_SYMBOLS', `start=${start}`));
  await late.until(() => late.of(RType.System).some(({ code }) => code === 3));
  expect(sequences(late)).toEqual([4, 5, 6, 7, 8, 9]);
});

test('a round follows the last one, and its times go on', async () => {
  const simulator = await runFiles({ paths: twoFiles(), speed: 'max', loops: true });
  const reader = new LiveReader({ port: simulator.port, keeps: (rtype) => rtype === 0 });
  await reader.start(subscribe('trades', 'ALL_SYMBOLS'));
  await reader.until(() => reader.count(RType.Trade) > 25);
  const times = reader.of(RType.Trade).map((record) => header(record).ts_event);
  expect(times.slice(9, 12)).toEqual(
    [9_000_000n, 10_000_000n, 11_000_000n].map((ns) => FILE_OPENS_AT_NS + ns),
  );
  expect([...times].sort((a, b) => (a < b ? -1 : 1))).toEqual(times);
});

test('as recorded, a record comes when its time has come', async () => {
  const clock = new ManualClock(Date.UTC(2026, 2, 4));
  const files = { paths: twoFiles(), speed: 0.01 };
  const simulator = await runFiles(files, { clock, timers: clock });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('trades', 'ALL_SYMBOLS'));
  await reader.until(() => reader.count(RType.Trade) === 1);
  clock.advance(100);
  await reader.until(() => reader.count(RType.Trade) === 2);
  expect(sequences(reader)).toEqual([0, 1]);
});

test.each([
  ['a file of another dataset', 'of XNAS.ITCH, those before of GLBX.MDP3'],
  ['a file that ends within a record', 'ends'],
  ['a file that is none of DBN', 'broken.dbn'],
  ['a file that is not there', 'ENOENT'],
])('%s is refused by its name', async (what, detail) => {
  const folder = temporaryDirectory({ name: 'files' });
  const [good, broken] = [join(folder, 'good.dbn'), join(folder, 'broken.dbn')];
  writeTrades(good, [{ id: 1, atMs: 0, sequence: 1 }]);
  const bytes = what.includes('none') ? 'symbol,price\n' : undefined;
  if (what.includes('dataset')) {
    writeTrades(broken, [{ id: 1, atMs: 0, sequence: 1 }], { dataset: 'XNAS.ITCH' });
  } else if (what.includes('within')) {
    const whole = await readBytes(good);
    writeFileSync(broken, whole.subarray(0, -10));
  } else if (bytes !== undefined) writeFileSync(broken, bytes);
  const started = startDatabentoSimulator({ files: { paths: [good, broken] } });
  await expect(started).rejects.toThrow(detail);
  await expect(started).rejects.toMatchObject({ code: 'BAD_OPTION', field: 'files' });
});

async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path);
}

const root = capturedData('DBN of the vendor', 'dbn');

describe.skipIf(root === undefined)('captured files', () => {
  const schemas = ['mbo', 'mbp-1', 'mbp-10', 'tbbo', 'trades', 'statistics', 'definition'];
  const pathOf = (schema: string): string =>
    join(root ?? '', 'py/GLBX.MDP3', `test_data.${schema}.dbn.zst`);

  test('each record of seven schemas arrives as it is in its file', async () => {
    const simulator = await runFiles({ paths: schemas.map(pathOf), speed: 'max' });
    for (const schema of schemas) {
      const expected: RecordJson[] = [];
      const reading = readDbn(pathOf(schema), { upgrade: 'upgradeToV3' });
      for await (const records of reading.pieces()) {
        while (records.next()) expected.push(recordJson(records));
      }
      const reader = new LiveReader({ port: simulator.port });
      // The first session begins the market; each asks for all from its start.
      await reader.start(subscribe(schema, 'ALL_SYMBOLS', 'start=0'));
      const market = (): RecordJson[] =>
        reader.records.filter((record) => ![21, 22, 23].includes(header(record).rtype));
      await reader.until(() => market().length >= expected.length);
      const key = (record: RecordJson): string => JSON.stringify(record);
      expect(market().map(key).sort()).toEqual(expected.map(key).sort());
    }
  });
});
