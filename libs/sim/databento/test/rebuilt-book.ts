/** A book made of nothing but records of mbo, written apart from the simulator's own. */
import { Action, Side } from '@tickwire/wire-dbn';
import type { MboRecord } from '@tickwire/wire-dbn';
import type { LimitBook } from '../src/index.ts';

interface Order {
  readonly side: number;
  readonly price: bigint;
  size: number;
}

export class RebuiltBook {
  readonly #orders = new Map<bigint, Order>();

  apply(record: MboRecord): void {
    const { action, orderIdBigInt: id, size: given, side } = record;
    const size = given ?? 0;
    const price = record.priceBigInt ?? 0n;
    const order = this.#orders.get(id);
    if (action === Action.Clear) this.#orders.clear();
    else if (action === Action.Add) {
      if (order !== undefined) throw new Error(`order ${id} is added twice`);
      this.#orders.set(id, { side, price, size });
    } else if (action === Action.Modify) {
      if (order === undefined) throw new Error(`order ${id} is not there to be modified`);
      this.#orders.set(id, { side, price, size });
    } else if (action === Action.Cancel) {
      if (order === undefined || order.size < size) throw new Error(`order ${id}: cancel ${size}`);
      order.size -= size;
      if (order.size === 0) this.#orders.delete(id);
    }
  }

  /** `price size orders` of each level, bids then asks, best first. */
  levels(): string[] {
    return [Side.Bid, Side.Ask].flatMap((side) => {
      const levels = new Map<bigint, { size: number; count: number }>();
      for (const order of this.#orders.values()) {
        if (order.side !== side) continue;
        const level = levels.get(order.price) ?? { size: 0, count: 0 };
        levels.set(order.price, { size: level.size + order.size, count: level.count + 1 });
      }
      const best = side === Side.Bid ? -1 : 1;
      return [...levels]
        .sort(([a], [b]) => (a < b ? -best : best))
        .map(([price, { size, count }]) => `${price} ${size} ${count}`);
    });
  }
}

/** The same of the simulator's book; at most `depth` levels of a side. */
export function oracleLevels(book: LimitBook, tickE9: number, depth = Infinity): string[] {
  return [book.bids, book.asks].flatMap((side) =>
    side
      .slice(0, depth)
      .map(({ priceTicks, size, orders }) => `${priceTicks * tickE9} ${size} ${orders.length}`),
  );
}
