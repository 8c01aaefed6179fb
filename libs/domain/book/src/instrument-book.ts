import { ABSENT } from '@tickwire/core';
import { LevelChange } from './book-side.ts';
import { PriceBook } from './price-book.ts';

export const BookTrust = {
  /** No image of the whole book was seen yet. */
  Unknown: 0,
  /** Right, up to `sequence`. */
  Trusted: 1,
  /** Something is missing: wait for the next image. */
  Suspect: 2,
} as const;
export type BookTrust = (typeof BookTrust)[keyof typeof BookTrust];

/** The best bid and offer as the venue states it; `ABSENT` where a side is empty. */
export interface StatedQuote {
  bidPrice: number;
  askPrice: number;
  bidSize: number;
  askSize: number;
  /** Low 32 bits. */
  sequence: number;
}

/**
 * Book, sequence and trust of one instrument, with the event that is not finished yet.
 *
 * Entries of the directory that supersede one another share one book, in the finest exponents. A
 * size may then pass 2^53 − 1 (few coarse units among fine ones): its writer made sure that it is
 * exact as a double.
 */
export class InstrumentBook {
  readonly book: PriceBook;
  readonly quote: StatedQuote = {
    bidPrice: ABSENT,
    askPrice: ABSENT,
    bidSize: ABSENT,
    askSize: ABSENT,
    sequence: 0,
  };
  trust: BookTrust = BookTrust.Unknown;
  /** Directory index of the finest entry so far: the one whose exponents the book is in. */
  instrument: number;
  /** Exponents of all prices and sizes in `book`. */
  priceExp: number;
  sizeExp: number;
  /** Full venue sequence of the visible book, as two u32. */
  sequenceHi = 0;
  sequenceLo = 0;

  readonly #pendingMax: number;
  #pendingHi = 0;
  #pendingLo = 0;
  #image = false;
  #imageDeletes = false;
  #skipping = false;
  #overflow = false;
  #count = 0;
  #bids = new Uint8Array(16);
  #prices = new Float64Array(16);
  #sizes = new Float64Array(16);

  constructor(
    entry: { index: number; priceExp: number; sizeExp: number },
    options: { levelsMax: number },
  ) {
    this.instrument = entry.index;
    this.priceExp = entry.priceExp;
    this.sizeExp = entry.sizeExp;
    this.book = new PriceBook(options.levelsMax);
    this.#pendingMax = 2 * options.levelsMax;
  }

  /** A superseding entry: the book goes over to its exponents where they are finer. */
  refine(entry: { index: number; priceExp: number; sizeExp: number }): void {
    if (entry.priceExp >= this.priceExp && entry.sizeExp >= this.sizeExp) return;
    const priceExp = Math.min(entry.priceExp, this.priceExp);
    const sizeExp = Math.min(entry.sizeExp, this.sizeExp);
    const price = 10 ** (this.priceExp - priceExp);
    const size = 10 ** (this.sizeExp - sizeExp);
    this.book.bids.rescale({ price, size });
    this.book.asks.rescale({ price, size });
    for (let at = 0; at < this.#count; at++) {
      this.#prices[at] = (this.#prices[at] ?? 0) * price;
      this.#sizes[at] = (this.#sizes[at] ?? 0) * size;
    }
    this.priceExp = priceExp;
    this.sizeExp = sizeExp;
    this.instrument = entry.index;
  }

  /** Full venue sequence, for display. */
  get sequence(): bigint {
    return (BigInt(this.sequenceHi) << 32n) | BigInt(this.sequenceLo);
  }

  get inImage(): boolean {
    return this.#image;
  }

  /** Up to LAST there comes an image of the book that is visible already: not to be applied. */
  get isSkipping(): boolean {
    return this.#skipping;
  }

  /**
   * CLEAR|SNAPSHOT of a book as it stands at this sequence: true, and skipped up to LAST, when that
   * is the visible book itself. It was written for readers that came late. A book that is not
   * trusted, is at another sequence, or has an unfinished event takes it as its new state.
   */
  skipImage(sequenceHi: number, sequenceLo: number): boolean {
    const isVisible =
      this.trust === BookTrust.Trusted &&
      sequenceLo === this.sequenceLo &&
      sequenceHi === this.sequenceHi;
    const isFinished =
      this.#count === 0 &&
      !this.#image &&
      !this.#overflow &&
      this.#pendingLo === this.sequenceLo &&
      this.#pendingHi === this.sequenceHi;
    this.#skipping = isVisible && isFinished;
    return this.#skipping;
  }

  endSkip(): void {
    this.#skipping = false;
  }

  /** CLEAR: what follows up to LAST is the whole book. */
  beginImage(sequenceHi: number, sequenceLo: number): void {
    this.#count = 0;
    this.#image = true;
    this.#skipping = false;
    this.#imageDeletes = false;
    this.#overflow = false;
    this.#pendingHi = sequenceHi;
    this.#pendingLo = sequenceLo;
  }

  /** Follows the low 32 bits of the venue's sequence; a step back of less than 2^31 is none. */
  sequenceTo(low: number): void {
    const forward = (low - this.#pendingLo) | 0;
    if (forward <= 0) return;
    if (low < this.#pendingLo) this.#pendingHi += 1;
    this.#pendingLo = low;
  }

  addPending(isBid: boolean, price: number, size: number): void {
    if (this.#count === this.#pendingMax) {
      this.#overflow = true;
      return;
    }
    if (this.#count === this.#prices.length) this.#growPending();
    const at = this.#count++;
    this.#bids[at] = isBid ? 1 : 0;
    this.#prices[at] = price;
    this.#sizes[at] = size;
    if (size === 0) this.#imageDeletes = true;
  }

  /** LAST: the event becomes visible. */
  commit(): void {
    let full = this.#overflow;
    if (this.#image) {
      this.book.clear();
      full = this.#commitImage() || full;
      this.trust = BookTrust.Trusted;
    } else {
      for (let at = 0; at < this.#count; at++) full = this.#applyOne(at) || full;
    }
    this.sequenceHi = this.#pendingHi;
    this.sequenceLo = this.#pendingLo;
    this.#count = 0;
    this.#image = false;
    this.#overflow = false;
    if (full) this.trust = BookTrust.Suspect;
  }

  /** Drops the unfinished event. */
  loseTrust(): void {
    this.#count = 0;
    this.#image = false;
    this.#skipping = false;
    this.#overflow = false;
    this.#pendingHi = this.sequenceHi;
    this.#pendingLo = this.sequenceLo;
    if (this.trust !== BookTrust.Unknown) this.trust = BookTrust.Suspect;
  }

  /** An image comes best first; from its end each level goes to the end of the arrays at once. */
  #commitImage(): boolean {
    let full = false;
    if (this.#imageDeletes) {
      for (let at = 0; at < this.#count; at++) full = this.#applyOne(at) || full;
      return full;
    }
    for (let at = this.#count - 1; at >= 0; at--) {
      const side = this.#bids[at] === 1 ? this.book.bids : this.book.asks;
      const price = this.#prices[at] ?? 0;
      // A price named twice: the later one counts, and it was seen first on this way.
      if (side.sizeOf(price) === 0) full = this.#applyOne(at) || full;
    }
    return full;
  }

  #applyOne(at: number): boolean {
    const side = this.#bids[at] === 1 ? this.book.bids : this.book.asks;
    return side.set(this.#prices[at] ?? 0, this.#sizes[at] ?? 0) === LevelChange.Full;
  }

  #growPending(): void {
    const capacity = Math.min(this.#prices.length * 2, this.#pendingMax);
    const bids = new Uint8Array(capacity);
    const prices = new Float64Array(capacity);
    const sizes = new Float64Array(capacity);
    bids.set(this.#bids);
    prices.set(this.#prices);
    sizes.set(this.#sizes);
    this.#bids = bids;
    this.#prices = prices;
    this.#sizes = sizes;
  }
}
