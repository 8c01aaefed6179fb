/**
 * Records of DBN v3 to ticks. What becomes which tick: the table in README.md. A record that cannot
 * be a tick is counted by why, and loses nothing else.
 */
import type { StampNs } from '@tickwire/core';
import { ABSENT, STAMP_ABSENT_WORD, StreamReason, StreamState } from '@tickwire/core';
import type { OrderBook } from '@tickwire/domain-depth';
import { TickEmitter } from '@tickwire/domain-feed';
import type { FeedSink, RecvStamp, StreamChange } from '@tickwire/domain-feed';
import {
  Action as RecordAction,
  BboRecord,
  CbboRecord,
  Cmbp1Record,
  DefinitionRecord,
  ImbalanceRecord,
  MboRecord,
  Mbp10Record,
  Mbp1Record,
  OhlcvRecord,
  RType,
  RecordFlag,
  StatisticsRecord,
  StatusRecord,
  Side as RecordSide,
  TradeRecord,
} from '@tickwire/wire-dbn';
import type { LevelView, SymbolMappingRecord } from '@tickwire/wire-dbn';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { Instruments } from './instruments.ts';
import type { Instrument } from './instruments.ts';
import { LevelTicks } from './level-ticks.ts';
import { createNormaliserCounts } from './normaliser-counts.ts';
import type { NormaliserCounts } from './normaliser-counts.ts';
import type { LiveRecord } from './record-identity.ts';
import type { MissingRecords } from './replay-merge.ts';
import { VenueBook } from './venue-book.ts';

const BAD_TIMESTAMP_MS = 24 * 3_600_000;
const TWO_32 = 4294967296;
const END = TickFlag.Last | TickFlag.EventEnd;
const { isSafeInteger } = Number;

const BAR_MS: ReadonlyMap<number, number> = new Map([
  [RType.Ohlcv1s, 1_000],
  [RType.Ohlcv1m, 60_000],
  [RType.Ohlcv1h, 3_600_000],
  [RType.Ohlcv1d, 86_400_000],
  [RType.OhlcvEod, 86_400_000],
]);

const ORDER_ACTIONS: ReadonlyMap<number, Action> = new Map([
  [RecordAction.Add, Action.Add],
  [RecordAction.Modify, Action.Modify],
  [RecordAction.Cancel, Action.Delete],
  [RecordAction.Fill, Action.Fill],
]);

type TradingRecord = TradeRecord | Mbp1Record | Mbp10Record | Cmbp1Record | MboRecord;

export interface NormaliserOptions {
  readonly sink: FeedSink;
  /** Flag bits of every tick. */
  readonly flags: number;
  /** Schema `trades` is subscribed: trades in records of other schemas are not told again. */
  readonly hasTradeRecords: boolean;
}

export class DatabentoNormaliser {
  readonly counts: NormaliserCounts = createNormaliserCounts();
  readonly #instruments: Instruments;
  readonly #emitter: TickEmitter;
  readonly #hasTradeRecords: boolean;
  readonly #event: StampNs = { hi: 0, lo: 0 };
  readonly #books = new Map<number, VenueBook>();
  readonly #levels: LevelTicks;
  readonly #trade = new TradeRecord();
  readonly #mbp1 = new Mbp1Record();
  readonly #mbp10 = new Mbp10Record();
  readonly #bbo = new BboRecord();
  readonly #cmbp1 = new Cmbp1Record();
  readonly #cbbo = new CbboRecord();
  readonly #mbo = new MboRecord();
  readonly #status = new StatusRecord();
  readonly #statistics = new StatisticsRecord();
  readonly #imbalance = new ImbalanceRecord();
  readonly #ohlcv = new OhlcvRecord();
  readonly #definition = new DefinitionRecord();
  #publisher = 0;

  constructor(options: NormaliserOptions) {
    const { sink, flags } = options;
    this.#hasTradeRecords = options.hasTradeRecords;
    this.#instruments = new Instruments(sink);
    this.#emitter = new TickEmitter(sink, {
      ...{ publisher: 0, flags, badTimestampMs: BAD_TIMESTAMP_MS },
    });
    this.#levels = new LevelTicks(this.#emitter, this.#instruments);
  }

  /** Of mappings, definitions and directory entries. */
  get instruments(): Readonly<Instruments['counts']> {
    return this.#instruments.counts;
  }

  /** Levels of accepted records for whose prices the directory had no room. */
  get levelsLost(): number {
    return this.#levels.lost;
  }

  symbolOf(instrumentId: number): string | undefined {
    return this.#instruments.symbolOf(instrumentId);
  }

  /** The book by order of an instrument; read it when it is consistent, prices in 1e-9. */
  orderBook(instrumentId: number): OrderBook | undefined {
    return this.#books.get(instrumentId)?.book;
  }

  onMapping(mapping: SymbolMappingRecord): void {
    this.#instruments.onMapping(mapping);
  }

  /** One record, once and in order. Never throws. */
  onRecord(record: LiveRecord, recv: Readonly<RecvStamp>): void {
    this.counts.records += 1;
    const { view, offset, rtype } = record;
    const event = this.#event;
    event.lo = view.getUint32(offset + 8, true);
    event.hi = view.getUint32(offset + 12, true);
    const hasTime = event.hi !== STAMP_ABSENT_WORD || event.lo !== STAMP_ABSENT_WORD;
    this.#emitter.begin(recv, hasTime ? event : undefined);
    this.#publisher = view.getUint16(offset + 2, true);
    if (rtype === RType.Mbo) this.#onMbo(this.#mbo.wrap(view, offset));
    else if (rtype === RType.Trade) {
      const trade = this.#trade.wrap(view, offset);
      this.#onTrade(trade, trade.sequence);
    } else if (rtype === RType.Mbp1) this.#onMbp1(this.#mbp1.wrap(view, offset));
    else if (rtype === RType.Mbp10) this.#onMbp10(this.#mbp10.wrap(view, offset));
    else this.#onOther(record);
  }

  /** A change of the state of everything. */
  onChannel(change: StreamChange, recv: Readonly<RecvStamp>): void {
    this.#emitter.begin(recv, undefined);
    this.#emitter.stream(undefined, change);
  }

  /** Records of one instrument are missing: its next tick says so, its book is not trusted. */
  onMissing(missing: MissingRecords, ledgerId: number, recv: Readonly<RecvStamp>): void {
    this.#books.get(missing.instrumentId)?.doubt();
    this.#levels.forget(missing.instrumentId);
    const instrument = this.#instruments.find(missing.instrumentId, missing.from, null);
    if (instrument === undefined) return;
    this.#emitter.begin(recv, undefined);
    const gap = { state: StreamState.Gap, previous: StreamState.Live, ledgerId };
    this.#emitter.stream(instrument, {
      ...{ ...gap, reason: StreamReason.SequenceGap, from: missing.from },
      missing: missing.missing,
    });
    instrument.gapBefore = true;
  }

  /** What came is not all there was: no book is right until it begins anew. */
  doubtBooks(): void {
    for (const book of this.#books.values()) book.doubt();
    this.#levels.forgetAll();
    for (const instrument of this.#instruments.all()) instrument.gapBefore = true;
  }

  publish(): void {
    this.#emitter.publish();
  }

  #onOther(record: LiveRecord): void {
    const { view, offset, rtype } = record;
    if (rtype === RType.Bbo1s || rtype === RType.Bbo1m) {
      const bbo = this.#bbo.wrap(view, offset);
      this.#onQuote(bbo.instrumentId, bbo.level(0), { flags: bbo.flags, sequence: bbo.sequence });
    } else if (rtype === RType.Cmbp1 || rtype === RType.Tcbbo) {
      this.#onCmbp1(this.#cmbp1.wrap(view, offset));
    } else if (rtype === RType.Cbbo1s || rtype === RType.Cbbo1m) {
      const cbbo = this.#cbbo.wrap(view, offset);
      this.#onQuote(cbbo.instrumentId, cbbo.level(0), { flags: cbbo.flags, sequence: 0 });
    } else if (rtype === RType.Status) this.#onStatus(this.#status.wrap(view, offset));
    else if (rtype === RType.Statistics) this.#onStatistics(this.#statistics.wrap(view, offset));
    else if (rtype === RType.Imbalance) this.#onImbalance(this.#imbalance.wrap(view, offset));
    else if (rtype === RType.Definition) {
      const defined = this.#instruments.onDefinition(this.#definition.wrap(view, offset));
      if (defined === undefined) this.counts.dropped.directoryFull += 1;
      else this.counts.definitions += 1;
    } else if (BAR_MS.has(rtype)) this.#onBar(this.#ohlcv.wrap(view, offset), BAR_MS.get(rtype)!);
    else this.counts.dropped.noTick += 1;
  }

  #onTrade(record: TradingRecord, sequence: number): void {
    const { price, size } = record;
    if (this.#hasTradeRecords && record.rtype !== RType.Trade) {
      this.counts.dropped.otherSchema += 1;
      return;
    }
    if (price === null || size === null) {
      this.counts.dropped.noPrice += 1;
      return;
    }
    const instrument = this.#find(record.instrumentId, price);
    if (instrument === undefined) return;
    const tick = this.#data(TickKind.Trade, instrument, record.flags);
    tick.sequence = sequence;
    tick.price = instrument.mantissa(price);
    tick.size = size;
    tick.setSideAction(sideOf(record.side), Action.Trade);
    this.counts.accepted += 1;
  }

  #onMbp1(record: Mbp1Record): void {
    const { flags, sequence, action } = record;
    if (action === RecordAction.Trade) this.#onTrade(record, record.sequence);
    const isCounted = action === RecordAction.Trade;
    this.#onQuote(record.instrumentId, record.level(0), { flags, sequence, isCounted });
  }

  #onCmbp1(record: Cmbp1Record): void {
    const { flags, action } = record;
    if (action === RecordAction.Trade) this.#onTrade(record, 0);
    const isCounted = action === RecordAction.Trade;
    this.#onQuote(record.instrumentId, record.level(0), { flags, sequence: 0, isCounted });
  }

  #onQuote(
    instrumentId: number,
    level: Pick<LevelView, 'bidPx' | 'askPx' | 'bidSz' | 'askSz'>,
    what: { flags: number; sequence: number; isCounted?: boolean },
  ): void {
    const { bidPx, askPx, bidSz, askSz } = level;
    const bid = this.#find(instrumentId, bidPx, what.isCounted);
    const instrument =
      bid === undefined ? undefined : this.#find(instrumentId, askPx, what.isCounted);
    if (instrument === undefined) return;
    const tick = this.#data(TickKind.Quote, instrument, what.flags);
    tick.sequence = what.sequence;
    tick.bidPrice = instrument.mantissa(bidPx);
    tick.askPrice = instrument.mantissa(askPx);
    tick.bidSize = bidPx === null ? 0 : bidSz;
    tick.askSize = askPx === null ? 0 : askSz;
    if (what.isCounted !== true) this.counts.accepted += 1;
  }

  #onMbp10(record: Mbp10Record): void {
    if (record.action === RecordAction.Trade) {
      this.#onTrade(record, record.sequence);
      return;
    }
    const instrument = this.#find(record.instrumentId, null);
    if (instrument === undefined) return;
    this.#levels.take(record, instrument);
    this.counts.accepted += 1;
  }

  #onMbo(record: MboRecord): void {
    const { instrumentId, action, flags, price } = record;
    if (action === RecordAction.Trade) {
      // A trade with hidden or aggressing orders only; what it does to the book follows it.
      this.#onTrade(record, record.sequence);
      return;
    }
    const instrument = this.#find(instrumentId, price);
    if (instrument === undefined) return;
    let book = this.#books.get(instrumentId);
    if (book === undefined) this.#books.set(instrumentId, (book = new VenueBook()));
    book.apply(record);
    instrument.synced = book.book.condition.isLive;
    if (action === RecordAction.Clear) {
      this.#emitClear(instrument, record.sequence, flags);
    } else if (!this.#emitOrder(record, instrument)) return;
    this.counts.accepted += 1;
  }

  /** The book is empty from here on. */
  #emitClear(instrument: Instrument, sequence: number, flags: number): void {
    const tick = this.#data(TickKind.Clear, instrument, flags);
    tick.sequence = sequence;
    tick.setFullSequence(0, sequence);
    tick.setSideAction(Side.None, Action.Clear);
  }

  #emitOrder(record: MboRecord, instrument: Instrument): boolean {
    const action = ORDER_ACTIONS.get(record.action);
    if (action === undefined) {
      this.counts.dropped.noTick += 1;
      return false;
    }
    const tick = this.#data(TickKind.Order, instrument, record.flags);
    tick.sequence = record.sequence;
    tick.price = instrument.mantissa(record.price);
    tick.size = record.size ?? ABSENT;
    tick.setOrderId(record.orderIdHi32, record.orderIdLo32);
    tick.setSideAction(sideOf(record.side), action);
    return true;
  }

  #onStatus(record: StatusRecord): void {
    const instrument = this.#find(record.instrumentId, null);
    if (instrument === undefined) return;
    const tick = this.#data(TickKind.Status, instrument, RecordFlag.Last);
    tick.setStatus({
      tradingState: record.action & 0xff,
      statusReason: record.reason & 0xff,
      session: record.tradingEvent & 0xff,
      haltResume: record.isTrading,
    });
    tick.limitLow = ABSENT;
    tick.limitHigh = ABSENT;
    this.counts.accepted += 1;
  }

  #onStatistics(record: StatisticsRecord): void {
    const { price, quantity } = record;
    const instrument = this.#find(record.instrumentId, price);
    if (instrument === undefined) return;
    const tick = this.#data(TickKind.Stat, instrument, RecordFlag.Last);
    tick.sequence = record.sequence;
    tick.value = instrument.mantissa(price);
    tick.quantity = quantity !== null && isSafeInteger(quantity) ? quantity : ABSENT;
    tick.setReferenceTs(record.tsRefHi32, record.tsRefLo32);
    tick.statistic = record.statType;
    this.counts.accepted += 1;
  }

  #onImbalance(record: ImbalanceRecord): void {
    const { refPrice } = record;
    const instrument = this.#find(record.instrumentId, refPrice);
    if (instrument === undefined) return;
    const tick = this.#data(TickKind.Imbalance, instrument, RecordFlag.Last);
    tick.referencePrice = instrument.mantissa(refPrice);
    tick.paired = record.pairedQty ?? ABSENT;
    tick.imbalance = record.totalImbalanceQty ?? ABSENT;
    tick.auctionType = record.auctionType;
    tick.setSideAction(sideOf(record.side), Action.None);
    this.counts.accepted += 1;
  }

  #onBar(record: OhlcvRecord, intervalMs: number): void {
    const { open, high, low, close, instrumentId } = record;
    const volume = record.volumeHi32 * TWO_32 + record.volumeLo32;
    let instrument: Instrument | undefined;
    for (const price of [open, high, low, close]) {
      instrument = this.#find(instrumentId, price);
      if (instrument === undefined) return;
    }
    if (instrument === undefined) return;
    const prices = this.#data(TickKind.BarPrice, instrument, 0);
    prices.open = instrument.mantissa(open);
    prices.high = instrument.mantissa(high);
    prices.low = instrument.mantissa(low);
    prices.close = instrument.mantissa(close);
    const volumes = this.#data(TickKind.BarVolume, instrument, RecordFlag.Last);
    volumes.volume = isSafeInteger(volume) ? volume : ABSENT;
    volumes.turnover = ABSENT;
    volumes.intervalMs = intervalMs;
    volumes.coverageE4 = 10_000;
    this.counts.accepted += 1;
  }

  #data(kind: TickKind, instrument: Instrument, flags: number): TickView {
    const tick = this.#emitter.data(kind, instrument);
    tick.publisher = this.#publisher;
    if ((flags & RecordFlag.Last) === 0) tick.flags &= ~END;
    if ((flags & RecordFlag.Snapshot) !== 0) tick.flags |= TickFlag.Snapshot;
    if ((flags & RecordFlag.BadTsRecv) !== 0) tick.flags |= TickFlag.BadTs | TickFlag.SuspectBook;
    if ((flags & RecordFlag.MaybeBadBook) !== 0) tick.flags |= TickFlag.SuspectBook;
    return tick;
  }

  /** The instrument, its entry fine enough for `price`; `undefined`: counted, no tick. */
  #find(instrumentId: number, price: number | null, isCounted = false): Instrument | undefined {
    if (price !== null && !isSafeInteger(price)) {
      if (!isCounted) this.counts.dropped.priceRange += 1;
      return undefined;
    }
    const instrument = this.#instruments.find(instrumentId, this.#event, price);
    if (instrument === undefined && !isCounted) this.counts.dropped.directoryFull += 1;
    return instrument;
  }
}

function sideOf(side: number): Side {
  if (side === RecordSide.Bid) return Side.Bid;
  return side === RecordSide.Ask ? Side.Ask : Side.None;
}
