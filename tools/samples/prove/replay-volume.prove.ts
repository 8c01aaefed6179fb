// Proof: a recording far larger than the ring is replayed at maximum speed without a loss, every
// quote equals the book at its sequence, every hop balances, and memory does not grow with the
// file. Prints seed and figures; exit code 0 or 1.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawCaptureWriter } from '@tickwire/io-capture';
import { renderSession, symbolNames } from '@tickwire/sim-kucoin';
import { repositoryRoot, testSeed } from '@tickwire/testing';

const SYMBOLS = 20;
const RATE = 2_000;
const DURATIONS_MS = [20_000, 100_000] as const;
/** The larger recording may not need much more than the smaller one. */
const GROWTH_BYTES_MAX = 96 * 1024 * 1024;

interface Outcome {
  messages: number;
  ticks: number;
  compared: number;
  pssBytes: number;
  faults: string[];
}

const seed = testSeed();
const folder = mkdtempSync(join(tmpdir(), 'tickwire-prove-'));
const faults: string[] = [];
try {
  process.stdout.write(`seed ${seed}, ${SYMBOLS} symbols, ${RATE} messages/s\n`);
  const outcomes = DURATIONS_MS.map((durationMs, at) => run(join(folder, String(at)), durationMs));
  for (const outcome of outcomes) faults.push(...outcome.faults);
  const growth = (outcomes.at(-1)?.pssBytes ?? 0) - (outcomes[0]?.pssBytes ?? 0);
  process.stdout.write(`memory grew by ${mebibytes(growth)} for five times the messages\n`);
  if (growth > GROWTH_BYTES_MAX) faults.push(`memory grows with the file: ${mebibytes(growth)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
process.stdout.write(faults.length === 0 ? 'proved\n' : 'not proved\n');
process.exitCode = faults.length === 0 ? 0 : 1;

function run(directory: string, durationMs: number): Outcome {
  record(directory, durationMs);
  const report = join(directory, 'report.json');
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['apps/cli/src/main.ts', 'replay', directory, '--json', '--report', report],
    { cwd: repositoryRoot(), encoding: 'utf8' },
  );
  const elapsedMs = performance.now() - started;
  const outcome = judge(report, { status, stdout, stderr });
  const megabytes = (statSync(join(directory, 'ws.txt')).size / 1e6).toFixed(1);
  const rate = Math.round((outcome.messages * 1000) / elapsedMs);
  process.stdout.write(
    `${outcome.messages} messages (${megabytes} MB), ${outcome.ticks} ticks, ` +
      `${Math.round(elapsedMs)} ms with start and stop, ${rate} messages/s, ` +
      `${outcome.compared} quotes compared, peak ${mebibytes(outcome.pssBytes)}\n`,
  );
  return outcome;
}

function record(directory: string, durationMs: number): void {
  const session = renderSession({
    seed,
    symbols: symbolNames(SYMBOLS),
    rate: RATE,
    startMs: Date.UTC(2025, 0, 15, 12),
    durationMs,
  });
  const writer = new RawCaptureWriter({ directory });
  const stamp = (ns: bigint) => ({ hi: Number(ns >> 32n), lo: Number(ns & 0xffff_ffffn) });
  for (const { tsNs, text } of session.ws) writer.ws(stamp(tsNs), Buffer.from(text));
  for (const { tsNs, method, path, body } of session.rest) {
    writer.rest(stamp(tsNs), { method, path, body: Buffer.from(body) });
  }
  writer.close();
}

function judge(
  report: string,
  ended: { status: number | null; stdout: string; stderr: string },
): Outcome {
  const found: string[] = [];
  if (ended.status !== 0) found.push(`exit code ${ended.status}: ${ended.stderr.trim()}`);
  const summary = JSON.parse(ended.stdout) as {
    read: number;
    ticks: number;
    lost: number;
    tickers: { compared: number; equal: number };
  };
  const { hops, services } = JSON.parse(readFileSync(report, 'utf8')) as {
    hops: { name: string; balanced: boolean }[];
    services: { name: string; pssBytes: number }[];
  };
  const { compared, equal } = summary.tickers;
  if (summary.lost !== 0) found.push(`${summary.lost} ticks lost`);
  if (compared === 0 || compared !== equal) found.push(`${equal} of ${compared} quotes equal`);
  for (const hop of hops) if (!hop.balanced) found.push(`${hop.name} does not balance`);
  return {
    messages: summary.read,
    ticks: summary.ticks,
    compared,
    pssBytes: services.find(({ name }) => name === 'gateway-replay')?.pssBytes ?? 0,
    faults: found,
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
