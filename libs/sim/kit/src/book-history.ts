/**
 * What each of the last sequences changed, kept so that a snapshot can be served as the book was
 * some updates ago: the vendor's REST answers lag its stream, and clients must cope.
 *
 * A ring of the last `capacity` sequences (oldest overwritten). Each entry holds the size that
 * stood at the changed price *before* the change, so that walking back from the newest undoes it.
 */
import { SimulatorError } from './errors.ts';
import type { Increment } from './decimal-text.ts';
import { decimalText } from './decimal-text.ts';
import { Side } from './order-book.ts';
import type { Level, OrderBook } from './order-book.ts';

/** A level of a served book: price and size in increments. */
export interface BookRow {
  readonly priceText: string;
  readonly size: number;
}

/** A book as of one sequence, best level first on both sides. */
export interface BookImage {
  readonly sequence: number;
  /** Time of the change that made `sequence`, ms since the Unix epoch. */
  readonly timeMs: number;
  readonly bids: BookRow[];
  readonly asks: BookRow[];
}

const NO_SIDE = 2;

export class BookHistory {
  readonly #capacity: number;
  readonly #sides: Uint8Array;
  readonly #prices: Float64Array;
  readonly #sizesBefore: Float64Array;
  readonly #timesMs: Float64Array;
  readonly #priceUnit: Increment;
  #newest: number;
  #kept = 0;
  #openedAtMs: number;

  constructor(options: {
    capacity: number;
    priceUnit: Increment;
    sequence: number;
    openedAtMs: number;
  }) {
    this.#capacity = options.capacity;
    this.#priceUnit = options.priceUnit;
    this.#newest = options.sequence;
    this.#openedAtMs = options.openedAtMs;
    this.#sides = new Uint8Array(options.capacity);
    this.#prices = new Float64Array(options.capacity);
    this.#sizesBefore = new Float64Array(options.capacity);
    this.#timesMs = new Float64Array(options.capacity);
  }

  /** The oldest sequence at which the book can still be served. */
  get oldest(): number {
    return this.#newest - this.#kept;
  }

  /** Records the next sequence. `side` is undefined for one that changed no level. */
  record(side: Side | undefined, change: { price: number; before: number; timeMs: number }): void {
    this.#newest += 1;
    const at = this.#newest % this.#capacity;
    if (this.#kept === this.#capacity) this.#openedAtMs = this.#timesMs[at] ?? 0;
    else this.#kept += 1;
    this.#sides[at] = side ?? NO_SIDE;
    this.#prices[at] = change.price;
    this.#sizesBefore[at] = change.before;
    this.#timesMs[at] = change.timeMs;
  }

  /** The last sequence made at or before a time, or the oldest still kept. */
  sequenceAt(timeMs: number): number {
    let sequence = this.#newest;
    while (sequence > this.oldest && (this.#timesMs[sequence % this.#capacity] ?? 0) > timeMs) {
      sequence -= 1;
    }
    return sequence;
  }

  /**
   * The book as it was when `sequence` had just been made; `current` is the book now.
   *
   * @param depth - Levels of each side at most.
   * @throws SimulatorError `NO_HISTORY` when the sequence is not kept.
   */
  bookAt(sequence: number, current: OrderBook, depth: number): BookImage {
    if (!(sequence >= this.oldest && sequence <= this.#newest)) {
      const kept = `${this.oldest} to ${this.#newest} are kept`;
      throw new SimulatorError('NO_HISTORY', String(sequence), kept);
    }
    const undone = [new Map<number, number>(), new Map<number, number>()] as const;
    for (let s = this.#newest; s > sequence; s -= 1) {
      const at = s % this.#capacity;
      const side = this.#sides[at];
      if (side === Side.Bid || side === Side.Ask) {
        undone[side].set(this.#prices[at] ?? 0, this.#sizesBefore[at] ?? 0);
      }
    }
    return {
      sequence,
      timeMs:
        sequence === this.oldest
          ? this.#openedAtMs
          : (this.#timesMs[sequence % this.#capacity] ?? 0),
      bids: this.#rows(current.bids, undone[Side.Bid], { descending: true, depth }),
      asks: this.#rows(current.asks, undone[Side.Ask], { descending: false, depth }),
    };
  }

  #rows(
    levels: readonly Level[],
    undone: ReadonlyMap<number, number>,
    order: { descending: boolean; depth: number },
  ): BookRow[] {
    const revived = [...undone.keys()].sort((a, b) => (order.descending ? b - a : a - b));
    const rows: BookRow[] = [];
    let next = 0;
    for (let i = levels.length - 1; i >= -1 && rows.length < order.depth; i -= 1) {
      const level = levels[i];
      // Every undone price that comes before (or at) this level in best-first order.
      for (; next < revived.length && rows.length < order.depth; next += 1) {
        const price = revived[next] ?? 0;
        if (level !== undefined) {
          if (order.descending ? price < level.price : price > level.price) break;
        }
        const size = undone.get(price) ?? 0;
        if (size > 0) rows.push({ priceText: decimalText(price, this.#priceUnit), size });
      }
      if (level === undefined || rows.length === order.depth) continue;
      if (!undone.has(level.price)) rows.push({ priceText: level.text, size: level.size });
    }
    return rows;
  }
}
