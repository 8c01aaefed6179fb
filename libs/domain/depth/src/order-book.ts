/**
 * One instrument's book by order (MBO): every order, the queue at each price, and the levels that
 * they make. Entries of orders have no RptSeq, so a hole is only known from the packets of the
 * channel (`markSuspect`), and only a snapshot makes the book right again.
 */
import { ABSENT } from '@tickwire/core';
import { BookCondition } from './book-condition.ts';
import { DepthCode } from './depth-code.ts';
import { DepthCounts } from './depth-counts.ts';
import { UpdateAction, isPrice, isSize } from './depth-update.ts';
import type { OrderUpdate } from './depth-update.ts';
import { wholeNumber } from './errors.ts';
import type { DepthShared } from './instrument-depth.ts';
import type { LevelBook } from './level-book.ts';
import { agreesOn } from './level-agreement.ts';
import { OrderSide } from './order-side.ts';
import { NONE, OrderTable } from './order-table.ts';
import { PriceChanges } from './price-changes.ts';

/** Orders of one book by default. */
export const ORDERS_MAX_DEFAULT = 131_072;
const ORDERS_MAX = 2 ** 24;

export interface OrderBookOptions {
  readonly ordersMax?: number;
  /** Bids rise and asks fall from the best on (InvertedBook). */
  readonly isInverted?: boolean;
}

export class OrderBook {
  readonly bids: OrderSide;
  readonly asks: OrderSide;
  readonly condition = new BookCondition();
  /** What the last update did, by price; empty unless its code is `Applied`. */
  readonly changes: PriceChanges;
  readonly #counts: DepthCounts;
  readonly #table: OrderTable;
  /** Its number in the table. */
  readonly #book: number;
  readonly #ordersMax: number;
  #count = 0;
  #isEventOpen = false;
  #isInSnapshot = false;
  #snapshotFault: DepthCode = DepthCode.Applied;

  /** @throws DepthError `BAD_OPTION`. */
  constructor(options: OrderBookOptions = {}, shared?: DepthShared) {
    const { ordersMax = ORDERS_MAX_DEFAULT, isInverted = false } = options;
    wholeNumber('ordersMax', ordersMax, { min: 1, max: ORDERS_MAX });
    this.#ordersMax = ordersMax;
    this.#table = shared?.orders ?? new OrderTable();
    this.#book = this.#table.addBook();
    this.bids = new OrderSide(this.#table, isInverted ? -1 : 1);
    this.asks = new OrderSide(this.#table, isInverted ? 1 : -1);
    this.changes = shared?.changes ?? new PriceChanges(2);
    this.#counts = shared?.counts ?? new DepthCounts();
  }

  /** Orders of both sides. */
  get count(): number {
    return this.#count;
  }

  /** Whether the book may be published: it is Live, and no event of it is open. */
  get isConsistent(): boolean {
    return this.condition.isLive && !this.#isEventOpen;
  }

  get isEventOpen(): boolean {
    return this.#isEventOpen;
  }

  /** The order of an id, to be read with the methods below until the next update; −1 for none. */
  find(idHi: number, idLo: number): number {
    return this.#table.find(this.#book, idHi, idLo);
  }

  sizeOf(order: number): number {
    return this.#table.size(order);
  }

  isBid(order: number): boolean {
    return this.#table.isBid(order);
  }

  /** The order behind `order` in the queue of its price; −1 behind the last. */
  nextOrder(order: number): number {
    return this.#table.next(order);
  }

  /** Writes an order into `update`, whose action, instrument and time stay. */
  readOrder(order: number, update: OrderUpdate): void {
    const table = this.#table;
    update.idHi = table.idHi(order);
    update.idLo = table.idLo(order);
    update.priorityHi = table.priorityHi(order);
    update.priorityLo = table.priorityLo(order);
    update.price = table.price(order);
    update.size = table.size(order);
    update.isBid = table.isBid(order);
  }

  /**
   * One entry of a book message. Fills `changes`. Never throws. In a book that is not Live, what
   * contradicts it is taken as far as it can be: an unknown order that changes is added, a known
   * one that is new replaces itself.
   *
   * @param order - What `find` gives for its id, where the caller has asked already.
   */
  apply(update: OrderUpdate, order = this.find(update.idHi, update.idLo)): DepthCode {
    this.changes.begin(update.isBid, false);
    this.#isEventOpen = true;
    const code = this.#applyOne(update, order);
    if (code !== DepthCode.Applied) return this.#damaged(code, update);
    if (this.condition.isLive) return code;
    this.changes.clear();
    this.#counts.add(DepthCode.Untrusted);
    return DepthCode.Untrusted;
  }

  /** The event that the last updates belong to has ended. */
  endEvent(): void {
    this.#isEventOpen = false;
  }

  /** A channel reset: the book is empty. */
  reset(): void {
    this.#clear();
    this.#isInSnapshot = false;
    this.condition.live();
  }

  /** The book is given up: its orders leave the table that it shares with others. */
  release(): void {
    this.#clear();
    this.bids.release();
    this.asks.release();
  }

  /** Packets of the channel are missing, or the caller has another reason. */
  markSuspect(reason: DepthCode = DepthCode.ChannelGap): void {
    if (!this.condition.isLive) return;
    this.condition.suspect(reason, 0, 0);
    this.#counts.add(reason);
  }

  /** The first chunk of a snapshot comes: the book is emptied for it. */
  beginSnapshot(): void {
    this.#clear();
    this.#isInSnapshot = true;
    this.#snapshotFault = DepthCode.Applied;
    if (this.condition.isLive) this.condition.suspect(DepthCode.ChannelGap, 0, 0);
    this.condition.recovering();
  }

  /** One order of the snapshot, of whichever chunk. The action becomes New. */
  addSnapshotOrder(update: OrderUpdate): DepthCode {
    update.action = UpdateAction.New;
    this.changes.begin(update.isBid, false);
    const order = this.find(update.idHi, update.idLo);
    const code = order === NONE ? this.#applyOne(update, order) : DepthCode.DuplicateOrder;
    this.changes.clear();
    if (code === DepthCode.Applied) return code;
    if (this.#snapshotFault === DepthCode.Applied) this.#snapshotFault = code;
    return this.#damaged(code, update);
  }

  /** All chunks were given. `Refreshed`: the book is right. Else the first damage: it is not. */
  endSnapshot(): DepthCode {
    if (!this.#isInSnapshot) return DepthCode.Untrusted;
    this.#isInSnapshot = false;
    if (this.#snapshotFault !== DepthCode.Applied) return this.#snapshotFault;
    this.condition.live();
    this.#counts.add(DepthCode.Refreshed);
    return DepthCode.Refreshed;
  }

  /**
   * Whether the real levels of a book by level are what these orders make: price, size and, where
   * it states them, orders. Ask at the end of an event, when both are consistent.
   */
  agreesWith(book: LevelBook): boolean {
    return agreesOn(book.bids, this.bids) && agreesOn(book.asks, this.asks);
  }

  #applyOne(update: OrderUpdate, order: number): DepthCode {
    const { action } = update;
    if (action === UpdateAction.Delete) return this.#delete(update, order);
    if (action !== UpdateAction.New && action !== UpdateAction.Change) return DepthCode.BadAction;
    if (!isPrice(update.price)) return DepthCode.PriceRange;
    if (!isSize(update.size)) return DepthCode.SizeRange;
    if (action === UpdateAction.New) {
      if (order === NONE) return this.#insert(update);
      if (this.condition.isLive) return DepthCode.DuplicateOrder;
    } else if (order === NONE) {
      return this.condition.isLive ? DepthCode.UnknownOrder : this.#insert(update);
    }
    return this.#change(order, update);
  }

  #insert(update: OrderUpdate): DepthCode {
    if (this.#count === this.#ordersMax) return DepthCode.OrdersFull;
    const order = this.#table.insert(this.#book, update.idHi, update.idLo);
    if (order === NONE) return DepthCode.OrdersFull;
    this.#count += 1;
    this.#place(order, update);
    return DepthCode.Applied;
  }

  #place(order: number, update: OrderUpdate): void {
    this.#table.put(order, update);
    const side = update.isBid ? this.bids : this.asks;
    this.changes.setLevel(this.#table, side.add(order, update));
  }

  #change(order: number, update: OrderUpdate): DepthCode {
    const table = this.#table;
    if (table.isBid(order) !== update.isBid) {
      if (this.condition.isLive) return DepthCode.WrongSide;
      this.#remove(order);
      return this.#insert(update);
    }
    const side = update.isBid ? this.bids : this.asks;
    const isThere = table.hasPrice(order, update);
    const isInPlace =
      isThere &&
      table.priorityLo(order) === update.priorityLo &&
      table.priorityHi(order) === update.priorityHi;
    if (isInPlace) {
      side.resize(order, update.size);
      this.changes.setLevel(table, table.level(order));
      return DepthCode.Applied;
    }
    const level = table.level(order);
    side.take(order);
    // Also when it is gone: nothing has taken its record since.
    if (!isThere) this.changes.setLevel(table, level);
    this.#place(order, update);
    return DepthCode.Applied;
  }

  #delete(update: OrderUpdate, order: number): DepthCode {
    const table = this.#table;
    if (order === NONE) {
      return this.condition.isLive ? DepthCode.UnknownOrder : DepthCode.Applied;
    }
    if (this.condition.isLive) {
      if (table.isBid(order) !== update.isBid) return DepthCode.WrongSide;
      const isIt = table.hasPrice(order, update) || update.price === ABSENT;
      if (!isIt) return DepthCode.WrongPrice;
    }
    this.#remove(order);
    return DepthCode.Applied;
  }

  #remove(order: number): void {
    const table = this.#table;
    const side = table.isBid(order) ? this.bids : this.asks;
    const level = table.level(order);
    side.take(order);
    this.changes.setLevel(table, level);
    table.remove(order);
    this.#count -= 1;
  }

  #damaged(code: DepthCode, update: OrderUpdate): DepthCode {
    this.changes.clear();
    this.condition.damaged += 1;
    this.condition.suspect(code, update.tsHi, update.tsLo);
    this.#counts.add(code);
    return code;
  }

  #clear(): void {
    this.changes.clear();
    this.bids.clear();
    this.asks.clear();
    this.#count = 0;
    this.#isEventOpen = false;
  }
}
