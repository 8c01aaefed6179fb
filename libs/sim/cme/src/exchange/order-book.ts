/** Orders that rest in one instrument, by price and time. Prices are in ticks. */

export interface RestingOrder {
  /** OrderID: of the whole exchange, exact in a double. */
  readonly id: number;
  readonly isBid: boolean;
  /** MDOrderPriority: at one price the lower goes first. */
  priority: number;
  quantity: number;
  level: PriceLevel;
  /** Its place among all orders of the instrument. */
  place: number;
}

export class PriceLevel {
  readonly ticks: number;
  /** First in, first out. */
  readonly orders: RestingOrder[] = [];
  quantity = 0;

  constructor(ticks: number) {
    this.ticks = ticks;
  }
}

export class BookSide {
  readonly isBid: boolean;
  /** Best first. */
  readonly levels: PriceLevel[] = [];
  orderCount = 0;
  readonly #sign: 1 | -1;

  constructor(isBid: boolean) {
    this.isBid = isBid;
    this.#sign = isBid ? 1 : -1;
  }

  get bestTicks(): number | undefined {
    return this.levels[0]?.ticks;
  }

  /** Whether `ticks` is a better price than `other` on this side. */
  isBetter(ticks: number, other: number): boolean {
    return (ticks - other) * this.#sign > 0;
  }

  /** Where the level of a price is, or would have to come. */
  seek(ticks: number): number {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBetter(this.levels[middle]!.ticks, ticks)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts an order last at its price. */
  append(order: RestingOrder): void {
    order.level.orders.push(order);
    order.level.quantity += order.quantity;
    this.orderCount += 1;
  }

  /** Takes an order out; its level stays, even when it is empty. */
  take(order: RestingOrder): void {
    const { level } = order;
    level.orders.splice(level.orders.indexOf(order), 1);
    level.quantity -= order.quantity;
    this.orderCount -= 1;
  }
}

/** All orders of an instrument, for one to be drawn. */
export class OrderPool {
  readonly orders: RestingOrder[] = [];

  add(order: RestingOrder): void {
    order.place = this.orders.length;
    this.orders.push(order);
  }

  remove(order: RestingOrder): void {
    const last = this.orders.pop()!;
    if (last === order) return;
    last.place = order.place;
    this.orders[order.place] = last;
  }
}
