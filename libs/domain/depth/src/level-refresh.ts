/**
 * One side of which not all is known: what a position holds is known when an update since then has
 * decided it. Updates move what they would move in a known side, so nothing is guessed:
 *
 *   New, Change, Overlay   the position is known; New moves the ones behind it
 *   Delete, DeleteFrom     positions come up; those that get free at the end are empty, and known
 *   DeleteThru             all are known to be empty
 *
 * Positions behind an empty one are empty. When all positions are known, so is the side.
 */
import { ABSENT } from '@tickwire/core';
import { DepthCode } from './depth-code.ts';
import { UpdateAction } from './depth-update.ts';
import type { LevelUpdate } from './depth-update.ts';
import type { LevelCells } from './level-cells.ts';

/** Positions are bits of a word. */
export const LEVELS_MAX = 30;

export class LevelRefresh {
  readonly #cells: LevelCells;
  readonly #sign: 1 | -1;
  readonly #all: number;
  /** Bits of positions whose content is known, and of those among them that hold a level. */
  #known = 0;
  #held = 0;
  /** An Overlay may pass its neighbours on its way: the order is looked at when all is known. */
  isOrdered = true;

  /** @param sign - 1 where prices fall from the best on, −1 where they rise. */
  constructor(cells: LevelCells, sign: 1 | -1) {
    this.#cells = cells;
    this.#sign = sign;
    this.#all = 2 ** cells.levels - 1;
  }

  get isComplete(): boolean {
    return this.#known === this.#all;
  }

  /** Of a complete side: how many levels it has. */
  get count(): number {
    return 32 - Math.clz32(this.#held);
  }

  begin(): void {
    this.#known = 0;
    this.#held = 0;
    this.isOrdered = true;
  }

  knows(at: number): boolean {
    return (this.#known & (1 << at)) !== 0;
  }

  holds(at: number): boolean {
    return (this.#held & (1 << at)) !== 0;
  }

  /** What no update mentioned is empty: the end of an image. */
  emptyTheRest(): DepthCode {
    this.#known = this.#all;
    return this.#spread();
  }

  /** `update` has an action of the book, and a level, price and size in their ranges. */
  apply(update: LevelUpdate): DepthCode {
    const { action } = update;
    if (action === UpdateAction.DeleteThru) {
      this.#known = this.#all;
      this.#held = 0;
      return DepthCode.Applied;
    }
    const at = update.level - 1;
    if (action === UpdateAction.DeleteFrom) return this.#deleteBest(update.level);
    if (action === UpdateAction.Delete) return this.#delete(at, update.price);
    if (at > 0 && this.#isEmpty(at - 1)) return DepthCode.LevelHole;
    if (action === UpdateAction.New) this.#open(at);
    else if (action === UpdateAction.Change) {
      if (this.#isEmpty(at)) return DepthCode.EmptyLevel;
      if (this.holds(at) && this.#cells.price(at) !== update.price) return DepthCode.WrongPrice;
    } else this.isOrdered = false;
    this.#cells.put(at, update);
    this.#known |= 1 << at;
    this.#held |= 1 << at;
    if (this.isOrdered && !this.#fits(at)) return DepthCode.PriceOrder;
    return this.#spread();
  }

  #isEmpty(at: number): boolean {
    return this.knows(at) && !this.holds(at);
  }

  #open(at: number): void {
    const above = (1 << at) - 1;
    this.#cells.open(at, this.#cells.levels);
    this.#known = ((this.#known & above) | ((this.#known & ~above) << 1)) & this.#all;
    this.#held = ((this.#held & above) | ((this.#held & ~above) << 1)) & this.#all;
  }

  #delete(at: number, price: number): DepthCode {
    if (this.#isEmpty(at)) return DepthCode.EmptyLevel;
    const isOther = price !== ABSENT && price !== this.#cells.price(at);
    if (this.holds(at) && isOther) return DepthCode.WrongPrice;
    this.#close(at, 1);
    return this.#spread();
  }

  #deleteBest(count: number): DepthCode {
    if (this.#isEmpty(count - 1)) return DepthCode.EmptyLevel;
    this.#close(0, count);
    return this.#spread();
  }

  #close(at: number, removed: number): void {
    const above = (1 << at) - 1;
    const freed = this.#all & ~(this.#all >>> removed);
    this.#cells.close(at, removed, this.#cells.levels);
    this.#known = (this.#known & above) | ((this.#known >>> removed) & ~above) | freed;
    this.#held = (this.#held & above) | ((this.#held >>> removed) & ~above);
  }

  /** Between the nearest levels that are known. */
  #fits(at: number): boolean {
    const { levels } = this.#cells;
    const price = this.#cells.price(at);
    let above = at - 1;
    while (above >= 0 && !this.holds(above)) above -= 1;
    let below = at + 1;
    while (below < levels && !this.holds(below)) below += 1;
    if (above >= 0 && (this.#cells.price(above) - price) * this.#sign <= 0) return false;
    return below >= levels || (price - this.#cells.price(below)) * this.#sign > 0;
  }

  /** Behind the first empty position all are empty: one that holds a level contradicts that. */
  #spread(): DepthCode {
    const empty = this.#known & ~this.#held;
    if (empty === 0) return DepthCode.Applied;
    const first = 31 - Math.clz32(empty & -empty);
    const behind = this.#all & ~((1 << first) - 1);
    if ((this.#held & behind) !== 0) return DepthCode.LevelHole;
    this.#known |= behind;
    return DepthCode.Applied;
  }
}
