/**
 * A limit order book in integers: price levels, each a first-in-first-out queue of orders.
 *
 * Levels of a side lie in an array ordered so that the best price is the **last** element: most
 * changes happen near the top, and there an array insertion moves few elements.
 *
 *   bids:  … 67992.9  67993.1  67993.2 │best     ascending
 *   asks:  … 67994.1  67993.8  67993.3 │best     descending
 */
import { decimalText } from './decimal-text.ts';
import type { Increment } from './decimal-text.ts';

export const Side = { Bid: 0, Ask: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** One resting order; `size` in size increments. */
export interface Order {
  readonly id: number;
  readonly createdAtMs: number;
  size: number;
}

/** One price level; `size` is the sum of its orders and never 0 while the level is in the book. */
export interface Level {
  /** In price increments. */
  readonly price: number;
  /** The vendor's text of `price`. */
  readonly text: string;
  readonly orders: Order[];
  size: number;
}

export class OrderBook {
  readonly bids: Level[] = [];
  readonly asks: Level[] = [];
  readonly #orderCounts: [number, number] = [0, 0];
  readonly #priceUnit: Increment;

  constructor(priceUnit: Increment) {
    this.#priceUnit = priceUnit;
  }

  side(side: Side): Level[] {
    return side === Side.Bid ? this.bids : this.asks;
  }

  best(side: Side): Level | undefined {
    return this.side(side).at(-1);
  }

  /** Resting orders of a side. */
  orderCount(side: Side): number {
    return this.#orderCounts[side];
  }

  add(side: Side, price: number, order: Order): Level {
    const level = this.#levelAt(side, price);
    level.orders.push(order);
    level.size += order.size;
    this.#orderCounts[side] += 1;
    return level;
  }

  /** The level at a price, made if there is none; the caller adds an order at once. */
  #levelAt(side: Side, price: number): Level {
    const levels = this.side(side);
    const index = this.#position(side, price);
    const found = levels[index];
    if (found !== undefined && found.price === price) return found;
    const level: Level = { price, text: decimalText(price, this.#priceUnit), orders: [], size: 0 };
    levels.splice(index, 0, level);
    return level;
  }

  /** Takes `size` from an order; an emptied order leaves its level, an emptied level the book. */
  reduce(side: Side, level: Level, change: { index: number; size: number }): void {
    const order = level.orders[change.index];
    if (order === undefined || change.size > order.size) {
      throw new RangeError('an order can lose no more than it has');
    }
    order.size -= change.size;
    level.size -= change.size;
    if (order.size === 0) {
      level.orders.splice(change.index, 1);
      this.#orderCounts[side] -= 1;
    }
    if (level.size > 0) return;
    const levels = this.side(side);
    levels.splice(this.#position(side, level.price), 1);
  }

  /** Index of the first level not worse than `price`, where a level of that price is or belongs. */
  #position(side: Side, price: number): number {
    const levels = this.side(side);
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = levels[middle]?.price ?? 0;
      const worse = side === Side.Bid ? at < price : at > price;
      if (worse) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
