import { ABSENT } from '@tickwire/core';
import type { OrderBook } from '@tickwire/domain-depth';
import { Action as RecordAction, RecordFlag } from '@tickwire/wire-dbn';
import type { MboRecord } from '@tickwire/wire-dbn';
import { Action, Side, TickKind } from '@tickwire/wire-tick';
import type { Instrument } from './instruments.ts';
import type { MarketTicks } from './market-ticks.ts';
import { NO_PRICE, priceOf, sideOf } from './record-frame.ts';
import type { RecordFrame } from './record-frame.ts';
import { VenueBooks } from './venue-books.ts';

/** By what happened to an order; 0: no tick says it. */
const ORDER_ACTIONS = new Uint8Array(256);
ORDER_ACTIONS[RecordAction.Add] = Action.Add;
ORDER_ACTIONS[RecordAction.Modify] = Action.Modify;
ORDER_ACTIONS[RecordAction.Cancel] = Action.Delete;
ORDER_ACTIONS[RecordAction.Fill] = Action.Fill;
const NO_ACTION = 0;

/** With one of them a book is not right until it begins anew. */
const DOUBT = RecordFlag.MaybeBadBook | RecordFlag.Tob;

/** Orders of mbo as ticks; on request the books that they make. */
export class OrderTicks {
  readonly #frame: RecordFrame;
  readonly #market: MarketTicks;
  readonly #books: VenueBooks | undefined;

  constructor(frame: RecordFrame, market: MarketTicks, options: { keepsBooks: boolean }) {
    this.#frame = frame;
    this.#market = market;
    this.#books = options.keepsBooks ? new VenueBooks() : undefined;
  }

  book(instrumentId: number, publisherId: number | undefined): OrderBook | undefined {
    return this.#books?.find(instrumentId, publisherId)?.book;
  }

  /** Whether books are kept. */
  get hasBooks(): boolean {
    return this.#books !== undefined;
  }

  /** The books of an instrument, each with its publisher. */
  all(instrumentId: number): ReturnType<VenueBooks['all']> {
    return this.#books?.all(instrumentId) ?? [];
  }

  take(record: MboRecord): void {
    const { action } = record;
    const frame = this.#frame;
    if (action === RecordAction.Trade) {
      // A trade with hidden or aggressing orders only; what it does to the book follows it. But an
      // event of the book may end with it.
      this.#market.onToldTrade(record, record.sequence);
      const traded = frame.find(record.instrumentId, NO_PRICE);
      if (traded !== undefined) this.#judge(record, traded);
      return;
    }
    const price = priceOf(record.priceHi32, record.priceLo32);
    const instrument = frame.find(record.instrumentId, price);
    if (instrument === undefined || !frame.holds(instrument, price)) return;
    this.#judge(record, instrument);
    if (action === RecordAction.Clear) this.#clear(record, instrument);
    else this.#order(record, instrument, price);
  }

  /** Records of an instrument are missing. */
  doubt(instrumentId: number, instrument: Instrument | undefined): void {
    this.#books?.doubt(instrumentId);
    instrument?.doubtOrders();
  }

  doubtAll(): void {
    this.#books?.doubtAll();
    for (const instrument of this.#frame.instruments.all()) instrument.doubtOrders();
  }

  /** Whether the orders told so far make the venue's book. */
  #judge(record: MboRecord, instrument: Instrument): void {
    const books = this.#books;
    if (books !== undefined) instrument.synced = books.apply(record);
    else {
      if (record.action === RecordAction.Clear) instrument.hasOrders = true;
      if ((record.flags & DOUBT) !== 0) instrument.hasOrders = false;
      instrument.synced = instrument.hasOrders;
    }
  }

  /** The book is empty from here on. */
  #clear(record: MboRecord, instrument: Instrument): void {
    const { sequence } = record;
    const tick = this.#frame.tick(TickKind.Clear, instrument, record.flags);
    tick.sequence = sequence;
    tick.setFullSequence(0, sequence);
    tick.setSideAction(Side.None, Action.Clear);
    this.#frame.accept();
  }

  #order(record: MboRecord, instrument: Instrument, price: number): void {
    const frame = this.#frame;
    const action = ORDER_ACTIONS[record.action] as Action;
    if (action === NO_ACTION) {
      frame.drop('noTick');
      return;
    }
    const tick = frame.tick(TickKind.Order, instrument, record.flags);
    tick.sequence = record.sequence;
    tick.price = instrument.mantissa(price);
    tick.size = record.size ?? ABSENT;
    tick.setOrderId(record.orderIdHi32, record.orderIdLo32);
    tick.setSideAction(sideOf(record.side), action);
    frame.accept();
  }
}
