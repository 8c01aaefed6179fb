/** A stretch of a larger array that is its owner's alone. */
export interface NumberBlock {
  readonly cells: Float64Array;
  /** Index of its first number. */
  readonly at: number;
}

const CHUNK = 16_384;
/** All that it gives: beyond it blocks are arrays of their own. 32 MiB. */
const CHUNKS_MAX = 256;

/**
 * Numbers of many books in few arrays. An array of its own for each side of each book costs two
 * cache lines more whenever a book that was not at hand is touched, which is nearly always.
 *
 * What was taken is never given back: books live as long as their channel, and a sender that
 * defines its instruments again and again comes to the end of the pool, not of the memory.
 */
export class NumberPool {
  #cells = new Float64Array(0);
  #used = 0;
  #chunks = 0;

  /** `count` zeroes, 0 … 16,384. */
  take(count: number): NumberBlock {
    if (this.#used + count > this.#cells.length) {
      if (this.#chunks === CHUNKS_MAX) return ownBlock(count);
      this.#cells = new Float64Array(CHUNK);
      this.#used = 0;
      this.#chunks += 1;
    }
    const at = this.#used;
    this.#used += count;
    return { cells: this.#cells, at };
  }
}

/** Without a pool. */
export function ownBlock(count: number): NumberBlock {
  return { cells: new Float64Array(count), at: 0 };
}
