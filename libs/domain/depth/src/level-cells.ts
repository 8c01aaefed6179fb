import { ownBlock } from './number-pool.ts';
import type { NumberPool } from './number-pool.ts';

/** Numbers of a position: price, size, orders. */
const WIDTH = 3;

/**
 * Price, size and orders of the positions of one side, best first, one position behind the other.
 * Knows nothing of how many of them are in use.
 */
export class LevelCells {
  readonly levels: number;
  readonly #cells: Float64Array;
  readonly #first: number;

  constructor(levels: number, pool?: NumberPool) {
    this.levels = levels;
    const count = WIDTH * levels;
    const { cells, at } = pool?.take(count) ?? ownBlock(count);
    this.#cells = cells;
    this.#first = at;
  }

  price(at: number): number {
    return this.#cells[this.#first + WIDTH * at]!;
  }

  size(at: number): number {
    return this.#cells[this.#first + WIDTH * at + 1]!;
  }

  orders(at: number): number {
    return this.#cells[this.#first + WIDTH * at + 2]!;
  }

  /** Where `price` is among the first `count` positions; −1 for nowhere. */
  placeOf(price: number, count: number): number {
    const cells = this.#cells;
    let cell = this.#first;
    for (let at = 0; at < count; at++, cell += WIDTH) if (cells[cell] === price) return at;
    return -1;
  }

  put(at: number, level: { price: number; size: number; orders: number }): void {
    const cells = this.#cells;
    const cell = this.#first + WIDTH * at;
    cells[cell] = level.price;
    cells[cell + 1] = level.size;
    cells[cell + 2] = level.orders;
  }

  /** Makes room at `at` below `count` positions in use; the one at `levels − 1` is lost. */
  open(at: number, count: number): void {
    const cells = this.#cells;
    const last = Math.min(count, this.levels - 1);
    const from = this.#first + WIDTH * at;
    for (let cell = this.#first + WIDTH * last - 1; cell >= from; cell--) {
      cells[cell + WIDTH] = cells[cell]!;
    }
  }

  /** Moves what is behind `removed` positions from `at` on, up to `count`, over them. */
  close(at: number, removed: number, count: number): void {
    const cells = this.#cells;
    const end = this.#first + WIDTH * count;
    const step = WIDTH * removed;
    for (let cell = this.#first + WIDTH * at + step; cell < end; cell++) {
      cells[cell - step] = cells[cell]!;
    }
  }

  copyFrom(source: LevelCells, count: number): void {
    const from = source.#first;
    for (let cell = 0; cell < WIDTH * count; cell++) {
      this.#cells[this.#first + cell] = source.#cells[from + cell]!;
    }
  }
}
