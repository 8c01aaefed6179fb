/** One side of a book by level: positions 1 … levels, the best first. */
import { ABSENT } from '@tickwire/core';
import { DepthCode } from './depth-code.ts';
import { UpdateAction, isPrice, isSize } from './depth-update.ts';
import type { LevelUpdate } from './depth-update.ts';
import { LevelCells } from './level-cells.ts';
import { LevelRefresh } from './level-refresh.ts';
import type { NumberPool } from './number-pool.ts';
import type { PriceChanges } from './price-changes.ts';

export class LevelSide {
  readonly levels: number;
  /** 1 where prices fall from the best on, −1 where they rise. */
  readonly #sign: 1 | -1;
  readonly #cells: LevelCells;
  readonly #refresh: LevelRefresh;
  #count = 0;
  #isKnown = false;
  /** False from an Overlay that passes a neighbour to the end of the event. */
  #isOrdered = true;

  constructor(levels: number, sign: 1 | -1, pool?: NumberPool) {
    this.levels = levels;
    this.#sign = sign;
    this.#cells = new LevelCells(levels, pool);
    this.#refresh = new LevelRefresh(this.#cells, sign);
    this.forget();
  }

  /** Levels that are there; 0 of a side that is not known. */
  get count(): number {
    return this.#count;
  }

  /** Whether every position is known. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether the position at `depth` (0 = best) is known: also of a side that is not. */
  knows(depth: number): boolean {
    return this.#isKnown || this.#refresh.knows(depth);
  }

  /** Price at `depth` (0 = best), a mantissa; `undefined` where no level is, or none is known. */
  priceAt(depth: number): number | undefined {
    return this.#holds(depth) ? this.#cells.price(depth) : undefined;
  }

  sizeAt(depth: number): number | undefined {
    return this.#holds(depth) ? this.#cells.size(depth) : undefined;
  }

  /** `ORDERS_ABSENT` where the exchange stated none. */
  ordersAt(depth: number): number | undefined {
    return this.#holds(depth) ? this.#cells.orders(depth) : undefined;
  }

  /** Position (0 = best) of the level at `price`; −1 where none is, or the side is not known. */
  placeOf(price: number): number {
    return this.#cells.placeOf(price, this.#count);
  }

  /** Whether `price` is a better one than `other` on this side. */
  prefers(price: number, other: number): boolean {
    return (price - other) * this.#sign > 0;
  }

  /** Empty, and known to be. */
  empty(): void {
    this.#count = 0;
    this.#isKnown = true;
    this.#isOrdered = true;
  }

  /** Nothing is known: what comes is put together until it is a whole side again. */
  forget(): void {
    this.#count = 0;
    this.#isOrdered = true;
    this.#refresh.begin();
    this.#isKnown = this.#refresh.isComplete;
  }

  /** Ends an image, given as Overlays since `forget`: what was not named is empty. */
  endImage(): DepthCode {
    if (this.#isKnown) return this.settle();
    const code = this.#refresh.emptyTheRest();
    if (code !== DepthCode.Applied) return code;
    this.#becomeKnown();
    return this.settle();
  }

  /** `source` is known, and no deeper than this side. */
  copyFrom(source: LevelSide): void {
    this.#cells.copyFrom(source.#cells, source.#count);
    this.#count = source.#count;
    this.#isKnown = true;
    this.#isOrdered = true;
  }

  /** At the end of an event prices are in order, however Overlays came: `PriceOrder` if not. */
  settle(): DepthCode {
    if (this.#isOrdered) return DepthCode.Applied;
    for (let at = 1; at < this.#count; at++) {
      if (!this.#isBetter(at - 1, this.#cells.price(at))) return DepthCode.PriceOrder;
    }
    this.#isOrdered = true;
    return DepthCode.Applied;
  }

  /** The changes of a side that was not known before are not of use. */
  apply(update: LevelUpdate, changes: PriceChanges): DepthCode {
    const { action, level } = update;
    if (action !== UpdateAction.DeleteThru) {
      if (!(level >= 1 && level <= this.levels) || level !== (level | 0)) return DepthCode.BadLevel;
    }
    if (this.#setsLevel(action)) {
      if (!isPrice(update.price)) return DepthCode.PriceRange;
      if (!isSize(update.size)) return DepthCode.SizeRange;
    } else if (!this.#removesLevel(action)) return DepthCode.BadAction;
    if (!this.#isKnown) return this.#rebuild(update);
    switch (action) {
      case UpdateAction.New:
        return this.#insert(update, changes);
      case UpdateAction.Change:
        return this.#change(update, changes);
      case UpdateAction.Delete:
        return this.#delete(update, changes);
      case UpdateAction.DeleteThru:
        return this.#deleteBest(this.#count, changes);
      case UpdateAction.DeleteFrom:
        return this.#deleteBest(level, changes);
      default:
        return this.#overlay(update, changes);
    }
  }

  #setsLevel(action: number): boolean {
    return (
      action === UpdateAction.New ||
      action === UpdateAction.Change ||
      action === UpdateAction.Overlay
    );
  }

  #removesLevel(action: number): boolean {
    return (
      action === UpdateAction.Delete ||
      action === UpdateAction.DeleteThru ||
      action === UpdateAction.DeleteFrom
    );
  }

  #rebuild(update: LevelUpdate): DepthCode {
    const code = this.#refresh.apply(update);
    if (code === DepthCode.Applied && this.#refresh.isComplete) this.#becomeKnown();
    return code;
  }

  #becomeKnown(): void {
    this.#count = this.#refresh.count;
    this.#isKnown = true;
    this.#isOrdered = this.#refresh.isOrdered;
  }

  #insert(update: LevelUpdate, changes: PriceChanges): DepthCode {
    const at = update.level - 1;
    const count = this.#count;
    if (at > count) return DepthCode.LevelHole;
    if (this.#isOrdered && !this.#fitsBetween(at - 1, at, update.price)) {
      return DepthCode.PriceOrder;
    }
    const isFull = count === this.levels;
    const dropped = isFull ? this.#cells.price(count - 1) : ABSENT;
    this.#cells.open(at, count);
    this.#cells.put(at, update);
    if (isFull) this.#remove(dropped, changes);
    else this.#count = count + 1;
    changes.set(update.price, update.size, update.orders);
    return DepthCode.Applied;
  }

  #change(update: LevelUpdate, changes: PriceChanges): DepthCode {
    const at = update.level - 1;
    if (at >= this.#count) return DepthCode.EmptyLevel;
    if (this.#cells.price(at) !== update.price) return DepthCode.WrongPrice;
    this.#cells.put(at, update);
    changes.set(update.price, update.size, update.orders);
    return DepthCode.Applied;
  }

  #delete(update: LevelUpdate, changes: PriceChanges): DepthCode {
    const at = update.level - 1;
    if (at >= this.#count) return DepthCode.EmptyLevel;
    const price = this.#cells.price(at);
    if (update.price !== ABSENT && update.price !== price) return DepthCode.WrongPrice;
    this.#cells.close(at, 1, this.#count);
    this.#count -= 1;
    this.#remove(price, changes);
    return DepthCode.Applied;
  }

  #deleteBest(removed: number, changes: PriceChanges): DepthCode {
    if (removed > this.#count) return DepthCode.EmptyLevel;
    for (let at = 0; at < removed; at++) changes.remove(this.#cells.price(at));
    this.#cells.close(0, removed, this.#count);
    this.#count -= removed;
    if (!this.#isOrdered) this.#restate(changes);
    return DepthCode.Applied;
  }

  #overlay(update: LevelUpdate, changes: PriceChanges): DepthCode {
    const at = update.level - 1;
    if (at > this.#count) return DepthCode.LevelHole;
    const isNew = at === this.#count;
    const price = isNew ? update.price : this.#cells.price(at);
    if (isNew) this.#count += 1;
    this.#cells.put(at, update);
    if (!this.#fitsBetween(at - 1, at + 1, update.price)) this.#isOrdered = false;
    if (price !== update.price) this.#remove(price, changes);
    changes.set(update.price, update.size, update.orders);
    return DepthCode.Applied;
  }

  #holds(depth: number): boolean {
    return this.#isKnown ? depth < this.#count : this.#refresh.holds(depth);
  }

  /** Whether the level at `at` is a better price than `price`. */
  #isBetter(at: number, price: number): boolean {
    return (this.#cells.price(at) - price) * this.#sign > 0;
  }

  #fitsBetween(above: number, below: number, price: number): boolean {
    if (above >= 0 && !this.#isBetter(above, price)) return false;
    return below >= this.#count || (price - this.#cells.price(below)) * this.#sign > 0;
  }

  /** No level of this price is there any more, unless Overlays have made two of it. */
  #remove(price: number, changes: PriceChanges): void {
    if (!this.#isOrdered) {
      for (let at = 0; at < this.#count; at++) {
        if (this.#cells.price(at) !== price) continue;
        changes.set(price, this.#cells.size(at), this.#cells.orders(at));
        return;
      }
    }
    changes.remove(price);
  }

  /** Between Overlays a price may be at two positions: what is left of it is said again. */
  #restate(changes: PriceChanges): void {
    const cells = this.#cells;
    for (let at = 0; at < this.#count; at++) {
      changes.set(cells.price(at), cells.size(at), cells.orders(at));
    }
  }
}
