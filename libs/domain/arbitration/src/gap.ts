/**
 * Why a hole was given up.
 *
 * | cause | what it says |
 * |---|---|
 * | `window-full` | no room to hold one packet more behind it |
 * | `packet-too-large` | a packet behind it is larger than the window's slots |
 * | `both-passed` | both legs are past it by `bothPassedBy` sequences |
 * | `timer` | it was open for `holeMs` |
 * | `skipped` | `skipTo` was called |
 * | `reset` | `reset` was called |
 */
export const GAP_CAUSES = [
  'window-full',
  'packet-too-large',
  'both-passed',
  'timer',
  'skipped',
  'reset',
] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

/** Sequences that are not delivered, once and for all. */
export interface Gap {
  readonly first: number;
  /** So many in a row; the last one is beyond the wrap if need be. */
  readonly count: number;
  /** `timer` when nothing but time told, else `sequence`. */
  readonly noticedBy: 'sequence' | 'timer';
  readonly cause: GapCause;
  /** When something later than `first` was known to exist, monotonic ns. */
  readonly sinceNs: number;
  /** When it was given up, monotonic ns. */
  readonly noticedNs: number;
}
