import type { EventTicks } from './event-ticks.ts';
import type { CmeInstrument } from './instrument.ts';
import { Pass } from './pass.ts';

/** Told when a first-time packet has a RptSeq that is past: the exchange began it anew. */
export type OnRestart = (instrument: CmeInstrument) => void;

/** Decides which entries of a packet are done in this pass: each once, in the order of RptSeq. */
export class EntryGate {
  pass: Pass = Pass.Live;
  /** MsgSeqNum of the packet. */
  sequence = 0;
  /** The one instrument that a pass after a snapshot is for. */
  only: CmeInstrument | undefined = undefined;
  readonly #ticks: EventTicks;
  readonly #onRestart: OnRestart;

  constructor(ticks: EventTicks, onRestart: OnRestart) {
    this.#ticks = ticks;
    this.#onRestart = onRestart;
  }

  /** The packet was not gone through before: what has no RptSeq is done now. */
  get isFirst(): boolean {
    return this.pass === Pass.Live || this.pass === Pass.Replayed;
  }

  /** What an entry says beside its book becomes ticks. */
  get hasTicks(): boolean {
    return this.pass <= Pass.Waiting;
  }

  /** An entry with a RptSeq. */
  admits(instrument: CmeInstrument, rptSeq: number): boolean {
    const { pass } = this;
    if (pass === Pass.Live) return this.#admitsLive(instrument, rptSeq);
    if (pass === Pass.AfterOrderSnapshot || rptSeq <= instrument.depth.rptSeq) return false;
    if (pass === Pass.Replayed) return true;
    return pass === Pass.Waiting ? instrument.isHeld : instrument === this.only;
  }

  /** An entry of a book by order, which has no RptSeq: the book is right, or made so. */
  admitsOrder(instrument: CmeInstrument): boolean {
    const { orders } = instrument;
    if (orders === undefined) return false;
    switch (this.pass) {
      case Pass.Live:
        // Also what waits is part of the event: nothing of the book is shown before its end.
        this.#ticks.touch(instrument);
        if (instrument.areOrdersUnproven) return false;
        return orders.condition.isLive && this.sequence > instrument.orderSnapshotSequence;
      case Pass.AfterOrderSnapshot:
        return instrument === this.only;
      case Pass.AfterSnapshot:
        return false;
      default:
        return orders.condition.isLive;
    }
  }

  #admitsLive(instrument: CmeInstrument, rptSeq: number): boolean {
    const { depth } = instrument;
    if (instrument.isUnproven) {
      this.#ticks.touch(instrument);
      instrument.isHeld ||= rptSeq !== depth.rptSeq + 1;
      instrument.isUnproven = instrument.isHeld;
      return !instrument.isHeld;
    }
    const isPast = rptSeq <= depth.rptSeq && depth.rptSeq > 0;
    if (isPast && this.sequence > instrument.snapshotSequence) this.#onRestart(instrument);
    return true;
  }
}
