/**
 * What the consumer adds to each tick, over a bare loop that does the same work.
 *
 * A second process publishes a paced ring; this one reads price and size of every tick through a
 * TickView, once in `RingSubscription.run` and once in handlers by kind of a consumer. The figure
 * is this thread's CPU time, in the order A-B-B-A; both park while the writer lags, so that waiting
 * costs none.
 *
 *   npm run bench -- consumer [--quads 6] [--ticks 8388608]
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRing } from '@tickwire/io-rings';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { createConsumer } from '../src/index.ts';
import { abba, differences, spread } from './paired.ts';

const { values } = parseArgs({
  options: {
    quads: { type: 'string', default: '6' },
    ticks: { type: 'string', default: String(1 << 23) },
  },
});
const ticks = Number(values.ticks);
/** The target of the design. */
const ADDED_NS_MAX = 15;

interface Sums {
  prices: number;
  sizes: number;
  ticks: number;
}

async function bare(dir: string, name: string): Promise<Sums> {
  const ring = openRing({ dir, name, from: 'oldest', register: { label: 'bare', required: true } });
  const sums = { prices: 0, sizes: 0, ticks: 0 };
  const tick = new TickView();
  await ring.run(
    (run) => {
      const { count, view } = run;
      for (let at = 0; at < count * 64; at += 64) {
        tick.wrap(view, at);
        const { kind } = tick;
        if (kind === TickKind.Quote) {
          sums.prices += tick.bidPrice;
          sums.sizes += tick.bidSize;
        } else if (kind === TickKind.Trade) {
          sums.prices += tick.price;
          sums.sizes += tick.size;
        } else if (kind === TickKind.Level) {
          sums.prices += tick.price;
          sums.sizes += tick.size;
        }
        sums.ticks += 1;
      }
    },
    { waiting: 'park', untilClosed: true },
  );
  ring.close();
  return sums;
}

async function consumed(dir: string, name: string): Promise<Sums> {
  const sums = { prices: 0, sizes: 0, ticks: 0 };
  const consumer = createConsumer({
    dir,
    rings: [name],
    from: 'oldest',
    policy: 'block',
    waiting: 'park',
    untilClosed: true,
    handlers: {
      quote: (tick) => {
        sums.prices += tick.bidPrice;
        sums.sizes += tick.bidSize;
        sums.ticks += 1;
      },
      trade: (tick) => {
        sums.prices += tick.price;
        sums.sizes += tick.size;
        sums.ticks += 1;
      },
      level: (tick) => {
        sums.prices += tick.price;
        sums.sizes += tick.size;
        sums.ticks += 1;
      },
    },
  });
  await consumer.run();
  return sums;
}

function threadCpuNs(): number {
  const { system, user } = process.threadCpuUsage();
  return (system + user) * 1_000;
}

async function nsPerTick(market: ChildProcess, dir: string, run: Run): Promise<number> {
  const made = once(market, 'message');
  market.send({ name: run.name, ticks });
  await made;
  const before = threadCpuNs();
  const sums = await run.read(dir, run.name);
  const elapsedNs = threadCpuNs() - before;
  if (sums.ticks !== ticks) throw new Error(`${run.name}: ${sums.ticks} of ${ticks} ticks`);
  expected ??= sums;
  if (sums.prices !== expected.prices || sums.sizes !== expected.sizes) {
    throw new Error(`${run.name}: other prices or sizes than the run before`);
  }
  return elapsedNs / ticks;
}

interface Run {
  readonly name: string;
  readonly read: typeof bare;
}
let expected: Sums | undefined;

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-bench-'));
const market = fork(join(import.meta.dirname, 'paced-market.ts'), [dir]);
try {
  await once(market, 'message');
  // Compiled before it counts.
  await nsPerTick(market, dir, { name: 'warm.a', read: bare });
  await nsPerTick(market, dir, { name: 'warm.b', read: consumed });
  const results = await abba(Number(values.quads), (side, index) =>
    nsPerTick(market, dir, { name: `run.${index}`, read: side === 'a' ? bare : consumed }),
  );
  const added = differences(results);
  console.log(`${results.a.length} runs each of ${ticks} ticks, CPU ns a tick, median (range)`);
  console.log(`bare RingSubscription.run  ${spread(results.a)}`);
  console.log(`consumer, handlers by kind ${spread(results.b)}`);
  console.log(`added by the consumer      ${spread(added)}, at most ${ADDED_NS_MAX} wanted`);
} finally {
  market.disconnect();
  rmSync(dir, { recursive: true, force: true });
}
