import { ABSENT } from '@tickwire/core';
import { RType, RecordFlag } from '@tickwire/wire-dbn';
import type {
  ImbalanceRecord,
  OhlcvRecord,
  StatisticsRecord,
  StatusRecord,
} from '@tickwire/wire-dbn';
import { Action, TickKind } from '@tickwire/wire-tick';
import type { Instrument } from './instruments.ts';
import { NO_PRICE, priceOf, sideOf } from './record-frame.ts';
import type { RecordFrame } from './record-frame.ts';

const TWO_32 = 4294967296;
const FULL_COVERAGE_E4 = 10_000;
const { isSafeInteger } = Number;

const BAR_MS: ReadonlyMap<number, number> = new Map([
  [RType.Ohlcv1s, 1_000],
  [RType.Ohlcv1m, 60_000],
  [RType.Ohlcv1h, 3_600_000],
  [RType.Ohlcv1d, 86_400_000],
  [RType.OhlcvEod, 86_400_000],
]);

/** What is said of an instrument beside its orders and trades. */
export class ReferenceTicks {
  readonly #frame: RecordFrame;

  constructor(frame: RecordFrame) {
    this.#frame = frame;
  }

  static isBar(rtype: number): boolean {
    return BAR_MS.has(rtype);
  }

  onStatus(record: StatusRecord): void {
    const instrument = this.#frame.find(record.instrumentId, NO_PRICE);
    if (instrument === undefined) return;
    const tick = this.#frame.tick(TickKind.Status, instrument, RecordFlag.Last);
    tick.setStatus({
      tradingState: record.action & 0xff,
      statusReason: record.reason & 0xff,
      session: record.tradingEvent & 0xff,
      haltResume: record.isTrading,
    });
    tick.limitLow = ABSENT;
    tick.limitHigh = ABSENT;
    this.#frame.accept();
  }

  onStatistics(record: StatisticsRecord): void {
    const price = priceOf(record.priceHi32, record.priceLo32);
    const instrument = this.#find(record.instrumentId, price);
    if (instrument === undefined) return;
    const { quantity } = record;
    const tick = this.#frame.tick(TickKind.Stat, instrument, RecordFlag.Last);
    tick.sequence = record.sequence;
    tick.value = instrument.mantissa(price);
    tick.quantity = quantity !== null && isSafeInteger(quantity) ? quantity : ABSENT;
    tick.setReferenceTs(record.tsRefHi32, record.tsRefLo32);
    tick.statistic = record.statType;
    this.#frame.accept();
  }

  onImbalance(record: ImbalanceRecord): void {
    const price = priceOf(record.refPriceHi32, record.refPriceLo32);
    const instrument = this.#find(record.instrumentId, price);
    if (instrument === undefined) return;
    const tick = this.#frame.tick(TickKind.Imbalance, instrument, RecordFlag.Last);
    tick.referencePrice = instrument.mantissa(price);
    tick.paired = record.pairedQty ?? ABSENT;
    tick.imbalance = record.totalImbalanceQty ?? ABSENT;
    tick.auctionType = record.auctionType;
    tick.setSideAction(sideOf(record.side), Action.None);
    this.#frame.accept();
  }

  onBar(record: OhlcvRecord): void {
    const frame = this.#frame;
    const open = priceOf(record.openHi32, record.openLo32);
    const high = priceOf(record.highHi32, record.highLo32);
    const low = priceOf(record.lowHi32, record.lowLo32);
    const close = priceOf(record.closeHi32, record.closeLo32);
    const instrument = frame.find(record.instrumentId, open);
    if (instrument === undefined) return;
    if (![open, high, low, close].every((price) => frame.holds(instrument, price))) return;
    const prices = frame.tick(TickKind.BarPrice, instrument, 0);
    prices.open = instrument.mantissa(open);
    prices.high = instrument.mantissa(high);
    prices.low = instrument.mantissa(low);
    prices.close = instrument.mantissa(close);
    const volume = record.volumeHi32 * TWO_32 + record.volumeLo32;
    const volumes = frame.tick(TickKind.BarVolume, instrument, RecordFlag.Last);
    volumes.volume = isSafeInteger(volume) ? volume : ABSENT;
    volumes.turnover = ABSENT;
    volumes.intervalMs = BAR_MS.get(record.rtype) ?? 0;
    volumes.coverageE4 = FULL_COVERAGE_E4;
    frame.accept();
  }

  #find(instrumentId: number, price: number): Instrument | undefined {
    const instrument = this.#frame.find(instrumentId, price);
    if (instrument === undefined || !this.#frame.holds(instrument, price)) return undefined;
    return instrument;
  }
}
