import { ABSENT } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type {
  MDIncrementalRefreshDailyStatistics33Decoder,
  MDIncrementalRefreshDailyStatistics49Decoder,
  MDIncrementalRefreshSessionStatistics35Decoder,
  MDIncrementalRefreshSessionStatistics51Decoder,
  MDIncrementalRefreshSessionStatisticsLongQty67Decoder,
  MDIncrementalRefreshVolume37Decoder,
  MDIncrementalRefreshVolumeLongQty66Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookMessages } from './book-messages.ts';
import type { EntryGate } from './entry-gate.ts';
import type { EventTicks } from './event-ticks.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';
import type { MessageParts } from './message-parts.ts';
import { isPriceOrAbsent, priceOf } from './prices.ts';
import { FLAG_ABSENT, referenceStamp, statisticOf } from './statistic.ts';
import type { CmeTallies } from './tallies.ts';

export type SessionStatisticsMessage =
  | MDIncrementalRefreshSessionStatistics35Decoder
  | MDIncrementalRefreshSessionStatistics51Decoder
  | MDIncrementalRefreshSessionStatisticsLongQty67Decoder;
export type DailyStatisticsMessage =
  MDIncrementalRefreshDailyStatistics33Decoder | MDIncrementalRefreshDailyStatistics49Decoder;
export type VolumeMessage =
  MDIncrementalRefreshVolume37Decoder | MDIncrementalRefreshVolumeLongQty66Decoder;

/** MDEntryType (tag 269) of MDIncrementalRefreshVolume. */
const ELECTRONIC_VOLUME = 0x65;
/** By MDUpdateAction (tag 279). */
const ACTIONS: readonly Action[] = [Action.Add, Action.Modify, Action.Delete];

/** One statistic, as a message states it: filled again and again. */
export class Statistic {
  entryType = 0;
  qualifier = 0;
  /** A price, as a mantissa of 1e-9, or `ABSENT`. */
  value: number = ABSENT;
  /** A size, or `ABSENT`. */
  quantity: number = ABSENT;
  /** TradingReferenceDate, or null. */
  date: number | null = null;
  action: number = 0;
}

/** Statistics of session and day, and volume: STAT ticks. */
export class StatisticMessages {
  readonly #instruments: Instruments;
  readonly #gate: EntryGate;
  readonly #ticks: EventTicks;
  readonly #books: BookMessages;
  readonly #tallies: CmeTallies;
  readonly #statistic = new Statistic();
  readonly #reference: StampNs = { hi: 0, lo: 0 };

  constructor(parts: MessageParts) {
    this.#instruments = parts.instruments;
    this.#gate = parts.gate;
    this.#ticks = parts.ticks;
    this.#books = parts.bookMessages;
    this.#tallies = parts.tallies;
  }

  /** @param scale - From the mantissas of the message to those of 1e-9. */
  session(message: SessionStatisticsMessage, scale: number): void {
    const statistic = this.#statistic;
    statistic.date = null;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      statistic.entryType = entries.mdEntryType;
      statistic.qualifier = entries.openCloseSettlFlag ?? FLAG_ABSENT;
      statistic.value = priceOf(entries.mdEntryPx.mantissa, scale);
      statistic.quantity = entries.mdEntrySize ?? ABSENT;
      statistic.action = entries.mdUpdateAction;
      this.#write(instrument, entries.rptSeq);
    }
  }

  daily(message: DailyStatisticsMessage, scale: number): void {
    const statistic = this.#statistic;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      statistic.entryType = entries.mdEntryType;
      statistic.qualifier = entries.settlPriceType;
      statistic.value = priceOf(entries.mdEntryPx.mantissa, scale);
      statistic.quantity = entries.mdEntrySize ?? ABSENT;
      statistic.date = entries.tradingReferenceDate;
      statistic.action = entries.mdUpdateAction;
      this.#write(instrument, entries.rptSeq);
    }
  }

  volume(message: VolumeMessage): void {
    const statistic = this.#statistic;
    statistic.entryType = ELECTRONIC_VOLUME;
    statistic.qualifier = 0;
    statistic.value = ABSENT;
    statistic.date = null;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      statistic.quantity = entries.mdEntrySize;
      statistic.action = entries.mdUpdateAction;
      this.#write(instrument, entries.rptSeq);
    }
  }

  /** A STAT tick. @param flags - SNAPSHOT, when it is part of one; then it is of no event. */
  write(instrument: CmeInstrument, statistic: Readonly<Statistic>, flags: number): void {
    const { value, quantity } = statistic;
    if (!isPriceOrAbsent(value) || !isPriceOrAbsent(quantity)) {
      this.#tallies.outOfRange.add(1);
      return;
    }
    const isOfEvent = (flags & TickFlag.Snapshot) === 0;
    const tick = isOfEvent
      ? this.#ticks.add(TickKind.Stat, instrument)
      : this.#ticks.addEnded(TickKind.Stat, instrument, flags);
    tick.value = value;
    tick.quantity = quantity;
    tick.statistic = statisticOf(statistic.entryType, statistic.qualifier);
    referenceStamp(statistic.date, this.#reference);
    tick.setReferenceTs(this.#reference.hi, this.#reference.lo);
    tick.setSideAction(Side.None, ACTIONS[statistic.action] ?? Action.None);
  }

  #write(instrument: CmeInstrument, rptSeq: number): void {
    if (this.#gate.hasTicks) this.write(instrument, this.#statistic, 0);
    this.#books.advance(instrument, rptSeq);
  }
}
