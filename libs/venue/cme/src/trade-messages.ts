import { ABSENT } from '@tickwire/core';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type {
  MDIncrementalRefreshTrade36Decoder,
  MDIncrementalRefreshTradeSummary42Decoder,
  MDIncrementalRefreshTradeSummary48Decoder,
  MDIncrementalRefreshTradeSummaryLongQty65Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookMessages } from './book-messages.ts';
import type { EntryGate } from './entry-gate.ts';
import type { EventTicks } from './event-ticks.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';
import type { MessageParts } from './message-parts.ts';
import { isPrice, priceOf, priceOfWords } from './prices.ts';
import type { CmeTallies } from './tallies.ts';

export type TradeSummaryMessage =
  | MDIncrementalRefreshTradeSummary42Decoder
  | MDIncrementalRefreshTradeSummary48Decoder
  | MDIncrementalRefreshTradeSummaryLongQty65Decoder;

/** MDUpdateAction (tag 279) of trades that were not as they had been told. */
const CHANGE = 1;
const DELETE = 2;
/** AggressorSide (tag 5797). */
const BUY = 1;
const SELL = 2;

/** One trade, as the message at hand states it: filled again and again. */
class Trade {
  price: number = ABSENT;
  size = 0;
  id = 0;
  action = 0;
  aggressor: number | null = null;
}

/** MDIncrementalRefreshTradeSummary, MDIncrementalRefreshTrade of version 5: TRADE ticks. */
export class TradeMessages {
  readonly #instruments: Instruments;
  readonly #gate: EntryGate;
  readonly #ticks: EventTicks;
  readonly #books: BookMessages;
  readonly #tallies: CmeTallies;
  readonly #trade = new Trade();

  constructor(parts: MessageParts) {
    this.#instruments = parts.instruments;
    this.#gate = parts.gate;
    this.#ticks = parts.ticks;
    this.#books = parts.bookMessages;
    this.#tallies = parts.tallies;
  }

  /** @param scale - From the mantissas of the message to those of 1e-9. */
  summary(message: TradeSummaryMessage, scale: number): void {
    const trade = this.#trade;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      const px = entries.mdEntryPx;
      trade.price = priceOfWords(px.mantissaHi32, px.mantissaLo32, scale);
      trade.size = entries.mdEntrySize;
      trade.id = entries.mdTradeEntryID ?? 0;
      trade.action = entries.mdUpdateAction;
      trade.aggressor = entries.aggressorSide;
      this.#write(instrument);
      this.#books.advance(instrument, entries.rptSeq);
    }
    if (this.#gate.isFirst) this.#tallies.droppedEntries.add(message.noOrderIDEntries().count);
  }

  trade(message: MDIncrementalRefreshTrade36Decoder, scale: number): void {
    const trade = this.#trade;
    const entries = message.noMDEntries();
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      trade.price = priceOf(entries.mdEntryPx.mantissa, scale);
      trade.size = entries.mdEntrySize;
      trade.id = entries.tradeID >>> 0;
      trade.action = entries.mdUpdateAction;
      trade.aggressor = entries.aggressorSide;
      this.#write(instrument);
      this.#books.advance(instrument, entries.rptSeq);
    }
  }

  #write(instrument: CmeInstrument): void {
    if (!this.#gate.hasTicks) return;
    const { price, size, action } = this.#trade;
    if (!isPrice(price) || !Number.isSafeInteger(size) || size < 0) {
      this.#tallies.outOfRange.add(1);
      return;
    }
    if (action === DELETE) {
      this.#tick(instrument, Action.Cancel);
      return;
    }
    if (action !== CHANGE) {
      this.#tick(instrument, Action.Trade);
      return;
    }
    // What is corrected is only known by its id: price and size of the first telling are not.
    this.#trade.price = ABSENT;
    this.#trade.size = ABSENT;
    this.#tick(instrument, Action.Cancel);
    this.#trade.price = price;
    this.#trade.size = size;
    this.#tick(instrument, Action.Correct);
    this.#ticks.addFlags(instrument, TickFlag.Last);
  }

  #tick(instrument: CmeInstrument, action: Action): void {
    const trade = this.#trade;
    const tick = this.#ticks.add(TickKind.Trade, instrument);
    tick.price = trade.price;
    tick.size = trade.size;
    tick.setTradeId(0, trade.id);
    const { aggressor } = trade;
    const side = aggressor === BUY ? Side.Bid : aggressor === SELL ? Side.Ask : Side.None;
    tick.setSideAction(side, action);
  }
}
