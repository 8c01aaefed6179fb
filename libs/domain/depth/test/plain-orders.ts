/** A book by order as plainly as it can be written: an array of objects, sorted when looked at. */
import { OrderUpdate } from '../src/index.ts';
import type { OrderBook, OrderSide } from '../src/index.ts';

export interface PlainOrder {
  readonly idHi: number;
  readonly idLo: number;
  readonly priorityHi: number;
  readonly priorityLo: number;
  readonly price: number;
  readonly size: number;
  readonly isBid: boolean;
}

/** Orders of one price: its sum, and the queue as `id:size` in the order of filling. */
export interface QueueRow {
  readonly price: number;
  readonly size: number;
  readonly queue: string;
}

const idOf = (order: PlainOrder): string => `${order.idHi}.${order.idLo}`;

export class PlainOrders {
  /** In the order in which they came to their places. */
  orders: PlainOrder[] = [];

  add(order: PlainOrder): void {
    this.orders.push(order);
  }

  delete(order: PlainOrder): void {
    this.orders = this.orders.filter((other) => other !== order);
  }

  /** Another price or priority puts it behind those that are equal; else it keeps its place. */
  change(order: PlainOrder, to: PlainOrder): void {
    const keepsPlace =
      order.price === to.price &&
      order.priorityHi === to.priorityHi &&
      order.priorityLo === to.priorityLo;
    if (keepsPlace) this.orders[this.orders.indexOf(order)] = to;
    else {
      this.delete(order);
      this.add(to);
    }
  }

  rows(isBid: boolean): QueueRow[] {
    const byPrice = new Map<number, PlainOrder[]>();
    for (const order of this.orders) {
      if (order.isBid !== isBid) continue;
      const queue = byPrice.get(order.price);
      if (queue === undefined) byPrice.set(order.price, [order]);
      else queue.push(order);
    }
    return [...byPrice]
      .sort((a, b) => (isBid ? b[0] - a[0] : a[0] - b[0]))
      .map(([price, orders]) => ({
        price,
        size: orders.reduce((sum, { size }) => sum + size, 0),
        queue: orders
          .sort((a, b) => a.priorityHi - b.priorityHi || a.priorityLo - b.priorityLo)
          .map((order) => `${idOf(order)}:${order.size}`)
          .join(),
      }));
  }
}

const read = new OrderUpdate();

/** The same of a real book. */
export function queueRows(book: OrderBook, isBid: boolean): QueueRow[] {
  const side: OrderSide = isBid ? book.bids : book.asks;
  return Array.from({ length: side.count }, (_, depth) => {
    const queue: string[] = [];
    for (let at = side.firstOrderAt(depth); at >= 0; at = book.nextOrder(at)) {
      book.readOrder(at, read);
      queue.push(`${idOf(read)}:${read.size}`);
    }
    return { price: side.priceAt(depth)!, size: side.sizeAt(depth)!, queue: queue.join() };
  });
}

/** Fields that are not named are those of a New bid. */
export function orderUpdate(fields: Partial<OrderUpdate>): OrderUpdate {
  return Object.assign(new OrderUpdate(), { isBid: true, price: 99, size: 1 }, fields);
}
