// `npm run bench -- ring-footprint`: what a process with a ring costs when nothing happens, and
// whether its heap grows while much does.
//
//   --quick        shorter: one pair of processes, a tenth of the ticks
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { repositoryRoot } from '@tickwire/testing';
import { createRing } from '../src/index.ts';
import { choosePlacement } from './harness/placement.ts';
import { pssBytes, threadsCpuNs } from './harness/process-cost.ts';
import { writeRecords } from './harness/records.ts';
import type { ReaderReport, WriterReport } from './harness/section.ts';
import { nodeSide, runPair } from './harness/side.ts';
import { spreadOf } from './harness/statistics.ts';
import type { Spread } from './harness/statistics.ts';

const IDLE_CORE_MAX = 0.005;
const PSS_MB_MAX = 20;
const HEAP_MB_MAX = 1;
const HEAP_TICKS = 1e8;
const MB = 1e6;
const REST_MS = 3_000;
const RING_SLOTS = 65_536;
const BARE = "process.stdin.on('end', () => process.exit(0)).resume(); console.log('ready');\n";

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const pairs = values.quick ? 1 : 5;
const watchMs = values.quick ? 3_000 : 8_000;
const heapTicks = values.quick ? HEAP_TICKS / 10 : HEAP_TICKS;

/** As it is shipped, in one file each: stripping types at run time costs memory of its own. */
async function bundle(dir: string): Promise<{ main: string; worker: string }> {
  await build({
    entryPoints: ['ours/idle-process.ts', 'ours/parked-reader.ts'],
    absWorkingDir: import.meta.dirname,
    ...{ bundle: true, platform: 'node', format: 'esm', external: ['koffi'] },
    ...{ outdir: dir, outExtension: { '.js': '.mjs' }, logLevel: 'error' },
  });
  return { main: join(dir, 'idle-process.mjs'), worker: join(dir, 'parked-reader.mjs') };
}

async function start(script: string, ...args: string[]): Promise<ChildProcess> {
  const env = { ...process.env, NODE_PATH: join(repositoryRoot(), 'node_modules') };
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const [said] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit'),
  ])) as unknown[];
  if (!String(said).startsWith('ready')) throw new Error(`${script} ended with ${String(said)}`);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}

interface IdleFigures {
  /** Share of one core. */
  readonly core: number;
  readonly pssMb: number;
  readonly bareMb: number;
}

/** A bare process and one with a parked reader, at rest beside each other. */
async function measureIdle(
  dir: string,
  scripts: { readonly bare: string; readonly main: string; readonly worker: string },
): Promise<IdleFigures> {
  const bare = await start(scripts.bare);
  const ringOptions = JSON.stringify({ dir, name: 'bench' });
  const idle = await start(scripts.main, scripts.worker, ringOptions);
  await delay(REST_MS);
  const beforeNs = threadsCpuNs(Number(idle.pid));
  await delay(watchMs);
  const usedNs = threadsCpuNs(Number(idle.pid)) - beforeNs;
  const figures: IdleFigures = {
    core: usedNs / (watchMs * 1e6),
    pssMb: pssBytes(Number(idle.pid)) / MB,
    bareMb: pssBytes(Number(bare.pid)) / MB,
  };
  await stop(bare);
  await stop(idle);
  return figures;
}

/** Bytes that the heaps of writer and reader grew by. */
async function measureHeap(dir: string): Promise<{ writerMb: number; readerMb: number }> {
  const records = join(dir, 'records.bin');
  writeRecords(records);
  const rings = join(dir, 'heap');
  mkdirSync(rings, { mode: 0o700 });
  const shared = { dir: rings, name: 'bench', records, warmupTicks: 4e6, ticks: heapTicks };
  const writing = { ...shared, slots: RING_SLOTS, batch: 16 };
  const { writer, reader } = await runPair<WriterReport, ReaderReport>(
    {
      writer: nodeSide('ours/paced-writer.ts', writing, ['--expose-gc']),
      reader: nodeSide('ours/paced-reader.ts', shared, ['--expose-gc']),
    },
    choosePlacement(),
  );
  const { heapGrowthBytes: written } = writer;
  const { heapGrowthBytes: read, ticks, lost, wrong } = reader;
  if (written === undefined || read === undefined) throw new Error('no figures of the heaps');
  if (lost + wrong > 0) throw new Error(`${lost} lost, ${wrong} wrong of ${ticks} ticks`);
  return { writerMb: written / MB, readerMb: read / MB };
}

function shown({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function judge(held: boolean, text: string): void {
  console.log(`${held ? 'held' : 'FAILED'} ${text}`);
  if (!held) process.exitCode = 1;
}

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-footprint-'));
const ring = createRing({ dir, name: 'bench', vendor: 'bench', slotCount: RING_SLOTS });
try {
  const scripts = { bare: join(dir, 'bare.mjs'), ...(await bundle(dir)) };
  writeFileSync(scripts.bare, BARE);
  const found: IdleFigures[] = [];
  for (let pair = 0; pair < pairs; pair++) found.push(await measureIdle(dir, scripts));
  const core = spreadOf(found.map((figures) => figures.core * 100));
  const over = spreadOf(found.map((figures) => figures.pssMb - figures.bareMb));
  const bare = spreadOf(found.map((figures) => figures.bareMb));
  const heap = await measureHeap(dir);
  const idle = `a parked reader, idle: ${shown(core, 3)} % of a core`;
  judge(core.median < IDLE_CORE_MAX * 100, `${idle}, below ${IDLE_CORE_MAX * 100}`);
  judge(
    over.median <= PSS_MB_MAX,
    `with koffi, a worker and a ring ${shown(over, 1)} MB (PSS) above bare Node's ` +
      `${shown(bare, 1)}, at most ${PSS_MB_MAX}`,
  );
  const largest = Math.max(heap.writerMb, heap.readerMb);
  judge(
    largest <= HEAP_MB_MAX,
    `over ${heapTicks} ticks the heaps grew by ${heap.writerMb.toFixed(3)} MB (writer) and ` +
      `${heap.readerMb.toFixed(3)} MB (reader), at most ${HEAP_MB_MAX}`,
  );
} finally {
  ring.close();
  rmSync(dir, { recursive: true, force: true });
}
