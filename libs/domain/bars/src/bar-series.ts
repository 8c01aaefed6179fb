import { BAR_CELLS, BarCell, BarState } from './bar-cells.ts';
import { sumFromBigInt, sumToBigInt } from './exact-sum.ts';
import { intervalStartUs } from './ring-time.ts';
import type { TradeRecord } from './trade-index.ts';

/** Answers of `locate` that are not a place. */
export const TOO_LATE = -1;
export const TOO_MANY_OPEN = -2;

const BARS_KEPT = 64;

/**
 * The bars of one instrument and interval: those open, and the last closed ones, which late,
 * cancelled and corrected trades may still change. 64 in all; the oldest closed one makes room.
 */
export class BarSeries {
  readonly intervalUs: number;
  readonly cells = new Float64Array(BARS_KEPT * BAR_CELLS);
  #current = -1;
  #openCount = 0;
  #firstDueUs = Infinity;
  #forgottenUs = -Infinity;

  constructor(intervalUs: number) {
    this.intervalUs = intervalUs;
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** End of the open bar that ends first; Infinity when none is open. */
  get firstEndUs(): number {
    return this.#firstDueUs;
  }

  /**
   * Place of the bar that holds `trade`; opens one when there is none.
   * @returns `TOO_LATE` when the bar is no longer kept, `TOO_MANY_OPEN` when 64 are open.
   */
  locate(trade: TradeRecord): number {
    const { us } = trade;
    const current = this.#current;
    if (current >= 0) {
      const start = this.cells[current + BarCell.startUs] ?? 0;
      if (us >= start && us < start + this.intervalUs) return current;
    }
    const startUs = intervalStartUs(us, this.intervalUs);
    const known = this.find(startUs);
    if (known >= 0) return known;
    return this.open(startUs);
  }

  /** Place of the bar that starts at `startUs`, −1 when it is not kept. */
  find(startUs: number): number {
    const cells = this.cells;
    for (let at = 0; at < cells.length; at += BAR_CELLS) {
      if (cells[at + BarCell.startUs] === startUs && cells[at] !== BarState.Free) return at;
    }
    return -1;
  }

  open(startUs: number): number {
    if (startUs <= this.#forgottenUs) return TOO_LATE;
    const at = this.#takePlace(startUs);
    if (at < 0) return at;
    this.cells.fill(0, at, at + BAR_CELLS);
    this.cells[at] = BarState.Open;
    this.cells[at + BarCell.startUs] = startUs;
    this.#openCount += 1;
    this.#firstDueUs = Math.min(this.#firstDueUs, startUs + this.intervalUs);
    this.#current = at;
    return at;
  }

  /** Place of the open bar that ends first; −1 when none is open. */
  firstOpen(): number {
    const cells = this.cells;
    let found = -1;
    for (let at = 0; at < cells.length; at += BAR_CELLS) {
      if (cells[at] !== BarState.Open) continue;
      if (found < 0 || this.#startOf(at) < this.#startOf(found)) found = at;
    }
    return found;
  }

  /** The bar stays changeable, but from now on every change is a revision. */
  close(at: number): void {
    this.cells[at] = BarState.Closed;
    this.cells[at + BarCell.dirty] = 0;
    this.#openCount -= 1;
    const next = this.firstOpen();
    this.#firstDueUs = next < 0 ? Infinity : this.#startOf(next) + this.intervalUs;
  }

  /** Copies open, high, low, close of a bar rebuilt elsewhere. */
  replacePrices(at: number, rebuilt: Float64Array): void {
    this.cells.set(rebuilt.subarray(BarCell.open, BarCell.closePosition + 1), at + BarCell.open);
  }

  /** Close of the latest bar with trades that starts before `startUs`; NaN when none is kept. */
  closeBefore(startUs: number): number {
    const cells = this.cells;
    let latestUs = -Infinity;
    let close = NaN;
    for (let at = 0; at < cells.length; at += BAR_CELLS) {
      const start = this.#startOf(at);
      if (cells[at] === BarState.Free || start >= startUs || start < latestUs) continue;
      const ownClose = cells[at + BarCell.close] ?? NaN;
      // A bar without trades carries the close before it.
      latestUs = start;
      close = ownClose;
    }
    return close;
  }

  /** Finer exponents by so many digits: exactly, or to "not expressible". */
  rescale(digits: { price: number; size: number }): void {
    const cells = this.cells;
    const factor = { price: 10 ** digits.price, size: 10 ** digits.size };
    const turnoverFactor = 10n ** BigInt(digits.price + digits.size);
    for (let at = 0; at < cells.length; at += BAR_CELLS) {
      if (cells[at] === BarState.Free) continue;
      for (let cell: number = BarCell.open; cell <= BarCell.close; cell++) {
        cells[at + cell] = safeProduct(cells[at + cell] ?? 0, factor.price);
      }
      cells[at + BarCell.volume] = safeProduct(cells[at + BarCell.volume] ?? 0, factor.size);
      const turnover = sumToBigInt(cells, at + BarCell.turnover) * turnoverFactor;
      sumFromBigInt(cells, at + BarCell.turnover, turnover);
    }
  }

  #startOf(at: number): number {
    return this.cells[at + BarCell.startUs] ?? 0;
  }

  /** A free place, else the oldest closed bar's, unless that one is younger than `startUs`. */
  #takePlace(startUs: number): number {
    const cells = this.cells;
    let oldest = -1;
    for (let at = 0; at < cells.length; at += BAR_CELLS) {
      if (cells[at] === BarState.Free) return at;
      if (cells[at] !== BarState.Closed) continue;
      if (oldest < 0 || this.#startOf(at) < this.#startOf(oldest)) oldest = at;
    }
    if (oldest < 0) return TOO_MANY_OPEN;
    if (this.#startOf(oldest) > startUs) return TOO_LATE;
    this.#forgottenUs = Math.max(this.#forgottenUs, this.#startOf(oldest));
    return oldest;
  }
}

function safeProduct(value: number, factor: number): number {
  const product = value * factor;
  return Number.isSafeInteger(product) ? product : NaN;
}
