import { seededRandom } from '@tickwire/testing';

/** Random choices from one seed, in the words of the tests. */
export class RandomSource {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** An integer of 0 … end − 1. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  byte(): number {
    // Zeros and ones are what nulls and signs are made of, so they come up more often.
    return this.chance(0.2) ? this.pick([0, 0x7f, 0x80, 0xff]) : this.below(256);
  }

  /** An integer within a range, its ends more often than the rest. */
  bigint(min: bigint, max: bigint): bigint {
    if (this.chance(0.2)) return this.chance(0.5) ? min : max;
    let bits = 0n;
    for (let word = 0; word < 3; word += 1) bits = (bits << 32n) | BigInt(this.below(2 ** 32));
    const reach = this.chance(0.5) ? 1n << BigInt(this.below(64)) : max - min + 1n;
    const span = reach < max - min + 1n ? reach : max - min + 1n;
    return min + (bits % span);
  }
}
