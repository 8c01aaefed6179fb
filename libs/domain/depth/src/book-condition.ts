import type { StampNs } from '@tickwire/core';
import { DepthCode } from './depth-code.ts';

export const BookState = {
  /** Nothing was seen from which the book could be known. */
  Unknown: 0,
  /** Right. */
  Live: 1,
  /** Something is missing or contradicts itself: `reason` and `since`. */
  Suspect: 2,
  /** As Suspect or Unknown, and somebody is at work on it. */
  Recovering: 3,
} as const;
export type BookState = (typeof BookState)[keyof typeof BookState];

/** Whether the book of one instrument can be trusted, and if not, why and since when. */
export class BookCondition {
  state: BookState = BookState.Unknown;
  /** Why the book was Live last and is no more; `Applied` while there is no reason. */
  reason: DepthCode = DepthCode.Applied;
  /** TransactTime of the update that showed it; 0 of what no update showed. */
  readonly since: StampNs = { hi: 0, lo: 0 };
  /** First RptSeq that is missing since the book was Live; 0 for none. */
  firstMissing = 0;
  /** How many are missing since then. */
  missing = 0;
  /** Over its life: holes in RptSeq, numbers in them, updates that were not applied, by why. */
  gaps = 0;
  missingTotal = 0;
  old = 0;
  damaged = 0;

  get isLive(): boolean {
    return this.state === BookState.Live;
  }

  live(): void {
    this.state = BookState.Live;
    this.reason = DepthCode.Applied;
    this.since.hi = 0;
    this.since.lo = 0;
    this.firstMissing = 0;
    this.missing = 0;
  }

  /** Only a book that is Live becomes Suspect: the first reason is the one that is kept. */
  suspect(reason: DepthCode, tsHi: number, tsLo: number): void {
    if (this.state !== BookState.Live) return;
    this.state = BookState.Suspect;
    this.reason = reason;
    this.since.hi = tsHi;
    this.since.lo = tsLo;
  }

  gap(first: number, count: number): void {
    if (this.missing === 0) this.firstMissing = first;
    this.missing += count;
    this.gaps += 1;
    this.missingTotal += count;
  }

  recovering(): void {
    if (this.state !== BookState.Live) this.state = BookState.Recovering;
  }
}
