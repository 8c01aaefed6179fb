/**
 * One instrument: its real and implied book by level, its book by order if it has one, and whether
 * they can be trusted.
 *
 *   RptSeq is expected + 1      applied, with changes by price
 *   RptSeq at or before         Old: the book has it already
 *   numbers left out            Gap: all is forgotten, and put together again from what comes
 *   packets missing somewhere   in doubt, until the next RptSeq shows that none was of it
 *
 * A book is right again (`Refreshed`) after a snapshot, or when updates since the gap have decided
 * every position of both sides, implied ones included.
 */
import { BookCondition } from './book-condition.ts';
import { DepthCode } from './depth-code.ts';
import { DepthCounts } from './depth-counts.ts';
import type { DepthSnapshot } from './depth-snapshot.ts';
import { UpdateAction } from './depth-update.ts';
import type { LevelUpdate } from './depth-update.ts';
import { wholeNumber } from './errors.ts';
import { LEVELS_DEFAULT, LevelBook } from './level-book.ts';
import { LEVELS_MAX } from './level-refresh.ts';
import type { LevelSide } from './level-side.ts';
import type { NumberPool } from './number-pool.ts';
import type { OrderTable } from './order-table.ts';
import { PriceChanges } from './price-changes.ts';

export interface InstrumentDepthOptions {
  readonly securityId: number;
  /** MarketDepth of the instrument, 1 … 30. 10 by default. */
  readonly levels?: number;
  /** 2 of futures that have implied prices; none by default. */
  readonly impliedLevels?: number;
  /** Bids rise and asks fall from the best on (InvertedBook). */
  readonly isInverted?: boolean;
  /** False of conflated feeds, which state no RptSeq: a hole is then only known from packets. */
  readonly hasRptSeq?: boolean;
}

/** What books of one channel share, so that an update allocates nothing. */
export interface DepthShared {
  readonly changes: PriceChanges;
  readonly counts: DepthCounts;
  readonly numbers?: NumberPool;
  readonly orders?: OrderTable;
}

export class InstrumentDepth {
  // What an update touches comes first: books are rarely at hand, and this is fewer cache lines.
  readonly #hasRptSeq: boolean;
  /** Of the last update that is in the book; 0 before the first. */
  #rptSeq = 0;
  #isTrusted = false;
  #isEventOpen = false;
  /** An Overlay came in the open event: it may have passed its neighbours. */
  #isUnsettled = false;
  /** What the last update did, by price; empty unless its code is `Applied`. */
  readonly changes: PriceChanges;
  readonly #bids: LevelSide;
  readonly #asks: LevelSide;
  /** Whether the implied book can have levels. */
  readonly hasImplied: boolean;
  readonly #impliedBids: LevelSide;
  readonly #impliedAsks: LevelSide;
  readonly condition = new BookCondition();
  readonly securityId: number;
  readonly real: LevelBook;
  readonly implied: LevelBook;
  readonly #counts: DepthCounts;
  /** A snapshot may be older than what was seen: up to here the book is not live. */
  #rptSeqLive = 0;
  /** Nothing was seen, not even where RptSeq stands. */
  #isUnseen = true;
  #isDoubted = false;

  /** @throws DepthError `BAD_OPTION`. */
  constructor(options: InstrumentDepthOptions, shared?: DepthShared) {
    const { levels = LEVELS_DEFAULT, impliedLevels = 0, isInverted = false } = options;
    wholeNumber('levels', levels, { min: 1, max: LEVELS_MAX });
    this.securityId = options.securityId;
    this.#hasRptSeq = options.hasRptSeq !== false;
    this.real = new LevelBook({ levels, isInverted }, shared?.numbers);
    this.implied = new LevelBook({ levels: impliedLevels, isInverted }, shared?.numbers);
    this.hasImplied = impliedLevels > 0;
    this.#bids = this.real.bids;
    this.#asks = this.real.asks;
    this.#impliedBids = this.implied.bids;
    this.#impliedAsks = this.implied.asks;
    this.changes = shared?.changes ?? new PriceChanges(Math.max(levels, impliedLevels));
    this.#counts = shared?.counts ?? new DepthCounts();
  }

  /** Of the last update that is in the book; 0 before the first. */
  get rptSeq(): number {
    return this.#rptSeq;
  }

  /** The real bids or asks. */
  side(isBid: boolean): LevelSide {
    return isBid ? this.#bids : this.#asks;
  }

  /** The implied ones. */
  impliedSide(isBid: boolean): LevelSide {
    return isBid ? this.#impliedBids : this.#impliedAsks;
  }

  /** Whether the book may be published: it is Live, and no event of it is open. */
  get isConsistent(): boolean {
    return this.#isTrusted && !this.#isEventOpen;
  }

  get isEventOpen(): boolean {
    return this.#isEventOpen;
  }

  /** One entry of a book message. Fills `changes`. Never throws. */
  apply(update: LevelUpdate): DepthCode {
    this.changes.begin(update.isBid, update.isImplied);
    if (!this.#isTrusted || (this.#hasRptSeq && update.rptSeq !== this.#rptSeq + 1)) {
      return this.#count(this.#applyUntrusted(update));
    }
    this.#rptSeq = update.rptSeq;
    this.#isEventOpen = true;
    if (update.action === UpdateAction.Overlay) this.#isUnsettled = true;
    const code = this.#side(update).apply(update, this.changes);
    return code === DepthCode.Applied ? code : this.#count(this.#damaged(code, update));
  }

  /**
   * An entry that counts in RptSeq and changes no book: a trade, a volume, a statistic. Every one
   * has to be told, or the next update of the book looks like a hole.
   */
  advance(update: LevelUpdate): DepthCode {
    this.changes.clear();
    if (this.#isTrusted && this.#hasRptSeq && update.rptSeq === this.#rptSeq + 1) {
      this.#rptSeq = update.rptSeq;
      return DepthCode.Applied;
    }
    if (!this.#hasRptSeq) return DepthCode.Applied;
    const step = this.#step(update);
    return this.#count(step === DepthCode.Old ? step : this.#regained(step));
  }

  /**
   * Takes a snapshot for the book. `Refreshed`: it is right. `Untrusted`: it is older than what was
   * seen, and will be right when the updates since then were given (again). `Old`: the book is
   * right and has all of it. A damage: the snapshot contradicts itself, nothing was done.
   */
  loadSnapshot(snapshot: DepthSnapshot): DepthCode {
    this.changes.clear();
    if (this.#isTrusted && this.#hasRptSeq && snapshot.rptSeq <= this.#rptSeq) {
      return this.#count(DepthCode.Old);
    }
    let code = snapshot.end();
    const isTooDeep =
      snapshot.implied.bids.count > this.implied.bids.levels ||
      snapshot.implied.asks.count > this.implied.asks.levels;
    if (code === DepthCode.Applied && (isTooDeep || !this.real.copyFrom(snapshot.real))) {
      code = DepthCode.BadLevel;
    }
    if (code !== DepthCode.Applied) {
      this.condition.damaged += 1;
      return this.#count(code);
    }
    this.implied.copyFrom(snapshot.implied);
    this.#rptSeqLive = Math.max(this.#rptSeqLive, this.#rptSeq);
    this.#rptSeq = snapshot.rptSeq;
    this.#isUnseen = false;
    this.#isDoubted = false;
    this.#isTrusted = false;
    this.#isEventOpen = false;
    this.condition.recovering();
    return this.#count(this.#regained(DepthCode.Untrusted));
  }

  /** A channel reset: the book is empty, and RptSeq begins at 1 again. */
  reset(): void {
    this.changes.clear();
    this.real.empty();
    this.implied.empty();
    this.#rptSeq = 0;
    this.#rptSeqLive = 0;
    this.#isUnseen = false;
    this.#isDoubted = false;
    this.#isTrusted = true;
    this.#isEventOpen = false;
    this.condition.live();
  }

  /**
   * Packets of the channel are missing. The book stays as it is, and is trusted again when the next
   * RptSeq shows that none of its updates was among them. Without RptSeq it is forgotten.
   */
  doubt(): void {
    if (!this.#isTrusted) return;
    this.#isTrusted = false;
    this.#isDoubted = this.#hasRptSeq;
    if (!this.#hasRptSeq) this.#forget();
    this.condition.suspect(DepthCode.ChannelGap, 0, 0);
    this.#counts.add(DepthCode.ChannelGap);
  }

  /**
   * RptSeq began anew and nobody said so, or the numbering of the channel did: where it stands is
   * not known, nor is the book.
   */
  restart(): void {
    this.changes.clear();
    this.#rptSeq = 0;
    this.#rptSeqLive = 0;
    this.#isUnseen = true;
    this.#isDoubted = false;
    this.#isTrusted = false;
    this.#isEventOpen = false;
    this.#forget();
    this.condition.suspect(DepthCode.Gap, 0, 0);
  }

  /** Somebody reads snapshots for it: of a book that is not Live the state is now Recovering. */
  beginRecovery(): void {
    this.condition.recovering();
  }

  /** The event that the last updates belong to has ended. `PriceOrder`: the book is damaged. */
  endEvent(): DepthCode {
    if (!this.#isEventOpen) return DepthCode.Applied;
    this.#isEventOpen = false;
    if (!this.#isUnsettled) return DepthCode.Applied;
    this.#isUnsettled = false;
    let code = this.real.settle();
    if (code === DepthCode.Applied) code = this.implied.settle();
    return code === DepthCode.Applied ? code : this.#count(this.#damaged(code));
  }

  #side({ isBid, isImplied }: LevelUpdate): LevelSide {
    if (isImplied) return isBid ? this.#impliedBids : this.#impliedAsks;
    return isBid ? this.#bids : this.#asks;
  }

  #applyUntrusted(update: LevelUpdate): DepthCode {
    const step = this.#hasRptSeq ? this.#step(update) : DepthCode.Applied;
    if (step === DepthCode.Old) return step;
    this.#isEventOpen = true;
    if (update.action === UpdateAction.Overlay) this.#isUnsettled = true;
    const code = this.#side(update).apply(update, this.changes);
    this.changes.clear();
    if (code === DepthCode.Applied) return this.#regained(step);
    if (step === DepthCode.Gap) this.#counts.add(step);
    return this.#damaged(code, update);
  }

  /** Follows RptSeq: `Applied` where nothing is missing, `Gap` or `Old`. */
  #step(update: LevelUpdate): DepthCode {
    const { rptSeq } = update;
    const expected = this.#rptSeq + 1;
    if (this.#isUnseen) {
      // The first update of the week: before it the book was empty.
      if (rptSeq === 1) {
        this.real.empty();
        this.implied.empty();
      }
      this.#isUnseen = false;
    } else if (rptSeq < expected) {
      this.condition.old += 1;
      return DepthCode.Old;
    } else if (rptSeq > expected) {
      this.#rptSeq = rptSeq;
      this.#isDoubted = false;
      this.#isTrusted = false;
      this.#forget();
      this.condition.gap(expected, rptSeq - expected);
      this.condition.suspect(DepthCode.Gap, update.tsHi, update.tsLo);
      return DepthCode.Gap;
    }
    this.#rptSeq = rptSeq;
    this.#isDoubted = false;
    return DepthCode.Applied;
  }

  #regained(step: DepthCode): DepthCode {
    const isRight =
      !this.#isDoubted &&
      this.#rptSeq >= this.#rptSeqLive &&
      this.real.isKnown &&
      this.implied.isKnown;
    if (!isRight) return step === DepthCode.Gap ? step : DepthCode.Untrusted;
    this.#isTrusted = true;
    this.condition.live();
    return DepthCode.Refreshed;
  }

  #damaged(code: DepthCode, update?: LevelUpdate): DepthCode {
    this.changes.clear();
    this.#isTrusted = false;
    this.#forget();
    this.condition.damaged += 1;
    this.condition.suspect(code, update?.tsHi ?? 0, update?.tsLo ?? 0);
    return code;
  }

  #forget(): void {
    this.real.forget();
    this.implied.forget();
  }

  #count(code: DepthCode): DepthCode {
    if (code !== DepthCode.Applied) this.#counts.add(code);
    return code;
  }
}
