/**
 * One side of a book by order: price levels in a sorted array, the best at the end, and behind each
 * level its orders as a chain, the first to be filled first.
 *
 *   keys    99.1   99.4   99.7 ◀ best        level ─▶ order ⇄ order ⇄ order, by priority
 *
 * A level is a record of 24 bytes: size f64, then as i32 the number of orders, the first and the
 * last of them, and nothing.
 */
import { NONE } from './order-table.ts';
import type { OrderTable } from './order-table.ts';

const FIRST_CAPACITY = 8;
/** Steps from the best price before the search halves what is left. */
const NEAR = 4;

const DOUBLES = 3;
const WORDS = 6;
const ORDERS = 2;
const FIRST = 3;
const LAST = 4;

export class OrderSide {
  readonly #table: OrderTable;
  /** 1 where prices fall from the best on, −1 where they rise: key = price × sign. */
  readonly #sign: 1 | -1;
  /** Ascending; beside each the record of its level. */
  #keys = new Float64Array(FIRST_CAPACITY);
  #levels = new Int32Array(FIRST_CAPACITY);
  #count = 0;
  #doubles = new Float64Array(DOUBLES * FIRST_CAPACITY);
  #words = new Int32Array(this.#doubles.buffer);
  #used = 0;
  /** Free records of levels, chained by their first. */
  #free: number = NONE;

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
    return depth < this.#count ? this.#keys[this.#count - 1 - depth]! * this.#sign : undefined;
  }

  /** Sum of the orders at `depth`. */
  sizeAt(depth: number): number | undefined {
    return depth < this.#count ? this.sizeOf(this.#levelAt(depth)) : undefined;
  }

  /** Number of orders at `depth`. */
  ordersAt(depth: number): number | undefined {
    return depth < this.#count ? this.ordersOf(this.#levelAt(depth)) : undefined;
  }

  /** The order at `depth` that is filled first; `NONE` beyond the last level. */
  firstOrderAt(depth: number): number {
    return depth < this.#count ? this.#first(this.#levelAt(depth)) : NONE;
  }

  sizeOf(level: number): number {
    return this.#doubles[level * DOUBLES]!;
  }

  ordersOf(level: number): number {
    return this.#words[level * WORDS + ORDERS]!;
  }

  clear(): void {
    this.#count = 0;
    this.#used = 0;
    this.#free = NONE;
  }

  /** Puts an order, whose price, priority and size are in the table, into its level's queue. */
  add(order: number): number {
    const table = this.#table;
    const level = this.#levelOf(table.price(order) * this.#sign);
    const record = level * WORDS;
    let before = this.#words[record + LAST]!;
    while (before !== NONE && this.#goesBefore(order, before)) before = table.previous(before);
    const after = before === NONE ? this.#first(level) : table.next(before);
    table.setLevel(order, level);
    table.setPrevious(order, before);
    table.setNext(order, after);
    if (before === NONE) this.#words[record + FIRST] = order;
    else table.setNext(before, order);
    if (after === NONE) this.#words[record + LAST] = order;
    else table.setPrevious(after, order);
    this.#doubles[level * DOUBLES]! += table.size(order);
    this.#words[record + ORDERS]! += 1;
    return level;
  }

  /** Takes an order out of its queue. True when its level is gone with it. */
  take(order: number): boolean {
    const table = this.#table;
    const words = this.#words;
    const level = table.level(order);
    const record = level * WORDS;
    const before = table.previous(order);
    const after = table.next(order);
    if (before === NONE) words[record + FIRST] = after;
    else table.setNext(before, after);
    if (after === NONE) words[record + LAST] = before;
    else table.setPrevious(after, before);
    this.#doubles[level * DOUBLES]! -= table.size(order);
    const orders = words[record + ORDERS]! - 1;
    words[record + ORDERS] = orders;
    if (orders > 0) return false;
    this.#closeLevel(table.price(order) * this.#sign, level);
    return true;
  }

  /** Another size at the same place of the queue. */
  resize(order: number, size: number): void {
    this.#doubles[this.#table.level(order) * DOUBLES]! += size - this.#table.size(order);
    this.#table.setSize(order, size);
  }

  #first(level: number): number {
    return this.#words[level * WORDS + FIRST]!;
  }

  #levelAt(depth: number): number {
    return this.#levels[this.#count - 1 - depth]!;
  }

  #goesBefore(order: number, other: number): boolean {
    const table = this.#table;
    const hi = table.priorityHi(order);
    const otherHi = table.priorityHi(other);
    return hi === otherHi ? table.priorityLo(order) < table.priorityLo(other) : hi < otherHi;
  }

  /** The level of a key, made when there is none. */
  #levelOf(key: number): number {
    const at = this.#find(key);
    if (at < this.#count && this.#keys[at] === key) return this.#levels[at]!;
    if (this.#count === this.#keys.length) this.#grow();
    let level = this.#free;
    if (level === NONE) level = this.#used++;
    else this.#free = this.#first(level);
    this.#doubles[level * DOUBLES] = 0;
    this.#words[level * WORDS + ORDERS] = 0;
    this.#words[level * WORDS + FIRST] = NONE;
    this.#words[level * WORDS + LAST] = NONE;
    for (let to = this.#count; to > at; to--) {
      this.#keys[to] = this.#keys[to - 1]!;
      this.#levels[to] = this.#levels[to - 1]!;
    }
    this.#keys[at] = key;
    this.#levels[at] = level;
    this.#count += 1;
    return level;
  }

  #closeLevel(key: number, level: number): void {
    this.#count -= 1;
    for (let at = this.#find(key); at < this.#count; at++) {
      this.#keys[at] = this.#keys[at + 1]!;
      this.#levels[at] = this.#levels[at + 1]!;
    }
    this.#words[level * WORDS + FIRST] = this.#free;
    this.#free = level;
  }

  /** First place whose key is ≥ `key`. */
  #find(key: number): number {
    const keys = this.#keys;
    let high = this.#count;
    for (let step = 0; step < NEAR && high > 0; step++) {
      if (keys[high - 1]! < key) return high;
      high -= 1;
    }
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const capacity = 2 * this.#keys.length;
    const keys = new Float64Array(capacity);
    keys.set(this.#keys);
    const levels = new Int32Array(capacity);
    levels.set(this.#levels);
    const doubles = new Float64Array(DOUBLES * capacity);
    const words = new Int32Array(doubles.buffer);
    words.set(this.#words);
    this.#keys = keys;
    this.#levels = levels;
    this.#doubles = doubles;
    this.#words = words;
  }
}
