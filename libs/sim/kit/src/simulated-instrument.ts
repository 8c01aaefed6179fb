import type { Increment } from './decimal-text.ts';

/** What a market needs to know of what is traded there. */
export interface SimulatedInstrument {
  /** The vendor's name of it. */
  readonly symbol: string;
  /** Prices are counts of this. */
  readonly price: Increment;
  /** Sizes are counts of this. */
  readonly size: Increment;
  /** Where the market opens, in price increments. */
  readonly openPrice: number;
  /** The size of a typical order, in size increments. */
  readonly typicalSize: number;
}
