import {
  DepthCode,
  DepthCounts,
  OrderBook,
  OrderTable,
  OrderUpdate,
  PriceChanges,
  UpdateAction,
} from '@tickwire/domain-depth';
import type { DepthShared } from '@tickwire/domain-depth';
import { Action, RecordFlag, Side } from '@tickwire/wire-dbn';
import type { MboRecord } from '@tickwire/wire-dbn';
import { priceOf } from './record-frame.ts';

const NONE = -1;
const TWO_32 = 4294967296;

/** What is used for one update of one book at a time: one of many keeps the cache for orders. */
export interface SharedByBooks extends DepthShared {
  readonly update: OrderUpdate;
  readonly present: OrderUpdate;
}

export const createShared = (): SharedByBooks => ({
  changes: new PriceChanges(2),
  counts: new DepthCounts(),
  orders: new OrderTable(),
  update: new OrderUpdate(),
  present: new OrderUpdate(),
});

/**
 * The book by order of one instrument, as records of mbo change it; prices in units of 1e-9. It is
 * right from a clear on (a snapshot begins with one), and to be read at the end of an event.
 *
 * Cancels say by how much an order becomes smaller; trades and fills change nothing themselves. A
 * changed order keeps its place in the queue unless its price changes or its size grows.
 * @see https://databento.com/docs/schemas-and-data-formats/mbo
 */
export class VenueBook {
  readonly book: OrderBook;
  /** Of the last record. */
  sequence = 0;
  readonly #update: OrderUpdate;
  readonly #present: OrderUpdate;
  #priorityHi = 0;
  #priorityLo = 0;

  constructor(ordersMax?: number, shared: SharedByBooks = createShared()) {
    this.book = new OrderBook(ordersMax === undefined ? {} : { ordersMax }, shared);
    this.#update = shared.update;
    this.#present = shared.present;
  }

  apply(record: MboRecord): DepthCode {
    const { book } = this;
    const { action, flags } = record;
    this.sequence = record.sequence;
    let code: DepthCode = DepthCode.Applied;
    if (action === Action.Clear) book.reset();
    else if ((flags & RecordFlag.Tob) !== 0) code = this.#doubt();
    else if (action === Action.Add || action === Action.Modify) code = this.#place(record);
    else if (action === Action.Cancel) code = this.#cancel(record);
    if ((flags & RecordFlag.MaybeBadBook) !== 0) this.#doubt();
    if ((flags & RecordFlag.Last) !== 0) book.endEvent();
    return code;
  }

  /** Records are missing, or the vendor doubts the book itself: wrong until the next clear. */
  doubt(): void {
    this.book.markSuspect();
  }

  #doubt(): DepthCode {
    this.book.markSuspect();
    return DepthCode.Untrusted;
  }

  #place(record: MboRecord): DepthCode {
    const order = this.#read(record);
    const update = this.#update;
    const isKnown = order !== NONE;
    // Venues may change an order that was never shown: then it is new.
    update.action =
      isKnown && record.action === Action.Modify ? UpdateAction.Change : UpdateAction.New;
    if (isKnown) this.book.readOrder(order, this.#present);
    const present = this.#present;
    const keepsPlace = isKnown && present.price === update.price && update.size <= present.size;
    if (keepsPlace) {
      update.priorityHi = present.priorityHi;
      update.priorityLo = present.priorityLo;
    } else this.#goLast(update);
    return this.book.apply(update, order);
  }

  #cancel(record: MboRecord): DepthCode {
    const order = this.#read(record);
    const update = this.#update;
    update.action = UpdateAction.Delete;
    if (order === NONE) return this.book.apply(update, order);
    const cancelled = update.size;
    if (cancelled < this.book.sizeOf(order)) {
      this.book.readOrder(order, update);
      update.action = UpdateAction.Change;
      update.size -= cancelled;
    } else update.isBid = this.book.isBid(order);
    return this.book.apply(update, order);
  }

  /** @returns the order, if the book has it. */
  #read(record: MboRecord): number {
    const update = this.#update;
    update.isBid = record.side === Side.Bid;
    update.idHi = record.orderIdHi32;
    update.idLo = record.orderIdLo32;
    update.price = priceOf(record.priceHi32, record.priceLo32);
    update.size = record.size ?? 0;
    update.tsHi = record.tsEventHi32;
    update.tsLo = record.tsEventLo32;
    return this.book.find(update.idHi, update.idLo);
  }

  #goLast(update: OrderUpdate): void {
    this.#priorityLo += 1;
    if (this.#priorityLo === TWO_32) {
      this.#priorityLo = 0;
      this.#priorityHi += 1;
    }
    update.priorityHi = this.#priorityHi;
    update.priorityLo = this.#priorityLo;
  }
}
