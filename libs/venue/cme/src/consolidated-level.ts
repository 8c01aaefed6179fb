import { ABSENT } from '@tickwire/core';
import { ORDERS_ABSENT } from '@tickwire/domain-depth';
import type { InstrumentDepth, LevelSide } from '@tickwire/domain-depth';
import type { PendingChanges } from './pending-changes.ts';

/**
 * What is at one price of one side, real and implied together. A view to be moved again and again.
 */
export class ConsolidatedLevel {
  price: number = ABSENT;
  /** 0: nothing is at the price. */
  size = 0;
  /** Of the real level; `ORDERS_ABSENT` where there is none, or none is stated. */
  orders: number = ORDERS_ABSENT;
  /** Some of the size is implied. */
  isImplied = false;

  /** Moves to a price. */
  at(depth: InstrumentDepth, isBid: boolean, price: number): this {
    this.#takeReal(depth.side(isBid), price);
    this.#addImplied(depth.impliedSide(isBid), price);
    return this;
  }

  /** Moves to a price that an event has changed: what the event said is not looked up again. */
  changed(depth: InstrumentDepth, pending: PendingChanges, at: number): this {
    const price = pending.priceAt(at);
    const isBid = pending.isBidAt(at);
    if (pending.isRealAt(at)) {
      this.price = price;
      this.size = pending.sizeAt(at);
      this.orders = this.size === 0 ? ORDERS_ABSENT : pending.ordersAt(at);
    } else this.#takeReal(depth.side(isBid), price);
    if (!pending.isImpliedAt(at)) {
      this.isImplied = false;
      if (depth.hasImplied) this.#addImplied(depth.impliedSide(isBid), price);
      return this;
    }
    const size = pending.impliedSizeAt(at);
    this.isImplied = size > 0;
    this.size += size;
    return this;
  }

  /** Moves to the best price; `ABSENT`, size 0, when the side is empty. */
  best(depth: InstrumentDepth, isBid: boolean): this {
    const real = depth.side(isBid);
    if (!depth.hasImplied) {
      const isThere = real.count > 0;
      this.price = isThere ? real.priceAt(0)! : ABSENT;
      this.size = isThere ? real.sizeAt(0)! : 0;
      this.orders = isThere ? real.ordersAt(0)! : ORDERS_ABSENT;
      this.isImplied = false;
      return this;
    }
    const implied = depth.impliedSide(isBid);
    const realPrice = real.priceAt(0) ?? ABSENT;
    const impliedPrice = implied.priceAt(0) ?? ABSENT;
    const isReal =
      realPrice !== ABSENT && (impliedPrice === ABSENT || !real.prefers(impliedPrice, realPrice));
    this.price = isReal ? realPrice : impliedPrice;
    this.size = isReal ? real.sizeAt(0)! : 0;
    this.orders = isReal ? real.ordersAt(0)! : ORDERS_ABSENT;
    this.isImplied = impliedPrice !== ABSENT && impliedPrice === this.price;
    if (this.isImplied) this.size += implied.sizeAt(0)!;
    return this;
  }

  #takeReal(side: LevelSide, price: number): void {
    const place = side.placeOf(price);
    this.price = price;
    this.size = place === NOWHERE ? 0 : side.sizeAt(place)!;
    this.orders = place === NOWHERE ? ORDERS_ABSENT : side.ordersAt(place)!;
  }

  #addImplied(side: LevelSide, price: number): void {
    const place = side.placeOf(price);
    this.isImplied = place !== NOWHERE;
    if (this.isImplied) this.size += side.sizeAt(place)!;
  }
}

const NOWHERE = -1;
