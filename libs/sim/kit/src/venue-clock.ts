import type { SimulatorClock } from './simulator-clock.ts';

const NS_PER_MS = 1e6;

/** The venue's time: begins at the host's wall clock, then follows a clock that never goes back. */
export class VenueClock {
  /** ms since the Unix epoch at which the venue began; an integer. */
  readonly startMs: number;
  readonly #clock: SimulatorClock;
  readonly #startNs: number;

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
    this.startMs = Math.floor(clock.epochMs());
    this.#startNs = clock.monotonicNs();
  }

  /** ns since the venue began. */
  elapsedNs(): number {
    return this.#clock.monotonicNs() - this.#startNs;
  }

  /** The same in ms. */
  monotonicMs(): number {
    return this.elapsedNs() / NS_PER_MS;
  }

  /** ms since the Unix epoch; an integer. */
  nowMs(): number {
    return this.startMs + Math.floor(this.elapsedNs() / NS_PER_MS);
  }
}
