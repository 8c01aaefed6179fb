/**
 * The last trades of one ring, to find the one that a cancellation names and to rebuild a bar from
 * what is left. A fixed ring of records: adding forgets the oldest. Links hold the running number
 * of a record, so a link to a forgotten one is recognised by its age and needs no unlinking.
 *
 *   numbers, 8 a trade: price · size (mantissas as in the tick) · µs · position ·
 *                       older trade of the instrument · older trade of the bucket · spare ×2
 *   words,   8 a trade: id high · id low · series · source instrument · ts high · ts low ·
 *                       cancelled · spare
 */
const STRIDE = 8;

/** What is known of a trade: filled by the owner, copied by the index. */
export interface TradeRecord {
  price: number;
  size: number;
  /** Time that decides its bar. */
  us: number;
  tsHi: number;
  tsLo: number;
  position: number;
  idHi: number;
  idLo: number;
  /** Dense number of the instrument in its builder. */
  series: number;
  /** Directory index the tick named: decides the exponents of price and size. */
  source: number;
}

export class TradeIndex {
  readonly capacity: number;
  readonly #mask: number;
  readonly #numbers: Float64Array;
  readonly #words: Uint32Array;
  readonly #buckets: Float64Array;
  #added = 0;

  /** @param capacity - Trades kept, a power of two. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#mask = capacity - 1;
    this.#numbers = new Float64Array(capacity * STRIDE);
    this.#words = new Uint32Array(capacity * STRIDE);
    this.#buckets = new Float64Array(capacity).fill(-1);
  }

  /**
   * Keeps a copy of `trade`.
   * @param newest - Number of the instrument's newest trade so far, −1 for none.
   * @returns its number: the instrument's newest from now on.
   */
  add(trade: TradeRecord, newest: number): number {
    const number = this.#added;
    this.#added += 1;
    const at = (number & this.#mask) * STRIDE;
    const numbers = this.#numbers;
    const words = this.#words;
    const bucket = this.#bucketOf(trade.series, trade.idHi, trade.idLo);
    numbers[at] = trade.price;
    numbers[at + 1] = trade.size;
    numbers[at + 2] = trade.us;
    numbers[at + 3] = trade.position;
    numbers[at + 4] = newest;
    numbers[at + 5] = this.#buckets[bucket] ?? -1;
    words[at] = trade.idHi;
    words[at + 1] = trade.idLo;
    words[at + 2] = trade.series;
    words[at + 3] = trade.source;
    words[at + 4] = trade.tsHi;
    words[at + 5] = trade.tsLo;
    words[at + 6] = 0;
    this.#buckets[bucket] = number;
    return number;
  }

  /** Number of the newest trade of `series` with this id that is not cancelled; −1 for none. */
  find(id: { series: number; idHi: number; idLo: number }): number {
    const words = this.#words;
    let number = this.#buckets[this.#bucketOf(id.series, id.idHi, id.idLo)] ?? -1;
    while (this.#holds(number)) {
      const at = (number & this.#mask) * STRIDE;
      const matches =
        words[at] === id.idHi && words[at + 1] === id.idLo && words[at + 2] === id.series;
      if (matches && words[at + 6] === 0) return number;
      number = this.#numbers[at + 5] ?? -1;
    }
    return -1;
  }

  cancel(number: number): void {
    this.#words[(number & this.#mask) * STRIDE + 6] = 1;
  }

  isCancelled(number: number): boolean {
    return this.#words[(number & this.#mask) * STRIDE + 6] === 1;
  }

  /** Next older trade of the same instrument, −1 when it is forgotten or there is none. */
  older(number: number): number {
    const link = this.#numbers[(number & this.#mask) * STRIDE + 4] ?? -1;
    return this.#holds(link) ? link : -1;
  }

  /** `number` itself when it is still held, else −1. */
  held(number: number): number {
    return this.#holds(number) ? number : -1;
  }

  read(number: number, into: TradeRecord): void {
    const at = (number & this.#mask) * STRIDE;
    into.price = this.#numbers[at] ?? 0;
    into.size = this.#numbers[at + 1] ?? 0;
    into.us = this.#numbers[at + 2] ?? 0;
    into.position = this.#numbers[at + 3] ?? 0;
    into.idHi = this.#words[at] ?? 0;
    into.idLo = this.#words[at + 1] ?? 0;
    into.series = this.#words[at + 2] ?? 0;
    into.source = this.#words[at + 3] ?? 0;
    into.tsHi = this.#words[at + 4] ?? 0;
    into.tsLo = this.#words[at + 5] ?? 0;
  }

  #holds(number: number): boolean {
    return number >= 0 && number >= this.#added - this.capacity;
  }

  #bucketOf(series: number, idHi: number, idLo: number): number {
    let hash = Math.imul(
      idLo ^ Math.imul(idHi, 0x85eb_ca6b) ^ Math.imul(series, 0x9e37_79b1),
      0xc2b2_ae35,
    );
    hash ^= hash >>> 15;
    return hash & this.#mask;
  }
}
