import { assert } from '@tickwire/core';

/** Levels by number, as `OrderTable` has them. */
interface Levels {
  levelPrice(level: number): number;
  size(level: number): number;
  orders(level: number): number;
}

/**
 * What one update did to one side of a book, by price, in the order in which to apply it. All of
 * it is of the same side. The list is used again by the next update.
 */
export class PriceChanges {
  isBid = false;
  isImplied = false;
  #count = 0;
  readonly #prices: Float64Array;
  readonly #sizes: Float64Array;
  readonly #orders: Float64Array;

  /** @param levels - Depth of the deepest book that writes into it. */
  constructor(levels: number) {
    // The most that one update does: a whole side goes, or one level is dropped and one is set.
    const capacity = Math.max(levels, 2);
    this.#prices = new Float64Array(capacity);
    this.#sizes = new Float64Array(capacity);
    this.#orders = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  priceAt(at: number): number {
    return this.#prices[at]!;
  }

  /** All of what is at the price now; 0: the price is gone. */
  sizeAt(at: number): number {
    return this.#sizes[at]!;
  }

  /** `ORDERS_ABSENT` when not stated; 0 of a price that is gone. */
  ordersAt(at: number): number {
    return this.#orders[at]!;
  }

  begin(isBid: boolean, isImplied: boolean): void {
    this.isBid = isBid;
    this.isImplied = isImplied;
    this.#count = 0;
  }

  clear(): void {
    this.#count = 0;
  }

  set(price: number, size: number, orders: number): void {
    const at = this.#count;
    assert(at < this.#prices.length, 'a list of changes is made for the deepest book');
    this.#prices[at] = price;
    this.#sizes[at] = size;
    this.#orders[at] = orders;
    this.#count = at + 1;
  }

  /**
   * The level of a table as it is; one that has lost its last order is gone. By its number: a price
   * that is handed from call to call becomes an object each time.
   */
  setLevel(levels: Levels, level: number): void {
    const at = this.#count;
    assert(at < this.#prices.length, 'a list of changes is made for the deepest book');
    this.#prices[at] = levels.levelPrice(level);
    this.#sizes[at] = levels.size(level);
    this.#orders[at] = levels.orders(level);
    this.#count = at + 1;
  }

  remove(price: number): void {
    this.set(price, 0, 0);
  }
}
