/**
 * What a ring's directory says of one instrument. Entries never change: a new definition (another
 * day, a finer exponent, a remapped symbol) is a new entry that names the one it supersedes.
 */
export interface DirectoryEntry {
  /** Dense index in its ring; meaningless without the ring id. Entry 0 is the ring itself. */
  readonly index: number;
  /** Vendor that delivers it: `kucoin`. At most 16 bytes of UTF-8. */
  readonly vendor: string;
  /** Venue, a MIC where there is one, else a name in capitals: `KUCOIN`. At most 16 bytes. */
  readonly venue: string;
  /** The vendor's own symbol: `BTC-USDT`. At most 80 bytes. */
  readonly symbol: string;
  /** `BASE/QUOTE` or the exchange's long form. At most 80 bytes; empty = same as `symbol`. */
  readonly canonicalSymbol: string;
  readonly assetClass: AssetClass;
  /** Currency of prices: `USDT`. At most 8 bytes. */
  readonly currency: string;
  /** A price is mantissa × 10^priceExp. −18 … 18. */
  readonly priceExp: number;
  /** A size is mantissa × 10^sizeExp. −18 … 18. */
  readonly sizeExp: number;
  /** Exponent of mark and index prices. −18 … 18. */
  readonly markExp: number;
  /** How the venue writes decimals, so that its own text can be given back. */
  readonly textForm: TextForm;
  /** Smallest price step as a mantissa at `priceExp`; `ABSENT` when unknown. */
  readonly tickSize: number;
  /** Smallest size step as a mantissa at `sizeExp`; `ABSENT` when unknown. */
  readonly lotSize: number;
  /** Contract multiplier × 1e9; `ABSENT` when there is none. */
  readonly multiplierE9: number;
  /** Expiry, whole seconds since the Unix epoch; `ABSENT` when it never expires. */
  readonly expirySec: number;
  /** Index of the entry that this one replaces, or `SUPERSEDES_NONE`. */
  readonly supersedes: number;
}

/** A directory entry before it has its place: the directory gives the index. */
export type NewDirectoryEntry = Omit<DirectoryEntry, 'index'>;

/** `supersedes` of an entry that replaces none. */
export const SUPERSEDES_NONE = 0xffff_ffff;

export const AssetClass = {
  Unknown: 0,
  Spot: 1,
  Future: 2,
  Option: 3,
  Perpetual: 4,
  Equity: 5,
  Index: 6,
  FixedIncome: 7,
  Fx: 8,
  Channel: 9,
} as const;
export type AssetClass = (typeof AssetClass)[keyof typeof AssetClass];

/** `stripped`: no trailing zeros. `padded`: always the exponent's digits. `number`: bare JSON. */
export const TextForm = { Stripped: 0, Padded: 1, Number: 2 } as const;
export type TextForm = (typeof TextForm)[keyof typeof TextForm];
