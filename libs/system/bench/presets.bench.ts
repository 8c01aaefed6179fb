// `npm run bench -- presets`: each preset on each axis; each must be best on its own.
//
//   --runs N       runs of each preset, 5 by default, in turn
//   --quick        one run of fewer ticks
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { resolveUpOptions } from '../src/config/up-options.ts';
import { PRESET_NAMES } from '../src/plan/presets.ts';
import type { PresetName } from '../src/plan/presets.ts';
import type { PresetSideOptions, ReaderFigures, WriterFigures } from './preset-side.ts';
import { FRAME_TICKS } from './preset-side.ts';
import { judgePresets, presetTable } from './preset-table.ts';
import type { PresetFigures } from './preset-table.ts';
import { countSymbols } from './symbols-held.ts';

/** Shared memory of the third axis. */
const BUDGET_BYTES = 256 * 2 ** 20;
/** Apart far enough that a waiting reader goes to rest between two ticks. */
const LATENCY_RATE = 1_000;
const TICKS = 20_000_000;
const WARMUP_TICKS = 4_000_000;
const LATENCY_SECONDS = 3;
const QUICK_SHARE = 0.1;

const { values } = parseArgs({
  options: { runs: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const runs = Number(values.runs ?? (values.quick ? 1 : 5));
const share = values.quick ? QUICK_SHARE : 1;
const pinned =
  availableParallelism() >= 2 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

function wholeFrames(ticks: number): number {
  return Math.ceil((ticks * share) / FRAME_TICKS) * FRAME_TICKS;
}

/** One side in a process of its own, on a core of its own where that is possible. */
function side<T>(script: string, options: PresetSideOptions, core: number): Promise<T> {
  const path = join(import.meta.dirname, script);
  const node = [process.execPath, path, JSON.stringify(options)];
  const [command = process.execPath, ...args] = pinned
    ? ['taskset', '-c', `${core}`, ...node]
    : node;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as T);
      else reject(new Error(`${script} ended with ${code}`));
    });
  });
}

async function measure(
  dir: string,
  preset: PresetName,
  mode: PresetSideOptions['mode'],
): Promise<ReaderFigures & { readonly ticksPerSecond: number }> {
  const { ringSlots, directoryEntries, runTicks, waiting } = optionsOf(preset);
  const full = mode === 'throughput';
  const options: PresetSideOptions = {
    dir,
    name: 'bench',
    mode,
    slots: ringSlots,
    directoryEntries,
    runTicks,
    waiting: waiting as PresetSideOptions['waiting'],
    rate: LATENCY_RATE,
    warmupTicks: full ? wholeFrames(WARMUP_TICKS) : LATENCY_RATE / 2,
    ticks: full ? wholeFrames(TICKS) : Math.round(LATENCY_RATE * LATENCY_SECONDS * share),
  };
  mkdirSync(dir, { mode: 0o700 });
  const [writer, reader] = await Promise.all([
    side<WriterFigures>('preset-writer.ts', options, 0),
    side<ReaderFigures>('preset-reader.ts', options, 1),
  ]);
  rmSync(dir, { recursive: true });
  const missing = options.warmupTicks + options.ticks - reader.ticks;
  if (missing !== 0 || reader.lost !== 0 || reader.disorder !== 0) {
    throw new Error(`${preset}: ${missing} missing, ${reader.lost} lost, ${reader.disorder} wrong`);
  }
  return {
    ...reader,
    ticksPerSecond: (options.ticks / (reader.endedNs - writer.startedNs)) * 1e9,
  };
}

function optionsOf(preset: PresetName): ReturnType<typeof resolveUpOptions> {
  return resolveUpOptions({ preset, seed: 1 }, undefined, {});
}

/** Forwards, then backwards, and so on: none is always first. */
function inTurn(): PresetName[] {
  const forwards = [...PRESET_NAMES];
  return Array.from({ length: runs }, (_, run) =>
    run % 2 === 0 ? forwards : forwards.toReversed(),
  ).flat();
}

async function measureAll(root: string): Promise<PresetFigures[]> {
  const found = PRESET_NAMES.map((preset) => ({
    preset,
    ticksPerSecond: [] as number[],
    p50Ns: [] as number[],
    p99Ns: [] as number[],
    ...heldBy(root, preset),
  }));
  for (const preset of inTurn()) {
    const figures = found.find((one) => one.preset === preset);
    if (figures === undefined) continue;
    const dir = join(root, 'run');
    const { ticksPerSecond } = await measure(dir, preset, 'throughput');
    const { p50Ns, p99Ns } = await measure(dir, preset, 'latency');
    figures.ticksPerSecond.push(ticksPerSecond);
    figures.p50Ns.push(p50Ns);
    figures.p99Ns.push(p99Ns);
    const rate = `${(ticksPerSecond / 1e6).toFixed(2)} M ticks/s`;
    console.log(`${preset}: ${rate}, p50 ${p50Ns} ns, p99 ${p99Ns} ns`);
  }
  return found;
}

function heldBy(root: string, preset: PresetName): { symbols: number; bytes: number } {
  const dir = join(root, 'symbols');
  const { ringSlots: slots, directoryEntries } = optionsOf(preset);
  mkdirSync(dir, { mode: 0o700 });
  const held = countSymbols(dir, { slots, directoryEntries, budget: BUDGET_BYTES });
  rmSync(dir, { recursive: true });
  return held;
}

const memory = sharedMemoryRoot();
if (!memory.usable) throw new Error(memory.reason);
const root = mkdtempSync(join(memory.path, 'tickwire-presets-'));
try {
  console.log(pinned ? 'writer on core 0, reader on core 1' : 'not pinned to cores');
  const figures = await measureAll(root);
  console.log(`\nbudget ${BUDGET_BYTES / 2 ** 20} MiB, ${LATENCY_RATE} ticks/s, ${runs} runs\n`);
  console.log(`${presetTable(figures)}\n`);
  const verdicts = judgePresets(figures);
  for (const { held, text } of verdicts) console.log(`${held ? 'held' : 'FAILED'} ${text}`);
  if (verdicts.some(({ held }) => !held)) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
