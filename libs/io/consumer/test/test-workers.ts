/** Consumers in workers that end with their test. */
import { onTestFinished } from 'vitest';
import { createWorkerConsumer } from '../src/index.ts';
import type { WorkerConsumer, WorkerConsumerOptions } from '../src/index.ts';
import type { TestTick } from './test-ring.ts';

export const module = new URL('./summing-handlers.ts', import.meta.url);

export function started(options: WorkerConsumerOptions): WorkerConsumer {
  const consumer = createWorkerConsumer(options);
  onTestFinished(() => consumer.stop({ drain: false }));
  return consumer;
}

/** Where a consumer of one ring reads it from its first tick on. */
export const fromOldest = (dir: string, ring: string) =>
  ({ dir, rings: [ring], from: 'oldest' }) as const;

/** Trades at the prices from `first` on. */
export const prices = (count: number, first = 1): TestTick[] =>
  Array.from({ length: count }, (_, index) => ({ price: first + index }));
