import type { StampNs } from '@tickwire/core';
import type { HeldRecord } from './held-records.ts';
import type { RecordIdentity } from './record-identity.ts';

/** How far one stream (a schema of an instrument from a publisher) was handed on. */
export interface StreamPosition {
  readonly publisherId: number;
  /** The same instrument's stream from another publisher. */
  readonly next: StreamPosition | undefined;
  /** The last record handed on, and how many there were of its time and sequence. */
  tsHi: number;
  tsLo: number;
  sequence: number;
  count: number;
  /** The session that sent it. */
  session: number;
  /** The replay that last touched it, and how many of `count` that one has brought again. */
  replay: number;
  seen: number;
  hasCaughtUp: boolean;
  /** Records of the session beside, in its order, that wait for the replay. */
  held: HeldRecord[];
}

/** All positions, found without an allocation: by rtype, instrument, publisher. */
export class StreamPositions {
  readonly #byRType: Map<number, StreamPosition>[] = Array.from({ length: 256 }, () => new Map());
  readonly #streamsMax: number;
  #count = 0;

  /** @param streamsMax - Streams beyond them have no position: `undefined`. */
  constructor(streamsMax: number) {
    this.#streamsMax = streamsMax;
  }

  get count(): number {
    return this.#count;
  }

  find(identity: RecordIdentity): StreamPosition | undefined {
    const { instrumentId, publisherId } = identity;
    let position = this.#byRType[identity.rtype]!.get(instrumentId);
    while (position !== undefined && position.publisherId !== publisherId) position = position.next;
    return position;
  }

  /** A new position, before any record; `undefined` when there are too many. */
  add(identity: RecordIdentity, replay: number): StreamPosition | undefined {
    if (this.#count >= this.#streamsMax) return undefined;
    this.#count += 1;
    const { instrumentId, publisherId } = identity;
    const streams = this.#byRType[identity.rtype]!;
    const position: StreamPosition = {
      ...{ publisherId, next: streams.get(instrumentId), replay, hasCaughtUp: true },
      ...{ tsHi: 0, tsLo: 0, sequence: 0, count: 0, session: 0, seen: 0, held: [] },
    };
    streams.set(instrumentId, position);
    return position;
  }
}

/** The order in a stream: by time, then by sequence, which may wrap. < 0 when `a` comes first. */
export function comparePlaces(
  a: { tsHi: number; tsLo: number; sequence: number },
  b: { tsHi: number; tsLo: number; sequence: number },
): number {
  if (a.tsHi !== b.tsHi) return a.tsHi - b.tsHi;
  if (a.tsLo !== b.tsLo) return a.tsLo - b.tsLo;
  return (a.sequence - b.sequence) | 0;
}

/** Sequences left out between the last record of a stream and the next; 0 when there is none. */
export function holeBefore(position: StreamPosition, identity: RecordIdentity): number {
  return Math.max(0, ((identity.sequence - position.sequence) | 0) - 1);
}

export function isBefore({ tsHi, tsLo }: RecordIdentity, { hi, lo }: Readonly<StampNs>): boolean {
  return tsHi < hi || (tsHi === hi && tsLo < lo);
}

/** Whether the last record of a stream is later than `time`. */
export function isLater({ tsHi, tsLo }: StreamPosition, { hi, lo }: Readonly<StampNs>): boolean {
  return tsHi > hi || (tsHi === hi && tsLo > lo);
}

/** `latest` := the later of the two. */
export function advance(latest: StampNs, { tsHi, tsLo }: { tsHi: number; tsLo: number }): void {
  if (tsHi < latest.hi || (tsHi === latest.hi && tsLo <= latest.lo)) return;
  latest.hi = tsHi;
  latest.lo = tsLo;
}
