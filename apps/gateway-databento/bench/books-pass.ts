import { OrderUpdate } from '@tickwire/domain-depth';
import type { OrderBook, OrderSide } from '@tickwire/domain-depth';
import { DbnDecoder, MboRecord, RType } from '@tickwire/wire-dbn';
import { VenueBooks } from '@tickwire/venue-databento';

/** Of a socket's read. */
const PIECE_BYTES = 64 * 1024;
const TWO_32 = 4294967296;
const FNV_PRIME = 16_777_619;
const NO_ORDER = -1;

/** Records of mbo into books by order that go on from pass to pass, as those of a gateway do. */
export class BooksPass {
  readonly #books = new VenueBooks();
  readonly #record = new MboRecord();
  readonly #ids: readonly number[];

  /** @param ids - Of all instruments of the streams to come; each book begins with a clear. */
  constructor(ids: readonly number[]) {
    this.#ids = ids.toSorted((a, b) => a - b);
  }

  /** @returns a fold of all that rests in the books at the end. */
  run(stream: Uint8Array): number {
    const [books, record] = [this.#books, this.#record];
    const decoder = new DbnDecoder({ upgrade: 'upgradeToV3' });
    for (let at = 0; at < stream.length; at += PIECE_BYTES) {
      decoder.push(stream.subarray(at, at + PIECE_BYTES));
      while (decoder.next()) {
        if (decoder.rtype === RType.Mbo) books.apply(record.wrap(decoder.view, decoder.offset));
      }
    }
    if (!books.areRight) throw new Error('a book is not right');
    return this.#ids.reduce((fold, id) => {
      const book = books.find(id)?.book;
      if (book === undefined) throw new Error(`instrument ${id} has no book`);
      return foldSide(book, book.asks, foldSide(book, book.bids, fold ^ id));
    }, 0);
  }
}

const update = new OrderUpdate();

function foldSide(book: OrderBook, side: OrderSide, from: number): number {
  let fold = from;
  for (let depth = 0; depth < side.count; depth++) {
    fold = mixed(fold ^ words(side.priceAt(depth)!) ^ words(side.sizeAt(depth)!));
    let order = side.firstOrderAt(depth);
    for (; order !== NO_ORDER; order = book.nextOrder(order)) {
      book.readOrder(order, update);
      fold = mixed(fold ^ update.idHi ^ update.idLo ^ update.size);
    }
  }
  return fold;
}

const mixed = (fold: number): number => Math.imul(fold, FNV_PRIME);

/** The two words of a number that is not below zero. */
const words = (value: number): number => Math.floor(value / TWO_32) ^ (value >>> 0);
