/** The books of a stream beside the reference, record by record. */
import type { OrderBook, OrderSide } from '@tickwire/domain-depth';
import { OrderUpdate } from '@tickwire/domain-depth';
import { DbnDecoder } from '@tickwire/wire-dbn';
import { DatabentoNormaliser } from '../src/normaliser.ts';
import { PlainVenueBooks } from './plain-venue-books.ts';
import type { PlainEventEnd, PlainLevel } from './plain-venue-books.ts';
import { NOW } from './record-source.ts';

export class BookComparison {
  readonly counts = { lasts: 0, compared: 0, inDoubt: 0, levels: 0, orders: 0 };
  /** The first difference. */
  difference: string | undefined;
  readonly #decoder = new DbnDecoder({ fragment: { version: 3 }, upgrade: 'upgradeToV3' });
  readonly #reference = new PlainVenueBooks();
  readonly #normaliser: DatabentoNormaliser;
  readonly #order = new OrderUpdate();
  #entries = 0;

  constructor() {
    const sink = { publish: () => undefined, define: () => this.#entries++ };
    this.#normaliser = new DatabentoNormaliser({
      ...{ sink, flags: 0, hasTradeRecords: false, keepsBooks: true },
    });
  }

  /** @param isSkipped - Records that ours does not get: the comparison has to notice. */
  take(bytes: Uint8Array, isSkipped?: () => boolean): void {
    this.#decoder.push(bytes);
    while (this.#decoder.next()) {
      const { view, offset } = this.#decoder;
      if (isSkipped?.() !== true) this.#normaliser.onRecord(this.#decoder, NOW);
      const end = this.#reference.take(view, offset);
      if (end !== undefined && this.difference === undefined) this.#compare(end);
    }
    this.#normaliser.publish();
  }

  #compare({ instrumentId, publisherId, book }: PlainEventEnd): void {
    this.counts.lasts += 1;
    const ours = this.#normaliser.orderBook(instrumentId, publisherId);
    const isRight = ours?.isConsistent === true;
    const where = `instrument ${instrumentId} of publisher ${publisherId}`;
    if (isRight !== book.isRight) {
      this.difference = `${where}: ${isRight ? 'right' : 'in doubt'}, the reference not so`;
    } else if (ours === undefined || !isRight) this.counts.inDoubt += 1;
    else {
      this.counts.compared += 1;
      const isSame =
        this.#isSameSide(ours, ours.bids, book.bids) &&
        this.#isSameSide(ours, ours.asks, book.asks);
      if (!isSame) this.difference = `${where}: another book`;
    }
  }

  /** L2: price, size and number of orders of each level; L3: the queue at it. */
  #isSameSide(book: OrderBook, side: OrderSide, levels: readonly PlainLevel[]): boolean {
    if (side.count !== levels.length) return false;
    return levels.every(({ price, queue }, depth) => {
      this.counts.levels += 1;
      const size = queue.reduce((sum, order) => sum + order.size, 0);
      if (side.priceAt(depth) !== price || side.sizeAt(depth) !== size) return false;
      if (side.ordersAt(depth) !== queue.length) return false;
      let order = side.firstOrderAt(depth);
      for (const plain of queue) {
        this.counts.orders += 1;
        if (order < 0) return false;
        const update = this.#order;
        book.readOrder(order, update);
        const id = (BigInt(update.idHi) << 32n) | BigInt(update.idLo);
        if (id !== plain.id || update.size !== plain.size || update.price !== price) return false;
        order = book.nextOrder(order);
      }
      return order < 0;
    });
  }
}
