/**
 * What the simulated traders of one instrument do, drawn from its own seed: orders that come, go,
 * change and trade, and now and then a halt that empties the book. Nobody trades through the book.
 */
import type { Random } from '@tickwire/sim-kit';
import type { DatabentoInstrument } from './instruments.ts';
import { LimitBook } from './limit-book.ts';
import type { RestingOrder } from './limit-book.ts';

/** Told each message of an event, after the book has it. */
export interface OrderFlowSink {
  added(order: RestingOrder): void;
  /** `size` was taken off the order. */
  cancelled(order: RestingOrder, size: number): void;
  /** @param fromTicks - Its price before. */
  modified(order: RestingOrder, fromTicks: number): void;
  /** An aggressor's trade: before the orders that it fills. */
  traded(trade: Trade): void;
  /** Part of the trade; the book changes with the `cancelled` that follows. */
  filled(order: RestingOrder, size: number): void;
  cleared(): void;
}

export interface Trade {
  readonly isBuy: boolean;
  readonly priceTicks: number;
  readonly size: number;
}

const LEVELS_MIN = 3;
const ORDERS_MAX = 80;
const SIZE_MAX = 20;
const SPREAD_TICKS = 12;
const CLEAR_ODDS = 0.0002;

export class OrderFlow {
  readonly book = new LimitBook();
  readonly #random: Random;
  readonly #nextOrderId: () => number;
  #centreTicks: number;

  constructor(options: {
    readonly instrument: DatabentoInstrument;
    readonly random: Random;
    /** Ids are one sequence over the whole venue. */
    readonly nextOrderId: () => number;
  }) {
    this.#random = options.random;
    this.#nextOrderId = options.nextOrderId;
    this.#centreTicks = options.instrument.openTicks;
  }

  /** One event at a time of the market. */
  step(nowNs: number, sink: OrderFlowSink): void {
    const { bids, asks, orders } = this.book;
    if (bids.length < LEVELS_MIN || asks.length < LEVELS_MIN) {
      this.#add(bids.length <= asks.length, nowNs, sink);
      return;
    }
    const draw = this.#random.unit();
    if (draw < CLEAR_ODDS) this.#clear(sink);
    else if (draw < 0.16) this.#trade(sink);
    else if (draw < 0.3) this.#modify(nowNs, sink);
    else if (draw < (orders > ORDERS_MAX ? 0.8 : 0.56)) this.#cancel(sink);
    else this.#add(this.#random.chance(0.5), nowNs, sink);
  }

  #add(isBid: boolean, atNs: number, sink: OrderFlowSink): void {
    const order = {
      ...{ id: this.#nextOrderId(), isBid, size: 1 + this.#random.below(SIZE_MAX), atNs },
      priceTicks: this.#price(isBid),
    };
    this.book.add(order);
    sink.added(order);
  }

  #cancel(sink: OrderFlowSink): void {
    const order = this.#pick();
    const isPart = order.size > 1 && this.#random.chance(0.25);
    const size = isPart ? 1 + this.#random.below(order.size - 1) : order.size;
    this.book.reduce(order, size);
    sink.cancelled(order, size);
  }

  #modify(nowNs: number, sink: OrderFlowSink): void {
    const order = this.#pick();
    const fromTicks = order.priceTicks;
    const priceTicks = this.#random.chance(0.5) ? fromTicks : this.#price(order.isBid);
    this.book.modify(order, { priceTicks, size: 1 + this.#random.below(SIZE_MAX) });
    order.atNs = nowNs;
    sink.modified(order, fromTicks);
  }

  #trade(sink: OrderFlowSink): void {
    const isBuy = this.#random.chance(0.5);
    let left = 1 + this.#random.below(SIZE_MAX * 2);
    // At most two prices, so that a side is not swept away.
    for (let swept = 0; swept < 2 && left > 0; swept += 1) {
      const level = this.book.side(!isBuy)[0];
      if (level === undefined) return;
      const size = Math.min(left, level.size);
      this.#centreTicks = level.priceTicks;
      sink.traded({ isBuy, priceTicks: level.priceTicks, size });
      this.#fill(level.orders, { size, sink });
      left -= size;
    }
  }

  #fill(orders: readonly RestingOrder[], trade: { size: number; sink: OrderFlowSink }): void {
    const { sink } = trade;
    const fills: { order: RestingOrder; size: number }[] = [];
    let left = trade.size;
    for (const order of orders) {
      if (left === 0) break;
      const size = Math.min(left, order.size);
      fills.push({ order, size });
      left -= size;
    }
    for (const { order, size } of fills) sink.filled(order, size);
    for (const { order, size } of fills) {
      this.book.reduce(order, size);
      sink.cancelled(order, size);
    }
  }

  #clear(sink: OrderFlowSink): void {
    this.book.clear();
    sink.cleared();
  }

  /** Behind the other side's best price, most often near it. */
  #price(isBid: boolean): number {
    const best = this.book.side(!isBid)[0]?.priceTicks ?? this.#centreTicks;
    const away = 1 + Math.floor(-Math.log(1 - this.#random.unit()) * SPREAD_TICKS);
    return Math.max(1, isBid ? best - away : best + away);
  }

  /** An order, of any level alike. */
  #pick(): RestingOrder {
    const { bids, asks } = this.book;
    const levels = this.#random.chance(0.5) ? bids : asks;
    const orders = levels[this.#random.below(levels.length)]?.orders ?? [];
    const order = orders[this.#random.below(orders.length)];
    if (order === undefined) throw new RangeError('a level without orders');
    return order;
  }
}
