/**
 * Which rule for the size of a batch drops fewest ticks and hands them over soonest, in front of a
 * sink that takes about 1 ms for each batch, whatever is in it, as a database or a socket does.
 *
 * First in virtual time, where the figures depend on the rule alone. Then between processes: one
 * offers 50,000 ticks/s, and 1,000,000 ticks/s in the middle fifth of each run; two rules at a
 * time, in the order A-B-B-A.
 *
 *   npm run bench -- backpressure [--quads 6] [--run-ms 1500]
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { createConsumer } from '../src/index.ts';
import type { BatchRule, TickBatch } from '../src/index.ts';
import { BATCH_MAX, adaptive, allWaiting, fixed, predictive } from './batch-rules.ts';
import { runVirtually } from './virtual-sink.ts';
import { median, spread } from './paired.ts';

const { values } = parseArgs({
  options: {
    quads: { type: 'string', default: '6' },
    'run-ms': { type: 'string', default: '1500' },
  },
});
const quads = Number(values.quads);
const runMs = Number(values['run-ms']);
const QUEUE_TICKS = 40_000;
const TS_RECV_AT = 8;
const SINK_MS = 1;

const rules: Readonly<Record<string, (queueTicks: number) => BatchRule>> = {
  'fixed 256': fixed,
  'all that waits': allWaiting,
  adaptive,
  predictive: (queueTicks) => predictive(queueTicks * 0.8),
};
const contests = [
  ['fixed 256', 'all that waits'],
  ['all that waits', 'adaptive'],
  ['all that waits', 'predictive'],
  ['adaptive', 'predictive'],
] as const;

interface Outcome {
  readonly received: number;
  readonly dropped: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(market: ChildProcess, dir: string, run: Run): Promise<Outcome> {
  const made = once(market, 'message');
  market.send({ name: run.name, runMs });
  await made;
  const latenciesMs: number[] = [];
  const consumer = createConsumer({
    dir,
    rings: [run.name],
    from: 'oldest',
    untilClosed: true,
    queueTicks: QUEUE_TICKS,
    batchTicks: run.rule,
    handlers: {
      batch: async (batch) => {
        await delay(SINK_MS);
        sampleLatencies(batch, latenciesMs);
      },
    },
  });
  await consumer.run();
  const { received, dropped, lost } = consumer.stats();
  if (lost > 0) throw new Error(`the ring itself lost ${lost} ticks: not the queue's doing`);
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return { received, dropped: dropped.oldest, p50Ms: at(0.5), p99Ms: at(0.99) };
}

interface Run {
  readonly name: string;
  readonly rule: BatchRule;
}

/** From the publication of a tick to the end of its batch, of one tick in 16. */
function sampleLatencies(batch: TickBatch, into: number[]): void {
  const nowNs = process.hrtime.bigint();
  for (let index = 0; index < batch.count; index += 16) {
    const tsRecvNs = batch.view.getBigUint64(index * 64 + TS_RECV_AT, true);
    into.push(Number(nowNs - tsRecvNs) / 1e6);
  }
}

function report(name: string, outcomes: readonly Outcome[]): void {
  const shares = outcomes.map(({ dropped, received }) => (100 * dropped) / received);
  const p50 = spread(outcomes.map(({ p50Ms }) => p50Ms));
  const p99 = spread(outcomes.map(({ p99Ms }) => p99Ms));
  console.log(`  ${name.padEnd(15)} dropped % ${spread(shares)}, p50 ms ${p50}, p99 ms ${p99}`);
}

/** How often B was better than the A beside it, of the pairs that differ. */
function verdict(a: readonly Outcome[], b: readonly Outcome[], of: (o: Outcome) => number): string {
  const differences = a.map((outcome, index) => of(b[index] ?? outcome) - of(outcome));
  const better = differences.filter((difference) => difference < 0).length;
  const worse = differences.filter((difference) => difference > 0).length;
  return `${median(differences).toFixed(2)} (less in ${better}, more in ${worse} pairs)`;
}

async function contest(
  names: readonly [string, string],
  run: (name: string) => Promise<Outcome>,
): Promise<void> {
  const [nameA, nameB] = names;
  const a: Outcome[] = [];
  const b: Outcome[] = [];
  for (let quad = 0; quad < quads; quad++) {
    a.push(await run(nameA));
    b.push(await run(nameB), await run(nameB));
    a.push(await run(nameA));
  }
  console.log(`${nameA} against ${nameB}, ${a.length} runs each`);
  report(nameA, a);
  report(nameB, b);
  const dropped = verdict(a, b, ({ dropped, received }) => (100 * dropped) / received);
  console.log(`  difference: dropped % ${dropped}`);
  console.log(`              p50 ms ${verdict(a, b, ({ p50Ms }) => p50Ms)}`);
  console.log(`              p99 ms ${verdict(a, b, ({ p99Ms }) => p99Ms)}`);
}

/** Ticks that come in a step of 50 µs, as the market's process offers them. */
function arrivals(atMs: number): number {
  const isBurst = atMs >= runMs * 0.4 && atMs < runMs * 0.6;
  return isBurst ? 50 : Math.round(atMs * 20) % 2 === 0 ? 3 : 2;
}

console.log('in virtual time');
for (const queueTicks of [2_000, 5_000, QUEUE_TICKS]) {
  for (const [name, make] of Object.entries(rules)) {
    const ticksMax = BATCH_MAX;
    const outcome = runVirtually({ rule: make(queueTicks), runMs, queueTicks, ticksMax, arrivals });
    const dropped = (outcome.droppedShare * 100).toFixed(2);
    console.log(
      `  queue ${String(queueTicks).padStart(6)}, ${name.padEnd(15)} dropped ${dropped} %, ` +
        `p50 ${outcome.p50Ms.toFixed(2)} ms, p99 ${outcome.p99Ms.toFixed(2)} ms, ` +
        `${outcome.batches} batches`,
    );
  }
}

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-bench-'));
const market = fork(join(import.meta.dirname, 'bursty-market.ts'), [dir]);
let runs = 0;
try {
  await once(market, 'message');
  for (const names of contests) {
    await contest(names, async (name) => {
      const rule = rules[name];
      if (rule === undefined) throw new Error(`no rule ${name}`);
      const ring = `run.${runs++}`;
      const outcome = await measure(market, dir, { name: ring, rule: rule(QUEUE_TICKS) });
      rmSync(join(dir, `${ring}.ring`), { force: true });
      return outcome;
    });
  }
} finally {
  market.disconnect();
  rmSync(dir, { recursive: true, force: true });
}
