/**
 * The matching engine of one instrument: price, then time. What an order does goes into the draft
 * of the event as the exchange publishes it: trades, orders, and levels by position.
 */
import { AggressorSide, SecurityTradingStatus } from '@tickwire/wire-mdp3/messages';
import type { EventDraft, Fill, OrderEntry } from './event-draft.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import { LevelPublisher } from './level-publisher.ts';
import type { LevelCause } from './level-publisher.ts';
import { BookSide, OrderPool, PriceLevel } from './order-book.ts';
import type { RestingOrder } from './order-book.ts';
import { SessionStatistics } from './session-statistics.ts';

/** So many orders of one trade are in one entry: with them it fits into a packet. */
const FILLS_PER_ENTRY = 60;
const NEW = 0;
const CHANGE = 1;
const DELETE = 2;

/** Numbers that are unique in a channel. */
export interface ExchangeNumbers {
  nextOrderId(): number;
  nextPriority(): number;
  nextTradeId(): number;
}

/** One level of an implied book. */
export interface ImpliedLevel {
  readonly ticks: number;
  readonly quantity: number;
}

export interface NewOrder {
  readonly isBid: boolean;
  readonly ticks: number;
  readonly quantity: number;
}

export class Market {
  readonly instrument: ListedInstrument;
  readonly bids = new BookSide(true);
  readonly asks = new BookSide(false);
  readonly pool = new OrderPool();
  readonly statistics = new SessionStatistics();
  impliedBids: readonly ImpliedLevel[] = [];
  impliedAsks: readonly ImpliedLevel[] = [];
  status: SecurityTradingStatus = SecurityTradingStatus.PreOpen;
  /** RptSeq of its last entry; 0 = none yet. */
  rptSeq = 0;
  /** When its last entry was made, ns since the exchange began. */
  lastUpdateNs = 0;
  /** Whether there is anything of it in a snapshot. */
  isActive = false;
  readonly #numbers: ExchangeNumbers;
  readonly #publisher: LevelPublisher;

  constructor(instrument: ListedInstrument, numbers: ExchangeNumbers) {
    this.instrument = instrument;
    this.#numbers = numbers;
    this.#publisher = new LevelPublisher(this);
  }

  side(isBid: boolean): BookSide {
    return isBid ? this.bids : this.asks;
  }

  /** In 1e-9. */
  priceOf(ticks: number): number {
    return ticks * this.instrument.tick;
  }

  /** An order comes: it trades with what it meets, and rests with what is left. */
  enter({ isBid, ticks, quantity }: NewOrder, draft: EventDraft): void {
    const id = this.#numbers.nextOrderId();
    const left = this.#match({ id, isBid, ticks, quantity }, draft);
    if (left > 0) this.#rest({ id, isBid, ticks, quantity: left }, draft);
  }

  cancel(order: RestingOrder, draft: EventDraft): void {
    this.#withdraw(order, { draft, entry: this.#entry(DELETE, order) });
  }

  /** Another quantity at the same price: more of it loses the place in the queue. */
  resize(order: RestingOrder, quantity: number, draft: EventDraft): void {
    const side = this.side(order.isBid);
    const more = quantity - order.quantity;
    if (more > 0) {
      side.take(order);
      order.quantity = quantity;
      order.priority = this.#numbers.nextPriority();
      side.append(order);
    } else {
      order.quantity = quantity;
      order.level.quantity += more;
    }
    const at = side.seek(order.level.ticks);
    this.#publisher.changed(side, at, { draft, entry: this.#entry(CHANGE, order) });
  }

  /**
   * Another price under the same id: what it meets there is not looked for. The order goes and
   * comes in one message of orders, since either level may be beyond the depth.
   */
  reprice(order: RestingOrder, ticks: number, draft: EventDraft): void {
    const { id, isBid, quantity } = order;
    draft.orders.push(this.#entry(DELETE, order));
    this.#withdraw(order, { draft });
    const { at, isNew, resting } = this.#place({ id, isBid, ticks, quantity });
    draft.orders.push(this.#entry(NEW, resting));
    this.#tellRest(resting, { at, isNew, cause: { draft } });
  }

  /** Every order of a side goes at once. */
  cancelAll(isBid: boolean, draft: EventDraft): void {
    const side = this.side(isBid);
    for (const level of side.levels) {
      for (const order of level.orders) {
        draft.orders.push(this.#entry(DELETE, order));
        this.pool.remove(order);
      }
    }
    const gone = side.levels.splice(0);
    side.orderCount = 0;
    this.#publisher.consumed(side, { gone, isPartial: false, draft });
  }

  /** A new week: no orders, no statistics, nothing published. */
  clear(): void {
    for (const side of [this.bids, this.asks]) {
      side.levels.length = 0;
      side.orderCount = 0;
    }
    this.pool.orders.length = 0;
    this.statistics.clear();
    this.impliedBids = [];
    this.impliedAsks = [];
    this.rptSeq = 0;
    this.isActive = false;
    this.status = SecurityTradingStatus.PreOpen;
  }

  /** Says all orders and levels again, for readers whose books are empty. */
  restate(draft: EventDraft): void {
    for (const side of [this.bids, this.asks]) {
      for (const level of side.levels) {
        for (const order of level.orders) draft.orders.push(this.#entry(NEW, order));
      }
      this.#publisher.restated(side, draft);
    }
  }

  #match(aggressor: { id: number } & NewOrder, draft: EventDraft): number {
    const side = this.side(!aggressor.isBid);
    let left = aggressor.quantity;
    const gone: PriceLevel[] = [];
    let isPartial = false;
    while (left > 0 && side.levels.length > 0) {
      const level = side.levels[0]!;
      if (side.isBetter(aggressor.ticks, level.ticks)) break;
      left -= this.#trade(level, { ...aggressor, quantity: left }, draft);
      isPartial = level.orders.length > 0;
      if (isPartial) break;
      gone.push(level);
      side.levels.shift();
    }
    if (gone.length > 0 || isPartial) this.#publisher.consumed(side, { gone, isPartial, draft });
    return left;
  }

  /** @returns what was traded at the level. */
  #trade(level: PriceLevel, aggressor: { id: number } & NewOrder, draft: EventDraft): number {
    const { id, isBid, quantity } = aggressor;
    const side = this.side(!isBid);
    let traded = 0;
    while (traded < quantity && level.orders.length > 0) {
      const met: Fill[] = [];
      let sum = 0;
      while (traded + sum < quantity && level.orders.length > 0 && met.length < FILLS_PER_ENTRY) {
        const order = level.orders[0]!;
        const filled = Math.min(order.quantity, quantity - traded - sum);
        met.push({ orderId: order.id, quantity: filled });
        sum += filled;
        this.#fill(side, order, { filled, draft });
      }
      traded += sum;
      draft.trades.push({
        market: this,
        price: this.priceOf(level.ticks),
        quantity: sum,
        aggressor: isBid ? AggressorSide.Buy : AggressorSide.Sell,
        tradeId: this.#numbers.nextTradeId(),
        fills: [{ orderId: id, quantity: sum }, ...met],
      });
    }
    return traded;
  }

  #fill(side: BookSide, order: RestingOrder, by: { filled: number; draft: EventDraft }): void {
    const { filled, draft } = by;
    const isFull = filled === order.quantity;
    if (isFull) {
      draft.orders.push(this.#entry(DELETE, order));
      side.take(order);
      this.pool.remove(order);
      return;
    }
    order.quantity -= filled;
    order.level.quantity -= filled;
    draft.orders.push(this.#entry(CHANGE, order));
  }

  #rest(order: { id: number } & NewOrder, draft: EventDraft): void {
    const { at, isNew, resting } = this.#place(order);
    this.#tellRest(resting, { at, isNew, cause: { draft, entry: this.#entry(NEW, resting) } });
  }

  /** Puts an order into the book. */
  #place(order: { id: number } & NewOrder) {
    const { id, isBid, ticks, quantity } = order;
    const side = this.side(isBid);
    const at = side.seek(ticks);
    const isNew = side.levels[at]?.ticks !== ticks;
    if (isNew) side.levels.splice(at, 0, new PriceLevel(ticks));
    const priority = this.#numbers.nextPriority();
    const resting = { id, isBid, priority, quantity, level: side.levels[at]!, place: 0 };
    side.append(resting);
    this.pool.add(resting);
    return { at, isNew, resting };
  }

  #tellRest(order: RestingOrder, of: { at: number; isNew: boolean; cause: LevelCause }): void {
    const side = this.side(order.isBid);
    if (of.isNew) this.#publisher.added(side, of.at, of.cause);
    else this.#publisher.changed(side, of.at, of.cause);
  }

  #withdraw(order: RestingOrder, cause: LevelCause): void {
    const side = this.side(order.isBid);
    const { level } = order;
    const at = side.seek(level.ticks);
    side.take(order);
    this.pool.remove(order);
    if (level.orders.length > 0) this.#publisher.changed(side, at, cause);
    else {
      side.levels.splice(at, 1);
      this.#publisher.deleted(side, { at, level, ...cause });
    }
  }

  #entry(action: OrderEntry['action'], order: RestingOrder): OrderEntry {
    const { id, isBid, priority, quantity, level } = order;
    return {
      market: this,
      action,
      isBid,
      id,
      priority,
      price: this.priceOf(level.ticks),
      quantity,
    };
  }
}
