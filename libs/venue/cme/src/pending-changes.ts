import type { PriceChanges } from '@tickwire/domain-depth';

/** Prices that one event touches before they are written; what is beyond is written at once. */
const CAPACITY = 32;

const BID = 1;
const REAL = 2;
const IMPLIED = 4;

/**
 * Prices of one instrument that the open event has touched, each once, in that order, and what the
 * last update of each book said of them. Instruments have one only while an event of theirs is
 * open, so that few of them are in use, and those are at hand.
 */
export class PendingChanges {
  readonly #prices = new Float64Array(CAPACITY);
  readonly #sizes = new Float64Array(CAPACITY);
  readonly #orders = new Float64Array(CAPACITY);
  readonly #impliedSizes = new Float64Array(CAPACITY);
  readonly #marks = new Uint8Array(CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === CAPACITY;
  }

  priceAt(at: number): number {
    return this.#prices[at]!;
  }

  isBidAt(at: number): boolean {
    return (this.#marks[at]! & BID) !== 0;
  }

  /** Whether the book of real orders has changed there: then size and orders say to what. */
  isRealAt(at: number): boolean {
    return (this.#marks[at]! & REAL) !== 0;
  }

  isImpliedAt(at: number): boolean {
    return (this.#marks[at]! & IMPLIED) !== 0;
  }

  /** 0: the price is gone. */
  sizeAt(at: number): number {
    return this.#sizes[at]!;
  }

  ordersAt(at: number): number {
    return this.#orders[at]!;
  }

  /** 0: the price is gone. */
  impliedSizeAt(at: number): number {
    return this.#impliedSizes[at]!;
  }

  /** Change `index` of the list. This one is not full. */
  add(changes: PriceChanges, index: number): void {
    const price = changes.priceAt(index);
    const side = changes.isBid ? BID : 0;
    let at = 0;
    while (at < this.#count && !(this.#prices[at] === price && (this.#marks[at]! & BID) === side)) {
      at += 1;
    }
    if (at === this.#count) {
      this.#prices[at] = price;
      this.#marks[at] = side;
      this.#count += 1;
    }
    if (changes.isImplied) {
      this.#marks[at]! |= IMPLIED;
      this.#impliedSizes[at] = changes.sizeAt(index);
      return;
    }
    this.#marks[at]! |= REAL;
    this.#sizes[at] = changes.sizeAt(index);
    this.#orders[at] = changes.ordersAt(index);
  }

  clear(): void {
    this.#count = 0;
  }
}
