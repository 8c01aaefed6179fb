// Goal: the package works where nothing of this repository is. Method: packed as npm packs it,
// unpacked into a project that compiles the examples against its types and runs them, on each Node
// there is, with the simulator as the vendor.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { DbnDecoder, RType } from '@tickwire/databento';
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoSimulator, DatabentoSimulatorOptions } from '@tickwire/sim-databento';
import { testSeed } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';
import { compileExamples, packedProject } from './test/packed-project.ts';
import { writeTrades } from './test/trades-file.ts';
import type { FileTrade } from './test/trades-file.ts';

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

async function startSimulator(
  options: DatabentoSimulatorOptions = { seed: String(testSeed()), rate: 2_000 },
): Promise<DatabentoSimulator> {
  const simulator = await startDatabentoSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

const TRADES = join(project.dir, 'trades.dbn');
const trades = writeTrades(TRADES, { count: 200, startMs: 0, stepNs: 1n });
writeFileSync(`${TRADES}.zst`, zstdCompressSync(readFileSync(TRADES)));

test('has one file of JavaScript, types, README and licence, and needs nothing else', () => {
  const other = project.files.filter((path) => !/^types\/libs\/[\w./-]+\.d\.ts$/.test(path));
  expect(other.toSorted()).toEqual(['LICENSE', 'README.md', 'index.js', 'package.json']);
});

test('its examples compile against its types', () => {
  expect(problems).toEqual([]);
});

test.each(NODES)('reads a file: %s', async (node) => {
  const volumeOf = (symbol: string): number =>
    trades.reduce((sum, trade) => sum + (trade.symbol === symbol ? trade.size : 0), 0);
  expect(await run(node, ['volume-of-file.js', TRADES])).toBe(
    `ESZ6 ${volumeOf('ESZ6')}\nNQZ6 ${volumeOf('NQZ6')}\n`,
  );
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
  const text = await run(node, ['--input-type=module', '--eval', ZSTD_CHECK]);
  expect(['function 200\n', 'undefined BAD_OPTION compression NO_ZSTD 0\n']).toContain(text);
});

const ONCE_CHECK = `
import { LiveClient } from '@tickwire/databento';
const [url, count] = process.argv.slice(1);
const client = new LiveClient({ dataset: 'GLBX.MDP3', url });
client.subscribe({ schema: 'trades', symbols: 'ALL_SYMBOLS' });
const got = { trades: [], gaps: 0 };
for await (const { type, symbol, record, state } of client) {
  if (type === 'trade') {
    const { sequence, size } = record;
    if (got.trades.push({ symbol, sequence, size }) === Number(count)) break;
  } else if (type === 'gap' && state === 'open') got.gaps += 1;
}
console.log(JSON.stringify(got));
`;

test.each(NODES)('gives each record once, in order, through disconnects: %s', async (node) => {
  // So many that connections end in the middle, at the pace at which they are recorded: 800 ms.
  const path = join(project.dir, 'live.dbn');
  const sent = writeTrades(path, { count: 4_000, startMs: Date.now(), stepNs: 200_000n });
  const { port } = await startSimulator({ files: { paths: [path] }, faults: 'reset=every:300ms' });
  const url = `tcp://127.0.0.1:${port}`;
  const args = ['--input-type=module', '--eval', ONCE_CHECK, url, String(sent.length)];
  const got = JSON.parse(await run(node, args)) as { trades: FileTrade[]; gaps: number };
  expect(got.trades).toEqual(sent);
  expect(got.gaps).toBeGreaterThan(0);
});

test('prints live trades, and where some are missing', async () => {
  const { port } = await startSimulator({
    ...{ seed: String(testSeed()), rate: 2_000, faults: 'reset=every:400ms' },
  });
  const args = ['live-trades.js', '1500', `tcp://127.0.0.1:${port}`];
  const lines = (await run(process.execPath, args)).trim().split('\n');
  const printed = lines.filter((line) => /^\d+ (ES|NQ)[A-Z]\d \d+ @ \d+(\.\d+)?$/.test(line));
  expect(printed).toHaveLength(1_500);
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
