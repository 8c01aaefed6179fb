import { ABSENT } from '@tickwire/core';
import { ORDERS_ABSENT } from '@tickwire/domain-depth';
import type { InstrumentDepth, LevelBook, LevelSide } from '@tickwire/domain-depth';

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
    const { real, implied } = depth;
    this.#takeReal(real, isBid, price);
    this.#addImplied(isBid ? implied.bids : implied.asks, price);
    return this;
  }

  /** Moves to the best price; `ABSENT`, size 0, when the side is empty. */
  best(depth: InstrumentDepth, isBid: boolean): this {
    const real = isBid ? depth.real.bids : depth.real.asks;
    const implied = isBid ? depth.implied.bids : depth.implied.asks;
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

  #takeReal(real: LevelBook, isBid: boolean, price: number): void {
    const side = isBid ? real.bids : real.asks;
    const place = placeOf(side, price);
    this.price = price;
    this.size = place === NOWHERE ? 0 : side.sizeAt(place)!;
    this.orders = place === NOWHERE ? ORDERS_ABSENT : side.ordersAt(place)!;
  }

  #addImplied(side: LevelSide, price: number): void {
    const place = placeOf(side, price);
    this.isImplied = place !== NOWHERE;
    if (this.isImplied) this.size += side.sizeAt(place)!;
  }
}

const NOWHERE = -1;

function placeOf(side: LevelSide, price: number): number {
  for (let at = 0; at < side.count; at++) {
    if (side.priceAt(at) === price) return at;
  }
  return NOWHERE;
}
