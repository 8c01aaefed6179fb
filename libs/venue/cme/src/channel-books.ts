import { StreamState } from '@tickwire/core';
import { BookState } from '@tickwire/domain-depth';
import type { BookCondition } from '@tickwire/domain-depth';
import type { BookPublisher } from './book-publisher.ts';
import type { BooksByState } from './channel-status.ts';
import type { EventTicks } from './event-ticks.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';

/** What concerns all books of a channel at once. */
export class ChannelBooks {
  readonly #instruments: Instruments;
  readonly #books: BookPublisher;
  readonly #ticks: EventTicks;

  constructor(parts: { instruments: Instruments; books: BookPublisher; ticks: EventTicks }) {
    this.#instruments = parts.instruments;
    this.#books = parts.books;
    this.#ticks = parts.ticks;
  }

  /** Readers have been told that packets are missing: none of their books is right. */
  hide(): void {
    this.#ticks.dropEvent();
    for (const instrument of this.#instruments.all()) {
      if (instrument.synced) instrument.gapBefore = true;
      this.#books.hide(instrument);
      if (instrument.stream !== StreamState.Unknown) instrument.stream = StreamState.Gap;
    }
  }

  /** What is missing may come: books that were right wait for their proof, and do not go on. */
  awaitReplay(): void {
    for (const instrument of this.#instruments.all()) {
      instrument.isUnproven ||= instrument.depth.condition.isLive;
      instrument.areOrdersUnproven ||= instrument.orders?.condition.isLive === true;
    }
  }

  /** Everything that was missing has come, and was gone through: books are what they are. */
  endReplay(): void {
    for (const instrument of this.#instruments.all()) {
      instrument.isUnproven = false;
      instrument.isHeld = false;
      instrument.areOrdersUnproven = false;
      if (!instrument.isTouched) this.#books.endInstrument(instrument);
    }
  }

  /**
   * What is missing does not come. Books that were quiet are in doubt; of those whose entries were
   * held it is known that they are wrong, or that RptSeq began anew.
   */
  giveUpReplay(): void {
    for (const instrument of this.#instruments.all()) {
      if (instrument.isHeld) instrument.depth.restart();
      else if (instrument.isUnproven) instrument.depth.doubt();
      if (instrument.areOrdersUnproven) instrument.orders?.markSuspect();
      instrument.isUnproven = false;
      instrument.areOrdersUnproven = false;
    }
  }

  /** Shows a book whose snapshot was ahead, unless a later one is ahead again. */
  showReached(instrument: CmeInstrument): void {
    if (this.#ticks.isBehind(instrument) || instrument.isTouched || instrument.synced) return;
    this.#books.endInstrument(instrument);
  }

  /** Held entries were given to their books. */
  releaseHeld(): void {
    for (const instrument of this.#instruments.all()) {
      if (!instrument.isHeld) continue;
      instrument.isHeld = false;
      if (!instrument.isTouched) this.#books.endInstrument(instrument);
    }
  }

  /** Packets are missing for good. */
  doubt(): void {
    for (const { depth, orders } of this.#instruments.all()) {
      depth.doubt();
      orders?.markSuspect();
    }
  }

  beginRecovery(): void {
    for (const { depth, orders } of this.#instruments.all()) {
      depth.beginRecovery();
      orders?.condition.recovering();
    }
  }

  /**
   * The exchange has emptied all books, and RptSeq begins at 1.
   * @param isReplayed - The reset was missed: what came behind it waits in the queue.
   */
  reset(isReplayed: boolean): void {
    if (!isReplayed) this.#ticks.dropEvent();
    for (const instrument of this.#instruments.all()) {
      this.#forgetHistory(instrument);
      instrument.depth.reset();
      instrument.orders?.reset();
      instrument.isUnproven = isReplayed;
      instrument.isHeld = isReplayed;
      instrument.areOrdersUnproven = isReplayed && instrument.orders !== undefined;
      if (!isReplayed) this.#ticks.touch(instrument);
    }
  }

  /** The exchange numbers packets and reports anew: what the books are is not known. */
  restart(): void {
    for (const instrument of this.#instruments.all()) {
      this.#forgetHistory(instrument);
      instrument.depth.restart();
      instrument.orders?.markSuspect();
      instrument.isUnproven = false;
      instrument.isHeld = false;
      instrument.areOrdersUnproven = false;
    }
  }

  /** Whether no book by level needs to be recovered. */
  get areLevelsRight(): boolean {
    for (const { depth, isUnproven } of this.#instruments.all()) {
      if (isUnproven || !depth.condition.isLive) return false;
    }
    return true;
  }

  get areOrdersRight(): boolean {
    for (const { orders, areOrdersRight } of this.#instruments.all()) {
      if (orders !== undefined && !areOrdersRight) return false;
    }
    return true;
  }

  levelStates(): BooksByState {
    return countStates(this.#instruments, ({ depth }) => depth.condition);
  }

  orderStates(): BooksByState {
    return countStates(this.#instruments, ({ orders }) => orders?.condition);
  }

  #forgetHistory(instrument: CmeInstrument): void {
    this.#books.hide(instrument);
    instrument.snapshotSequence = 0;
    instrument.orderSnapshotSequence = 0;
    instrument.floor = 0;
  }
}

function countStates(
  instruments: Instruments,
  conditionOf: (instrument: CmeInstrument) => BookCondition | undefined,
): BooksByState {
  const counts = [0, 0, 0, 0];
  for (const instrument of instruments.all()) {
    const condition = conditionOf(instrument);
    if (condition !== undefined) counts[condition.state]! += 1;
  }
  return {
    unknown: counts[BookState.Unknown]!,
    live: counts[BookState.Live]!,
    suspect: counts[BookState.Suspect]!,
    recovering: counts[BookState.Recovering]!,
  };
}
