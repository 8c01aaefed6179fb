import { ORDERS_ABSENT } from './depth-update.ts';
import type { LevelSide } from './level-side.ts';

/** Levels as any kind of book shows them. */
interface AggregatedSide {
  readonly count: number;
  priceAt(depth: number): number | undefined;
  sizeAt(depth: number): number | undefined;
  ordersAt(depth: number): number | undefined;
}

/** Whether `levels` is the top of `orders`, as deep as it goes. Not of a side that is not known. */
export function agreesOn(levels: LevelSide, orders: AggregatedSide): boolean {
  if (!levels.isKnown || levels.count !== Math.min(orders.count, levels.levels)) return false;
  for (let depth = 0; depth < levels.count; depth++) {
    const stated = levels.ordersAt(depth);
    const isSame =
      levels.priceAt(depth) === orders.priceAt(depth) &&
      levels.sizeAt(depth) === orders.sizeAt(depth) &&
      (stated === ORDERS_ABSENT || stated === orders.ordersAt(depth));
    if (!isSame) return false;
  }
  return true;
}
