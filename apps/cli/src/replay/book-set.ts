/** The books of one ring by symbol, built from its ticks alone. */
import { TICK_BYTES, formatDecimal } from '@tickwire/core';
import { BookBuilder, BookTrust } from '@tickwire/domain-book';
import type { BookSide, InstrumentBook } from '@tickwire/domain-book';
import { TickView } from '@tickwire/wire-tick';
import { QuoteCheck } from './quote-check.ts';
import type { EntryOf, QuoteCounts } from './quote-check.ts';

/** One book as `--books` writes it. */
export interface BookJson {
  /** Full venue sequence of the book. */
  sequence: string;
  /** `[price, size]`, best first, plain decimals without trailing zeros. */
  bids: [string, string][];
  asks: [string, string][];
  /** Quotes of the vendor compared with the book at their sequence; absent without quotes. */
  tickersCompared?: number;
  tickersEqual?: number;
  /** Only when it is not known to be right: changes are missing since its last snapshot. */
  trusted?: false;
}

export class BookSet {
  readonly quotes: QuoteCheck;
  readonly #entryOf: EntryOf;
  readonly #builder: BookBuilder;
  readonly #tick = new TickView();

  constructor(entryOf: EntryOf) {
    this.#entryOf = entryOf;
    this.#builder = new BookBuilder({ entry: entryOf });
    this.quotes = new QuoteCheck(entryOf);
  }

  /** Applies the first `count` ticks of `view`. */
  applyRun(view: DataView, count: number): void {
    for (let index = 0; index < count; index++) {
      const tick = this.#tick.wrap(view, index * TICK_BYTES);
      this.#builder.apply(tick);
      this.quotes.apply(tick);
    }
  }

  /** Ticks were lost. */
  loseTrust(): void {
    this.#builder.loseTrust();
    this.quotes.loseTrust();
  }

  /** Every symbol that has a book, in the order of the symbols. */
  books(isWanted: (symbol: string) => boolean): Map<string, BookJson> {
    const found: [string, BookJson][] = [];
    for (const book of this.#builder.books()) {
      const symbol = this.#entryOf(book.instrument)?.symbol;
      if (symbol === undefined || !isWanted(symbol) || book.trust === BookTrust.Unknown) continue;
      found.push([symbol, this.#toJson(symbol, book)]);
    }
    return new Map(found.sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  #toJson(symbol: string, book: InstrumentBook): BookJson {
    const counts = this.quotes.counts(symbol);
    return {
      sequence: book.sequence.toString(),
      bids: levels(book.book.bids, book),
      asks: levels(book.book.asks, book),
      ...(counts === undefined || !hadQuotes(counts)
        ? {}
        : { tickersCompared: counts.compared, tickersEqual: counts.equal }),
      ...(book.trust === BookTrust.Trusted ? {} : { trusted: false as const }),
    };
  }
}

function levels(side: BookSide, book: InstrumentBook): [string, string][] {
  const out: [string, string][] = [];
  for (let depth = 0; depth < side.count; depth++) {
    const price = formatDecimal(side.priceAt(depth) ?? 0, book.priceExp) ?? '';
    const size = formatDecimal(side.sizeAt(depth) ?? 0, book.sizeExp) ?? '';
    out.push([price, size]);
  }
  return out;
}

export function hadQuotes(counts: QuoteCounts): boolean {
  const others = Object.values(counts.notComparable).reduce((sum, n) => sum + n, 0);
  return counts.compared + others > 0;
}
