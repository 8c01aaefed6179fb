/**
 * Ticks gathered into batches, by count or by time.
 *
 *   push ─▶ TickQueue ─▶ take, when `isDue`
 *
 * Time comes in as a number. At any moment pushed = taken + dropped + waiting.
 */
import { TICK_BYTES } from '@tickwire/core';
import { createTickQueue } from './create-tick-queue.ts';
import { requirePolicy } from './drop-policy.ts';
import type { DropPolicy } from './drop-policy.ts';
import { wholeNumber } from './errors.ts';
import { TickBuffer } from './tick-buffer.ts';
import { QUEUE_TICKS_MAX } from './tick-queue.ts';
import type { TickQueue } from './tick-queue.ts';

export interface BatchQueueOptions {
  /** Ticks of a full batch, 1 … 65,536. Default 1,000. */
  readonly count?: number;
  /** A batch is due when its oldest tick has waited for so long, ms. Default 100. */
  readonly maxDelayMs?: number;
  /** Ticks that may wait, at least `count`. Default 10,000. */
  readonly queueTicks?: number;
  readonly policy?: DropPolicy;
}

export interface BatchDrops {
  /** Ticks that went because the queue was full. */
  readonly full: number;
  /** Quotes and marks that a newer one of the same instrument replaced. */
  readonly conflated: number;
}

export const BATCH_COUNT_MAX = 65_536;

export class BatchQueue {
  readonly count: number;
  readonly maxDelayMs: number;
  readonly #queue: TickQueue;
  readonly #taken: TickBuffer;
  /** One tick that does not lie where a run has its ticks. */
  readonly #single = new TickBuffer(1);
  /**
   * What is pushed. Its "positions" are times: the queue keeps one number with each tick, and here
   * that is when it came, ms.
   */
  readonly #run = { bytes: this.#single.bytes as Uint8Array, firstPosition: 0 };

  /** @throws BackpressureError `BAD_OPTION` naming the option. */
  constructor(options: BatchQueueOptions = {}) {
    this.count = wholeNumber('count', options.count ?? 1_000, { min: 1, max: BATCH_COUNT_MAX });
    const queueTicks = options.queueTicks ?? Math.max(10_000, this.count);
    const capacity = wholeNumber('queueTicks', queueTicks, {
      min: this.count,
      max: QUEUE_TICKS_MAX,
    });
    this.maxDelayMs = wholeNumber('maxDelayMs', options.maxDelayMs ?? 100, { min: 0, max: 60_000 });
    const policy = requirePolicy(options.policy ?? 'drop-oldest');
    this.#queue = createTickQueue({ capacity, policy });
    this.#taken = new TickBuffer(this.count);
  }

  get capacity(): number {
    return this.#queue.capacity;
  }

  get policy(): DropPolicy {
    return this.#queue.policy;
  }

  /** Ticks that wait. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  get pushed(): number {
    return this.#queue.pushed;
  }

  get taken(): number {
    return this.#queue.taken;
  }

  get dropped(): BatchDrops {
    const { drops } = this.#queue;
    const conflated = drops.of('conflated');
    return { full: drops.total - conflated, conflated };
  }

  /**
   * Takes a copy of the tick at byte `at`.
   * @param nowMs - Monotonic ms.
   * @returns false when `block` had no room for it: push it again later.
   */
  push(bytes: Uint8Array, at: number, nowMs: number): boolean {
    const run = this.#run;
    const isInPlace = at % TICK_BYTES === 0 && bytes.byteOffset % 4 === 0;
    if (!isInPlace) this.#single.bytes.set(bytes.subarray(at, at + TICK_BYTES));
    run.bytes = isInPlace ? bytes : this.#single.bytes;
    const index = isInPlace ? at / TICK_BYTES : 0;
    run.firstPosition = nowMs - index;
    return this.#queue.push(run, index, 1) === 1;
  }

  /** Whether a batch should go now: it is full, or its oldest tick has waited long enough. */
  isDue(nowMs: number): boolean {
    return this.waiting >= this.count || (this.waiting > 0 && this.dueInMs(nowMs) <= 0);
  }

  /** ms until the oldest tick has waited long enough; `Infinity` when none waits. */
  dueInMs(nowMs: number): number {
    if (this.waiting === 0) return Number.POSITIVE_INFINITY;
    return this.#queue.frontPosition + this.maxDelayMs - nowMs;
  }

  /** Moves up to `count` of the oldest ticks into `into`; returns how many. */
  take(into: Uint8Array): number {
    const room = Math.min(Math.floor(into.length / TICK_BYTES), this.count);
    let taken = 0;
    while (taken < room && this.waiting > 0) {
      this.#queue.takeGap(); // what was dropped is in `dropped`
      const count = this.#queue.take(this.#taken, room - taken);
      into.set(this.#taken.bytes.subarray(0, count * TICK_BYTES), taken * TICK_BYTES);
      taken += count;
    }
    return taken;
  }
}
