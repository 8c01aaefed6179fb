import { ABSENT } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import type { RecvStamp, TickEmitter } from '@tickwire/domain-feed';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { CmeInstrument } from './instrument.ts';
import type { Tally } from './tallies.ts';

/**
 * Ticks of an event of the exchange, which spans messages, packets and instruments. Which tick is
 * the last of its instrument is only known when the event ends: then it is marked, or, where it has
 * left already, a LEVEL without a price says so.
 */
export class EventTicks {
  /** MsgSeqNum of the packet that ticks come from. */
  sequence = 0;
  /** Ticks are of packets that come too late to be part of an event: each ends by itself. */
  isLate = false;
  readonly #emit: TickEmitter;
  readonly #count: Tally;
  readonly #touched: CmeInstrument[] = [];
  #touchedCount = 0;
  /** Position of the first tick of the event. */
  #start = 0;
  readonly #event: StampNs = { hi: 0, lo: 0 };

  constructor(emit: TickEmitter, count: Tally) {
    this.#emit = emit;
    this.#count = count;
  }

  /** Instruments that the open event has touched. */
  get touchedCount(): number {
    return this.#touchedCount;
  }

  touchedAt(at: number): CmeInstrument {
    return this.#touched[at]!;
  }

  /** A message begins. @param tsHi - TransactTime, as two words. */
  beginMessage(recv: Readonly<RecvStamp>, tsHi: number, tsLo: number): void {
    this.#event.hi = tsHi;
    this.#event.lo = tsLo;
    this.#emit.begin(recv, this.#event);
  }

  /** The instrument's snapshot goes up to a packet that has not come: its book is of then. */
  isBehind({ snapshotSequence, orderSnapshotSequence }: CmeInstrument): boolean {
    return snapshotSequence > this.sequence || orderSnapshotSequence > this.sequence;
  }

  touch(instrument: CmeInstrument): void {
    if (instrument.isTouched) return;
    instrument.isTouched = true;
    this.#touched[this.#touchedCount++] = instrument;
  }

  /** A tick to be filled in at once, of the event that is open. */
  add(kind: TickKind, instrument: CmeInstrument): TickView {
    if (this.isLate) return this.addEnded(kind, instrument, TickFlag.Last);
    this.touch(instrument);
    return this.addEnded(kind, instrument, 0);
  }

  /** A tick that is of no event, or whose place in its event is known. */
  addEnded(kind: TickKind, instrument: CmeInstrument, flags: number): TickView {
    this.#count.add(1);
    instrument.lastTick = this.#emit.position;
    const tick = this.#emit.data(kind, instrument, flags);
    tick.sequence = this.sequence;
    return tick;
  }

  /** Marks the last tick of the instrument in this event. It has been settled. */
  endInstrument(instrument: CmeInstrument): void {
    instrument.isTouched = false;
    if (instrument.lastTick < this.#start) return;
    if (!this.#emit.addFlags(instrument.lastTick, TickFlag.Last)) this.close(instrument);
  }

  /** Adds to the last tick of the instrument, which has just been made. */
  addFlags(instrument: CmeInstrument, flags: number): void {
    this.#emit.addFlags(instrument.lastTick, flags);
  }

  /** The event has ended, and all it touched. */
  endEvent(): void {
    const { position } = this.#emit;
    if (position > this.#start && !this.#emit.addFlags(position - 1, TickFlag.EventEnd)) {
      if (this.#touchedCount > 0) this.close(this.#touched[this.#touchedCount - 1]!);
      this.#emit.addFlags(this.#emit.position - 1, TickFlag.EventEnd);
    }
    this.#touchedCount = 0;
    this.#start = this.#emit.position;
  }

  /** What was to come of the event is lost: readers drop it. */
  dropEvent(): void {
    for (let at = 0; at < this.#touchedCount; at++) this.#touched[at]!.isTouched = false;
    this.#touchedCount = 0;
    this.#start = this.#emit.position;
  }

  /** A LEVEL that changes nothing, and is the last of its instrument. */
  close(instrument: CmeInstrument): void {
    const tick = this.addEnded(TickKind.Level, instrument, TickFlag.Last);
    tick.price = ABSENT;
    tick.size = 0;
    tick.setSideAction(Side.None, Action.None);
  }
}
