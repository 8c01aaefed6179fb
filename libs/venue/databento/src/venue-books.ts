import type { MboRecord } from '@tickwire/wire-dbn';
import { PublishedPlaces } from './published-places.ts';
import { VenueBook, createShared } from './venue-book.ts';
import type { SharedByBooks } from './venue-book.ts';

/** Books by instrument and publisher: in a dataset of several venues each has its own. */
export class VenueBooks {
  readonly #places = new PublishedPlaces();
  readonly #books: VenueBook[] = [];
  readonly #shared: SharedByBooks = createShared();

  /** @param publisherId - May be left out where only one publishes the instrument. */
  find(instrumentId: number, publisherId?: number): VenueBook | undefined {
    if (publisherId === undefined) return this.all(instrumentId)[0]?.book;
    const place = this.#places.find(instrumentId, publisherId);
    return place < 0 ? undefined : this.#books[place];
  }

  /** The books of an instrument, each with its publisher. */
  all(instrumentId: number): { readonly publisherId: number; readonly book: VenueBook }[] {
    return this.#places.of(instrumentId).map((place) => {
      return { publisherId: this.#places.publisherOf(place), book: this.#books[place]! };
    });
  }

  /** @returns whether the book is right. */
  apply(record: MboRecord): boolean {
    const { instrumentId, publisherId } = record;
    const place = this.#places.find(instrumentId, publisherId);
    const book = place < 0 ? this.#add(instrumentId, publisherId) : this.#books[place]!;
    book.apply(record);
    return book.book.condition.isLive;
  }

  /** Whether all of them are right. */
  get areRight(): boolean {
    return this.#books.every(({ book }) => book.condition.isLive);
  }

  doubt(instrumentId: number): void {
    for (const place of this.#places.of(instrumentId)) this.#books[place]!.doubt();
  }

  doubtAll(): void {
    for (const book of this.#books) book.doubt();
  }

  #add(instrumentId: number, publisherId: number): VenueBook {
    const book = new VenueBook(undefined, this.#shared);
    this.#books[this.#places.add(instrumentId, publisherId)] = book;
    return book;
  }
}
