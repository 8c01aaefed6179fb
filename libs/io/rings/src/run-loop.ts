/** The loop of whoever has none of its own: polls, hands out runs, waits, and lets others run. */
import { setImmediate as turn } from 'node:timers/promises';
import { LookAway } from './look-away.ts';
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
  const pace = new Pace(source, options);
  for (;;) {
    if (options.signal?.aborted === true) return 'aborted';
    const run = source.poll();
    if (run === undefined) {
      if (options.untilClosed === true && source.ended) return 'closed';
    } else {
      const pending = handler(run);
      if (pending !== undefined) await pending;
    }
    const pause = pace.after(run);
    if (pause !== undefined) await pause;
  }
}

/** The same as an iteration; what `return` or a `break` ends, ends. */
export async function* runsOf(
  source: RunSource,
  options: RunOptions,
): AsyncGenerator<RingRun, void, void> {
  const pace = new Pace(source, options);
  for (;;) {
    if (options.signal?.aborted === true) return;
    const run = source.poll();
    if (run !== undefined) yield run;
    else if (options.untilClosed === true && source.ended) return;
    const pause = pace.after(run);
    if (pause !== undefined) await pause;
  }
}

/** When the loop waits, and how long it has been at it since the event loop had its last turn. */
class Pace {
  readonly #source: RunSource;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Waiting;
  readonly #lookAway = new LookAway();
  #steps = 0;
  #endsMs = performance.now() + BUSY_MS_MAX;

  constructor(source: RunSource, options: RunOptions) {
    this.#source = source;
    this.#signal = options.signal;
    this.#waiting = new Waiting(options.waiting ?? 'yield');
  }

  /** What to await before the next step; `undefined` to go on at once. */
  after(run: RingRun | undefined): Promise<void> | undefined {
    if (run !== undefined) {
      this.#waiting.reset();
      this.#lookAway.after(run);
    } else {
      this.#lookAway.reset();
      const pause = this.#waiting.wait(this.#source, this.#signal);
      if (pause !== undefined) return this.#refreshed(pause);
    }
    if (++this.#steps < STEPS_PER_CLOCK) return undefined;
    this.#steps = 0;
    return performance.now() < this.#endsMs ? undefined : this.#refreshed(turn());
  }

  async #refreshed(pause: Promise<void>): Promise<void> {
    await pause;
    this.#steps = 0;
    this.#endsMs = performance.now() + BUSY_MS_MAX;
  }
}
