/** How a reader lets a writer write. */
import type { RingRun } from './ring-run.ts';

/** A run of so many ticks is worth the look. */
const WORTHWHILE_TICKS = 128;
/** About 1.5 µs: one takes 20 to 50 ns. */
const PAUSES_MAX = 64;

/** `Atomics.pause`: absent before Node 24, where the reader then looks on as it would without. */
const pauseCore: () => void = typeof Atomics.pause === 'function' ? Atomics.pause : () => {};

/**
 * Each look at a ring takes the cursors' cache lines from its writer, which has to fetch them back
 * for its next publication. A reader that finds a tick or two each time it looks makes both slow:
 * it looks away for a moment, twice as long each time, until a look finds enough or nothing. Of
 * ticks that come one by one none waits: between them the reader finds nothing.
 */
export class LookAway {
  readonly #pause: () => void;
  #run: RingRun | undefined;
  #pauses = 0;

  constructor(pause: () => void = pauseCore) {
    this.#pause = pause;
  }

  /** `run` was handled. */
  after(run: RingRun): void {
    // Rings that are read in turn are left alone meanwhile.
    if (run !== this.#run) {
      this.#run = run;
      this.#pauses = 0;
      return;
    }
    if (run.count >= WORTHWHILE_TICKS) {
      this.#pauses >>>= 1;
      return;
    }
    for (let done = 0; done < this.#pauses; done++) this.#pause();
    if (this.#pauses < PAUSES_MAX) this.#pauses = this.#pauses * 2 || 1;
  }

  /** There was nothing to read. */
  reset(): void {
    this.#run = undefined;
  }
}
