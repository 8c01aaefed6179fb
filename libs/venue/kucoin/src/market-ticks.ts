/** Trades and quotes: one message, one tick. Values are checked before anything is made of them. */
import { ABSENT } from '@tickwire/core';
import type { TickEmitter } from '@tickwire/domain-feed';
import { POW10, ValueKind } from '@tickwire/wire-json';
import { Action, Side, TickKind } from '@tickwire/wire-tick';
import type { BookWriter } from './book-writer.ts';
import { scaled, scaledSize } from './exact-scale.ts';
import { LevelList } from './level-list.ts';
import { slotOf } from './message-fields.ts';
import type { MessageReader } from './message-reader.ts';
import type { CoarserEntry, SymbolState } from './symbol-state.ts';
import type { Tallies } from './tallies.ts';

const SEQUENCE = slotOf('data.sequence');
const ASKS = slotOf('data.asks');
const BIDS = slotOf('data.bids');
const BEST_BID = slotOf('data.bestBid');
const BEST_BID_SIZE = slotOf('data.bestBidSize');
const BEST_ASK = slotOf('data.bestAsk');
const BEST_ASK_SIZE = slotOf('data.bestAskSize');
const PRICE = slotOf('data.price');
const SIZE = slotOf('data.size');
const SIDE = slotOf('data.side');
const TRADE_ID = slotOf('data.tradeId');

const BUY = new TextEncoder().encode('buy');
const SELL = new TextEncoder().encode('sell');
const LEVEL1_BIDS = { field: 'data.bids', isBid: true, sequenced: false };
const LEVEL1_ASKS = { field: 'data.asks', isBid: false, sequenced: false };

export class MarketTicks {
  readonly #reader: MessageReader;
  readonly #writer: BookWriter;
  readonly #emit: TickEmitter;
  readonly #tallies: Tallies;
  readonly #levels: LevelList;
  /** Price and size mantissas of a quote: bid price, bid size, ask price, ask size; and digits. */
  readonly #quote = new Float64Array(4);
  readonly #quoteDigits = new Uint8Array(4);

  constructor(parts: {
    reader: MessageReader;
    writer: BookWriter;
    emit: TickEmitter;
    tallies: Tallies;
  }) {
    this.#reader = parts.reader;
    this.#writer = parts.writer;
    this.#emit = parts.emit;
    this.#tallies = parts.tallies;
    this.#levels = new LevelList(parts.reader.scan);
  }

  match(state: SymbolState): void {
    const reader = this.#reader;
    const { scan } = reader;
    reader.need(SIDE, ValueKind.String);
    const isBuy = reader.is(SIDE, BUY);
    if (!isBuy && !reader.is(SIDE, SELL)) reader.fail('BAD_FIELD', SIDE);
    reader.decimal(PRICE, 'NEGATIVE_PRICE');
    const price = scan.mantissa;
    const priceDigits = scan.digits;
    if (price === 0) reader.fail('BAD_FIELD', PRICE);
    reader.decimal(SIZE, 'NEGATIVE_SIZE');
    const size = scan.mantissa;
    const sizeDigits = scan.digits;
    reader.u64(SEQUENCE);
    const sequence = scan.lo;
    reader.tradeId(TRADE_ID);
    const priceExp = Math.min(state.entry.priceExp, 0 - priceDigits);
    const sizeExp = Math.min(state.entry.sizeExp, 0 - sizeDigits);
    const priceMantissa = scaled(price, priceDigits, priceExp);
    const sizeMantissa = scaledSize(size, sizeDigits, sizeExp);
    this.#writer.supersede(state, priceExp, sizeExp);
    const coarser = this.#writer.coarserFor(state, sizeMantissa);
    this.#tallies.ticksImplied.add(1);
    const tick = this.#emit.data(TickKind.Trade, state);
    tick.sequence = sequence;
    tick.setSideAction(isBuy ? Side.Bid : Side.Ask, Action.Trade);
    tick.price = priceMantissa;
    tick.size = coarser === undefined ? sizeMantissa : inUnitsOf(coarser, state, sizeMantissa);
    if (coarser !== undefined) tick.instrument = coarser.index;
    tick.setTradeId(scan.hi, scan.lo);
  }

  ticker(state: SymbolState): void {
    const reader = this.#reader;
    reader.u64(SEQUENCE);
    const sequence = reader.scan.lo;
    reader.optionalDecimal(BEST_BID, 'NEGATIVE_PRICE');
    this.#noteQuote(0);
    reader.optionalDecimal(BEST_BID_SIZE, 'NEGATIVE_SIZE');
    this.#noteQuote(1);
    reader.optionalDecimal(BEST_ASK, 'NEGATIVE_PRICE');
    this.#noteQuote(2);
    reader.optionalDecimal(BEST_ASK_SIZE, 'NEGATIVE_SIZE');
    this.#noteQuote(3);
    this.#emitQuote(state, sequence);
  }

  /** Level 1 has no sequence: its ticks carry 0. */
  level1(state: SymbolState): void {
    const reader = this.#reader;
    const levels = this.#levels;
    reader.need(BIDS, ValueKind.Array);
    reader.need(ASKS, ValueKind.Array);
    this.#quote.fill(0);
    this.#quoteDigits.fill(0);
    for (const columns of [LEVEL1_BIDS, LEVEL1_ASKS]) {
      levels.clear();
      levels.appendOne(reader.bytes, reader.start(columns.isBid ? BIDS : ASKS), columns);
      if (levels.count === 0) continue;
      const at = columns.isBid ? 0 : 2;
      this.#quote[at] = levels.prices[0] as number;
      this.#quoteDigits[at] = levels.priceDigits[0] as number;
      this.#quote[at + 1] = levels.sizes[0] as number;
      this.#quoteDigits[at + 1] = levels.sizeDigits[0] as number;
    }
    this.#emitQuote(state, 0);
  }

  #noteQuote(at: number): void {
    this.#quote[at] = this.#reader.scan.mantissa;
    this.#quoteDigits[at] = this.#reader.scan.digits;
  }

  /** A side without a price is absent, its size with it. */
  #emitQuote(state: SymbolState, sequence: number): void {
    const quote = this.#quote;
    const digits = this.#quoteDigits;
    const priceDigits = Math.max(digits[0] as number, digits[2] as number);
    const sizeDigits = Math.max(digits[1] as number, digits[3] as number);
    const priceExp = Math.min(state.entry.priceExp, 0 - priceDigits);
    const sizeExp = Math.min(state.entry.sizeExp, 0 - sizeDigits);
    for (let at = 0; at < 4; at++) {
      const isPrice = (at & 1) === 0;
      quote[at] = isPrice
        ? scaled(quote[at] as number, digits[at] as number, priceExp)
        : scaledSize(quote[at] as number, digits[at] as number, sizeExp);
    }
    this.#writer.supersede(state, priceExp, sizeExp);
    const coarser = this.#coarserForQuote(state);
    this.#tallies.ticksImplied.add(1);
    const tick = this.#emit.data(TickKind.Quote, state);
    tick.sequence = sequence;
    if (coarser !== undefined) tick.instrument = coarser.index;
    const hasBid = quote[0] !== 0;
    const hasAsk = quote[2] !== 0;
    tick.bidPrice = hasBid ? (quote[0] as number) : ABSENT;
    tick.bidSize = hasBid ? (quote[1] as number) : ABSENT;
    tick.askPrice = hasAsk ? (quote[2] as number) : ABSENT;
    tick.askSize = hasAsk ? (quote[3] as number) : ABSENT;
  }

  /** One entry for both sizes, when one of them is too large for the main one. */
  #coarserForQuote(state: SymbolState): CoarserEntry | undefined {
    const bidSize = this.#quote[1] as number;
    const askSize = this.#quote[3] as number;
    const larger = Math.max(bidSize, askSize);
    const coarser = this.#writer.coarserFor(state, larger, Math.min(bidSize, askSize));
    if (coarser === undefined) return undefined;
    this.#quote[1] = inUnitsOf(coarser, state, bidSize);
    this.#quote[3] = inUnitsOf(coarser, state, askSize);
    return coarser;
  }
}

/** A size of the main entry in the units of a coarser one: the caller knows that it is whole. */
function inUnitsOf(coarser: CoarserEntry, state: SymbolState, size: number): number {
  return size / (POW10[coarser.sizeExp - state.entry.sizeExp] as number);
}
