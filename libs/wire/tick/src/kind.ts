import { TICK_KIND_PAD } from '@tickwire/core';

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
  Pad: TICK_KIND_PAD,
} as const;
export type TickKind = (typeof TickKind)[keyof typeof TickKind];

const NAMES = new Map<number, string>(
  Object.entries(TickKind).map(([name, value]) => [
    value,
    name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);

/** `TRADE`, `QUOTE_EXT`, …; `UNKNOWN(n)` for a number that is no kind. */
export const tickKindName = (kind: number): string => NAMES.get(kind) ?? `UNKNOWN(${kind})`;

/** The kind of a name as `tickKindName` writes it, in any case. */
export function tickKindOf(name: string): TickKind | undefined {
  const wanted = name.toUpperCase().replaceAll('-', '_');
  return Object.values(TickKind).find((kind) => NAMES.get(kind) === wanted);
}

/** Low nibble of `sideAction`. For trades the aggressor's side. */
export const Side = { None: 0, Bid: 1, Ask: 2 } as const;
export type Side = (typeof Side)[keyof typeof Side];

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
  Snapshot: 0x0004,
  Replayed: 0x0008,
  GapBefore: 0x0010,
  Stale: 0x0020,
  SuspectBook: 0x0040,
  Sampled: 0x0080,
  BadTs: 0x0100,
  Implied: 0x0200,
  Crossed: 0x0400,
  MoreConditions: 0x0800,
  Simulated: 0x1000,
} as const;
export type TickFlag = (typeof TickFlag)[keyof typeof TickFlag];

/** Names of the bits set in `flags`: `['LAST', 'SNAPSHOT']`. */
export function tickFlagNames(flags: number): string[] {
  return Object.entries(TickFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
}

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
