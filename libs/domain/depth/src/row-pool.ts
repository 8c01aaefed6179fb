/**
 * Rows of the sides of many books in one array: an array of its own for each side costs two cache
 * lines more whenever a book that was not at hand is touched. Blocks are of 2^k numbers; one that
 * is given back is taken again.
 */
const FIRST_LENGTH = 64;

export class RowPool {
  /** Another array after it has grown: not to be kept over `take`. */
  cells = new Float64Array(FIRST_LENGTH);
  #used = 0;
  /** Blocks that were given back, by the logarithm of their length. */
  readonly #free: (number[] | undefined)[] = [];

  /** A block of so many numbers, a power of two. @returns the index of its first. */
  take(length: number): number {
    const free = this.#free[Math.log2(length)]?.pop();
    if (free !== undefined) return free;
    const at = this.#used;
    this.#used += length;
    if (this.#used > this.cells.length) this.#grow();
    return at;
  }

  give(at: number, length: number): void {
    (this.#free[Math.log2(length)] ??= []).push(at);
  }

  #grow(): void {
    let { length } = this.cells;
    while (length < this.#used) length *= 2;
    const cells = new Float64Array(length);
    cells.set(this.cells);
    this.cells = cells;
  }
}
