/**
 * When one stream was live, in ring time: the last 64 changes. Time before the oldest change kept
 * counts as not live, so a share taken from it is never too high.
 */
const CHANGES_MAX = 64;

export class LiveTimeline {
  readonly #fromUs = new Float64Array(CHANGES_MAX);
  readonly #live = new Uint8Array(CHANGES_MAX);
  #count = 0;

  get isLive(): boolean {
    return this.#count > 0 && this.#live[this.#count - 1] === 1;
  }

  copyFrom(source: LiveTimeline): void {
    this.#fromUs.set(source.#fromUs);
    this.#live.set(source.#live);
    this.#count = source.#count;
  }

  /**
   * From `fromUs` on the stream is (not) live. A time before known changes overrides them: a gap
   * is often noticed later than it began.
   */
  set(fromUs: number, live: boolean): void {
    while (this.#count > 0 && (this.#fromUs[this.#count - 1] ?? 0) >= fromUs) this.#count -= 1;
    if (this.isLive === live) return;
    if (this.#count === CHANGES_MAX) this.#forgetOldest();
    this.#fromUs[this.#count] = fromUs;
    this.#live[this.#count] = live ? 1 : 0;
    this.#count += 1;
  }

  /** µs of [startUs, endUs) in which the stream was live. */
  liveUs(startUs: number, endUs: number): number {
    let sum = 0;
    let until = endUs;
    for (let at = this.#count - 1; at >= 0 && until > startUs; at--) {
      const from = Math.max(this.#fromUs[at] ?? 0, startUs);
      if (from >= until) continue;
      if (this.#live[at] === 1) sum += until - from;
      until = from;
    }
    return sum;
  }

  #forgetOldest(): void {
    this.#fromUs.copyWithin(0, 1);
    this.#live.copyWithin(0, 1);
    this.#count -= 1;
  }
}
