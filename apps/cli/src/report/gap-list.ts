/** The ledger as a list of gaps: filtered, newest kept, bounded. */
import { ledgerRecords } from '@tickwire/system';
import type { LedgerEntry } from '@tickwire/system';

/** Gaps kept for showing: the newest. */
const GAPS_MAX = 10_000;

export interface GapFilter {
  readonly sinceMs?: number | undefined;
  readonly vendor?: string | undefined;
  readonly openOnly?: boolean | undefined;
}

export interface GapList {
  /** By the time of notice, oldest first. */
  readonly gaps: readonly LedgerEntry[];
  /** Older gaps that also match. */
  readonly omitted: number;
  /** Of all that match the time and the vendor. */
  readonly open: number;
  readonly repaired: number;
  /** Lines that are no JSON object: a file cut by a crash ends with one. */
  readonly unreadable: number;
}

/**
 * Reads the whole ledger once; a gap that was repaired takes the place of the open one. Its memory
 * is bounded: a gap repaired after 10,000 later gaps opened is counted as two.
 */
export function listGaps(dataDir: string, filter: GapFilter = {}): GapList {
  const byKey = new Map<string, LedgerEntry>();
  let unreadable = 0;
  let unnamed = 0;
  let [open, repaired, omitted] = [0, 0, 0];
  for (const { gap, entry } of ledgerRecords(dataDir)) {
    if (entry === undefined) {
      unreadable++;
      continue;
    }
    if (!isWanted(entry, filter)) continue;
    const key = gap ?? `unnamed ${unnamed++}`;
    const before = byKey.get(key);
    if (before !== undefined) {
      if (isOpen(before)) open--;
      else repaired--;
    }
    if (isOpen(entry)) open++;
    else repaired++;
    if (filter.openOnly === true && !isOpen(entry)) byKey.delete(key);
    else byKey.set(key, entry);
    if (byKey.size > GAPS_MAX) {
      const oldest = byKey.keys().next().value;
      if (oldest !== undefined) byKey.delete(oldest);
      omitted++;
    }
  }
  const gaps = [...byKey.values()].sort((a, b) => noticedMs(a) - noticedMs(b));
  return { gaps, omitted, open, repaired, unreadable };
}

/** When it was noticed, ms since the Unix epoch; 0 when the entry does not say. */
export function noticedMs(entry: LedgerEntry): number {
  return nsTextToMs(entry.noticedTs) ?? 0;
}

export const isOpen = (entry: LedgerEntry): boolean => entry.state !== 'repaired';

/** ns since the Unix epoch as decimal text → ms. */
export function nsTextToMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return undefined;
  return Number(BigInt(value) / 1_000_000n);
}

function isWanted(entry: LedgerEntry, filter: GapFilter): boolean {
  if (filter.vendor !== undefined && entry.vendor !== filter.vendor) return false;
  return filter.sinceMs === undefined || noticedMs(entry) >= filter.sinceMs;
}
