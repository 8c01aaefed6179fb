/**
 * The two STREAM ticks of a symbol's move from one ring to another. Each names the place of the
 * other, as (ring id, position); payload of both:
 *
 *   firstMissing  u64  position of the other tick in its ring
 *   missingCount  u64  id of that ring
 *   fromTs        u64  all ones
 *   state         u8   out: CLOSED, nothing of the symbol follows here; in: as it was
 *   reason        u8   MOVED_OUT, MOVED_IN
 *   ledgerId      u32  number of the repartition, the same in both ticks
 *
 * The writer publishes MOVED_OUT first. What MOVED_IN says of the other tick therefore holds; what
 * MOVED_OUT says does not when the writer was killed between the two.
 */
import { STAMP_ABSENT_WORD, StreamReason, StreamScope, StreamState } from '@tickwire/core';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

const TWO_32 = 4294967296;

/** A tick anywhere: position in a ring, and the ring's id as two u32. */
export interface TickPlace {
  ringIdHi: number;
  ringIdLo: number;
  position: number;
}

export interface MoveTick {
  /** Where the other tick of the move is. */
  readonly other: Readonly<TickPlace>;
  /** Number of the repartition, u32. */
  readonly number: number;
  /** State of the symbol's stream, which goes on in the new ring. */
  readonly streamState: StreamState;
}

/** Makes a STREAM tick, begun by the caller with instrument and times, the end of a symbol here. */
export function setMovedOut(tick: TickView, move: MoveTick): void {
  setOther(tick, move);
  tick.setStream({
    state: StreamState.Closed,
    previousState: move.streamState,
    reason: StreamReason.MovedOut,
    scope: StreamScope.Instrument,
  });
}

/** Makes such a tick the beginning of a symbol in its new ring. */
export function setMovedIn(tick: TickView, move: MoveTick): void {
  setOther(tick, move);
  tick.setStream({
    state: move.streamState,
    previousState: StreamState.Closed,
    reason: StreamReason.MovedIn,
    scope: StreamScope.Instrument,
  });
}

/** Whether the tick is MOVED_IN: its `other` place is then written into `place`. */
export function readMovedIn(tick: TickView, place: TickPlace): boolean {
  if (tick.kind !== TickKind.Stream || tick.reason !== StreamReason.MovedIn) return false;
  place.ringIdHi = tick.missingCountHi;
  place.ringIdLo = tick.missingCountLo;
  place.position = tick.firstMissingHi * TWO_32 + tick.firstMissingLo;
  return true;
}

export function isMovedOut(tick: TickView): boolean {
  return tick.kind === TickKind.Stream && tick.reason === StreamReason.MovedOut;
}

function setOther(tick: TickView, move: MoveTick): void {
  const { other } = move;
  tick.flags |= TickFlag.Last | TickFlag.EventEnd;
  tick.setFirstMissing(Math.floor(other.position / TWO_32), other.position % TWO_32);
  tick.setMissingCount(other.ringIdHi, other.ringIdLo);
  tick.setFromTs(STAMP_ABSENT_WORD, STAMP_ABSENT_WORD);
  tick.ledgerId = move.number;
}
