/** One instrument's book by price, as mantissas at its directory entry's exponents. */
import { BookSide } from './book-side.ts';

/** Price levels per side by default: 2 MiB a side when full. */
export const BOOK_LEVELS_MAX = 131_072;

export class PriceBook {
  readonly bids: BookSide;
  readonly asks: BookSide;
  /** Bound of each side. */
  readonly levelsMax: number;

  constructor(levelsMax: number = BOOK_LEVELS_MAX) {
    this.levelsMax = levelsMax;
    this.bids = new BookSide('bid', levelsMax);
    this.asks = new BookSide('ask', levelsMax);
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  get isEmpty(): boolean {
    return this.bids.count === 0 && this.asks.count === 0;
  }

  /** Whether the best bid is at or above the best ask: never true of a right book. */
  get isCrossed(): boolean {
    const bid = this.bids.priceAt(0);
    const ask = this.asks.priceAt(0);
    return bid !== undefined && ask !== undefined && bid >= ask;
  }
}
