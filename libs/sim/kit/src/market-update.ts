/** What happens in a market, as it is told to those who make messages of it. */
import type { Side } from './order-book.ts';

/** One entry of a level-2 message. `priceText` is `"0"` when only the sequence moves. */
export interface Change {
  readonly side: Side;
  readonly priceText: string;
  /** Size that now rests there, in size increments; 0 = the level is gone. */
  readonly size: number;
  readonly sequence: number;
}

/** One fill of a resting order. */
export interface Fill {
  /** The aggressor's side. */
  readonly side: 'buy' | 'sell';
  /** In price increments. */
  readonly price: number;
  readonly priceText: string;
  /** In size increments. */
  readonly size: number;
  readonly tradeId: string;
  readonly makerOrderId: string;
  readonly takerOrderId: string;
}

/** What one step of a market did; the arrays are reused by the next step. */
export interface MarketUpdate {
  sequenceStart: number;
  sequenceEnd: number;
  readonly changes: Change[];
  readonly fills: Fill[];
}

/** A time of the simulated venue. */
export interface VenueTime {
  /** ms since the Unix epoch. */
  readonly ms: number;
  /** ns within that ms, 0 … 999,999. */
  readonly ns: number;
}
