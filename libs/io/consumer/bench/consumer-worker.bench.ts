/**
 * How long the program's event loop is kept waiting while 1,000,000 ticks/s pass: with a consumer
 * in the program's own thread, in a worker with handlers, and in a worker that hands batches over.
 * The loop's delay is what `monitorEventLoopDelay` sees; an idle program is the floor.
 *
 *   npm run bench -- consumer-worker [--seconds 3]
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { TickView } from '@tickwire/wire-tick';
import { createConsumer, createWorkerConsumer } from '../src/index.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' } } });
const runMs = Number(values.seconds) * 1_000;
const RATE_PER_MS = 1_000;

interface Passed {
  readonly received: number;
  readonly delivered: number;
  readonly lost: number;
}

type Way = (dir: string, ring: string) => Promise<Passed>;

/** What each tick costs the program: reading two fields. */
async function inThread(dir: string, ring: string): Promise<Passed> {
  const sums = new Float64Array(2);
  const consumer = createConsumer({
    dir,
    rings: [ring],
    from: 'oldest',
    untilClosed: true,
    handlers: {
      trade: (tick) => {
        sums[0]! += tick.price;
        sums[1]! += tick.size;
      },
    },
  });
  await consumer.run();
  return consumer.stats();
}

async function inWorker(dir: string, ring: string): Promise<Passed> {
  const consumer = createWorkerConsumer({
    dir,
    rings: [ring],
    from: 'oldest',
    untilClosed: true,
    module: new URL('./summing-handlers.ts', import.meta.url),
  });
  await consumer.run();
  return consumer.stats();
}

async function batchesOutOfWorker(dir: string, ring: string): Promise<Passed> {
  const sums = new Float64Array(2);
  const tick = new TickView();
  const consumer = createWorkerConsumer({ dir, rings: [ring], from: 'oldest', untilClosed: true });
  for await (const { count, view } of consumer.batches()) {
    for (let index = 0; index < count; index++) {
      tick.wrap(view, index * 64);
      sums[0]! += tick.price;
      sums[1]! += tick.size;
    }
  }
  return consumer.stats();
}

async function idle(): Promise<Passed> {
  await delay(runMs);
  return { received: 0, delivered: 0, lost: 0 };
}

async function measure(market: ChildProcess, dir: string, run: Run): Promise<void> {
  const made = once(market, 'message');
  market.send({ name: run.ring, runMs, calmPerMs: RATE_PER_MS, burstPerMs: RATE_PER_MS });
  await made;
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const before = performance.eventLoopUtilization();
  loop.enable();
  const { delivered, lost, received } = await run.way(dir, run.ring);
  loop.disable();
  const { utilization } = performance.eventLoopUtilization(before);
  const ms = (ns: number): string => (ns / 1e6).toFixed(2);
  console.log(
    `${run.name.padEnd(22)} loop busy ${(utilization * 100).toFixed(1)} %, ` +
      `delay p50 ${ms(loop.percentile(50))} ms, p99 ${ms(loop.percentile(99))} ms, ` +
      `max ${ms(loop.max)} ms; ${received} received, ${delivered} delivered, ${lost} lost`,
  );
  rmSync(join(dir, `${run.ring}.ring`), { force: true });
}

interface Run {
  readonly name: string;
  readonly ring: string;
  readonly way: Way;
}

const ways: readonly (readonly [string, Way])[] = [
  ['idle', idle],
  ['in the thread', inThread],
  ['handlers in a worker', inWorker],
  ['batches out of a worker', batchesOutOfWorker],
];

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-bench-'));
const market = fork(join(import.meta.dirname, 'bursty-market.ts'), [dir]);
try {
  await once(market, 'message');
  console.log(`${RATE_PER_MS * 1_000} ticks/s for ${runMs / 1_000} s`);
  for (const [index, [name, way]] of ways.entries()) {
    await measure(market, dir, { name, way, ring: `run.${index}` });
    await delay(runMs / 10); // an idle run leaves before its writer does
  }
} finally {
  market.disconnect();
  rmSync(dir, { recursive: true, force: true });
}
