import { ConflatingQueue } from './conflating-queue.ts';
import { requirePolicy } from './drop-policy.ts';
import { FifoQueue } from './fifo-queue.ts';
import type { TickQueue, TickQueueOptions } from './tick-queue.ts';

/** @throws BackpressureError `BAD_OPTION` naming the option. */
export function createTickQueue(options: TickQueueOptions): TickQueue {
  const policy = requirePolicy(options.policy);
  return policy === 'conflate' ? new ConflatingQueue(options) : new FifoQueue(options);
}
