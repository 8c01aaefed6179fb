/**
 * What an update came to. Below `DAMAGE_FROM` it was in order; from there on it contradicts the
 * book or itself, was not applied, and the book of its instrument is not to be trusted any more.
 */
export const DepthCode = {
  Applied: 0,
  /** Applied to a book that is not right, or not known to be: it gives no changes by price. */
  Untrusted: 1,
  /** The book is right again, or for the first time: publish all of it. No changes by price. */
  Refreshed: 2,
  /** At or before the RptSeq of the book: not applied. */
  Old: 3,
  /** RptSeq left numbers out, as `condition` says: what the book was is forgotten. */
  Gap: 4,
  /** Packets of the channel are missing: whether they had to do with this book is not known. */
  ChannelGap: 5,
  /** No such instrument in the channel. */
  UnknownInstrument: 6,

  /** MDUpdateAction is none of the book's. */
  BadAction: 16,
  /** MDPriceLevel is not one of 1 … levels. */
  BadLevel: 17,
  /** Changed or deleted is a level that is not there. */
  EmptyLevel: 18,
  /** There is no level right above. */
  LevelHole: 19,
  /** The level, or the order, has another price. */
  WrongPrice: 20,
  /** Not between its neighbours: bids fall and asks rise from the best on. */
  PriceOrder: 21,
  /** No whole number of ±(2^53 − 1). */
  PriceRange: 22,
  /** No whole number of 1 … 2^53 − 1. */
  SizeRange: 23,
  DuplicateOrder: 24,
  UnknownOrder: 25,
  /** The order is one of the other side. */
  WrongSide: 26,
  /** The book holds `ordersMax` orders. */
  OrdersFull: 27,
} as const;
export type DepthCode = (typeof DepthCode)[keyof typeof DepthCode];

export const DAMAGE_FROM = 16;
/** Codes are below it: tables by code have this many places. */
export const DEPTH_CODES = 32;

const NAMES = new Map<number, string>(
  Object.entries(DepthCode).map(([name, code]) => [code, name]),
);

/** `WrongPrice`, say; `Unknown(n)` for a number that is no code. */
export const depthCodeName = (code: number): string => NAMES.get(code) ?? `Unknown(${code})`;
