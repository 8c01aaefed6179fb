/**
 * What is counted, as an interface: the application gives cells of its mapped counter file, so
 * that the counts outlive the process; tests and tools take plain numbers (`createTallies`).
 */
import { REJECT_REASONS } from './errors.ts';
import type { RejectReason } from './errors.ts';

/** One counter. `add` and `set` of `Counter` in @tickwire/core fit. */
export interface Tally {
  add(n: number): void;
  set(value: number): void;
}

/** Every message ends in exactly one of the classes accepted … rejected, or is still buffered. */
export const TALLY_NAMES = [
  /** Messages: WebSocket frames given to the normaliser. */
  'received',
  /** Messages that became ticks. */
  'accepted',
  /** Messages: welcome, ack, pong, error. */
  'control',
  /** Messages whose book changes a snapshot already held. */
  'superseded',
  /** Messages of a sequence already seen: repeated, or late after a gap. */
  'duplicate',
  /** Messages of a known topic that is not normalised (candles, depth views). */
  'ignored',
  /** Messages dropped because the buffer of a book being synchronised was full. */
  'droppedOverflow',
  /** Messages still buffered for a book without snapshot when the normaliser was closed. */
  'droppedUnsynced',
  /** Messages: book changes waiting for a snapshot now. A gauge, set. */
  'buffered',
  /** Ticks that the accepted messages, snapshots and changes of state imply. */
  'ticksImplied',
  /** Gaps found in the venue's sequences, and venue sequences missing in them. */
  'gaps',
  'missingSequences',
  /** The venue began to count a symbol's sequence anew. */
  'sequenceRestarts',
  /** Books given up and built again from a snapshot. */
  'resyncs',
  /** Snapshots used; refused as older than the changes at hand; refused as unreadable. */
  'snapshots',
  'snapshotsTooOld',
  'snapshotsRejected',
  /** A book went live on a snapshot that the next change proved too old: nothing lost. */
  'snapshotsBehind',
  /** Directory entries made because a value had more digits than its entry. */
  'supersedingEntries',
  /** Ticks with an event time more than a day from their receipt (flag BAD_TS). */
  'badTimestamps',
  /** Messages received more than 100 ms after the venue's time in them. */
  'lateMessages',
  /** Book changes that deleted a price that was not there. */
  'unknownDeletes',
  /** Attempts to connect; first connections; connections after a loss. */
  'dials',
  'connects',
  'reconnects',
  'dialFailures',
  'pongTimeouts',
  'staleConnections',
  'ackTimeouts',
  'topicsRefused',
  'controlErrors',
  'restRequests',
  'restFailures',
  /** Circuit breakers of connections: after failures in a row; one attempt let through; it held. */
  'circuitOpened',
  'circuitHalfOpened',
  'circuitClosed',
] as const;
export type TallyName = (typeof TALLY_NAMES)[number];

export type Tallies = Readonly<Record<TallyName, Tally>> & {
  /** Messages rejected, by reason. */
  readonly rejected: Readonly<Record<RejectReason, Tally>>;
};

/** Builds all counters at once, so that the hot path looks nothing up. */
export function mapTallies(make: (name: TallyName | `rejected:${RejectReason}`) => Tally): Tallies {
  const rejected = Object.fromEntries(
    REJECT_REASONS.map((reason) => [reason, make(`rejected:${reason}`)]),
  ) as Record<RejectReason, Tally>;
  const plain = Object.fromEntries(TALLY_NAMES.map((name) => [name, make(name)])) as Record<
    TallyName,
    Tally
  >;
  return { ...plain, rejected };
}

/** Counters in plain memory, readable by name (`rejected:BAD_JSON` for a reason). */
export function createTallies(): { tallies: Tallies; value: (name: string) => number } {
  const values = new Map<string, number>();
  const tallies = mapTallies((name) => ({
    add: (n) => void values.set(name, (values.get(name) ?? 0) + n),
    set: (value) => void values.set(name, value),
  }));
  return { tallies, value: (name) => values.get(name) ?? 0 };
}
