// Goal: the package works where nothing of this repository is. Method: packed as npm packs it,
// unpacked into a project that compiles the examples against its types and runs them, on each Node
// there is, with the simulator as the vendor.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { DbnDecoder, DbnEncoder, RType, TradeRecord } from '@tickwire/databento';
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoSimulator } from '@tickwire/sim-databento';
import { testSeed } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';
import { compileExamples, packedProject } from './test/packed-project.ts';

const project = packedProject();
const problems = compileExamples(project);
/** This one, and those of the system, from 20 on. */
const NODES = [...new Set([process.execPath, ...systemNodes()])];

function systemNodes(): string[] {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, 'node'));
  const real = found.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const versionOf = (path: string): number =>
    Number(execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0]);
  return real.filter((path) => path.endsWith('/node') && versionOf(path) >= 20);
}

/** Runs a file of the project to its end. */
async function run(node: string, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], DATABENTO_API_KEY: SIMULATED_KEY };
  const { stdout } = await promisify(execFile)(node, args, { cwd: project.dir, env });
  return stdout;
}

async function startSimulator(faults = ''): Promise<DatabentoSimulator> {
  const simulator = await startDatabentoSimulator({
    ...{ seed: String(testSeed()), rate: 2_000, faults },
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** Trades of two instruments, without metadata before them: 100 each. */
function tradesFile(): string {
  const encoder = new DbnEncoder(new Uint8Array(64 * 1_024));
  const trade = new TradeRecord();
  for (let at = 0; at < 200; at++) {
    encoder.begin(trade, RType.Trade);
    trade
      .setInstrumentId(1 + (at % 2))
      .setSize(1 + (at % 2))
      .setPrice(5_000_000_000);
  }
  encoder.clear();
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: 4, start: 0n, end: 1n, limit: 0n, stypeIn: 1 },
    ...{ stypeOut: 0, tsOut: false, symbolCstrLength: 71, symbols: ['ESZ6', 'NQZ6'] },
    ...{ partial: [], notFound: [] },
    mappings: ['ESZ6', 'NQZ6'].map((rawSymbol, at) => ({
      rawSymbol,
      intervals: [{ startDate: 19_700_101, endDate: 19_700_102, symbol: String(at + 1) }],
    })),
  });
  for (let at = 0; at < 200; at++) {
    encoder.begin(trade, RType.Trade);
    trade
      .setInstrumentId(1 + (at % 2))
      .setSize(1 + (at % 2))
      .setTsEventWords(0, at);
  }
  const path = join(project.dir, 'trades.dbn');
  writeFileSync(path, encoder.written);
  return path;
}

test('has one file of JavaScript, types, README and licence, and needs nothing else', () => {
  const other = project.files.filter((path) => !/^types\/libs\/[\w./-]+\.d\.ts$/.test(path));
  expect(other.toSorted()).toEqual(['LICENSE', 'README.md', 'index.js', 'package.json']);
});

test('its examples compile against its types', () => {
  expect(problems).toEqual([]);
});

test.each(NODES)('reads a file: %s', async (node) => {
  expect(await run(node, ['volume-of-file.js', tradesFile()])).toBe('ESZ6 100\nNQZ6 200\n');
});

const ZSTD_CHECK = `
import zlib from 'node:zlib';
import { LiveClient, recordsOf } from '@tickwire/databento';
const told = [typeof zlib.createZstdDecompress];
try {
  new LiveClient({ dataset: 'GLBX.MDP3', compression: 'zstd' });
} catch (error) {
  told.push(error.code, error.field);
}
let records = 0;
try {
  for await (const _ of recordsOf('trades.dbn.zst')) records += 1;
} catch (error) {
  told.push(error.code);
}
console.log(...told, records);
`;

test.each(NODES)('takes zstd where Node has it, and says where it has not: %s', async (node) => {
  writeFileSync(join(project.dir, 'trades.dbn.zst'), zstdCompressSync(readFileSync(tradesFile())));
  const text = await run(node, ['--input-type=module', '--eval', ZSTD_CHECK]);
  expect(['function 200\n', 'undefined BAD_OPTION compression NO_ZSTD 0\n']).toContain(text);
});

test.each(NODES)('gives live trades through disconnects, and says so: %s', async (node) => {
  const { port } = await startSimulator('reset=every:400ms');
  const text = await run(node, ['live-trades.js', '1500', `tcp://127.0.0.1:${port}`]);
  const lines = text.trim().split('\n');
  const trades = lines.filter((line) => /^\d+ (ES|NQ)[A-Z]\d \d+ @ \d+(\.\d+)?$/.test(line));
  expect(trades).toHaveLength(1_500);
  for (const symbol of new Set(trades.map((line) => line.split(' ')[1]))) {
    const sequences = trades
      .filter((line) => line.includes(` ${symbol} `))
      .map((line) => Number(line.split(' ')[0]));
    expect(sequences, symbol).toEqual(sequences.toSorted((a, b) => a - b));
  }
  expect(lines).toContain('from here on: live');
  expect(lines).toContain('gap 1 of everything: open');
  expect(lines).toContain('gap 1 of everything: replay');
});

test('records what comes', async () => {
  const { port } = await startSimulator();
  const text = await run(process.execPath, [
    ...['record-live.js', 'out.dbn', '2000', `tcp://127.0.0.1:${port}`],
  ]);
  expect(text).toBe('2000 records are in out.dbn\n');
  const decoder = new DbnDecoder();
  decoder.push(readFileSync(join(project.dir, 'out.dbn')));
  let records = 0;
  while (decoder.next()) records += decoder.rtype === RType.Mbp1 ? 1 : 0;
  decoder.end();
  expect(records).toBe(2_000);
});
