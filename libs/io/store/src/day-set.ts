const DAY_NS = 86_400_000_000_000n;
const WORD = 0xffff_ffffn;

/**
 * The days (UTC, counted from the Unix epoch) on which stamps fall. A stamp of the day of the one
 * before costs two comparisons; only a change of day computes.
 */
export class DaySet {
  readonly #days = new Set<number>();
  #startHi = 1;
  #startLo = 0;
  #endHi = 0;
  #endLo = 0;

  get days(): readonly number[] {
    return [...this.#days];
  }

  get size(): number {
    return this.#days.size;
  }

  /** @param hi - High word of ns since the Unix epoch; `lo` the low one, both u32. */
  add(hi: number, lo: number): void {
    const before = hi < this.#startHi || (hi === this.#startHi && lo < this.#startLo);
    const after = hi > this.#endHi || (hi === this.#endHi && lo >= this.#endLo);
    if (!before && !after) return;
    const day = ((BigInt(hi) << 32n) | BigInt(lo)) / DAY_NS;
    const end = (day + 1n) * DAY_NS;
    this.#startHi = Number((day * DAY_NS) >> 32n);
    this.#startLo = Number((day * DAY_NS) & WORD);
    this.#endHi = Number(end >> 32n);
    this.#endLo = Number(end & WORD);
    this.#days.add(Number(day));
  }

  /** Forgets the days, and the current one with them. */
  clear(): void {
    this.#days.clear();
    this.#startHi = 1;
    this.#startLo = 0;
    this.#endHi = 0;
    this.#endLo = 0;
  }
}
