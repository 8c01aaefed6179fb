import type { StampNs } from '@tickwire/core';
import { STAMP_ABSENT_WORD, stampFromMs } from '@tickwire/core';

/** Nulls of OpenCloseSettlFlag and LocalMktDate. */
export const FLAG_ABSENT = 0xff;
const DATE_ABSENT = 0xffff;
const MS_PER_DAY = 86_400_000;

/**
 * `statistic` of a STAT tick: MDEntryType (tag 269) as its character, and in the high byte what
 * says which of its kind: OpenCloseSettlFlag of prices of the session, SettlPriceType of
 * settlements, else 0.
 */
export const statisticOf = (entryType: number, qualifier: number): number =>
  (entryType & 0xff) | ((qualifier & 0xff) << 8);

/** TradingReferenceDate, days since the Unix epoch, as the begin of that day in UTC. */
export function referenceStamp(days: number | null, into: StampNs): void {
  if (days === null || days === DATE_ABSENT) {
    into.hi = STAMP_ABSENT_WORD;
    into.lo = STAMP_ABSENT_WORD;
  } else stampFromMs(days * MS_PER_DAY, into);
}
