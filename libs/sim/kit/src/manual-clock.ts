/**
 * A clock and timers moved by hand: hours in seconds, and the same run again.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { SimulatorClock } from './simulator-clock.ts';

interface Due {
  readonly atNs: number;
  readonly run: () => void;
}

const NS_PER_MS = 1e6;

export class ManualClock implements SimulatorClock, Timers {
  readonly #startMs: number;
  #nowNs = 0;
  #due: Due[] = [];

  /** @param startMs - ms since the Unix epoch at which it begins. */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  epochMs(): number {
    return this.#startMs + Math.floor(this.#nowNs / NS_PER_MS);
  }

  monotonicNs(): number {
    return this.#nowNs;
  }

  setTimer(delayMs: number, run: () => void): TimerHandle {
    const due: Due = { atNs: this.#nowNs + Math.max(0, delayMs) * NS_PER_MS, run };
    this.#due.push(due);
    return due;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#due.length;
  }

  clearTimer(handle: TimerHandle): void {
    this.#due = this.#due.filter((due) => due !== handle);
  }

  /** Moves time on, running what falls due in order of its time. */
  advance(ms: number): void {
    const endNs = this.#nowNs + ms * NS_PER_MS;
    for (;;) {
      let first: Due | undefined;
      for (const due of this.#due) {
        if (due.atNs <= endNs && (first === undefined || due.atNs < first.atNs)) first = due;
      }
      if (first === undefined) break;
      const next = first;
      this.#due = this.#due.filter((due) => due !== next);
      this.#nowNs = Math.max(this.#nowNs, next.atNs);
      next.run();
    }
    this.#nowNs = endNs;
  }
}
