/**
 * Price, size and orders of the positions of one side, best first, in one typed array:
 *
 *   prices 0 … levels − 1 │ sizes │ orders
 *
 * Knows nothing of how many of them are in use.
 */
export class LevelCells {
  readonly levels: number;
  readonly #cells: Float64Array;

  constructor(levels: number) {
    this.levels = levels;
    this.#cells = new Float64Array(3 * levels);
  }

  price(at: number): number {
    return this.#cells[at]!;
  }

  size(at: number): number {
    return this.#cells[this.levels + at]!;
  }

  orders(at: number): number {
    return this.#cells[2 * this.levels + at]!;
  }

  put(at: number, level: { price: number; size: number; orders: number }): void {
    const { levels } = this;
    this.#cells[at] = level.price;
    this.#cells[levels + at] = level.size;
    this.#cells[2 * levels + at] = level.orders;
  }

  /** Makes room at `at` below `count` positions in use; the one at `levels − 1` is lost. */
  open(at: number, count: number): void {
    const cells = this.#cells;
    const { levels } = this;
    for (let to = Math.min(count, levels - 1); to > at; to--) {
      cells[to] = cells[to - 1]!;
      cells[levels + to] = cells[levels + to - 1]!;
      cells[2 * levels + to] = cells[2 * levels + to - 1]!;
    }
  }

  /** Moves what is behind `removed` positions from `at` on, up to `count`, over them. */
  close(at: number, removed: number, count: number): void {
    const cells = this.#cells;
    const { levels } = this;
    for (let from = at + removed; from < count; from++) {
      const to = from - removed;
      cells[to] = cells[from]!;
      cells[levels + to] = cells[levels + from]!;
      cells[2 * levels + to] = cells[2 * levels + from]!;
    }
  }

  copyFrom(source: LevelCells, count: number): void {
    for (let at = 0; at < count; at++) {
      this.#cells[at] = source.price(at);
      this.#cells[this.levels + at] = source.size(at);
      this.#cells[2 * this.levels + at] = source.orders(at);
    }
  }
}
