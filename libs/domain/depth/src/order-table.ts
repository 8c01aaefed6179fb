/**
 * Orders by id, and the price levels that they stand in, as records of 40 bytes in one buffer.
 * Books of one feed share a table: one among hundreds mostly waits for memory, so what an update
 * needs lies in few lines of the cache, and what finds them is the same for all. Free records are
 * chained, and a hash table of open addressing, at most half full, holds the record of each id. It
 * keeps the hash beside it: what stands at other places is known without a look at its record.
 *
 *   book, id (two u32) ──hash──▶ places[…] = record + 1, hash ──▶ record
 *
 *        order                      level
 *     0  size      f64              size, the sum of its orders
 *     8  id        two i32          price, f64
 *    16  priority  two i32
 *    24  level     i32              number of its orders
 *    28  next      i32              first order
 *    32  previous  i32              last order
 *    36  owner     i32
 *
 * The fewer bytes, the more of many books lies in the cache: an order's price is that of its level.
 *
 * It doubles up to its bound. Removing closes the row of ids that follow, so no marks are left.
 */

import { RowPool } from './row-pool.ts';

/** No order, no level. */
export const NONE = -1;
/** Orders of all books that share a table: at most 768 MiB when it is full. */
const TABLE_ORDERS_MAX = 2 ** 23;
const FIRST_CAPACITY = 16;

const DOUBLES = 5;
const WORDS = 10;
const PLACE_WORDS = 2;
const ID_HI = 2;
const ID_LO = 3;
const PRIORITY_HI = 4;
const PRIORITY_LO = 5;
const LEVEL = 6;
const NEXT = 7;
const PREVIOUS = 8;
/** Number of the book × 2, + 1 for a bid: an id is one book's own. */
const OWNER = 9;

export class OrderTable {
  /** Of the sides of its books. */
  readonly rows = new RowPool();
  /** The price at hand: one that is handed from call to call becomes an object each time. */
  readonly priceAtHand = new Float64Array(1);
  readonly #ordersMax: number;
  #books = 0;
  #doubles = new Float64Array(DOUBLES * FIRST_CAPACITY);
  #words = new Int32Array(this.#doubles.buffer);
  #capacity = FIRST_CAPACITY;
  /** Record + 1 (0: nothing) of the order whose id hashes here or before, and that hash. */
  #places = new Int32Array(PLACE_WORDS * 2 * FIRST_CAPACITY);
  #count = 0;
  /** Records that were ever used. */
  #used = 0;
  #free: number = NONE;

  constructor(ordersMax = TABLE_ORDERS_MAX) {
    this.#ordersMax = ordersMax;
  }

  /** Orders of all books. */
  get count(): number {
    return this.#count;
  }

  /** @returns the number of another book. */
  addBook(): number {
    return this.#books++;
  }

  /** Of an order that stands in a level. */
  price(order: number): number {
    return this.levelPrice(this.level(order));
  }

  /** Whether an order stands at the price that is stated. */
  hasPrice(order: number, stated: { readonly price: number }): boolean {
    return this.price(order) === stated.price;
  }

  levelPrice(level: number): number {
    return this.#doubles[level * DOUBLES + 1]!;
  }

  /** Of an order, or of all in a level. */
  size(record: number): number {
    return this.#doubles[record * DOUBLES]!;
  }

  idHi(order: number): number {
    return this.#words[order * WORDS + ID_HI]! >>> 0;
  }

  idLo(order: number): number {
    return this.#words[order * WORDS + ID_LO]! >>> 0;
  }

  priorityHi(order: number): number {
    return this.#words[order * WORDS + PRIORITY_HI]! >>> 0;
  }

  priorityLo(order: number): number {
    return this.#words[order * WORDS + PRIORITY_LO]! >>> 0;
  }

  isBid(order: number): boolean {
    return (this.#words[order * WORDS + OWNER]! & 1) === 1;
  }

  /** Of its side: the price level that it stands in. */
  level(order: number): number {
    return this.#words[order * WORDS + LEVEL]!;
  }

  /** Neighbours in the queue of its level. */
  next(order: number): number {
    return this.#words[order * WORDS + NEXT]!;
  }

  previous(order: number): number {
    return this.#words[order * WORDS + PREVIOUS]!;
  }

  setSize(order: number, size: number): void {
    this.#doubles[order * DOUBLES] = size;
  }

  setLevel(order: number, level: number): void {
    this.#words[order * WORDS + LEVEL] = level;
  }

  setNext(order: number, next: number): void {
    this.#words[order * WORDS + NEXT] = next;
  }

  setPrevious(order: number, previous: number): void {
    this.#words[order * WORDS + PREVIOUS] = previous;
  }

  /** Of a level. */
  orders(level: number): number {
    return this.#words[level * WORDS + LEVEL]!;
  }

  first(level: number): number {
    return this.#words[level * WORDS + NEXT]!;
  }

  last(level: number): number {
    return this.#words[level * WORDS + PREVIOUS]!;
  }

  setFirst(level: number, first: number): void {
    this.#words[level * WORDS + NEXT] = first;
  }

  setLast(level: number, last: number): void {
    this.#words[level * WORDS + PREVIOUS] = last;
  }

  /** One order more or less, or none, and what that makes of the size. Gives the orders left. */
  adjust(level: number, orders: number, size: number): number {
    const left = this.#words[level * WORDS + LEVEL]! + orders;
    this.#words[level * WORDS + LEVEL] = left;
    this.#doubles[level * DOUBLES]! += size;
    return left;
  }

  /** A level of the price at hand, without orders. */
  addLevel(): number {
    const level = this.#take();
    this.#doubles[level * DOUBLES] = 0;
    this.#doubles[level * DOUBLES + 1] = this.priceAtHand[0]!;
    this.#words[level * WORDS + LEVEL] = 0;
    this.#words[level * WORDS + NEXT] = NONE;
    this.#words[level * WORDS + PREVIOUS] = NONE;
    return level;
  }

  removeLevel(level: number): void {
    this.#give(level);
  }

  /** What the exchange says of an order, but for its id and its price, which is its level's. */
  put(order: number, stated: StatedOrder): void {
    const words = this.#words;
    this.#doubles[order * DOUBLES] = stated.size;
    words[order * WORDS + PRIORITY_HI] = stated.priorityHi;
    words[order * WORDS + PRIORITY_LO] = stated.priorityLo;
    const owner = words[order * WORDS + OWNER]! & ~1;
    words[order * WORDS + OWNER] = stated.isBid ? owner + 1 : owner;
  }

  /** The order of an id of a book; `NONE` when there is none. */
  find(book: number, idHi: number, idLo: number): number {
    const places = this.#places;
    const words = this.#words;
    const mask = places.length - 1;
    const hash = hashOf(book, idHi, idLo);
    for (let at = (hash * PLACE_WORDS) & mask; ; at = (at + PLACE_WORDS) & mask) {
      const order = places[at]! - 1;
      if (order === NONE) return NONE;
      if (places[at + 1] !== hash) continue;
      const record = order * WORDS;
      const isIt =
        words[record + ID_LO] === (idLo | 0) &&
        words[record + ID_HI] === (idHi | 0) &&
        words[record + OWNER]! >> 1 === book;
      if (isIt) return order;
    }
  }

  /** A record for an id that the book has not yet; `NONE` when the table is full. */
  insert(book: number, idHi: number, idLo: number): number {
    if (this.#count === this.#ordersMax) return NONE;
    if (PLACE_WORDS * 2 * this.#count >= this.#places.length) this.#spread();
    const order = this.#take();
    const record = order * WORDS;
    this.#words[record + ID_HI] = idHi;
    this.#words[record + ID_LO] = idLo;
    this.#words[record + OWNER] = book << 1;
    this.#enter(order, hashOf(book, idHi, idLo));
    this.#count += 1;
    return order;
  }

  remove(order: number): void {
    const places = this.#places;
    const words = this.#words;
    const mask = places.length - 1;
    const record = order * WORDS;
    const hash = hashOf(
      words[record + OWNER]! >> 1,
      words[record + ID_HI]!,
      words[record + ID_LO]!,
    );
    let hole = (hash * PLACE_WORDS) & mask;
    while (places[hole]! - 1 !== order) hole = (hole + PLACE_WORDS) & mask;
    for (let at = (hole + PLACE_WORDS) & mask; places[at] !== 0; at = (at + PLACE_WORDS) & mask) {
      const home = (places[at + 1]! * PLACE_WORDS) & mask;
      // It may go to the hole unless its home lies behind the hole.
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      places[hole] = places[at]!;
      places[hole + 1] = places[at + 1]!;
      hole = at;
    }
    places[hole] = 0;
    this.#give(order);
    this.#count -= 1;
  }

  #take(): number {
    if (this.#free === NONE) {
      if (this.#used === this.#capacity) this.#grow();
      return this.#used++;
    }
    const record = this.#free;
    this.#free = this.next(record);
    return record;
  }

  #give(record: number): void {
    this.setNext(record, this.#free);
    this.#free = record;
  }

  #enter(order: number, hash: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let at = (hash * PLACE_WORDS) & mask;
    while (places[at] !== 0) at = (at + PLACE_WORDS) & mask;
    places[at] = order + 1;
    places[at + 1] = hash;
  }

  #grow(): void {
    this.#capacity *= 2;
    const doubles = new Float64Array(DOUBLES * this.#capacity);
    const words = new Int32Array(doubles.buffer);
    // As words: a pattern that is no number must not be rewritten on its way.
    words.set(this.#words);
    this.#doubles = doubles;
    this.#words = words;
  }

  /** Twice the places: half of them are used at the most, and levels need none. */
  #spread(): void {
    const places = this.#places;
    this.#places = new Int32Array(2 * places.length);
    for (let at = 0; at < places.length; at += PLACE_WORDS) {
      if (places[at] !== 0) this.#enter(places[at]! - 1, places[at + 1]!);
    }
  }
}

interface StatedOrder {
  readonly size: number;
  readonly priorityHi: number;
  readonly priorityLo: number;
  readonly isBid: boolean;
}

/**
 * Ids of a session differ in a few bits, often of both ends, and books number from 0: each of them
 * must reach all bits that the mask leaves, or ids crowd and are searched for long (the finaliser
 * of MurmurHash3, public domain).
 */
function hashOf(book: number, idHi: number, idLo: number): number {
  let mixed = idLo ^ Math.imul(idHi, 0x9e37_79b1) ^ Math.imul(book, 0x2545_f491);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
