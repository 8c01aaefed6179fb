import { addNs } from '@tickwire/core';
import type { Clock, StampNs, TimerHandle, Timers } from '@tickwire/core';

interface Scheduled {
  readonly dueNs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Runs of one `advance` at most: a timer that re-arms itself at 0 ms must not hang a test. */
const RUNS_MAX = 1_000_000;

/**
 * Clock and timers in one, driven by hand: nothing passes unless a test says so. Timers run in the
 * order of their time, those of the same time in the order in which they were set; each sees the
 * clock at its own due time.
 */
export class FakeClock implements Clock, Timers {
  readonly #start: StampNs;
  #nowNs = 0;
  #order = 0;
  readonly #timers = new Map<TimerHandle, Scheduled>();

  /** @param wallAtStart - Wall time of monotonic 0; default 2024-01-01T00:00:00Z. */
  constructor(wallAtStart: StampNs = { hi: 396_759_063, lo: 23_396_352 }) {
    this.#start = { ...wallAtStart };
  }

  monotonicNs(): number {
    return this.#nowNs;
  }

  wallNs(monotonicNs: number, into: StampNs): void {
    into.hi = this.#start.hi;
    into.lo = this.#start.lo;
    addNs(into, monotonicNs);
  }

  setTimer(delayMs: number, run: () => void): TimerHandle {
    const handle = {};
    const dueNs = this.#nowNs + Math.max(0, delayMs) * 1e6;
    this.#timers.set(handle, { dueNs, order: this.#order++, run });
    return handle;
  }

  clearTimer(handle: TimerHandle): void {
    this.#timers.delete(handle);
  }

  /** Timers that have not run yet. */
  get pending(): number {
    return this.#timers.size;
  }

  /** ms from now to the next timer; `undefined` without one. */
  get nextDueMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : (next[1].dueNs - this.#nowNs) / 1e6;
  }

  /** Moves time forward by `ms`, running every timer that falls due, and returns how many ran. */
  advance(ms: number): number {
    const endNs = this.#nowNs + ms * 1e6;
    let runs = 0;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next[1].dueNs > endNs) break;
      if (++runs > RUNS_MAX) throw new Error(`more than ${RUNS_MAX} timers in one advance`);
      this.#timers.delete(next[0]);
      this.#nowNs = Math.max(this.#nowNs, next[1].dueNs);
      next[1].run();
    }
    this.#nowNs = endNs;
    return runs;
  }

  /** As `advance`, but lets pending promises settle before and after each timer. */
  async advanceAsync(ms: number): Promise<number> {
    const endNs = this.#nowNs + ms * 1e6;
    let runs = 0;
    await settle();
    for (;;) {
      const next = this.#next();
      if (next === undefined || next[1].dueNs > endNs) break;
      runs += this.advance(Math.max(0, (next[1].dueNs - this.#nowNs) / 1e6));
      if (runs > RUNS_MAX) throw new Error(`more than ${RUNS_MAX} timers in one advance`);
      await settle();
    }
    this.#nowNs = endNs;
    return runs;
  }

  #next(): [TimerHandle, Scheduled] | undefined {
    let best: [TimerHandle, Scheduled] | undefined;
    for (const entry of this.#timers) {
      const [, timer] = entry;
      const earlier = best === undefined || timer.dueNs < best[1].dueNs;
      if (earlier || (timer.dueNs === best?.[1].dueNs && timer.order < best[1].order)) best = entry;
    }
    return best;
  }
}

/** One turn of the event loop: every promise that could settle has settled. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
