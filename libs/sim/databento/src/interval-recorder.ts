/**
 * Records that come by the clock of the market: bars and best prices at the end of each interval,
 * and, an instrument each second by turns, a statistic and an imbalance.
 */
import {
  BboRecord,
  ImbalanceRecord,
  OhlcvRecord,
  RType,
  Side,
  StatisticsRecord,
} from '@tickwire/wire-dbn';
import type { EventStamp } from './event-stamp.ts';
import type { LimitBook } from './limit-book.ts';
import type { Trade } from './order-flow.ts';
import type { RecordLog } from './record-log.ts';
import type { MadeSchema } from './schema-codes.ts';
import { SchemaWriter } from './schema-writer.ts';

const NS_PER_S = 1e9;
/** Volume traded in the session. */
const STAT_CLEARED_VOLUME = 6;

export interface IntervalMarket {
  readonly book: LimitBook;
  /** Sequence of the last message that changed it. */
  readonly sequence: number;
}

interface Bar {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface IntervalRecorderOptions {
  readonly log: RecordLog;
  readonly stamp: EventStamp;
  readonly schemas: ReadonlySet<MadeSchema>;
  readonly seconds: number;
  readonly bars?: { readonly schema: MadeSchema; readonly rtype: number };
  readonly bbo?: { readonly schema: MadeSchema; readonly rtype: number };
  /** Shows the best level as other records do. */
  readonly fillBest: (record: BboRecord, book: LimitBook) => void;
}

/** Bars and best prices of one interval, over all instruments that had any. */
export class IntervalRecorder {
  readonly intervalNs: number;
  readonly #stamp: EventStamp;
  readonly #fillBest: IntervalRecorderOptions['fillBest'];
  readonly #bars: SchemaWriter<OhlcvRecord> | undefined;
  readonly #bbo: SchemaWriter<BboRecord> | undefined;
  /** By instrument, of the interval that runs. */
  readonly #open = new Map<number, Bar>();
  readonly #changed = new Set<number>();
  readonly #lastTrades = new Map<number, Trade>();

  constructor(options: IntervalRecorderOptions) {
    const { log, stamp, schemas, seconds, bars, bbo, fillBest } = options;
    this.intervalNs = seconds * NS_PER_S;
    this.#stamp = stamp;
    this.#fillBest = fillBest;
    if (bars !== undefined && schemas.has(bars.schema)) {
      this.#bars = new SchemaWriter({ log, record: new OhlcvRecord(), ...bars });
    }
    if (bbo !== undefined && schemas.has(bbo.schema)) {
      this.#bbo = new SchemaWriter({ log, record: new BboRecord(), ...bbo });
    }
  }

  traded(trade: Trade): void {
    const { index } = this.#stamp.instrument;
    if (this.#bbo !== undefined) this.#lastTrades.set(index, trade);
    if (this.#bars === undefined) return;
    const { priceTicks, size } = trade;
    const bar = this.#open.get(index);
    if (bar === undefined) {
      const [open, high, low, close] = [priceTicks, priceTicks, priceTicks, priceTicks];
      this.#open.set(index, { open, high, low, close, volume: size });
      return;
    }
    bar.high = Math.max(bar.high, priceTicks);
    bar.low = Math.min(bar.low, priceTicks);
    bar.close = priceTicks;
    bar.volume += size;
  }

  changed(): void {
    if (this.#bbo !== undefined) this.#changed.add(this.#stamp.instrument.index);
  }

  /** Ends the interval; `at` puts the stamp on an instrument at that time. */
  end(endNs: number, at: (index: number, ns: number) => IntervalMarket): void {
    for (const index of this.#changed) this.#writeBest(at(index, endNs), index);
    this.#changed.clear();
    for (const [index, bar] of this.#open) this.#writeBar(bar, () => at(index, endNs));
    this.#open.clear();
  }

  #writeBest({ book, sequence }: IntervalMarket, index: number): void {
    const record = this.#bbo?.begin(this.#stamp);
    if (record === undefined) return;
    const trade = this.#lastTrades.get(index);
    const { event, instrument } = this.#stamp;
    record.setTsRecvWords(event.hi, event.lo).setSequence(sequence);
    record.setPrice(trade === undefined ? null : trade.priceTicks * instrument.tickE9);
    record.setSize(trade?.size ?? 0);
    record.setSide(trade === undefined ? Side.None : trade.isBuy ? Side.Bid : Side.Ask);
    this.#fillBest(record, book);
  }

  #writeBar(bar: Bar, at: () => void): void {
    at();
    const record = this.#bars?.begin(this.#stamp);
    if (record === undefined) return;
    const { tickE9 } = this.#stamp.instrument;
    const start = this.#stamp.event.set(this.#stamp.atNs - this.intervalNs);
    record.setTsEventWords(start.hi, start.lo);
    record
      .setOpen(bar.open * tickE9)
      .setHigh(bar.high * tickE9)
      .setLow(bar.low * tickE9);
    record.setClose(bar.close * tickE9).setVolumeWords(0, bar.volume);
  }
}

/** Statistics and imbalances: the turn goes on by one instrument with each call. */
export class TurnRecorder {
  readonly #stamp: EventStamp;
  readonly #statistics: SchemaWriter<StatisticsRecord> | undefined;
  readonly #imbalance: SchemaWriter<ImbalanceRecord> | undefined;
  readonly #volumes = new Map<number, number>();

  constructor(of: Pick<IntervalRecorderOptions, 'log' | 'stamp' | 'schemas'>) {
    const { log, stamp, schemas } = of;
    this.#stamp = stamp;
    if (schemas.has('statistics')) {
      const rtype = RType.Statistics;
      const record = new StatisticsRecord();
      this.#statistics = new SchemaWriter({ log, record, schema: 'statistics', rtype });
    }
    if (schemas.has('imbalance')) {
      const rtype = RType.Imbalance;
      const record = new ImbalanceRecord();
      this.#imbalance = new SchemaWriter({ log, record, schema: 'imbalance', rtype });
    }
  }

  traded({ size }: Trade): void {
    const { index } = this.#stamp.instrument;
    this.#volumes.set(index, (this.#volumes.get(index) ?? 0) + size);
  }

  /** Of the instrument and time on which the stamp stands. */
  write({ book }: IntervalMarket): void {
    const { recv, event, latencyNs, sequence, instrument } = this.#stamp;
    const statistic = this.#statistics?.begin(this.#stamp);
    statistic?.setTsRecvWords(recv.hi, recv.lo).setTsRefWords(event.hi, event.lo);
    statistic?.setStatType(STAT_CLEARED_VOLUME).setSequence(sequence).setTsInDelta(latencyNs);
    statistic?.setQuantity(this.#volumes.get(instrument.index) ?? 0);
    const [bid] = book.bids;
    const [ask] = book.asks;
    if (bid === undefined || ask === undefined) return;
    const record = this.#imbalance?.begin(this.#stamp);
    record?.setTsRecvWords(recv.hi, recv.lo).setRefPrice(bid.priceTicks * instrument.tickE9);
    record?.setPairedQty(Math.min(bid.size, ask.size));
    record?.setTotalImbalanceQty(Math.abs(bid.size - ask.size));
    record?.setSide(bid.size < ask.size ? Side.Ask : bid.size > ask.size ? Side.Bid : Side.None);
  }
}
