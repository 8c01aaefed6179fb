/**
 * Learns how often data comes, to notice a connection that lives and says nothing: a fixed limit
 * would cut quiet markets and miss busy ones.
 */
const WEIGHT = 1 / 32;
/** Messages before the interval counts as learned. */
const LEARNED_AFTER = 20;

export class Cadence {
  readonly #leastNs: number;
  readonly #factor: number;
  #lastNs = -1;
  #intervalNs = 0;
  #count = 0;

  constructor(limits: { leastMs: number; factor: number }) {
    this.#leastNs = limits.leastMs * 1e6;
    this.#factor = limits.factor;
  }

  arrived(nowNs: number): void {
    if (this.#lastNs >= 0) {
      const gapNs = nowNs - this.#lastNs;
      // The first intervals count in full, later ones by their weight: a running mean that forgets.
      this.#intervalNs += (gapNs - this.#intervalNs) * Math.max(WEIGHT, 1 / (this.#count + 1));
      this.#count += 1;
    }
    this.#lastNs = nowNs;
  }

  /** Silent for longer than `factor` usual intervals, and than the least limit. */
  isStale(nowNs: number): boolean {
    if (this.#count < LEARNED_AFTER) return false;
    return nowNs - this.#lastNs > Math.max(this.#leastNs, this.#factor * this.#intervalNs);
  }

  reset(): void {
    this.#lastNs = -1;
    this.#intervalNs = 0;
    this.#count = 0;
  }
}
