/**
 * Books from ticks, for any consumer of a ring: per instrument the book, its full sequence, and
 * whether it can be trusted. Changes become visible only at LAST; an event cut short by a gap or a
 * new writer is dropped and the book is suspect until the next CLEAR|SNAPSHOT … LAST. Such an
 * image at the very sequence of a trusted book is that book, written for readers that came late:
 * it is skipped, and no event is told.
 *
 * Instruments are the dense indexes of one ring: a builder per ring. Give it the ring's directory:
 * entries that supersede one another are one instrument with one book. (A gateway makes a finer
 * entry for a value with more digits, writes the whole book again under it, and goes back to a
 * coarser one for a value that is too large for the finer.)
 */
import {
  ABSENT,
  INSTRUMENT_ALL,
  SUPERSEDES_NONE,
  StreamReason,
  StreamState,
  TICK_BYTES,
} from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { InstrumentBook, BookTrust } from './instrument-book.ts';
import { BOOK_LEVELS_MAX } from './price-book.ts';

/** What a tick changed for those who look at books. */
export const BookEvent = {
  None: 0,
  /** The book of the tick's instrument shows a new state: it was the LAST of an event. */
  Book: 1,
  /** The best bid and offer as the venue itself states it. */
  Quote: 2,
  /** Trust in one book or all books changed, or a pending event was dropped. */
  Trust: 3,
} as const;
export type BookEvent = (typeof BookEvent)[keyof typeof BookEvent];

/** What the builder needs of a directory entry. */
export type BookEntry = Pick<DirectoryEntry, 'index' | 'priceExp' | 'sizeExp' | 'supersedes'>;

export interface BookBuilderOptions {
  /** The ring's directory. Without it each index is an instrument of its own, in mantissas. */
  entry?: (instrument: number) => BookEntry | undefined;
  levelsMax?: number;
  instrumentsMax?: number;
}

/** An entry and the book it shares. */
interface Slot {
  readonly book: InstrumentBook;
  readonly priceExp: number;
  readonly sizeExp: number;
}

const POW10 = Float64Array.from({ length: 37 }, (_, n) => Number(`1e${n}`));
const CHAIN_MAX = 64;
/** An image that says nothing of a gap before it. */
const PLAIN_IMAGE_MASK = TickFlag.Snapshot | TickFlag.GapBefore | TickFlag.SuspectBook;

export class BookBuilder {
  readonly #levelsMax: number;
  readonly #instrumentsMax: number;
  readonly #entry: (instrument: number) => BookEntry | undefined;
  readonly #slots: (Slot | undefined)[] = [];
  readonly #tick = new TickView();
  /** Ticks of instruments beyond the bound: not kept, counted. */
  refusedTicks = 0;
  /** Images of books that were right already. */
  skippedImages = 0;

  constructor(options: BookBuilderOptions = {}) {
    this.#entry = options.entry ?? (() => undefined);
    this.#levelsMax = options.levelsMax ?? BOOK_LEVELS_MAX;
    this.#instrumentsMax = options.instrumentsMax ?? 65_536;
  }

  /** The book of an instrument, once a tick of it was seen. Live: it changes with the next LAST. */
  get(instrument: number): InstrumentBook | undefined {
    return this.#slots[instrument]?.book;
  }

  /** The book of an instrument, also before its first tick; `undefined` beyond the bound. */
  open(instrument: number): InstrumentBook | undefined {
    return instrument < this.#instrumentsMax ? this.#of(instrument) : undefined;
  }

  /** All books, each once, in the order of their first entries. */
  books(): InstrumentBook[] {
    return [...new Set(this.#slots.flatMap((slot) => (slot === undefined ? [] : [slot.book])))];
  }

  /** Applies the 64 bytes at `offset`. */
  applyAt(view: DataView, offset: number): BookEvent {
    return this.apply(this.#tick.wrap(view, offset));
  }

  /** Applies a run of `count` ticks, as a ring's reader delivers it. */
  applyRun(view: DataView, count: number): void {
    for (let index = 0; index < count; index++) this.applyAt(view, index * TICK_BYTES);
  }

  apply(tick: TickView): BookEvent {
    const kind = tick.kind;
    if (kind === TickKind.Level) return this.#level(tick);
    if (kind === TickKind.Quote) return this.#quote(tick);
    if (kind === TickKind.Clear) return this.#clear(tick);
    if (kind === TickKind.Stream) return this.#stream(tick);
    if (kind === TickKind.Trade) return this.#flags(this.#of(tick.instrument), tick.flags);
    return BookEvent.None;
  }

  /** Ticks were lost, or another writer took over: pending events go, all books are suspect. */
  loseTrust(): void {
    for (const slot of this.#slots) slot?.book.loseTrust();
  }

  #of(instrument: number): InstrumentBook | undefined {
    return (this.#slots[instrument] ?? this.#attach(instrument, 0))?.book;
  }

  /** First tick of an entry: it joins the book of the entry it supersedes. */
  #attach(instrument: number, depth: number): Slot | undefined {
    if (instrument >= this.#instrumentsMax) {
      this.refusedTicks += 1;
      return undefined;
    }
    const entry = this.#entry(instrument) ?? plainEntry(instrument);
    const older = entry.supersedes;
    const shared =
      older < instrument && depth < CHAIN_MAX
        ? (this.#slots[older] ?? this.#attach(older, depth + 1))?.book
        : undefined;
    const book = shared ?? new InstrumentBook(entry, { levelsMax: this.#levelsMax });
    book.refine(entry);
    const slot = { book, priceExp: entry.priceExp, sizeExp: entry.sizeExp };
    while (this.#slots.length < instrument) this.#slots.push(undefined);
    this.#slots[instrument] = slot;
    return slot;
  }

  #level(tick: TickView): BookEvent {
    const slot = this.#slots[tick.instrument] ?? this.#attach(tick.instrument, 0);
    if (slot === undefined) return BookEvent.None;
    const { book } = slot;
    const flags = tick.flags;
    const trust = this.#flags(book, flags);
    if (book.isSkipping) {
      const isImage = (flags & TickFlag.Snapshot) !== 0;
      if (!isImage || (flags & TickFlag.Last) !== 0) book.endSkip();
      if (isImage) return BookEvent.None;
    }
    book.sequenceTo(tick.sequence);
    const price = tick.price;
    if (price !== ABSENT) {
      const priceFactor = POW10[slot.priceExp - book.priceExp] as number;
      const sizeFactor = POW10[slot.sizeExp - book.sizeExp] as number;
      book.addPending(tick.side === Side.Bid, price * priceFactor, tick.size * sizeFactor);
    }
    if ((flags & TickFlag.Last) === 0) return trust;
    book.commit();
    return BookEvent.Book;
  }

  #clear(tick: TickView): BookEvent {
    const book = this.#of(tick.instrument);
    if (book === undefined) return BookEvent.None;
    const flags = tick.flags;
    const isLast = (flags & TickFlag.Last) !== 0;
    const { fullSequenceHi: hi, fullSequenceLo: lo } = tick;
    if ((flags & PLAIN_IMAGE_MASK) === TickFlag.Snapshot && book.skipImage(hi, lo)) {
      this.skippedImages += 1;
      if (isLast) book.endSkip();
      return BookEvent.None;
    }
    book.beginImage(hi, lo);
    if (!isLast) return BookEvent.None;
    book.commit();
    return BookEvent.Book;
  }

  #quote(tick: TickView): BookEvent {
    const slot = this.#slots[tick.instrument] ?? this.#attach(tick.instrument, 0);
    if (slot === undefined) return BookEvent.None;
    const { book } = slot;
    this.#flags(book, tick.flags);
    const quote = book.quote;
    const priceFactor = POW10[slot.priceExp - book.priceExp] as number;
    const sizeFactor = POW10[slot.sizeExp - book.sizeExp] as number;
    quote.bidPrice = scaled(tick.bidPrice, priceFactor);
    quote.askPrice = scaled(tick.askPrice, priceFactor);
    quote.bidSize = scaled(tick.bidSize, sizeFactor);
    quote.askSize = scaled(tick.askSize, sizeFactor);
    quote.sequence = tick.sequence;
    return BookEvent.Quote;
  }

  #stream(tick: TickView): BookEvent {
    const state = tick.state;
    // What comes of a symbol that moved to another ring is not seen in this one.
    const isLeft = tick.reason === StreamReason.MovedOut;
    const isHeld = state !== StreamState.Gap && state !== StreamState.Recovering;
    if (isHeld && !isLeft) return BookEvent.None;
    if (tick.instrument === INSTRUMENT_ALL) this.loseTrust();
    else this.#of(tick.instrument)?.loseTrust();
    return BookEvent.Trust;
  }

  #flags(book: InstrumentBook | undefined, flags: number): BookEvent {
    if (book === undefined || (flags & (TickFlag.GapBefore | TickFlag.SuspectBook)) === 0) {
      return BookEvent.None;
    }
    // Inside an image the flags speak of the time before it.
    if (book.inImage || book.trust === BookTrust.Suspect) return BookEvent.None;
    book.loseTrust();
    return BookEvent.Trust;
  }
}

const scaled = (mantissa: number, factor: number): number =>
  mantissa === ABSENT ? ABSENT : mantissa * factor;

const plainEntry = (index: number): BookEntry => ({
  index,
  priceExp: 0,
  sizeExp: 0,
  supersedes: SUPERSEDES_NONE,
});
