/**
 * The states of a stream, per instrument or channel. A change of state is itself a tick (kind
 * STREAM) in the same ring, in order with the data.
 */
export const StreamState = {
  Unknown: 0,
  Live: 1,
  Recovering: 2,
  Gap: 3,
  Stale: 4,
  Closed: 5,
  Replayed: 6,
  Simulated: 7,
} as const;
export type StreamState = (typeof StreamState)[keyof typeof StreamState];

/** Why a stream changed its state. */
export const StreamReason = {
  None: 0,
  Started: 1,
  Connected: 2,
  Disconnected: 3,
  SequenceGap: 4,
  SnapshotLoaded: 5,
  HeartbeatMissed: 6,
  WriterRestarted: 7,
  WallClockStep: 8,
  Stopped: 9,
  Quiet: 10,
  SubscriptionRefused: 11,
  Overflow: 12,
  SourceEnded: 13,
  /** The symbol goes on in another ring; the tick is its last in this one. */
  MovedOut: 14,
  /** The symbol came from another ring; the tick is its first in this one. */
  MovedIn: 15,
} as const;
export type StreamReason = (typeof StreamReason)[keyof typeof StreamReason];

/** What a STREAM tick speaks of. */
export const StreamScope = { Instrument: 0, Channel: 1, Ring: 2 } as const;
export type StreamScope = (typeof StreamScope)[keyof typeof StreamScope];

const nameOf = (table: Record<string, number>, value: number): string =>
  Object.keys(table)
    .find((name) => table[name] === value)
    ?.toLowerCase() ?? `unknown(${value})`;

export const streamStateName = (value: number): string => nameOf(StreamState, value);
export const streamScopeName = (value: number): string => nameOf(StreamScope, value);

/** `SequenceGap` → `sequence-gap`. */
export function streamReasonName(value: number): string {
  const name = Object.entries(StreamReason).find((entry) => entry[1] === value)?.[0];
  return name === undefined
    ? `unknown(${value})`
    : name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
