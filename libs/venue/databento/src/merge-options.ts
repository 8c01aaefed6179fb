/** What `ReplayMerge` is told, and what it tells. */
import type { StampNs } from '@tickwire/core';
import type { LiveRecord } from './record-identity.ts';

export interface MissingRecords {
  readonly rtype: number;
  readonly publisherId: number;
  readonly instrumentId: number;
  /** Venue sequences missing; `undefined` when only their absence at a known place tells. */
  readonly missing: { readonly first: number; readonly count: number } | undefined;
  /** Time of the last record before them. */
  readonly from: StampNs;
  /** Why it is known. */
  readonly noticedBy: 'sequence' | 'replay-omitted';
}

export interface ReplayMergeOptions {
  /** Takes each record once, in order of its stream. It is valid during the call only. */
  readonly deliver: (record: LiveRecord) => void;
  /** Records that no replay brought. Rare. */
  readonly missing: (missing: MissingRecords) => void;
  /** Whether the venue numbers the records of each instrument without leaving out numbers. */
  readonly sequences: 'of-instrument' | 'unknown';
  /** How far before the last time a replay begins, ms: streams are not in step. */
  readonly overlapMs: number;
  readonly heldBytesMax: number;
  readonly streamsMax: number;
}

export const MERGE_LIMITS = {
  overlapMs: 1_000,
  heldBytesMax: 64 * 1024 * 1024,
  streamsMax: 1_000_000,
} as const;

/** received = delivered + duplicates + notHeld + stale, and those that are held. */
export interface MergeCounts {
  received: number;
  delivered: number;
  duplicates: number;
  /** Of the session beside, without room: its replay brings them. */
  notHeld: number;
  /** Of a session that is over. */
  stale: number;
  /** Delivered: before the last of their stream, although no replay is under way. */
  outOfOrder: number;
  /** Delivered: no time that can be believed, or streams above `streamsMax`. No replay of them is
   *  known again. */
  untracked: number;
  /** Delivered: held, and left out by a replay. */
  replayOmitted: number;
  /** Venue sequences that no replay brought. */
  missing: number;
}

export const createMergeCounts = (): MergeCounts => ({
  ...{ received: 0, delivered: 0, duplicates: 0, notHeld: 0, stale: 0 },
  ...{ outOfOrder: 0, untracked: 0, replayOmitted: 0, missing: 0 },
});
