/**
 * Records of DBN v3 to ticks. What becomes which tick: the table in README.md. A record that cannot
 * be a tick is counted by why, and loses nothing else.
 */
import { StreamReason, StreamState } from '@tickwire/core';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import type { OrderBook } from '@tickwire/domain-depth';
import type {
  FeedSink,
  ImageLimits,
  RecvStamp,
  Relocation,
  StreamChange,
} from '@tickwire/domain-feed';
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
  StatisticsRecord,
  StatusRecord,
  TradeRecord,
} from '@tickwire/wire-dbn';
import type { SymbolMappingRecord } from '@tickwire/wire-dbn';
import { BookImages } from './book-images.ts';
import type { Instruments } from './instruments.ts';
import { LevelTicks } from './level-ticks.ts';
import { MarketTicks } from './market-ticks.ts';
import type { NormaliserCounts } from './normaliser-counts.ts';
import { OrderTicks } from './order-ticks.ts';
import { NO_PRICE, RecordFrame } from './record-frame.ts';
import type { LiveRecord } from './record-identity.ts';
import { ReferenceTicks } from './reference-ticks.ts';
import type { MissingRecords } from './merge-options.ts';

export interface NormaliserOptions {
  readonly sink: FeedSink;
  /** Flag bits of every tick. */
  readonly flags: number;
  /** Schema `trades` is subscribed: trades in records of other schemas are not told again. */
  readonly hasTradeRecords: boolean;
  /**
   * Makes books by order of mbo: `orderBook`. Then orders that contradict their book show, and
   * their ticks carry SUSPECT_BOOK; it costs several times the ticks themselves. Default false.
   */
  readonly keepsBooks?: boolean;
}

export class DatabentoNormaliser {
  readonly counts: NormaliserCounts;
  readonly #frame: RecordFrame;
  readonly #market: MarketTicks;
  readonly #orders: OrderTicks;
  readonly #levels: LevelTicks;
  readonly #images: BookImages;
  readonly #reference: ReferenceTicks;
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

  constructor(options: NormaliserOptions) {
    const { sink, flags, hasTradeRecords, keepsBooks = false } = options;
    this.#frame = new RecordFrame(sink, flags);
    this.counts = this.#frame.counts;
    this.#market = new MarketTicks(this.#frame, hasTradeRecords);
    this.#orders = new OrderTicks(this.#frame, this.#market, { keepsBooks });
    this.#levels = new LevelTicks(this.#frame.emitter, this.#frame.instruments);
    const books = { orders: this.#orders, levels: this.#levels };
    this.#images = new BookImages(this.#frame, books);
    this.#reference = new ReferenceTicks(this.#frame);
  }

  /** Of mappings, definitions and directory entries. */
  get instruments(): Readonly<Instruments['counts']> {
    return this.#frame.instruments.counts;
  }

  /** Levels of accepted records for whose prices the directory had no room. */
  get levelsLost(): number {
    return this.#levels.lost;
  }

  symbolOf(instrumentId: number): string | undefined {
    return this.#frame.instruments.symbolOf(instrumentId);
  }

  /**
   * The book by order of an instrument, with `keepsBooks`; read it when it is consistent, prices in
   * 1e-9. Each publisher of an instrument has one of its own.
   */
  orderBook(instrumentId: number, publisherId?: number): OrderBook | undefined {
    return this.#orders.book(instrumentId, publisherId);
  }

  /** Why `writeImage` would refuse now; `undefined` when it would not. */
  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    return this.#images.refusal(this.#frame.instruments.named(symbol), limits);
  }

  /**
   * Writes the books of `symbol` once more, between two records; why not, when nothing was.
   * Books by order are there with `keepsBooks`, books of ten levels with mbp-10.
   */
  writeImage(
    symbol: string,
    recv: Readonly<RecvStamp>,
    limits: ImageLimits,
  ): SnapshotRefusal | undefined {
    const instrument = this.#frame.instruments.named(symbol);
    const refusal = this.#images.refusal(instrument, limits);
    if (refusal !== undefined || instrument === undefined) return refusal;
    this.#frame.emitter.begin(recv, undefined);
    this.#images.write(instrument);
    this.publish();
    return undefined;
  }

  /**
   * Goes on with `symbol` under the entry that `relocate` gives, called at once, and writes its
   * books there. Between two records only.
   * @param stream - State that the stream of the symbol is in.
   * @returns false when it stays where it is: it is not known, or there is no room.
   */
  relocate(
    symbol: string,
    { stream, recv }: { stream: StreamState; recv: Readonly<RecvStamp> },
    relocate: Relocation,
  ): boolean {
    const instrument = this.#frame.instruments.named(symbol);
    if (instrument === undefined) return false;
    this.publish();
    const { entry } = instrument;
    const index = relocate({ entry, index: instrument.index, stream });
    if (index === undefined) return false;
    instrument.move(index, entry);
    this.#frame.emitter.begin(recv, undefined);
    this.#images.write(instrument);
    // Orders told before are not where the next ones go.
    if (!this.#orders.hasBooks) instrument.doubtOrders();
    this.publish();
    return true;
  }

  onMapping(mapping: SymbolMappingRecord): void {
    this.#frame.instruments.onMapping(mapping);
  }

  /** One record, once and in order. Never throws. */
  onRecord(record: LiveRecord, recv: Readonly<RecvStamp>): void {
    this.#frame.begin(record, recv);
    const { view, offset, rtype } = record;
    if (rtype === RType.Mbo) this.#orders.take(this.#mbo.wrap(view, offset));
    else if (rtype === RType.Trade) this.#market.onTrade(this.#trade.wrap(view, offset));
    else if (rtype === RType.Mbp1) this.#market.onMbp1(this.#mbp1.wrap(view, offset));
    else if (rtype === RType.Mbp10) this.#onMbp10(this.#mbp10.wrap(view, offset));
    else this.#onOther(record);
  }

  /** A change of the state of everything. */
  onChannel(change: StreamChange, recv: Readonly<RecvStamp>): void {
    const { emitter } = this.#frame;
    emitter.begin(recv, undefined);
    emitter.stream(undefined, change);
  }

  /** Records of one instrument are missing: its next tick says so, its book is not trusted. */
  onMissing(missing: MissingRecords, ledgerId: number, recv: Readonly<RecvStamp>): void {
    const { emitter, instruments } = this.#frame;
    const instrument = instruments.find(missing.instrumentId, missing.from, NO_PRICE);
    this.#orders.doubt(missing.instrumentId, instrument);
    this.#levels.forget(missing.instrumentId);
    if (instrument === undefined) return;
    emitter.begin(recv, undefined);
    const gap = { state: StreamState.Gap, previous: StreamState.Live, ledgerId };
    emitter.stream(instrument, {
      ...{ ...gap, reason: StreamReason.SequenceGap, from: missing.from },
      missing: missing.missing,
    });
    instrument.gapBefore = true;
  }

  /** What came is not all there was: no book is right until it begins anew. */
  doubtBooks(): void {
    this.#orders.doubtAll();
    this.#levels.forgetAll();
    for (const instrument of this.#frame.instruments.all()) instrument.gapBefore = true;
  }

  publish(): void {
    this.#frame.emitter.publish();
  }

  #onMbp10(record: Mbp10Record): void {
    const frame = this.#frame;
    if (record.action === RecordAction.Trade) {
      this.#market.onToldTrade(record, record.sequence);
      return;
    }
    const instrument = frame.find(record.instrumentId, NO_PRICE);
    if (instrument === undefined) return;
    this.#levels.take(record, instrument);
    frame.accept();
  }

  #onOther({ view, offset, rtype }: LiveRecord): void {
    const market = this.#market;
    const reference = this.#reference;
    if (rtype === RType.Bbo1s || rtype === RType.Bbo1m) market.onBbo(this.#bbo.wrap(view, offset));
    else if (rtype === RType.Cmbp1 || rtype === RType.Tcbbo) {
      market.onCmbp1(this.#cmbp1.wrap(view, offset));
    } else if (rtype === RType.Cbbo1s || rtype === RType.Cbbo1m) {
      market.onCbbo(this.#cbbo.wrap(view, offset));
    } else if (rtype === RType.Status) reference.onStatus(this.#status.wrap(view, offset));
    else if (rtype === RType.Statistics) {
      reference.onStatistics(this.#statistics.wrap(view, offset));
    } else if (rtype === RType.Imbalance) {
      reference.onImbalance(this.#imbalance.wrap(view, offset));
    } else if (rtype === RType.Definition) this.#onDefinition(this.#definition.wrap(view, offset));
    else if (ReferenceTicks.isBar(rtype)) reference.onBar(this.#ohlcv.wrap(view, offset));
    else this.#frame.drop('noTick');
  }

  #onDefinition(record: DefinitionRecord): void {
    const frame = this.#frame;
    if (frame.instruments.onDefinition(record) === undefined) frame.drop('directoryFull');
    else this.counts.definitions += 1;
  }
}
