/**
 * The counters of what is kept of one ring name. A name may have had several rings (a gateway that
 * was stopped and started again makes a new one): the cells hold the sum over all of them.
 */
import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import type { FinalCounts, RingCounts } from '@tickwire/io-store';

/** What the reader of the ring itself counts. In ticks. */
export interface ReaderCounts {
  readonly published: number;
  /** Position after the last one that was handed on or explained. */
  readonly next: number;
  /** Handed on by this process. */
  readonly delivered: number;
}

export const NO_COUNTS: FinalCounts = {
  published: 0,
  delivered: 0,
  lapped: 0,
  pad: 0,
  unread: 0,
  damaged: 0,
  stored: 0,
};

export const addFinal = (a: FinalCounts, b: FinalCounts): FinalCounts => ({
  published: a.published + b.published,
  delivered: a.delivered + b.delivered,
  lapped: a.lapped + b.lapped,
  pad: a.pad + b.pad,
  unread: a.unread + b.unread,
  damaged: a.damaged + b.damaged,
  stored: a.stored + b.stored,
});

export class KeeperCells {
  readonly #ringIn: Counter;
  readonly #ringOut: Counter;
  readonly #ringInFlight: Counter;
  readonly #lapped: Counter;
  readonly #pad: Counter;
  readonly #unread: Counter;
  readonly #journalIn: Counter;
  readonly #journalOut: Counter;
  readonly #journalInFlight: Counter;
  readonly #storeIn: Counter;
  readonly #storeOut: Counter;
  readonly #storeInFlight: Counter;
  readonly #damaged: Counter;
  readonly #expired: Counter;
  readonly #held: Counter;
  readonly #queue: Counter;
  readonly #durable: Counter;
  readonly #fill: Counter;

  constructor(table: CounterTable, ring: string) {
    const reader = new HopCounters(table, `ring.${ring}.persistence`, 'tick');
    this.#ringIn = reader.in;
    this.#ringOut = reader.out;
    this.#ringInFlight = reader.inFlight;
    this.#lapped = reader.dropped('lapped');
    this.#pad = reader.dropped('pad');
    this.#unread = reader.dropped('unread');
    const journal = new HopCounters(table, `journal.${ring}`, 'tick');
    this.#journalIn = journal.in;
    this.#journalOut = journal.out;
    this.#journalInFlight = journal.inFlight;
    const store = new HopCounters(table, `store.${ring}`, 'tick');
    this.#storeIn = store.in;
    this.#storeOut = store.out;
    this.#storeInFlight = store.inFlight;
    this.#damaged = store.dropped('damaged');
    this.#held = store.part('held');
    this.#expired = store.part('expired');
    this.#queue = table.counter(`gauge/persistence.${ring}.queue`);
    this.#durable = table.counter(`gauge/persistence.${ring}.durablePosition`);
    this.#fill = table.counter(`gauge/ring.${ring}.persistence.fillRatio`);
  }

  /** Stores all cells: of the rings that ended, and of the one being kept. */
  show(
    ended: FinalCounts,
    now: { reader: ReaderCounts; kept: RingCounts; durable: number; slots: number },
  ): void {
    const { reader, kept } = now;
    this.#ringIn.set(ended.published + reader.published - kept.start);
    this.#ringOut.set(ended.delivered + reader.delivered);
    this.#ringInFlight.set(reader.published - reader.next);
    this.#lapped.set(ended.lapped + kept.lapped);
    this.#pad.set(ended.pad + kept.pad);
    this.#unread.set(ended.unread + kept.unread);
    this.#journalIn.set(ended.delivered + kept.delivered);
    this.#journalOut.set(ended.delivered + kept.journaled);
    this.#journalInFlight.set(kept.pending);
    this.#storeIn.set(ended.stored + ended.damaged + kept.taken);
    this.#storeOut.set(ended.stored + kept.stored);
    this.#storeInFlight.set(kept.staged);
    this.#damaged.set(ended.damaged + kept.damaged);
    this.#expired.set(kept.expired);
    this.#held.set(ended.stored + kept.stored - kept.expired);
    this.#queue.set(kept.journaled - kept.taken);
    this.#durable.set(now.durable);
    this.#fill.set((reader.published - reader.next) / now.slots);
  }
}

/** The terms of a ring's identity as they stand, for its account when it ends. */
export const finalCounts = (published: number, kept: RingCounts): FinalCounts => ({
  published: published - kept.start,
  delivered: kept.delivered,
  lapped: kept.lapped,
  pad: kept.pad,
  unread: kept.unread,
  damaged: kept.damaged,
  stored: kept.stored,
});
