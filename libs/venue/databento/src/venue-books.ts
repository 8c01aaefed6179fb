import type { MboRecord } from '@tickwire/wire-dbn';
import { VenueBook, createShared } from './venue-book.ts';
import type { SharedByBooks } from './venue-book.ts';

/** A book of an instrument, and those of its other publishers behind it. */
export interface PublishedBook {
  readonly publisherId: number;
  readonly book: VenueBook;
  /** The same instrument's book at another venue. */
  readonly next: PublishedBook | undefined;
}

/** Books by instrument and publisher: in a dataset of several venues each has its own. */
export class VenueBooks {
  readonly #books = new Map<number, PublishedBook>();
  readonly #shared: SharedByBooks = createShared();

  /** @param publisherId - May be left out where only one publishes the instrument. */
  find(instrumentId: number, publisherId?: number): VenueBook | undefined {
    let entry = this.#books.get(instrumentId);
    if (publisherId === undefined) return entry?.book;
    while (entry !== undefined && entry.publisherId !== publisherId) entry = entry.next;
    return entry?.book;
  }

  /** The books of an instrument, one behind the other. */
  first(instrumentId: number): PublishedBook | undefined {
    return this.#books.get(instrumentId);
  }

  /** @returns whether the book is right. */
  apply(record: MboRecord): boolean {
    const { instrumentId, publisherId } = record;
    const book = this.find(instrumentId, publisherId) ?? this.#add(instrumentId, publisherId);
    book.apply(record);
    return book.book.condition.isLive;
  }

  /** Whether all of them are right. */
  get areRight(): boolean {
    for (const first of this.#books.values()) {
      let entry: PublishedBook | undefined = first;
      for (; entry !== undefined; entry = entry.next) {
        if (!entry.book.book.condition.isLive) return false;
      }
    }
    return true;
  }

  doubt(instrumentId: number): void {
    let entry = this.#books.get(instrumentId);
    for (; entry !== undefined; entry = entry.next) entry.book.doubt();
  }

  doubtAll(): void {
    for (const instrumentId of this.#books.keys()) this.doubt(instrumentId);
  }

  #add(instrumentId: number, publisherId: number): VenueBook {
    const book = new VenueBook(undefined, this.#shared);
    const next = this.#books.get(instrumentId);
    this.#books.set(instrumentId, { publisherId, book, next });
    return book;
  }
}
