// `npm run bench -- ring`: ticks per second between two processes, every word of every tick
// checked.
//
// Three figures per batch size: what a live writer publishes without waiting for anybody, what a
// reader beside it takes and checks (the rest it is lapped by, counted), and what goes through a
// paced ring end to end with nothing lost. The floor, in one process: filling and checking alone.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { countBrokenTicks, fillProofTicks } from '@tickwire/ipc-ring';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import type { WriterDone } from '../prove/proof-processes.ts';
import type { ProofReaderOptions, ProofReaderResult } from '../prove/proof-reader.ts';
import type { ProofWriterOptions } from '../prove/proof-writer.ts';

const SLOTS = 65_536;
const FLOOR_TICKS = 20_000_000;
const cases = [
  { batch: 1, ticks: 40_000_000 },
  { batch: 16, ticks: 100_000_000 },
  { batch: 256, ticks: 100_000_000 },
] as const;

interface Run {
  readonly mode: 'live' | 'paced';
  readonly batch: number;
  readonly ticks: number;
}

/** Forks a script of `prove/` and resolves with its message of that type. */
function report<T>(script: string, options: object, type: string): Promise<T> {
  const path = join(import.meta.dirname, '../prove', script);
  const child = fork(path, [JSON.stringify(options)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type: string }) => {
      if (message.type === type) resolve(message as T);
    });
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}

async function measure(dir: string, run: Run): Promise<void> {
  const name = `${run.mode}.${run.batch}`;
  const paced = run.mode === 'paced';
  const writing: ProofWriterOptions = {
    dir,
    name,
    mode: run.mode,
    slotCount: SLOTS,
    batches: [run.batch],
    ticks: run.ticks,
    burst: Math.ceil(SLOTS / run.batch),
    readers: 1,
  };
  const reading: ProofReaderOptions = { dir, name, required: paced, waiting: 'spin' };
  const [writer, reader] = await Promise.all([
    report<WriterDone>(
      'proof-writer.ts',
      paced ? writing : { ...writing, readers: undefined },
      'done',
    ),
    report<ProofReaderResult>('proof-reader.ts', reading, 'result'),
  ]);
  const { delivered, lost } = reader.account;
  const verdict = reader.broken === 0 && reader.disorder === 0 ? 'none torn' : 'TORN';
  console.log(
    `${run.mode.padEnd(6)} batch ${String(run.batch).padStart(3)}: ` +
      `published ${rate(run.ticks, writer.elapsedMs)}, ` +
      `checked ${rate(delivered, reader.elapsedMs)}, lost ${lost}, ${verdict}`,
  );
  if (verdict !== 'none torn') process.exitCode = 1;
}

function floor(): void {
  const words = new Int32Array(16 * 256);
  let broken = 0;
  const startedAtMs = performance.now();
  for (let position = 0; position < FLOOR_TICKS; position += 256) {
    fillProofTicks(words, position, 256);
    broken += countBrokenTicks(words, position, 256);
  }
  const elapsedMs = performance.now() - startedAtMs;
  console.log(
    `floor: fill and check without a ring ${rate(FLOOR_TICKS, elapsedMs)}, ${broken} broken`,
  );
}

function rate(ticks: number, elapsedMs: number): string {
  return `${(ticks / elapsedMs / 1_000).toFixed(1)} M ticks/s`;
}

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-bench-'));
try {
  console.log(`${SLOTS} slots, ${availableParallelism()} processors, Node ${process.version}`);
  floor();
  for (const { batch, ticks } of cases) {
    await measure(dir, { mode: 'live', batch, ticks });
    await measure(dir, { mode: 'paced', batch, ticks: ticks / 4 });
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
