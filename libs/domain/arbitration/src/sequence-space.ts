/** Sequences of 32 bits as a circle: behind 2^32 − 1 comes `first`. */

const SEQUENCE_MAX = 0xffff_ffff;

export class SequenceSpace {
  readonly first: 0 | 1;
  readonly #size: number;
  readonly #half: number;

  constructor(first: 0 | 1) {
    this.first = first;
    this.#size = SEQUENCE_MAX + 1 - first;
    this.#half = Math.floor(this.#size / 2);
  }

  has(sequence: number): boolean {
    return sequence >= this.first && sequence <= SEQUENCE_MAX;
  }

  /** Steps from `from` to `to`, the shorter way round: negative is back. */
  steps(from: number, to: number): number {
    const steps = to - from;
    if (steps > this.#half) return steps - this.#size;
    return steps < -this.#half ? steps + this.#size : steps;
  }

  /** `count` (0 … 2^31) steps behind `sequence`. */
  after(sequence: number, count: number): number {
    const next = sequence + count;
    return next > SEQUENCE_MAX ? next - this.#size : next;
  }
}
