import { Action as RecordAction } from '@tickwire/wire-dbn';
import type {
  BboRecord,
  CbboRecord,
  Cmbp1Record,
  LevelView,
  Mbp10Record,
  Mbp1Record,
  MboRecord,
  TradeRecord,
} from '@tickwire/wire-dbn';
import { Action, TickKind } from '@tickwire/wire-tick';
import { priceOf, sideOf } from './record-frame.ts';
import type { RecordFrame } from './record-frame.ts';

type TradeTeller = TradeRecord | Mbp1Record | Mbp10Record | Cmbp1Record | MboRecord;
type BestLevel = Pick<
  LevelView,
  'bidPxHi32' | 'bidPxLo32' | 'askPxHi32' | 'askPxLo32' | 'bidSz' | 'askSz'
>;

/** Trades and the best prices, out of whichever record tells them. */
export class MarketTicks {
  readonly #frame: RecordFrame;
  readonly #hasTradeRecords: boolean;

  /** @param hasTradeRecords - What records of other schemas tell of trades is told already. */
  constructor(frame: RecordFrame, hasTradeRecords: boolean) {
    this.#frame = frame;
    this.#hasTradeRecords = hasTradeRecords;
  }

  onTrade(record: TradeRecord): void {
    this.#trade(record, record.sequence);
  }

  /** A trade in a record of another schema. */
  onToldTrade(record: TradeTeller, sequence: number): void {
    if (this.#hasTradeRecords) this.#frame.drop('otherSchema');
    else this.#trade(record, sequence);
  }

  onMbp1(record: Mbp1Record): void {
    if (record.action === RecordAction.Trade) this.onToldTrade(record, record.sequence);
    this.#quote(record, record.level(0), record.sequence);
  }

  /** Of several venues: there is no sequence. */
  onCmbp1(record: Cmbp1Record): void {
    if (record.action === RecordAction.Trade) this.onToldTrade(record, 0);
    this.#quote(record, record.level(0), 0);
  }

  onBbo(record: BboRecord): void {
    this.#quote(record, record.level(0), record.sequence);
  }

  onCbbo(record: CbboRecord): void {
    this.#quote(record, record.level(0), 0);
  }

  #trade(record: TradeTeller, sequence: number): void {
    const frame = this.#frame;
    const { size } = record;
    const price = priceOf(record.priceHi32, record.priceLo32);
    if (size === null || Number.isNaN(price)) {
      frame.drop('noPrice');
      return;
    }
    const instrument = frame.find(record.instrumentId, price);
    if (instrument === undefined || !frame.holds(instrument, price)) return;
    const tick = frame.tick(TickKind.Trade, instrument, record.flags);
    tick.sequence = sequence;
    tick.price = instrument.mantissa(price);
    tick.size = size;
    tick.setSideAction(sideOf(record.side), Action.Trade);
    frame.accept();
  }

  #quote(
    record: { readonly instrumentId: number; readonly flags: number },
    level: BestLevel,
    sequence: number,
  ): void {
    const frame = this.#frame;
    const bid = priceOf(level.bidPxHi32, level.bidPxLo32);
    const ask = priceOf(level.askPxHi32, level.askPxLo32);
    const instrument = frame.find(record.instrumentId, bid);
    if (instrument === undefined) return;
    if (!frame.holds(instrument, bid) || !frame.holds(instrument, ask)) return;
    const tick = frame.tick(TickKind.Quote, instrument, record.flags);
    tick.sequence = sequence;
    tick.bidPrice = instrument.mantissa(bid);
    tick.askPrice = instrument.mantissa(ask);
    tick.bidSize = Number.isNaN(bid) ? 0 : level.bidSz;
    tick.askSize = Number.isNaN(ask) ? 0 : level.askSz;
    frame.accept();
  }
}
