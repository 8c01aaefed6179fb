import type { BestPrices } from './best-prices.ts';

const FIRST_CAPACITY = 64;
const COLUMNS = 7;

/**
 * The best bid and offer of one instrument by venue sequence: the newest `capacity` changes, in
 * columns, oldest overwritten first.
 */
export class BestHistory {
  readonly #capacityMax: number;
  #cells = new Float64Array(FIRST_CAPACITY * COLUMNS);
  #capacity = FIRST_CAPACITY;
  /** Entries ever written; the newest `#capacity` of them are there. */
  #written = 0;

  /** @param capacityMax - A power of two. */
  constructor(capacityMax: number) {
    this.#capacityMax = capacityMax;
  }

  clear(): void {
    this.#written = 0;
  }

  /** Records the best prices as of `sequence`; a sequence named again replaces its entry. */
  record(sequence: number, best: BestPrices): void {
    const repeated = this.#written > 0 && this.#sequenceOf(this.#written - 1) === sequence;
    if (!repeated) {
      if (this.#written === this.#capacity && this.#capacity < this.#capacityMax) this.#grow();
      this.#written += 1;
    }
    const at = ((this.#written - 1) % this.#capacity) * COLUMNS;
    this.#cells[at] = sequence;
    this.#cells[at + 1] = best.bidPrice;
    this.#cells[at + 2] = best.bidSize;
    this.#cells[at + 3] = best.askPrice;
    this.#cells[at + 4] = best.askSize;
    this.#cells[at + 5] = best.priceExp;
    this.#cells[at + 6] = best.sizeExp;
  }

  /**
   * The best prices of the book at `sequence`: of the newest entry that is not above it.
   * @returns false when that was overwritten or never was.
   */
  find(sequence: number, into: BestPrices): boolean {
    let low = Math.max(0, this.#written - this.#capacity);
    let high = this.#written; // the first entry above `sequence` is in [low, high]
    if (low === high || this.#sequenceOf(low) > sequence) return false;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#sequenceOf(middle) <= sequence) low = middle + 1;
      else high = middle;
    }
    const at = ((low - 1) % this.#capacity) * COLUMNS;
    into.bidPrice = this.#cells[at + 1] ?? 0;
    into.bidSize = this.#cells[at + 2] ?? 0;
    into.askPrice = this.#cells[at + 3] ?? 0;
    into.askSize = this.#cells[at + 4] ?? 0;
    into.priceExp = this.#cells[at + 5] ?? 0;
    into.sizeExp = this.#cells[at + 6] ?? 0;
    return true;
  }

  #sequenceOf(entry: number): number {
    return this.#cells[(entry % this.#capacity) * COLUMNS] ?? 0;
  }

  /** Only while nothing was overwritten yet: the entries stand in order from 0. */
  #grow(): void {
    const cells = new Float64Array(this.#cells.length * 2);
    cells.set(this.#cells);
    this.#cells = cells;
    this.#capacity *= 2;
  }
}
