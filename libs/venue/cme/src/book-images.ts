import type { SnapshotRefusal } from '@tickwire/domain-book';
import type { ImageLimits } from '@tickwire/domain-feed';
import type { BookPublisher } from './book-publisher.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';

/** Images of books that were asked for, by readers that came late or were lapped. */
export class BookImages {
  readonly #instruments: Instruments;
  readonly #books: BookPublisher;

  constructor(instruments: Instruments, books: BookPublisher) {
    this.#instruments = instruments;
    this.#books = books;
  }

  /** Why an image cannot be written now; `undefined` when it can. */
  refusal(symbol: string, { ticksMax }: ImageLimits): SnapshotRefusal | undefined {
    const instrument = this.#instruments.withSymbol(symbol);
    if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
    if (!instrument.synced) return 'NOT_SYNCHRONISED';
    return ticksOf(instrument) > ticksMax ? 'BOOK_TOO_LARGE' : undefined;
  }

  /** Writes it now, or, while an event is open that has touched it, at the end of that. */
  write(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    const refusal = this.refusal(symbol, limits);
    const instrument = this.#instruments.withSymbol(symbol);
    if (refusal !== undefined || instrument === undefined) return refusal;
    if (instrument.isTouched) instrument.isImageAsked = true;
    else this.#books.writeImage(instrument);
    return undefined;
  }
}

/** At most: CLEAR, an end of its own, and what is in the books. */
function ticksOf({ depth, orders, areOrdersShown }: CmeInstrument): number {
  const { real, implied } = depth;
  const levels = real.bids.count + real.asks.count + implied.bids.count + implied.asks.count;
  return 2 + levels + (areOrdersShown ? (orders?.count ?? 0) : 0);
}
