import { BackpressureError } from './errors.ts';

export interface WaterMarkOptions {
  /** Share of the capacity from which the state is high. Default 0.8. */
  readonly high?: number;
  /** Share at or below which it is normal again, less than `high`. Default 0.5. */
  readonly low?: number;
}

/**
 * Whether a queue is nearly full, with hysteresis: it flips up at the high mark and back only at
 * the low one, so a level that trembles about a mark does not.
 */
export class WaterMark {
  readonly highTicks: number;
  readonly lowTicks: number;
  #isHigh = false;
  #crossings = 0;

  /** @throws BackpressureError `BAD_OPTION` unless 0 ≤ low < high ≤ 1. */
  constructor(capacity: number, options: WaterMarkOptions = {}) {
    const { high = 0.8, low = 0.5 } = options;
    if (!(low >= 0 && low < high && high <= 1)) {
      throw new BackpressureError('BAD_OPTION', `water marks: low ${low}, high ${high}`, {
        hint: 'Use shares of the queue with 0 ≤ low < high ≤ 1',
      });
    }
    this.highTicks = Math.max(1, Math.ceil(capacity * high));
    this.lowTicks = Math.min(this.highTicks - 1, Math.floor(capacity * low));
  }

  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** How often it became high. */
  get crossings(): number {
    return this.#crossings;
  }

  /** Takes the level now; true when the state flipped. */
  update(waiting: number): boolean {
    if (this.#isHigh ? waiting > this.lowTicks : waiting < this.highTicks) return false;
    this.#isHigh = !this.#isHigh;
    if (this.#isHigh) this.#crossings += 1;
    return true;
  }
}
