/**
 * Records of what happens to a book, in every schema that shows it: mbo, trades, tbbo, mbp-1 and
 * mbp-10. Of each schema the last record of an event has the flag LAST.
 */
import {
  Action,
  MboRecord,
  Mbp10Record,
  Mbp1Record,
  RType,
  RecordFlag,
  Side,
  TradeRecord,
} from '@tickwire/wire-dbn';
import type { LevelView } from '@tickwire/wire-dbn';
import type { EventStamp } from './event-stamp.ts';
import type { LimitBook, RestingOrder } from './limit-book.ts';
import type { OrderFlowSink, Trade } from './order-flow.ts';
import type { RecordLog } from './record-log.ts';
import type { MadeSchema } from './schema-codes.ts';
import { SchemaWriter } from './schema-writer.ts';

const CHANNEL_ID = 0;
const LEVELS = 10;

/** What records of a change have in common, whichever schema they are of. */
interface Change {
  action: number;
  side: number;
  priceTicks: number | null;
  size: number;
  depth: number;
}

export interface EventRecorderOptions {
  readonly log: RecordLog;
  readonly stamp: EventStamp;
  /** Those that are made. */
  readonly schemas: ReadonlySet<MadeSchema>;
  readonly onTrade: (trade: Trade) => void;
}

export class EventRecorder implements OrderFlowSink {
  readonly #stamp: EventStamp;
  readonly #onTrade: (trade: Trade) => void;
  readonly #mbo: SchemaWriter<MboRecord> | undefined;
  readonly #trades: SchemaWriter<TradeRecord> | undefined;
  readonly #tbbo: SchemaWriter<Mbp1Record> | undefined;
  readonly #mbp1: SchemaWriter<Mbp1Record> | undefined;
  readonly #mbp10: SchemaWriter<Mbp10Record> | undefined;
  readonly #change: Change = { action: 0, side: 0, priceTicks: 0, size: 0, depth: 0 };
  #book: LimitBook | undefined;
  // Whether the event has a record in it yet.
  #hasMbo = false;
  #hasTrades = false;
  #hasMbp1 = false;
  #hasMbp10 = false;

  constructor({ log, stamp, schemas, onTrade }: EventRecorderOptions) {
    this.#stamp = stamp;
    this.#onTrade = onTrade;
    const has = (schema: MadeSchema): boolean => schemas.has(schema);
    if (has('mbo')) {
      const record = new MboRecord();
      this.#mbo = new SchemaWriter({ log, record, schema: 'mbo', rtype: RType.Mbo });
    }
    if (has('trades')) {
      const record = new TradeRecord();
      this.#trades = new SchemaWriter({ log, record, schema: 'trades', rtype: RType.Trade });
    }
    if (has('tbbo')) {
      const record = new Mbp1Record();
      this.#tbbo = new SchemaWriter({ log, record, schema: 'tbbo', rtype: RType.Mbp1 });
    }
    if (has('mbp-1')) {
      const record = new Mbp1Record();
      this.#mbp1 = new SchemaWriter({ log, record, schema: 'mbp-1', rtype: RType.Mbp1 });
    }
    if (has('mbp-10')) {
      const record = new Mbp10Record();
      this.#mbp10 = new SchemaWriter({ log, record, schema: 'mbp-10', rtype: RType.Mbp10 });
    }
  }

  begin(book: LimitBook): void {
    this.#book = book;
    this.#hasMbo = this.#hasTrades = this.#hasMbp1 = this.#hasMbp10 = false;
  }

  /** Ends the event: now books are whole. */
  end(): void {
    if (this.#hasMbo) last(this.#mbo?.record);
    if (this.#hasTrades) {
      last(this.#trades?.record);
      last(this.#tbbo?.record);
    }
    if (this.#hasMbp1) last(this.#mbp1?.record);
    if (this.#hasMbp10) last(this.#mbp10?.record);
  }

  added(order: RestingOrder): void {
    this.#order(Action.Add, order, order.size);
    this.#levels(Action.Add, order, order.size);
  }

  cancelled(order: RestingOrder, size: number): void {
    this.#order(Action.Cancel, order, size);
    this.#levels(Action.Cancel, order, size);
  }

  modified(order: RestingOrder, fromTicks: number): void {
    this.#order(Action.Modify, order, order.size);
    const from = this.#book?.depthOf(order.isBid, fromTicks) ?? 0;
    const to = this.#book?.depthOf(order.isBid, order.priceTicks) ?? 0;
    this.#set(Action.Modify, order, order.size);
    this.#change.depth = Math.min(from, to);
    this.#writeLevels();
  }

  traded(trade: Trade): void {
    const { isBuy, priceTicks, size } = trade;
    this.#onTrade(trade);
    const mbo = this.#begin(this.#mbo);
    if (mbo !== undefined) {
      mbo
        .setOrderIdWords(0, 0)
        .setAction(Action.Trade)
        .setSide(isBuy ? Side.Bid : Side.Ask);
      mbo.setPrice(this.#priceE9(priceTicks)).setSize(size);
      this.#hasMbo = true;
    }
    const change = this.#change;
    change.action = Action.Trade;
    change.side = isBuy ? Side.Bid : Side.Ask;
    change.priceTicks = priceTicks;
    change.size = size;
    change.depth = 0;
    this.#hasTrades = true;
    if (this.#trades !== undefined) this.#fill(this.#trades.begin(this.#stamp));
    if (this.#tbbo !== undefined) {
      const record = this.#tbbo.begin(this.#stamp);
      this.#fill(record);
      this.fillLevel(record.level(0), this.#book, 0);
    }
    this.#writeLevels();
  }

  filled(order: RestingOrder, size: number): void {
    this.#order(Action.Fill, order, size);
  }

  cleared(): void {
    const mbo = this.#begin(this.#mbo);
    if (mbo !== undefined) {
      mbo.setOrderIdWords(0, 0).setAction(Action.Clear).setSide(Side.None);
      mbo.setPrice(null).setSize(0);
      this.#hasMbo = true;
    }
    const change = this.#change;
    change.action = Action.Clear;
    change.side = Side.None;
    change.priceTicks = null;
    change.size = 0;
    change.depth = 0;
    this.#writeLevels();
  }

  /** Shows a place of both sides; a side that has no such level is null. */
  fillLevel(view: LevelView, book: LimitBook | undefined, depth: number): void {
    const bid = book?.bids[depth];
    const ask = book?.asks[depth];
    if (bid !== undefined) {
      view.setBidPx(this.#priceE9(bid.priceTicks)).setBidSz(bid.size).setBidCt(bid.orders.length);
    }
    if (ask !== undefined) {
      view.setAskPx(this.#priceE9(ask.priceTicks)).setAskSz(ask.size).setAskCt(ask.orders.length);
    }
  }

  #order(action: number, order: RestingOrder, size: number): void {
    const mbo = this.#begin(this.#mbo);
    if (mbo === undefined) return;
    fillOrder(mbo, order, { action, size, priceE9: this.#priceE9(order.priceTicks) });
    this.#hasMbo = true;
  }

  #begin(writer: SchemaWriter<MboRecord> | undefined): MboRecord | undefined {
    const record = writer?.begin(this.#stamp);
    const { recv, latencyNs, sequence } = this.#stamp;
    record?.setTsRecvWords(recv.hi, recv.lo).setTsInDelta(latencyNs).setSequence(sequence);
    return record?.setChannelId(CHANNEL_ID);
  }

  #levels(action: number, order: RestingOrder, size: number): void {
    this.#set(action, order, size);
    this.#change.depth = this.#book?.depthOf(order.isBid, order.priceTicks) ?? 0;
    this.#writeLevels();
  }

  #set(action: number, order: RestingOrder, size: number): void {
    this.#change.action = action;
    this.#change.side = order.isBid ? Side.Bid : Side.Ask;
    this.#change.priceTicks = order.priceTicks;
    this.#change.size = size;
  }

  #writeLevels(): void {
    const { depth } = this.#change;
    if (depth === 0 && this.#mbp1 !== undefined) {
      const record = this.#mbp1.begin(this.#stamp);
      this.#fill(record);
      this.fillLevel(record.level(0), this.#book, 0);
      this.#hasMbp1 = true;
    }
    if (depth >= LEVELS || this.#mbp10 === undefined) return;
    const record = this.#mbp10.begin(this.#stamp);
    this.#fill(record);
    for (let at = 0; at < LEVELS; at += 1) this.fillLevel(record.level(at), this.#book, at);
    this.#hasMbp10 = true;
  }

  #fill(record: TradeRecord | Mbp1Record | Mbp10Record): void {
    const { action, side, priceTicks, size, depth } = this.#change;
    const { recv, latencyNs, sequence } = this.#stamp;
    record.setPrice(priceTicks === null ? null : this.#priceE9(priceTicks)).setSize(size);
    record.setAction(action).setSide(side).setDepth(depth);
    record.setTsRecvWords(recv.hi, recv.lo).setTsInDelta(latencyNs).setSequence(sequence);
  }

  #priceE9(ticks: number): number {
    return ticks * this.#stamp.instrument.tickE9;
  }
}

const TWO_32 = 2 ** 32;

/** Order, price and size of a record of mbo. */
export function fillOrder(
  record: MboRecord,
  { id, isBid }: RestingOrder,
  change: { readonly action: number; readonly size: number; readonly priceE9: number },
): void {
  record.setOrderIdWords(Math.floor(id / TWO_32), id % TWO_32).setAction(change.action);
  record
    .setSide(isBid ? Side.Bid : Side.Ask)
    .setPrice(change.priceE9)
    .setSize(change.size);
}

function last(record: MboRecord | TradeRecord | Mbp1Record | Mbp10Record | undefined): void {
  record?.setFlags(record.flags | RecordFlag.Last);
}
