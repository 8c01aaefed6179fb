/**
 * At most `weightMax` in any `windowMs`: the vendor's limits on messages, connects and REST
 * weight. A sliding window over the last takings, in a ring of fixed size.
 */
export class RateBudget {
  readonly #windowNs: number;
  readonly #weightMax: number;
  readonly #times: Float64Array;
  readonly #weights: Float64Array;
  #first = 0;
  #count = 0;
  #inWindow = 0;

  constructor(limit: { weightMax: number; windowMs: number }) {
    this.#windowNs = limit.windowMs * 1e6;
    this.#weightMax = limit.weightMax;
    this.#times = new Float64Array(limit.weightMax);
    this.#weights = new Float64Array(limit.weightMax);
  }

  /** ms until `weight` (≥ 1) may be taken; 0 = now. */
  waitMs(nowNs: number, weight = 1): number {
    this.#expire(nowNs);
    if (this.#inWindow + weight <= this.#weightMax) return 0;
    let free = this.#weightMax - this.#inWindow;
    for (let at = 0; at < this.#count; at++) {
      const slot = (this.#first + at) % this.#times.length;
      free += this.#weights[slot] ?? 0;
      if (free >= weight) {
        return Math.max(1, Math.ceil(((this.#times[slot] ?? 0) + this.#windowNs - nowNs) / 1e6));
      }
    }
    return this.#windowNs / 1e6;
  }

  /** Takes it; ask `waitMs` first. */
  take(nowNs: number, weight = 1): void {
    this.#expire(nowNs);
    const slot = (this.#first + this.#count) % this.#times.length;
    this.#times[slot] = nowNs;
    this.#weights[slot] = weight;
    this.#count += 1;
    this.#inWindow += weight;
  }

  #expire(nowNs: number): void {
    while (this.#count > 0 && nowNs - (this.#times[this.#first] ?? 0) >= this.#windowNs) {
      this.#inWindow -= this.#weights[this.#first] ?? 0;
      this.#first = (this.#first + 1) % this.#times.length;
      this.#count -= 1;
    }
  }
}
