/** The loop of whoever has none of its own: polls, hands out runs, waits, and lets others run. */
import { setImmediate as turn } from 'node:timers/promises';
import type { RingRun } from './ring-run.ts';
import type { RunSource } from './run-source.ts';
import { Waiting } from './waiting.ts';
import type { WaitingStrategy } from './waiting.ts';

/** How long a busy loop keeps the event loop from its other work. */
const BUSY_MS_MAX = 1;
/** The clock is read once in so many steps. */
const STEPS_PER_CLOCK = 64;

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly waiting?: WaitingStrategy;
  /** Ends after the last tick of a ring that its writer closed; else a successor is waited for. */
  readonly untilClosed?: boolean;
}

/** A handler may return a promise: the next run waits for it, the ring does not. */
export type RunHandler = (run: RingRun) => void | Promise<void>;

/**
 * Hands every run to `handler` until the signal aborts or, with `untilClosed`, the source ends.
 * What the handler throws is thrown here, and the run counts as delivered.
 */
export async function runLoop(
  source: RunSource,
  handler: RunHandler,
  options: RunOptions,
): Promise<'aborted' | 'closed'> {
  const { signal } = options;
  const waiting = new Waiting(options.waiting ?? 'yield');
  const shift = new Shift();
  for (;;) {
    if (signal?.aborted === true) return 'aborted';
    const run = source.poll();
    if (run !== undefined) {
      waiting.reset();
      const pending = handler(run);
      if (pending !== undefined) await pending;
    } else {
      if (options.untilClosed === true && source.ended) return 'closed';
      const pause = waiting.wait(source, signal);
      if (pause !== undefined) {
        await pause;
        shift.begin();
      }
    }
    if (shift.isOver()) {
      await turn();
      shift.begin();
    }
  }
}

/** The same as an iteration; what `return` or a `break` ends, ends. */
export async function* runsOf(
  source: RunSource,
  options: RunOptions,
): AsyncGenerator<RingRun, void, void> {
  const { signal } = options;
  const waiting = new Waiting(options.waiting ?? 'yield');
  const shift = new Shift();
  for (;;) {
    if (signal?.aborted === true) return;
    const run = source.poll();
    if (run !== undefined) {
      waiting.reset();
      yield run;
    } else {
      if (options.untilClosed === true && source.ended) return;
      const pause = waiting.wait(source, signal);
      if (pause !== undefined) {
        await pause;
        shift.begin();
      }
    }
    if (shift.isOver()) {
      await turn();
      shift.begin();
    }
  }
}

/** How long the loop has been at it since the event loop had its last turn. */
class Shift {
  #steps = 0;
  #endsMs = Number.NEGATIVE_INFINITY;

  begin(): void {
    this.#steps = 0;
    this.#endsMs = performance.now() + BUSY_MS_MAX;
  }

  isOver(): boolean {
    if (++this.#steps < STEPS_PER_CLOCK) return false;
    this.#steps = 0;
    return performance.now() >= this.#endsMs;
  }
}
