/** The orders of one instrument, by price and by the time at which they came: the oracle. */

export interface RestingOrder {
  readonly id: number;
  readonly isBid: boolean;
  priceTicks: number;
  size: number;
  /** ns after the opening at which it came, or was last changed. */
  atNs: number;
}

/** Orders at one price, the first to be filled first. */
export interface PriceLevel {
  readonly priceTicks: number;
  size: number;
  readonly orders: RestingOrder[];
}

export class LimitBook {
  /** Best first. */
  readonly bids: PriceLevel[] = [];
  readonly asks: PriceLevel[] = [];
  #orders = 0;

  get orders(): number {
    return this.#orders;
  }

  /** Levels of a side. */
  side(isBid: boolean): PriceLevel[] {
    return isBid ? this.bids : this.asks;
  }

  /** Place of a price on its side, whether it has a level or not; 0 the best. */
  depthOf(isBid: boolean, priceTicks: number): number {
    const levels = this.side(isBid);
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const price = levels[middle]?.priceTicks ?? 0;
      if (isBid ? price > priceTicks : price < priceTicks) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(order: RestingOrder): void {
    const { isBid, priceTicks, size } = order;
    const levels = this.side(isBid);
    const depth = this.depthOf(isBid, priceTicks);
    const level = levels[depth];
    if (level !== undefined && level.priceTicks === priceTicks) {
      level.size += size;
      level.orders.push(order);
    } else {
      levels.splice(depth, 0, { priceTicks, size, orders: [order] });
    }
    this.#orders += 1;
  }

  /** Takes `size` off an order; one of which nothing is left goes. */
  reduce(order: RestingOrder, size: number): void {
    const levels = this.side(order.isBid);
    const depth = this.depthOf(order.isBid, order.priceTicks);
    const level = levels[depth];
    if (level === undefined) return;
    order.size -= size;
    level.size -= size;
    if (order.size > 0) return;
    level.orders.splice(level.orders.indexOf(order), 1);
    this.#orders -= 1;
    if (level.orders.length === 0) levels.splice(depth, 1);
  }

  /** Gives an order another price or size. It keeps its place only where it gets smaller. */
  modify(order: RestingOrder, to: { readonly priceTicks: number; readonly size: number }): void {
    if (order.priceTicks === to.priceTicks && to.size <= order.size) {
      this.reduce(order, order.size - to.size);
      return;
    }
    this.reduce(order, order.size);
    order.priceTicks = to.priceTicks;
    order.size = to.size;
    this.add(order);
  }

  clear(): void {
    this.bids.length = 0;
    this.asks.length = 0;
    this.#orders = 0;
  }
}
