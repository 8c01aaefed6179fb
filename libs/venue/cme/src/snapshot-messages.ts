import { ABSENT } from '@tickwire/core';
import {
  DAMAGE_FROM,
  DepthSnapshot,
  LEVELS_MAX,
  LevelUpdate,
  ORDERS_ABSENT,
} from '@tickwire/domain-depth';
import { TickFlag } from '@tickwire/wire-tick';
import type {
  SnapshotFullRefresh38Decoder,
  SnapshotFullRefresh52Decoder,
  SnapshotFullRefreshLongQty69Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookPublisher } from './book-publisher.ts';
import type { FeedLoop } from './feed-loop.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';
import { Pass } from './pass.ts';
import { priceOf } from './prices.ts';
import { FLAG_ABSENT } from './statistic.ts';
import { Statistic } from './statistic-messages.ts';
import type { StatisticMessages } from './statistic-messages.ts';
import type { StatusMessages } from './status-messages.ts';
import type { CmeTallies } from './tallies.ts';

export type SnapshotMessage =
  SnapshotFullRefresh38Decoder | SnapshotFullRefresh52Decoder | SnapshotFullRefreshLongQty69Decoder;

/** What a snapshot has to be measured with, and what leads from it to now. */
export interface SnapshotTarget {
  /** Packets up to here may be missing, or are not in the queue: older snapshots are too old. */
  readonly floor: number;
  /** The incremental packet that was gone through last. */
  readonly lastSequence: number;
  /** Goes through the packets of the queue behind `sequence`, for one instrument. */
  catchUp(instrument: CmeInstrument, sequence: number, pass: Pass): void;
  /** A snapshot up to `sequence` was of use. */
  snapshotUsed(instrument: CmeInstrument, sequence: number): void;
}

/** MDEntryType (tag 269). */
const BID = 0x30;
const OFFER = 0x31;
const IMPLIED_BID = 0x45;
const IMPLIED_OFFER = 0x46;
const SETTLEMENT = 0x36;

/** SnapshotFullRefresh: the book by level of an instrument, and its statistics. */
export class SnapshotMessages {
  readonly #parts: {
    readonly instruments: Instruments;
    readonly loop: FeedLoop;
    readonly target: SnapshotTarget;
    readonly books: BookPublisher;
    readonly statistics: StatisticMessages;
    readonly status: StatusMessages;
    readonly tallies: CmeTallies;
  };
  readonly #upright = new DepthSnapshot({ levels: LEVELS_MAX, impliedLevels: LEVELS_MAX });
  readonly #inverted = new DepthSnapshot({
    ...{ levels: LEVELS_MAX, impliedLevels: LEVELS_MAX },
    isInverted: true,
  });
  readonly #update = new LevelUpdate();
  readonly #statistic = new Statistic();

  constructor(parts: {
    instruments: Instruments;
    loop: FeedLoop;
    target: SnapshotTarget;
    books: BookPublisher;
    statistics: StatisticMessages;
    status: StatusMessages;
    tallies: CmeTallies;
  }) {
    this.#parts = parts;
  }

  /** @param scale - From the mantissas of the message to those of 1e-9. */
  read(message: SnapshotMessage, scale: number): void {
    const { instruments, loop, target, tallies } = this.#parts;
    const sequence = message.lastMsgSeqNumProcessed;
    loop.reported({ securityId: message.securityID, total: message.totNumReports, sequence });
    const instrument = instruments.find(message.securityID);
    if (instrument === undefined || instrument.depth.condition.isLive) return;
    if (sequence < target.floor || sequence < instrument.floor) {
      tallies.snapshotsTooOld.add(1);
      return;
    }
    const snapshot = instrument.definition.isInverted ? this.#inverted : this.#upright;
    snapshot.begin(message.rptSeq);
    this.#levels(message, snapshot, scale);
    if (!this.load(instrument, snapshot, sequence)) return;
    this.#statistics(instrument, message, scale);
    if (!instrument.isTouched) this.#parts.books.endInstrument(instrument);
  }

  /**
   * Of an instrument that a whole loop left out: nothing happened to it this week.
   * @param sequence - Of the loop's first snapshot.
   */
  loadEmpty(instrument: CmeInstrument, sequence: number): void {
    if (sequence < this.#parts.target.floor || sequence < instrument.floor) return;
    if (instrument.depth.rptSeq > 0 || instrument.depth.condition.isLive) return;
    this.#upright.begin(0);
    const isRight = this.load(instrument, this.#upright, sequence);
    if (isRight && !instrument.isTouched) this.#parts.books.endInstrument(instrument);
  }

  /** @returns Whether the book by level is right now. */
  load(instrument: CmeInstrument, snapshot: DepthSnapshot, sequence: number): boolean {
    const { target, tallies } = this.#parts;
    const { depth } = instrument;
    const isAhead = sequence >= target.lastSequence;
    if (isAhead && snapshot.rptSeq < depth.rptSeq) depth.restart();
    const code = depth.loadSnapshot(snapshot);
    if (code >= DAMAGE_FROM) return false;
    tallies.snapshots.add(1);
    target.snapshotUsed(instrument, sequence);
    instrument.snapshotSequence = sequence;
    if (!depth.condition.isLive) target.catchUp(instrument, sequence, Pass.AfterSnapshot);
    return depth.condition.isLive;
  }

  #levels(message: SnapshotMessage, snapshot: DepthSnapshot, scale: number): void {
    const update = this.#update;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const type = entries.mdEntryType;
      update.isImplied = type === IMPLIED_BID || type === IMPLIED_OFFER;
      update.isBid = type === BID || type === IMPLIED_BID;
      if (!update.isImplied && !update.isBid && type !== OFFER) continue;
      update.securityId = message.securityID;
      update.level = entries.mdPriceLevel ?? 0;
      update.price = priceOf(entries.mdEntryPx.mantissa, scale);
      update.size = entries.mdEntrySize ?? 0;
      update.orders = entries.numberOfOrders ?? ORDERS_ABSENT;
      snapshot.add(update);
    }
  }

  /** Everything else in it, as STATUS and STAT ticks: some of it may have been missed. */
  #statistics(instrument: CmeInstrument, message: SnapshotMessage, scale: number): void {
    const { statistics, status } = this.#parts;
    status.writeSnapshot(instrument, {
      tradingStatus: message.mdSecurityTradingStatus,
      low: priceOf(message.lowLimitPrice.mantissa, scale),
      high: priceOf(message.highLimitPrice.mantissa, scale),
    });
    const statistic = this.#statistic;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const type = entries.mdEntryType;
      if (type === BID || type === OFFER || type === IMPLIED_BID || type === IMPLIED_OFFER) {
        continue;
      }
      statistic.entryType = type;
      statistic.value = priceOf(entries.mdEntryPx.mantissa, scale);
      statistic.quantity = entries.mdEntrySize ?? ABSENT;
      statistic.qualifier = entries.openCloseSettlFlag ?? FLAG_ABSENT;
      statistic.date = null;
      if (type === SETTLEMENT && 'settlPriceType' in entries) {
        statistic.qualifier = entries.settlPriceType;
        statistic.date = entries.tradingReferenceDate;
      }
      statistics.write(instrument, statistic, TickFlag.Snapshot);
    }
  }
}
