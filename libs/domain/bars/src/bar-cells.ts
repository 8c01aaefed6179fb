import { SUM_CELLS } from './exact-sum.ts';

/**
 * Places of one bar in its series' Float64 cells. Prices and volume are mantissas at the
 * instrument's exponents; NaN = not expressible in 2^53 − 1 units (encoded as absent).
 * Times are µs since the Unix epoch.
 */
export const BarCell = {
  state: 0,
  startUs: 1,
  open: 2,
  high: 3,
  low: 4,
  close: 5,
  openTsHi: 6,
  openTsLo: 7,
  openPosition: 8,
  closeTsHi: 9,
  closeTsLo: 10,
  closePosition: 11,
  volume: 12,
  trades: 13,
  revision: 14,
  coverageE4: 15,
  /** `BarFlag` bits other than the turnover's scale. */
  barFlags: 16,
  /** `TickFlag` bits REPLAYED and SIMULATED of its trades. */
  tickFlags: 17,
  /** 1 = changed since it was last given out. */
  dirty: 18,
  turnover: 19,
} as const;

export const BAR_CELLS = BarCell.turnover + SUM_CELLS;

export const BarState = { Free: 0, Open: 1, Closed: 2 } as const;
