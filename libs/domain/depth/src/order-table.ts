/**
 * Orders by id, and the price levels that they stand in, as records of 48 bytes in one buffer: a
 * book among hundreds mostly waits for memory, so what an update needs lies in few lines of the
 * cache. Free records are chained, and a hash table of open addressing, at most half full, holds
 * the record of each id.
 *
 *   id (two u32) ──hash──▶ places[…] ──▶ record
 *
 *        order                      level
 *     0  price     f64              price
 *     8  size      f64              size, the sum of its orders
 *    16  id        two i32
 *    24  priority  two i32
 *    32  level     i32              number of its orders
 *    36  next      i32              first order
 *    40  previous  i32              last order
 *    44  isBid     i32
 *
 * It doubles up to its bound. Removing closes the row of ids that follow, so no marks are left.
 */

/** No order, no level. */
export const NONE = -1;
const FIRST_CAPACITY = 16;

const DOUBLES = 6;
const WORDS = 12;
const ID_HI = 4;
const ID_LO = 5;
const PRIORITY_HI = 6;
const PRIORITY_LO = 7;
const LEVEL = 8;
const NEXT = 9;
const PREVIOUS = 10;
const IS_BID = 11;

export class OrderTable {
  readonly ordersMax: number;
  #doubles = new Float64Array(DOUBLES * FIRST_CAPACITY);
  #words = new Int32Array(this.#doubles.buffer);
  #capacity = FIRST_CAPACITY;
  /** Record + 1 of the order whose id hashes here or before; 0: nothing. */
  #places = new Int32Array(2 * FIRST_CAPACITY);
  #count = 0;
  /** Records that were ever used. */
  #used = 0;
  #free: number = NONE;

  constructor(ordersMax: number) {
    this.ordersMax = ordersMax;
  }

  get count(): number {
    return this.#count;
  }

  price(order: number): number {
    return this.#doubles[order * DOUBLES]!;
  }

  size(order: number): number {
    return this.#doubles[order * DOUBLES + 1]!;
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
    return this.#words[order * WORDS + IS_BID] === 1;
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
    this.#doubles[order * DOUBLES + 1] = size;
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
    this.#doubles[level * DOUBLES + 1]! += size;
    return left;
  }

  /** A level without orders. */
  addLevel(price: number): number {
    const level = this.#take();
    this.#doubles[level * DOUBLES] = price;
    this.#doubles[level * DOUBLES + 1] = 0;
    this.#words[level * WORDS + LEVEL] = 0;
    this.#words[level * WORDS + NEXT] = NONE;
    this.#words[level * WORDS + PREVIOUS] = NONE;
    return level;
  }

  removeLevel(level: number): void {
    this.#give(level);
  }

  /** What the exchange says of an order, but for its id. */
  put(order: number, stated: StatedOrder): void {
    const words = this.#words;
    this.#doubles[order * DOUBLES] = stated.price;
    this.#doubles[order * DOUBLES + 1] = stated.size;
    words[order * WORDS + PRIORITY_HI] = stated.priorityHi;
    words[order * WORDS + PRIORITY_LO] = stated.priorityLo;
    words[order * WORDS + IS_BID] = stated.isBid ? 1 : 0;
  }

  /** The order of an id; `NONE` when there is none. */
  find(idHi: number, idLo: number): number {
    const places = this.#places;
    const words = this.#words;
    const mask = places.length - 1;
    const hi = idHi | 0;
    const lo = idLo | 0;
    for (let at = hash(hi, lo) & mask; ; at = (at + 1) & mask) {
      const order = places[at]! - 1;
      if (order === NONE) return NONE;
      const record = order * WORDS;
      if (words[record + ID_LO] === lo && words[record + ID_HI] === hi) return order;
    }
  }

  /** A record for an id that is not there yet; `NONE` when there are `ordersMax` of them. */
  insert(idHi: number, idLo: number): number {
    if (this.#count === this.ordersMax) return NONE;
    const order = this.#take();
    this.#words[order * WORDS + ID_HI] = idHi;
    this.#words[order * WORDS + ID_LO] = idLo;
    this.#enter(order);
    this.#count += 1;
    return order;
  }

  remove(order: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let hole = this.#home(order);
    while (places[hole]! - 1 !== order) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; places[at] !== 0; at = (at + 1) & mask) {
      const home = this.#home(places[at]! - 1);
      // It may go to the hole unless its home lies behind the hole.
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      places[hole] = places[at]!;
      hole = at;
    }
    places[hole] = 0;
    this.#give(order);
    this.#count -= 1;
  }

  clear(): void {
    this.#places.fill(0);
    this.#count = 0;
    this.#used = 0;
    this.#free = NONE;
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

  #home(order: number): number {
    const record = order * WORDS;
    const mask = this.#places.length - 1;
    return hash(this.#words[record + ID_HI]!, this.#words[record + ID_LO]!) & mask;
  }

  #enter(order: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let at = this.#home(order);
    while (places[at] !== 0) at = (at + 1) & mask;
    places[at] = order + 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    const doubles = new Float64Array(DOUBLES * this.#capacity);
    const words = new Int32Array(doubles.buffer);
    // As words: a pattern that is no number must not be rewritten on its way.
    words.set(this.#words);
    this.#doubles = doubles;
    this.#words = words;
    const places = this.#places;
    this.#places = new Int32Array(2 * this.#capacity);
    for (const place of places) if (place !== 0) this.#enter(place - 1);
  }
}

interface StatedOrder {
  readonly price: number;
  readonly size: number;
  readonly priorityHi: number;
  readonly priorityLo: number;
  readonly isBid: boolean;
}

/** Ids of a session differ in their low bits: all of them reach the bits that the mask leaves. */
function hash(hi: number, lo: number): number {
  const mixed = Math.imul(lo ^ Math.imul(hi, 0x85eb_ca6b), 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
