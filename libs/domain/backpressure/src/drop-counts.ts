/** Dropped ticks by reason and instrument. Counting allocates nothing once an index was seen. */

/**
 * | reason | what it says |
 * |---|---|
 * | `oldest` | went from the front of a full queue |
 * | `newest` | came to a full queue |
 * | `conflated` | a newer value of the same instrument and kind took its place |
 * | `last-value` | conflation had to drop a value that nothing replaces: the queue is too small |
 * | `stopped` | was waiting when the queue was given up |
 */
export const DROP_REASONS = ['oldest', 'newest', 'conflated', 'last-value', 'stopped'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** The same as numbers, for counting. */
export const DropCode = { Oldest: 0, Newest: 1, Conflated: 2, LastValue: 3, Stopped: 4 } as const;
export type DropCode = (typeof DropCode)[keyof typeof DropCode];

const REASONS = DROP_REASONS.length;
/** A directory has at most so many entries; indexes beyond, all ones included, share one count. */
const INSTRUMENTS_MAX = 65_536;
const FIRST_INSTRUMENTS = 1_024;

export interface InstrumentDrops {
  /** Dense index in the ring's directory; −1 for all indexes that no directory has. */
  readonly instrument: number;
  readonly total: number;
  readonly byReason: Readonly<Record<DropReason, number>>;
}

export class DropCounts {
  /** One cell a reason, in the order of `DROP_REASONS`. */
  readonly #totals: Float64Array;
  #byInstrument = new Float64Array(FIRST_INSTRUMENTS * REASONS);
  readonly #beyond = new Float64Array(REASONS);

  /** @param totals - Memory for the totals, when others read them too; five cells. */
  constructor(totals: Float64Array = new Float64Array(REASONS)) {
    this.#totals = totals;
  }

  count(code: DropCode, instrument: number): void {
    this.#totals[code]! += 1;
    if (instrument >>> 0 >= INSTRUMENTS_MAX) {
      this.#beyond[code]! += 1;
      return;
    }
    const at = instrument * REASONS + code;
    if (at >= this.#byInstrument.length) this.#grow(instrument);
    this.#byInstrument[at]! += 1;
  }

  /** A tick that was given up outside of a queue. */
  countStopped(instrument: number): void {
    this.count(DropCode.Stopped, instrument);
  }

  of(reason: DropReason): number {
    return this.#totals[DROP_REASONS.indexOf(reason)] ?? 0;
  }

  get total(): number {
    let sum = 0;
    for (const count of this.#totals) sum += count;
    return sum;
  }

  byReason(): Record<DropReason, number> {
    return named(this.#totals, 0);
  }

  /** The instruments that lost most, worst first. */
  worst(countMax: number): InstrumentDrops[] {
    const found: InstrumentDrops[] = [];
    for (let at = 0; at < this.#byInstrument.length; at += REASONS) {
      this.#collect(found, at / REASONS, named(this.#byInstrument, at));
    }
    this.#collect(found, -1, named(this.#beyond, 0));
    return found.sort((a, b) => b.total - a.total).slice(0, countMax);
  }

  #collect(into: InstrumentDrops[], instrument: number, byReason: Record<DropReason, number>) {
    const total = Object.values(byReason).reduce((sum, count) => sum + count, 0);
    if (total > 0) into.push({ instrument, total, byReason });
  }

  #grow(instrument: number): void {
    const wanted = 2 ** Math.ceil(Math.log2(instrument + 1));
    const grown = new Float64Array(wanted * REASONS);
    grown.set(this.#byInstrument);
    this.#byInstrument = grown;
  }
}

function named(cells: Float64Array, first: number): Record<DropReason, number> {
  const [oldest = 0, newest = 0, conflated = 0, lastValue = 0, stopped = 0] = cells.subarray(
    first,
    first + REASONS,
  );
  return { oldest, newest, conflated, 'last-value': lastValue, stopped };
}
