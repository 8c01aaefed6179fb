/**
 * One side of a book: prices and their sizes in two sorted arrays, the best price at the end.
 *
 *   bids  99.1  99.4  99.7 ◀ best          asks  101.2  100.9  100.3 ◀ best
 *
 * Nearly all changes happen near the best price, so they move few elements, and a search that
 * starts at the end finds them in one or two steps.
 */
import { assert } from '@tickwire/core';

/** What `set` did. */
export const LevelChange = {
  /** A delete of a price that was not there. */
  None: 0,
  Added: 1,
  Modified: 2,
  Deleted: 3,
  /** Not done: the side holds `levelsMax` prices. The book is no longer right. */
  Full: 4,
} as const;
export type LevelChange = (typeof LevelChange)[keyof typeof LevelChange];

const FIRST_CAPACITY = 64;
/** Steps from the best price before the search starts to double them. */
const NEAR = 4;
/** Elements up to which a loop moves them faster than the two calls of copyWithin. */
const LOOP_MOVES_MAX = 48;

export class BookSide {
  /** +1 for bids, −1 for asks: key = price × sign ascends towards the best. */
  readonly #sign: 1 | -1;
  readonly #levelsMax: number;
  #keys = new Float64Array(FIRST_CAPACITY);
  #sizes = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  constructor(side: 'bid' | 'ask', levelsMax: number) {
    this.#sign = side === 'bid' ? 1 : -1;
    this.#levelsMax = levelsMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Price at `depth` (0 = best); `undefined` beyond the last. A mantissa. */
  priceAt(depth: number): number | undefined {
    const key = depth < this.#count ? this.#keys[this.#count - 1 - depth] : undefined;
    return key === undefined ? undefined : key * this.#sign;
  }

  /** Size at `depth` (0 = best); `undefined` beyond the last. A mantissa. */
  sizeAt(depth: number): number | undefined {
    return depth < this.#count ? this.#sizes[this.#count - 1 - depth] : undefined;
  }

  /** Size at `price`, 0 when there is none. */
  sizeOf(price: number): number {
    const at = this.#find(price * this.#sign);
    return this.#holds(at, price) ? (this.#sizes[at] ?? 0) : 0;
  }

  /** Makes `size` the size at `price`; 0 removes the price. Allocates only when growing. */
  set(price: number, size: number): LevelChange {
    const at = this.#find(price * this.#sign);
    const held = this.#holds(at, price);
    if (size === 0) {
      if (!held) return LevelChange.None;
      this.#closeAt(at);
      this.#count -= 1;
      return LevelChange.Deleted;
    }
    if (held) {
      this.#sizes[at] = size;
      return LevelChange.Modified;
    }
    if (this.#count === this.#levelsMax) return LevelChange.Full;
    if (this.#count === this.#keys.length) this.#grow();
    this.#openAt(at);
    this.#keys[at] = price * this.#sign;
    this.#sizes[at] = size;
    this.#count += 1;
    return LevelChange.Added;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Largest |price| and size, for a change of exponents. */
  largest(): { price: number; size: number } {
    let price = 0;
    let size = 0;
    for (let at = 0; at < this.#count; at++) {
      price = Math.max(price, Math.abs(this.#keys[at] ?? 0));
      size = Math.max(size, this.#sizes[at] ?? 0);
    }
    return { price, size };
  }

  /** Multiplies all prices and sizes: a finer exponent. Exact as long as results are safe. */
  rescale(factors: { price: number; size: number }): void {
    for (let at = 0; at < this.#count; at++) {
      this.#keys[at] = (this.#keys[at] ?? 0) * factors.price;
      this.#sizes[at] = (this.#sizes[at] ?? 0) * factors.size;
    }
  }

  #holds(at: number, price: number): boolean {
    return at < this.#count && this.#keys[at] === price * this.#sign;
  }

  /** First place whose key is ≥ `key`: a few steps from the best, then by doubling and halving. */
  #find(key: number): number {
    const keys = this.#keys;
    let high = this.#count;
    for (let step = 0; step < NEAR && high > 0; step++) {
      if ((keys[high - 1] as number) < key) return high;
      high -= 1;
    }
    let low = high;
    for (let width = NEAR; low > 0; width *= 2) {
      const probe = low > width ? low - width : 0;
      if ((keys[probe] as number) < key) {
        low = probe;
        break;
      }
      high = probe;
      low = probe;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves what is from `at` on up by one. */
  #openAt(at: number): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    if (this.#count - at > LOOP_MOVES_MAX) {
      keys.copyWithin(at + 1, at, this.#count);
      sizes.copyWithin(at + 1, at, this.#count);
      return;
    }
    for (let to = this.#count; to > at; to--) {
      keys[to] = keys[to - 1] as number;
      sizes[to] = sizes[to - 1] as number;
    }
  }

  /** Moves what is behind `at` down by one. */
  #closeAt(at: number): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    if (this.#count - at > LOOP_MOVES_MAX) {
      keys.copyWithin(at, at + 1, this.#count);
      sizes.copyWithin(at, at + 1, this.#count);
      return;
    }
    for (let to = at; to < this.#count - 1; to++) {
      keys[to] = keys[to + 1] as number;
      sizes[to] = sizes[to + 1] as number;
    }
  }

  #grow(): void {
    const capacity = Math.min(this.#keys.length * 2, this.#levelsMax);
    assert(capacity > this.#keys.length, 'a book side grows only below its bound');
    const keys = new Float64Array(capacity);
    const sizes = new Float64Array(capacity);
    keys.set(this.#keys);
    sizes.set(this.#sizes);
    this.#keys = keys;
    this.#sizes = sizes;
  }
}
