import type { Clock, StampNs, TimerHandle, Timers } from '@tickwire/core';
import { addNs, diffNs, stampFromMs } from '@tickwire/core';

const NS_PER_MS = 1e6;
/** The wall clock was set, or has drifted, when it differs by so much. */
const STEP_NS = 50 * NS_PER_MS;

/** Time as Node has it: monotonic ns of this process, the wall clock in steps of 1 ms. */
export class NodeClock implements Clock {
  readonly #anchor: StampNs = { hi: 0, lo: 0 };
  #anchoredAtNs = 0;
  readonly #system: StampNs = { hi: 0, lo: 0 };

  constructor() {
    this.#reanchor(this.monotonicNs());
  }

  monotonicNs(): number {
    return Math.round(performance.now() * NS_PER_MS);
  }

  wallNs(monotonicNs: number, into: StampNs): void {
    stampFromMs(Date.now(), this.#system);
    this.#at(this.monotonicNs(), into);
    if (Math.abs(diffNs(into, this.#system)) > STEP_NS) this.#reanchor(this.monotonicNs());
    this.#at(monotonicNs, into);
  }

  #at(monotonicNs: number, into: StampNs): void {
    into.hi = this.#anchor.hi;
    into.lo = this.#anchor.lo;
    addNs(into, monotonicNs - this.#anchoredAtNs);
  }

  #reanchor(monotonicNs: number): void {
    stampFromMs(Date.now(), this.#anchor);
    this.#anchoredAtNs = monotonicNs;
  }
}

/** Timers of Node. A client that waits for its server keeps the program running. */
export const nodeTimers: Timers = {
  setTimer: (delayMs, run) => setTimeout(run, delayMs),
  clearTimer: (handle: TimerHandle) => clearTimeout(handle as NodeJS.Timeout),
};
