/**
 * Where the fields of a tick are, and what their values are called. Made from schema/tick.xml by
 * tools/tick-schema/run.ts: change that one. The same as a table: docs/reference/tick.md.
 *
 * A field is reached as a 32-bit word of the tick: `…Word` is the word that it begins in, and
 * of a field that is smaller `…Shift` its lowest bit in that word.
 */

export const TICK_LAYOUT_VERSION = 1;

export const HeaderWord = {
  tsEvent: 0,
  tsRecv: 2,
  instrument: 4,
  sequence: 5,
  publishDelta: 6,
  publisher: 6,
  kind: 7,
  sideAction: 7,
  flags: 7,
} as const;
export const HeaderShift = {
  publishDelta: 0,
  publisher: 16,
  kind: 0,
  sideAction: 8,
  flags: 16,
} as const;

export const TradeWord = {
  price: 8,
  size: 10,
  tradeId: 12,
  conditions: 14,
} as const;

export const QuoteWord = {
  bidPrice: 8,
  askPrice: 10,
  bidSize: 12,
  askSize: 14,
} as const;

export const QuoteExtWord = {
  bidOrders: 8,
  askOrders: 9,
  bidPublisher: 10,
  askPublisher: 10,
  conditions: 11,
} as const;
export const QuoteExtShift = {
  bidPublisher: 0,
  askPublisher: 16,
} as const;

export const LevelWord = {
  price: 8,
  size: 10,
  orderCount: 12,
  level: 13,
} as const;
export const LevelShift = {
  level: 0,
} as const;

export const OrderWord = {
  price: 8,
  size: 10,
  orderId: 12,
  priority: 14,
} as const;

export const ClearWord = {
  fullSequence: 8,
} as const;

export const MarkWord = {
  markPrice: 8,
  indexPrice: 10,
  fundingRateE12: 12,
  nextFundingTs: 14,
} as const;

export const StatWord = {
  value: 8,
  quantity: 10,
  referenceTs: 12,
  statistic: 14,
} as const;
export const StatShift = {
  statistic: 0,
} as const;

export const StatusWord = {
  tradingState: 8,
  statusReason: 8,
  session: 8,
  haltResume: 8,
  limitLow: 10,
  limitHigh: 12,
} as const;
export const StatusShift = {
  tradingState: 0,
  statusReason: 8,
  session: 16,
  haltResume: 24,
} as const;

export const ImbalanceWord = {
  referencePrice: 8,
  paired: 10,
  imbalance: 12,
  auctionType: 14,
} as const;
export const ImbalanceShift = {
  auctionType: 0,
} as const;

export const BarPriceWord = {
  open: 8,
  high: 10,
  low: 12,
  close: 14,
} as const;

export const BarVolumeWord = {
  volume: 8,
  turnover: 10,
  trades: 12,
  intervalMs: 13,
  coverageE4: 14,
  revision: 14,
  barFlags: 15,
} as const;
export const BarVolumeShift = {
  coverageE4: 0,
  revision: 16,
  barFlags: 0,
} as const;

export const StreamWord = {
  firstMissing: 8,
  missingCount: 10,
  fromTs: 12,
  state: 14,
  previousState: 14,
  reason: 14,
  scope: 14,
  ledgerId: 15,
} as const;
export const StreamShift = {
  state: 0,
  previousState: 8,
  reason: 16,
  scope: 24,
} as const;

/** What a tick's payload is. 0 is no kind: zeroed memory is not a tick. */
export const TickKind = {
  Trade: 1,
  Quote: 2,
  QuoteExt: 3,
  Level: 4,
  Order: 5,
  Clear: 6,
  Mark: 7,
  Stat: 8,
  Status: 9,
  Imbalance: 10,
  BarPrice: 11,
  BarVolume: 12,
  Stream: 13,
  Clock: 14,
  /** Readers skip it: it fills positions that a dead writer had claimed. */
  Pad: 255,
} as const;
export type TickKind = (typeof TickKind)[keyof typeof TickKind];

/** Low nibble of `sideAction`. For trades the aggressor's side. */
export const Side = {
  None: 0,
  Bid: 1,
  Ask: 2,
} as const;
export type Side = (typeof Side)[keyof typeof Side];

export const SIDE_MASK = 15;
export const ACTION_SHIFT = 4;
/** High nibble of `sideAction`. */
export const Action = {
  None: 0,
  Add: 1,
  Modify: 2,
  Delete: 3,
  Clear: 4,
  Trade: 5,
  Fill: 6,
  Cancel: 7,
  Correct: 8,
} as const;
export type Action = (typeof Action)[keyof typeof Action];

/** Bits of `flags`. */
export const TickFlag = {
  /** End of this instrument's event: books change only here. */
  Last: 0x0001,
  /** End of the venue's event. */
  EventEnd: 0x0002,
  /** Part of an image of a book. */
  Snapshot: 0x0004,
  /** From a recording. */
  Replayed: 0x0008,
  /** Something is missing right before it. */
  GapBefore: 0x0010,
  /** Its stream was stale. */
  Stale: 0x0020,
  /** The book that it belongs to is not to be trusted. */
  SuspectBook: 0x0040,
  /** Traced. */
  Sampled: 0x0080,
  /** The venue's time was impossible. */
  BadTs: 0x0100,
  /** Implied, not entered by anybody. */
  Implied: 0x0200,
  /** The book was crossed. */
  Crossed: 0x0400,
  /** There were more conditions than fit. */
  MoreConditions: 0x0800,
  /** From a simulator. */
  Simulated: 0x1000,
} as const;
export type TickFlag = (typeof TickFlag)[keyof typeof TickFlag];

/** Bits of a bar's own `flags` (BAR_VOLUME). */
export const BarFlag = {
  /** Low four bits: turnover is mantissa × 10^(priceExp + sizeExp + n); rounded when n > 0. */
  TurnoverScaleMask: 0x000f,
  /** Closed before its interval ended, because the aggregator stopped. */
  Partial: 0x0010,
  /** Closed by the aggregator's own clock, because the ring's watermark stopped. */
  ClosedByClock: 0x0020,
  /** No trade in the interval: prices are the last close before it. */
  NoTrades: 0x0040,
} as const;
export type BarFlag = (typeof BarFlag)[keyof typeof BarFlag];
