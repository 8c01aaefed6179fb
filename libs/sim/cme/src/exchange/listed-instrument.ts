/** What is listed on a channel, as its definition says it; prices in ticks and in 1e-9. */

export const InstrumentKind = { Future: 'future', Spread: 'spread', Option: 'option' } as const;
export type InstrumentKind = (typeof InstrumentKind)[keyof typeof InstrumentKind];

export interface Maturity {
  readonly year: number;
  /** 1 … 12. */
  readonly month: number;
}

export interface ListedInstrument {
  readonly kind: InstrumentKind;
  /** SecurityID (tag 48): unique over all channels of a listing. */
  readonly securityId: number;
  /** At most 20 characters. */
  readonly symbol: string;
  /** Product (tag 6937). */
  readonly asset: string;
  /** SecurityGroup (tag 1151): what trades and halts together. */
  readonly securityGroup: string;
  /** MarketSegmentID (tag 1300). */
  readonly marketSegmentId: number;
  readonly maturity: Maturity;
  /** MinPriceIncrement (tag 969) in 1e-9: the size of a tick. */
  readonly tick: number;
  /** DisplayFactor (tag 9787) in 1e-9. */
  readonly displayFactor: number;
  /** MarketDepth (tag 264) of the feed type GBX: levels of the book. */
  readonly depth: number;
  /** MarketDepth of the feed type GBI: levels of the implied book; 0 = none. */
  readonly impliedDepth: number;
  /** Where its market opens, in ticks; negative of some spreads. */
  readonly openTicks: number;
  /** Index of the future bought and of the one sold, of a spread. */
  readonly legs?: readonly [near: number, far: number];
  readonly option?: OptionTerms;
}

export interface OptionTerms {
  /** Index of the future that it is on. */
  readonly underlying: number;
  readonly isCall: boolean;
  /** In 1e-9. */
  readonly strike: number;
}
