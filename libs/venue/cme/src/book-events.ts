import { StreamReason, StreamState } from '@tickwire/core';
import { DepthCode } from '@tickwire/domain-depth';
import type { RecvStamp } from '@tickwire/domain-feed';
import type { BookPublisher } from './book-publisher.ts';
import type { EntryGate } from './entry-gate.ts';
import type { CmeInstrument } from './instrument.ts';
import { Defined } from './instruments.ts';
import type { Recovery } from './recovery.ts';
import type { StreamTicks } from './stream-ticks.ts';

/** What happens to the book of one instrument, other than updates: readers hear of it at once. */
export class BookEvents {
  readonly #parts: {
    readonly books: BookPublisher;
    readonly streams: StreamTicks;
    readonly recovery: Recovery;
    readonly gate: EntryGate;
    readonly recv: Readonly<RecvStamp>;
  };

  constructor(parts: {
    books: BookPublisher;
    streams: StreamTicks;
    recovery: Recovery;
    gate: EntryGate;
    recv: Readonly<RecvStamp>;
  }) {
    this.#parts = parts;
  }

  /** A book is not right any more. */
  lost(instrument: CmeInstrument, code: DepthCode): void {
    const { streams, books, recovery, gate, recv } = this.#parts;
    const wasShown = instrument.synced;
    books.hide(instrument);
    instrument.floor = Math.max(instrument.floor, gate.sequence);
    if (wasShown) {
      const { firstMissing: first, missing: count } = instrument.depth.condition;
      streams.instrumentGap(instrument, code === DepthCode.Gap ? { first, count } : undefined);
    }
    recovery.lost(instrument, recv.monotonicNs);
  }

  /** A RptSeq that is past in a packet that is new: the exchange began it anew, unnoticed. */
  restarted(instrument: CmeInstrument): void {
    instrument.depth.restart();
    instrument.orders?.markSuspect();
    this.lost(instrument, DepthCode.Old);
  }

  /** A definition said something new of it. */
  defined(instrument: CmeInstrument, result: Defined): void {
    const { books, streams, recovery, recv } = this.#parts;
    const hasRightBook = instrument.areLevelsRight && result === Defined.Changed;
    books.hide(instrument);
    if (result === Defined.Gone) {
      instrument.orders?.release();
      streams.instrumentIs(instrument, StreamState.Closed, StreamReason.Stopped);
      return;
    }
    // Under its new entry readers get the book anew.
    if (hasRightBook && !instrument.isTouched) books.endInstrument(instrument);
    if (!instrument.isWhole) recovery.lost(instrument, recv.monotonicNs);
  }
}
