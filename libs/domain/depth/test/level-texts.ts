/** What tests compare: levels of anything that shows them, as rows. */
import { LevelUpdate } from '../src/index.ts';
import type { InstrumentDepth, LevelSide, PriceChanges } from '../src/index.ts';
import type { SentUpdate } from './plain-exchange.ts';

interface ShownSide {
  readonly count: number;
  priceAt(depth: number): number | undefined;
  sizeAt(depth: number): number | undefined;
  ordersAt(depth: number): number | undefined;
}

export type Row = [price: number, size: number, orders: number];

export const rowsOf = (side: ShownSide): Row[] =>
  Array.from({ length: side.count }, (_, at) => [
    side.priceAt(at)!,
    side.sizeAt(at)!,
    side.ordersAt(at)!,
  ]);

/** A book by price that is kept by changes alone. */
export class PriceMap {
  readonly #levels = new Map<number, [number, number]>();

  apply(changes: PriceChanges): void {
    for (let at = 0; at < changes.count; at++) {
      const size = changes.sizeAt(at);
      if (size === 0) this.#levels.delete(changes.priceAt(at));
      else this.#levels.set(changes.priceAt(at), [size, changes.ordersAt(at)]);
    }
  }

  /** As one that published the whole side. */
  take(rows: readonly Row[]): void {
    this.#levels.clear();
    for (const [price, size, orders] of rows) this.#levels.set(price, [size, orders]);
  }

  /** @param direction - 1 where prices fall from the best on. */
  rows(direction: number): Row[] {
    return [...this.#levels]
      .sort((a, b) => (b[0] - a[0]) * direction)
      .map(([price, [size, orders]]) => [price, size, orders]);
  }
}

/** Fields that are not named are those of a New real bid of level 1. */
export function levelUpdate(fields: Partial<LevelUpdate>): LevelUpdate {
  return Object.assign(new LevelUpdate(), { isBid: true, level: 1, size: 1, orders: 1 }, fields);
}

const update = new LevelUpdate();

export function sent(from: SentUpdate, securityId = 0): LevelUpdate {
  return Object.assign(update, from, { securityId });
}

export function sideOf(
  depth: InstrumentDepth,
  of: { isBid: boolean; isImplied: boolean },
): LevelSide {
  const book = of.isImplied ? depth.implied : depth.real;
  return of.isBid ? book.bids : book.asks;
}
