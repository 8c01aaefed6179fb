/**
 * The vendor's own best bid and offer against the book made of its changes: each QUOTE is compared
 * with the book at exactly its sequence, whichever of the two came first.
 *
 * Comparable is a quote above the sequence of the image (CLEAR … LAST) that the book started from,
 * and not above the last change. The check keeps a book of its own which follows each single
 * change, because a quote may speak of the middle of an event.
 */
import { ABSENT, INSTRUMENT_ALL, StreamState } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { PriceBook } from '@tickwire/domain-book';
import { Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { BestHistory } from './best-history.ts';
import { areEqual, noPrices, textOf } from './best-prices.ts';
import type { BestPrices } from './best-prices.ts';

/** Changes that a late quote may lie back. */
const HISTORY_MAX = 16_384;
/** Quotes of one symbol that wait for the changes up to their sequence; oldest dropped. */
const WAITING_MAX = 4_096;
const TWO_32 = 4294967296;

/** Why a quote could not be compared. */
export type NotComparable =
  /** At or below the sequence of the image: the book of that moment is not known. */
  | 'beforeImage'
  /** Above the last change. */
  | 'afterLastChange'
  /** Its symbol has no book. */
  | 'noBook'
  /** More changes back than are kept. */
  | 'tooOld'
  /** More quotes waited for changes than are kept. */
  | 'waitingOverflow';

export interface QuoteCounts {
  compared: number;
  equal: number;
  notComparable: Record<NotComparable, number>;
  /** The first differences, for people. */
  differences: string[];
}

const DIFFERENCES_MAX = 5;

/** One symbol: directory entries that supersede one another share its book. */
interface SymbolCheck {
  readonly book: PriceBook;
  readonly history: BestHistory;
  readonly counts: QuoteCounts;
  waiting: WaitingQuote[];
  /** Whether the book follows the venue. */
  isTrusted: boolean;
  isInImage: boolean;
  /** Sequence of the image that is coming in. */
  imageSequence: number;
  /** Sequence of the image with which the book's present stretch without a gap began. */
  stretchSequence: number;
  /** Of the last change; −1 before the first image. */
  sequence: number;
  /** Exponents of the book: the finest of the symbol's entries so far. */
  priceExp: number;
  sizeExp: number;
}

/** A directory entry, its symbol's check, and the factors from its exponents to the book's. */
interface Slot {
  readonly check: SymbolCheck;
  readonly priceExp: number;
  readonly sizeExp: number;
}

interface WaitingQuote {
  /** Low 32 bits of its sequence: the rest follows from the book's. */
  readonly low: number;
  readonly prices: BestPrices;
}

export type EntryOf = (instrument: number) => DirectoryEntry | undefined;

export class QuoteCheck {
  readonly #entryOf: EntryOf;
  readonly #symbols = new Map<string, SymbolCheck>();
  readonly #slots: (Slot | undefined)[] = [];
  readonly #best: BestPrices = noPrices();

  constructor(entryOf: EntryOf) {
    this.#entryOf = entryOf;
  }

  apply(tick: TickView): void {
    const kind = tick.kind;
    if (kind === TickKind.Level) this.#level(tick);
    else if (kind === TickKind.Quote) this.#quote(tick);
    else if (kind === TickKind.Clear) this.#clear(tick);
    else if (kind === TickKind.Stream) this.#stream(tick);
  }

  /** Ticks were lost: no book can be compared with until its next image. */
  loseTrust(): void {
    for (const check of this.#symbols.values()) check.isTrusted = false;
  }

  /** Counts of a symbol; `undefined` when it had neither book nor quote. */
  counts(symbol: string): QuoteCounts | undefined {
    return this.#symbols.get(symbol)?.counts;
  }

  symbols(): string[] {
    return [...this.#symbols.keys()].sort();
  }

  /** No more ticks: quotes that still wait are not comparable. */
  finish(): void {
    for (const check of this.#symbols.values()) {
      const reason = check.sequence < 0 ? 'noBook' : 'afterLastChange';
      check.counts.notComparable[reason] += check.waiting.length;
      check.waiting = [];
    }
  }

  #level(tick: TickView): void {
    const slot = this.#slotOf(tick.instrument);
    if (slot === undefined) return;
    const { check } = slot;
    if (!check.isTrusted && !check.isInImage) return;
    const price = tick.price;
    if (price !== ABSENT) {
      const side = tick.side === Side.Bid ? check.book.bids : check.book.asks;
      side.set(price * priceFactor(slot), tick.size * sizeFactor(slot));
    }
    const isLast = (tick.flags & TickFlag.Last) !== 0;
    if (check.isInImage) {
      if (isLast) this.#endImage(check);
      return;
    }
    check.sequence = follow(check.sequence, tick.sequence);
    this.#record(check);
    if (isLast) this.#compareWaiting(check);
  }

  #clear(tick: TickView): void {
    const check = this.#slotOf(tick.instrument)?.check;
    if (check === undefined) return;
    check.book.clear();
    check.isInImage = true;
    check.imageSequence = tick.fullSequenceHi * TWO_32 + tick.fullSequenceLo;
    if ((tick.flags & TickFlag.Last) !== 0) this.#endImage(check);
  }

  #endImage(check: SymbolCheck): void {
    // The same book under a finer entry goes on; any other image begins a new stretch.
    const goesOn = check.isTrusted && check.sequence === check.imageSequence;
    check.isInImage = false;
    check.isTrusted = true;
    check.sequence = check.imageSequence;
    if (!goesOn) {
      check.history.clear();
      check.stretchSequence = check.sequence;
    }
    this.#record(check);
    this.#compareWaiting(check);
  }

  #record(check: SymbolCheck): void {
    const { bids, asks } = check.book;
    this.#best.bidPrice = bids.priceAt(0) ?? ABSENT;
    this.#best.bidSize = bids.sizeAt(0) ?? ABSENT;
    this.#best.askPrice = asks.priceAt(0) ?? ABSENT;
    this.#best.askSize = asks.sizeAt(0) ?? ABSENT;
    this.#best.priceExp = check.priceExp;
    this.#best.sizeExp = check.sizeExp;
    check.history.record(check.sequence, this.#best);
  }

  #quote(tick: TickView): void {
    const slot = this.#slotOf(tick.instrument);
    if (slot === undefined) return;
    const { check } = slot;
    const quote: WaitingQuote = {
      low: tick.sequence,
      prices: {
        bidPrice: scaled(tick.bidPrice, priceFactor(slot)),
        bidSize: scaled(tick.bidSize, sizeFactor(slot)),
        askPrice: scaled(tick.askPrice, priceFactor(slot)),
        askSize: scaled(tick.askSize, sizeFactor(slot)),
        priceExp: check.priceExp,
        sizeExp: check.sizeExp,
      },
    };
    if (check.isTrusted && !check.isInImage && this.#compare(check, quote)) return;
    if (check.waiting.length === WAITING_MAX) {
      check.waiting.shift();
      check.counts.notComparable.waitingOverflow += 1;
    }
    check.waiting.push(quote);
  }

  #compareWaiting(check: SymbolCheck): void {
    if (check.waiting.length === 0) return;
    check.waiting = check.waiting.filter((quote) => !this.#compare(check, quote));
  }

  /** Whether the quote is done with: compared, or never to be compared. */
  #compare(check: SymbolCheck, quote: WaitingQuote): boolean {
    const { counts } = check;
    const sequence = follow(check.sequence, quote.low);
    if (sequence > check.sequence) return false;
    if (sequence <= check.stretchSequence) {
      counts.notComparable.beforeImage += 1;
      return true;
    }
    if (!check.history.find(sequence, this.#best)) {
      counts.notComparable.tooOld += 1;
      return true;
    }
    counts.compared += 1;
    if (areEqual(this.#best, quote.prices)) counts.equal += 1;
    else if (counts.differences.length < DIFFERENCES_MAX) {
      const stated = textOf(quote.prices);
      counts.differences.push(`at ${sequence} stated ${stated}, book ${textOf(this.#best)}`);
    }
    return true;
  }

  #stream(tick: TickView): void {
    const { state } = tick;
    if (state !== StreamState.Gap && state !== StreamState.Recovering) return;
    if (tick.instrument === INSTRUMENT_ALL) {
      this.loseTrust();
      return;
    }
    const check = this.#slotOf(tick.instrument)?.check;
    if (check !== undefined) check.isTrusted = false;
  }

  #slotOf(instrument: number): Slot | undefined {
    const known = this.#slots[instrument];
    if (known !== undefined) return known;
    const entry = this.#entryOf(instrument);
    if (entry === undefined) return undefined;
    const check = this.#symbols.get(entry.symbol) ?? newCheck(entry);
    this.#symbols.set(entry.symbol, check);
    refine(check, entry);
    const slot = { check, priceExp: entry.priceExp, sizeExp: entry.sizeExp };
    this.#slots[instrument] = slot;
    return slot;
  }
}

function newCheck(entry: DirectoryEntry): SymbolCheck {
  return {
    book: new PriceBook(),
    history: new BestHistory(HISTORY_MAX),
    counts: emptyCounts(),
    waiting: [],
    isTrusted: false,
    isInImage: false,
    imageSequence: -1,
    stretchSequence: -1,
    sequence: -1,
    priceExp: entry.priceExp,
    sizeExp: entry.sizeExp,
  };
}

/** The book goes over to the exponents of an entry where they are finer. */
function refine(check: SymbolCheck, entry: DirectoryEntry): void {
  const priceExp = Math.min(check.priceExp, entry.priceExp);
  const sizeExp = Math.min(check.sizeExp, entry.sizeExp);
  if (priceExp === check.priceExp && sizeExp === check.sizeExp) return;
  const factors = {
    price: 10 ** (check.priceExp - priceExp),
    size: 10 ** (check.sizeExp - sizeExp),
  };
  check.book.bids.rescale(factors);
  check.book.asks.rescale(factors);
  check.priceExp = priceExp;
  check.sizeExp = sizeExp;
}

const priceFactor = (slot: Slot): number => 10 ** (slot.priceExp - slot.check.priceExp);
const sizeFactor = (slot: Slot): number => 10 ** (slot.sizeExp - slot.check.sizeExp);

const scaled = (mantissa: number, factor: number): number =>
  mantissa === ABSENT ? ABSENT : mantissa * factor;

/** The full sequence nearest to `base` whose low 32 bits are `low`. */
function follow(base: number, low: number): number {
  return base + ((low - (base % TWO_32)) | 0);
}

const emptyCounts = (): QuoteCounts => ({
  compared: 0,
  equal: 0,
  notComparable: { beforeImage: 0, afterLastChange: 0, noBook: 0, tooOld: 0, waitingOverflow: 0 },
  differences: [],
});
