import { ORDERS_ABSENT } from './depth-update.ts';
import type { LevelBook } from './level-book.ts';
import type { LevelSide } from './level-side.ts';

/**
 * What can be traded on one side: real and implied levels together, sizes added where both have the
 * price, best first. A view that is made when asked for.
 */
export class ConsolidatedSide {
  readonly #prices: Float64Array;
  readonly #sizes: Float64Array;
  readonly #orders: Float64Array;
  #count = 0;

  /** @param levels - Of real and implied book together. */
  constructor(levels: number) {
    this.#prices = new Float64Array(levels);
    this.#sizes = new Float64Array(levels);
    this.#orders = new Float64Array(levels);
  }

  get count(): number {
    return this.#count;
  }

  priceAt(depth: number): number | undefined {
    return depth < this.#count ? this.#prices[depth] : undefined;
  }

  sizeAt(depth: number): number | undefined {
    return depth < this.#count ? this.#sizes[depth] : undefined;
  }

  /** Of the real level: implied ones state none. `ORDERS_ABSENT` where there is none. */
  ordersAt(depth: number): number | undefined {
    return depth < this.#count ? this.#orders[depth] : undefined;
  }

  /** Both books as they are now. A side that is not known has no levels. */
  read(books: { real: LevelBook; implied: LevelBook }, isBid: boolean): void {
    const real = isBid ? books.real.bids : books.real.asks;
    const implied = isBid ? books.implied.bids : books.implied.asks;
    this.#count = 0;
    let other = 0;
    for (let at = 0; at < real.count; at++) {
      const price = real.priceAt(at)!;
      while (other < implied.count && real.prefers(implied.priceAt(other)!, price)) {
        this.#add(implied, other++);
      }
      this.#add(real, at);
      if (implied.priceAt(other) === price && other < implied.count) {
        this.#sizes[this.#count - 1]! += implied.sizeAt(other++)!;
      }
    }
    while (other < implied.count) this.#add(implied, other++);
  }

  #add(side: LevelSide, at: number): void {
    this.#prices[this.#count] = side.priceAt(at)!;
    this.#sizes[this.#count] = side.sizeAt(at)!;
    this.#orders[this.#count] = side.ordersAt(at) ?? ORDERS_ABSENT;
    this.#count += 1;
  }
}
