/**
 * One side of a book by order: price levels in a sorted array, the best at the end, and behind each
 * level its orders as a chain, the first to be filled first.
 *
 *   rows    99.1, level   99.4, level   99.7, level ◀ best      level ─▶ order ⇄ order ⇄ order
 */
import { NONE } from './order-table.ts';
import type { OrderTable } from './order-table.ts';

const FIRST_CAPACITY = 8;
/** Steps from the best price before the search halves what is left. */
const NEAR = 4;

export class OrderSide {
  readonly #table: OrderTable;
  /** 1 where prices fall from the best on, −1 where they rise: key = price × sign. */
  readonly #sign: 1 | -1;
  /** Keys, ascending, each with the record of its level behind it. */
  #rows = new Float64Array(2 * FIRST_CAPACITY);
  #count = 0;

  constructor(table: OrderTable, sign: 1 | -1) {
    this.#table = table;
    this.#sign = sign;
  }

  /** Price levels. */
  get count(): number {
    return this.#count;
  }

  /** Price at `depth` (0 = best), a mantissa; `undefined` beyond the last. */
  priceAt(depth: number): number | undefined {
    return depth < this.#count
      ? this.#rows[2 * (this.#count - 1 - depth)]! * this.#sign
      : undefined;
  }

  /** Sum of the orders at `depth`. */
  sizeAt(depth: number): number | undefined {
    return depth < this.#count ? this.#table.size(this.#levelAt(depth)) : undefined;
  }

  /** Number of orders at `depth`. */
  ordersAt(depth: number): number | undefined {
    return depth < this.#count ? this.#table.orders(this.#levelAt(depth)) : undefined;
  }

  /** The order at `depth` that is filled first; `NONE` beyond the last level. */
  firstOrderAt(depth: number): number {
    return depth < this.#count ? this.#table.first(this.#levelAt(depth)) : NONE;
  }

  /** Its orders leave the table with it. */
  clear(): void {
    const table = this.#table;
    for (let depth = 0; depth < this.#count; depth++) {
      const level = this.#levelAt(depth);
      for (let order = table.first(level); order !== NONE;) {
        const next = table.next(order);
        table.remove(order);
        order = next;
      }
      table.removeLevel(level);
    }
    this.#count = 0;
  }

  /**
   * Puts an order, whose price, priority and size are in the table, into its level's queue.
   *
   * @returns The level.
   */
  add(order: number): number {
    const table = this.#table;
    const level = this.#levelOf(table.price(order));
    let before = table.last(level);
    while (before !== NONE && this.#goesBefore(order, before)) before = table.previous(before);
    const after = before === NONE ? table.first(level) : table.next(before);
    table.setLevel(order, level);
    table.setPrevious(order, before);
    table.setNext(order, after);
    if (before === NONE) table.setFirst(level, order);
    else table.setNext(before, order);
    if (after === NONE) table.setLast(level, order);
    else table.setPrevious(after, order);
    table.adjust(level, 1, table.size(order));
    return level;
  }

  /** Takes an order out of its queue. True when its level is gone with it. */
  take(order: number): boolean {
    const table = this.#table;
    const level = table.level(order);
    const before = table.previous(order);
    const after = table.next(order);
    if (before === NONE) table.setFirst(level, after);
    else table.setNext(before, after);
    if (after === NONE) table.setLast(level, before);
    else table.setPrevious(after, before);
    if (table.adjust(level, -1, -table.size(order)) > 0) return false;
    this.#closeLevel(level);
    return true;
  }

  /** Another size at the same place of the queue. */
  resize(order: number, size: number): void {
    const table = this.#table;
    table.adjust(table.level(order), 0, size - table.size(order));
    table.setSize(order, size);
  }

  #levelAt(depth: number): number {
    return this.#rows[2 * (this.#count - 1 - depth) + 1]! | 0;
  }

  #goesBefore(order: number, other: number): boolean {
    const table = this.#table;
    const hi = table.priorityHi(order);
    const otherHi = table.priorityHi(other);
    return hi === otherHi ? table.priorityLo(order) < table.priorityLo(other) : hi < otherHi;
  }

  /** The level of a price, made when there is none. */
  #levelOf(price: number): number {
    const key = price * this.#sign;
    const at = this.#find(key);
    if (at < this.#count && this.#rows[2 * at] === key) return this.#rows[2 * at + 1]! | 0;
    if (2 * this.#count === this.#rows.length) this.#grow();
    const rows = this.#rows;
    for (let to = 2 * this.#count + 1; to > 2 * at + 1; to--) rows[to] = rows[to - 2]!;
    const level = this.#table.addLevel(price);
    rows[2 * at] = key;
    rows[2 * at + 1] = level;
    this.#count += 1;
    return level;
  }

  #closeLevel(level: number): void {
    const rows = this.#rows;
    const at = this.#find(this.#table.price(level) * this.#sign);
    this.#count -= 1;
    for (let to = 2 * at; to < 2 * this.#count; to++) rows[to] = rows[to + 2]!;
    this.#table.removeLevel(level);
  }

  /** First place whose key is ≥ `key`. */
  #find(key: number): number {
    const rows = this.#rows;
    let high = this.#count;
    for (let step = 0; step < NEAR && high > 0; step++) {
      if (rows[2 * high - 2]! < key) return high;
      high -= 1;
    }
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[2 * middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const rows = new Float64Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
