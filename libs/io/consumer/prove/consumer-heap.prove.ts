// `npm run prove -- consumer-heap`: nothing is allocated for a tick.
//
//   in place     a consumer's handlers by kind, on a ring that a second process fills
//   batches      the same ticks through the queue of a consumer
//   drop-oldest  a queue that is always full
//   conflate     the same: most quotes are replaced, the rest pushes trades out
//
// Each over 100,000,000 ticks (`--ticks N`). It holds when the heap, after a collection, has grown
// by at most 1 MiB, and less than two bytes were allocated for each tick: the smallest object has
// 16, so they are not the ticks'; a run of 256 costs a few views.
// Exit code 0 when all of it held.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TickBuffer, createTickQueue } from '@tickwire/domain-backpressure';
import type { DropPolicy } from '@tickwire/domain-backpressure';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { createConsumer } from '../src/index.ts';
import type { ConsumerHandlers } from '../src/index.ts';
import { HeapWatch } from './heap-watch.ts';

const { values } = parseArgs({ options: { ticks: { type: 'string', default: '100000000' } } });
const ticks = Number(values.ticks);
const warmTicks = Math.floor(ticks / 5);
const GROWTH_MAX_BYTES = 2 ** 20;
const PER_TICK_MAX_BYTES = 2;
const RUN_TICKS = 256;
const QUEUE_TICKS = 8_192;

function holds(name: string, watch: HeapWatch): boolean {
  const growthBytes = watch.growthBytes();
  const perTick = watch.garbageBytesPerTick();
  const ok = watch.seen >= ticks && growthBytes <= GROWTH_MAX_BYTES && perTick < PER_TICK_MAX_BYTES;
  console.log(
    `${ok ? 'held  ' : 'FAILED'} ${name.padEnd(11)} ${watch.seen} ticks, ` +
      `heap ${(growthBytes / 1024).toFixed(0)} KiB, ${perTick.toFixed(4)} bytes a tick`,
  );
  return ok;
}

function byKind(watch: HeapWatch): ConsumerHandlers {
  const { sums } = watch;
  return {
    quote: (tick) => {
      sums[0]! += tick.bidPrice;
      sums[1]! += tick.bidSize;
      watch.count(1);
    },
    other: (tick, { position }) => {
      sums[0]! += tick.price;
      sums[1]! += position;
      watch.count(1);
    },
  };
}

function inBatches(watch: HeapWatch): ConsumerHandlers {
  const { sums } = watch;
  return {
    batch: ({ count, positions }) => {
      sums[0]! += positions[count - 1] ?? 0;
      watch.count(count);
    },
  };
}

async function proveConsumer(
  market: ChildProcess,
  name: string,
  handlersOf: (watch: HeapWatch) => ConsumerHandlers,
): Promise<boolean> {
  const watch = new HeapWatch(warmTicks);
  const made = once(market, 'message');
  const ring = name.replaceAll(' ', '-');
  market.send({ name: ring, ticks });
  await made;
  const consumer = createConsumer({
    dir,
    rings: [ring],
    from: 'oldest',
    policy: 'block',
    waiting: 'spin',
    untilClosed: true,
    handlers: handlersOf(watch),
  });
  await consumer.run();
  return holds(name, watch);
}

/** Takes a quarter of what is pushed: the policy decides on the rest. */
function proveQueue(policy: DropPolicy): boolean {
  const watch = new HeapWatch(warmTicks);
  const queue = createTickQueue({ capacity: QUEUE_TICKS, policy });
  const run = new TickBuffer(RUN_TICKS);
  const into = new TickBuffer(RUN_TICKS / 4);
  const tick = new TickView();
  for (let index = 0; index < RUN_TICKS; index++) {
    tick.wrap(run.view, index * 64).begin(index % 4 === 0 ? TickKind.Trade : TickKind.Quote);
    tick.instrument = (index * 37) % 512;
  }
  const pushed = { bytes: run.bytes, firstPosition: 0 };
  for (let position = 0; position < ticks; position += RUN_TICKS) {
    pushed.firstPosition = position;
    queue.push(pushed, 0, RUN_TICKS);
    if (queue.isGapDue) queue.takeGap();
    watch.sums[0]! += queue.take(into, RUN_TICKS / 4);
    watch.count(RUN_TICKS);
  }
  return holds(policy, watch);
}

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-prove-'));
const market = fork(join(import.meta.dirname, '../bench/paced-market.ts'), [dir]);
try {
  await once(market, 'message');
  const held = [
    await proveConsumer(market, 'in place', byKind),
    await proveConsumer(market, 'batches', inBatches),
    proveQueue('drop-oldest'),
    proveQueue('conflate'),
  ];
  process.exitCode = held.every(Boolean) ? 0 : 1;
} finally {
  market.disconnect();
  rmSync(dir, { recursive: true, force: true });
}
