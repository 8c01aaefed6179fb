/** What became of the last sequences, so that a second copy of one is told from a late first. */

export const Fate = {
  /** Before the first sequence, or too long ago. */
  Unknown: 0,
  Delivered: 1,
  /** In a gap, and not seen since. */
  Declared: 2,
  /** In a gap, and given to `late` since. */
  CameLate: 3,
} as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** One byte a sequence, over the last `size` (a power of two) positions. */
export class DeliveryHistory {
  readonly #fates: Uint8Array;
  readonly #mask: number;

  constructor(size: number) {
    this.#fates = new Uint8Array(size);
    this.#mask = size - 1;
  }

  /** `position` is one of the last `size` that were set. */
  of(position: number): Fate {
    return this.#fates[position & this.#mask] as Fate;
  }

  set(position: number, fate: Fate): void {
    this.#fates[position & this.#mask] = fate;
  }

  setRun(position: number, count: number, fate: Fate): void {
    const size = this.#fates.length;
    if (count >= size) {
      this.#fates.fill(fate);
      return;
    }
    const from = position & this.#mask;
    const until = from + count;
    this.#fates.fill(fate, from, Math.min(until, size));
    if (until > size) this.#fates.fill(fate, 0, until - size);
  }

  clear(): void {
    this.#fates.fill(Fate.Unknown);
  }
}
