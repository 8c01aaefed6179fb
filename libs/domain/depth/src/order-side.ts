/**
 * One side of a book by order: price levels in a sorted array, the best at the end, and behind each
 * level its orders as a chain, the first to be filled first.
 *
 *   rows    99.1, level   99.4, level   99.7, level ◀ best      level ─▶ order ⇄ order ⇄ order
 */
import { NONE } from './order-table.ts';
import type { OrderTable } from './order-table.ts';
import type { RowPool } from './row-pool.ts';

/** Numbers of a side's first block: two a row. */
const FIRST_LENGTH = 16;
/** Steps from the best price before the search halves what is left. */
const NEAR = 4;

export class OrderSide {
  readonly #table: OrderTable;
  /** 1 where prices fall from the best on, −1 where they rise: key = price × sign. */
  readonly #sign: 1 | -1;
  readonly #pool: RowPool;
  /** Of its rows in the pool: keys, ascending, each with the record of its level behind it. */
  #at = 0;
  #length = 0;
  #count = 0;

  constructor(table: OrderTable, sign: 1 | -1) {
    this.#table = table;
    this.#pool = table.rows;
    this.#sign = sign;
  }

  /** Price levels. */
  get count(): number {
    return this.#count;
  }

  /** Price at `depth` (0 = best), a mantissa; `undefined` beyond the last. */
  priceAt(depth: number): number | undefined {
    if (depth >= this.#count) return undefined;
    return this.#pool.cells[this.#at + 2 * (this.#count - 1 - depth)]! * this.#sign;
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

  /** As `clear`, and the pool has its rows back. */
  release(): void {
    this.clear();
    if (this.#length > 0) this.#pool.give(this.#at, this.#length);
    this.#length = 0;
  }

  /**
   * Puts an order, whose priority and size are in the table, into the queue of its price.
   *
   * @returns The level.
   */
  add(order: number, at: { readonly price: number }): number {
    const table = this.#table;
    table.priceAtHand[0] = at.price;
    const level = this.#levelAtHand();
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

  /** Takes an order out of its queue, the last one with its level. */
  take(order: number): void {
    const table = this.#table;
    const level = table.level(order);
    const before = table.previous(order);
    const after = table.next(order);
    if (before === NONE) table.setFirst(level, after);
    else table.setNext(before, after);
    if (after === NONE) table.setLast(level, before);
    else table.setPrevious(after, before);
    if (table.adjust(level, -1, -table.size(order)) === 0) this.#closeLevel(level);
  }

  /** Another size at the same place of the queue. */
  resize(order: number, size: number): void {
    const table = this.#table;
    table.adjust(table.level(order), 0, size - table.size(order));
    table.setSize(order, size);
  }

  #levelAt(depth: number): number {
    return this.#pool.cells[this.#at + 2 * (this.#count - 1 - depth) + 1]! | 0;
  }

  #goesBefore(order: number, other: number): boolean {
    const table = this.#table;
    const hi = table.priorityHi(order);
    const otherHi = table.priorityHi(other);
    return hi === otherHi ? table.priorityLo(order) < table.priorityLo(other) : hi < otherHi;
  }

  /** The level of the price at hand, made when there is none. */
  #levelAtHand(): number {
    const row = 2 * this.#findAtHand();
    const key = this.#table.priceAtHand[0]! * this.#sign;
    const end = 2 * this.#count;
    const { cells } = this.#pool;
    if (row < end && cells[this.#at + row] === key) return cells[this.#at + row + 1]! | 0;
    if (end === this.#length) this.#grow();
    const level = this.#table.addLevel();
    const rows = this.#pool.cells;
    const first = this.#at + row;
    for (let to = this.#at + end + 1; to > first + 1; to--) rows[to] = rows[to - 2]!;
    rows[first] = key;
    rows[first + 1] = level;
    this.#count += 1;
    return level;
  }

  #closeLevel(level: number): void {
    const table = this.#table;
    const rows = this.#pool.cells;
    table.priceAtHand[0] = table.levelPrice(level);
    const row = this.#at + 2 * this.#findAtHand();
    this.#count -= 1;
    const end = this.#at + 2 * this.#count;
    for (let to = row; to < end; to++) rows[to] = rows[to + 2]!;
    table.removeLevel(level);
  }

  /** First row whose key is that of the price at hand or above. */
  #findAtHand(): number {
    const key = this.#table.priceAtHand[0]! * this.#sign;
    const rows = this.#pool.cells;
    const at = this.#at;
    let high = this.#count;
    for (let step = 0; step < NEAR && high > 0; step++) {
      if (rows[at + 2 * high - 2]! < key) return high;
      high -= 1;
    }
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[at + 2 * middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const before = { at: this.#at, length: this.#length };
    this.#length = Math.max(FIRST_LENGTH, 2 * before.length);
    this.#at = this.#pool.take(this.#length);
    this.#pool.cells.copyWithin(this.#at, before.at, before.at + before.length);
    if (before.length > 0) this.#pool.give(before.at, before.length);
  }
}
