/**
 * The texts of the venue's push messages, field for field as its documents show them.
 *
 * Source: the official specification of kucoin-universal-sdk (spot, public), and captured traffic
 * where it differs: the ticker's time field is documented as `Time` in places, sent as `time`.
 * Units are the venue's own and differ by topic: level 2, ticker, level 1 and depth carry ms as a
 * number, match carries ns as a string, candles carry ns as a number.
 */
import { Side, decimalText } from '@tickwire/sim-kit';
import type { BookRow, Fill, Level, MarketUpdate, VenueTime } from '@tickwire/sim-kit';
import { CANDLE_SPANS } from './candles.ts';
import type { Instrument } from './instruments.ts';
import { joinFields } from './key-order.ts';
import type { KeyOrder } from './key-order.ts';
import type { Market } from './market.ts';
import type { MarketStats } from './market-stats.ts';

export class MessageWriter {
  readonly #order: KeyOrder;

  constructor(order: KeyOrder) {
    this.#order = order;
  }

  level2({ symbol, base }: Instrument, update: MarketUpdate, now: VenueTime): string {
    let asks = '';
    let bids = '';
    for (const { side, priceText, size, sequence } of update.changes) {
      const entry = `["${priceText}","${decimalText(size, base)}","${sequence}"]`;
      if (side === Side.Ask) asks += asks === '' ? entry : `,${entry}`;
      else bids += bids === '' ? entry : `,${entry}`;
    }
    const key = update.sequenceEnd;
    const changes = this.#object(key, [`"asks":[${asks}]`, `"bids":[${bids}]`]);
    const data = this.#object(key + 1, [
      `"changes":${changes}`,
      `"sequenceEnd":${update.sequenceEnd}`,
      `"sequenceStart":${update.sequenceStart}`,
      `"symbol":"${symbol}"`,
      `"time":${now.ms}`,
    ]);
    return this.#object(key + 2, [
      `"topic":"/market/level2:${symbol}"`,
      '"type":"message"',
      '"subject":"trade.l2update"',
      `"data":${data}`,
    ]);
  }

  match({ symbol, base }: Instrument, fill: Fill, now: VenueTime): string {
    const key = Number(fill.tradeId.slice(-9));
    const data = this.#object(key, [
      `"makerOrderId":"${fill.makerOrderId}"`,
      `"price":"${fill.priceText}"`,
      `"sequence":"${fill.tradeId}"`,
      `"side":"${fill.side}"`,
      `"size":"${decimalText(fill.size, base)}"`,
      `"symbol":"${symbol}"`,
      `"takerOrderId":"${fill.takerOrderId}"`,
      `"time":"${nsText(now)}"`,
      `"tradeId":"${fill.tradeId}"`,
      '"type":"match"',
    ]);
    return this.#object(key + 1, [
      `"topic":"/market/match:${symbol}"`,
      '"type":"message"',
      '"subject":"trade.l3match"',
      `"data":${data}`,
    ]);
  }

  /** The ticker of one symbol, or the same on the topic of all symbols. */
  ticker(market: Market, now: VenueTime, topic: 'symbol' | 'all'): string {
    const { symbol, base } = market.instrument;
    const { book, sequence } = market;
    const ask = book.best(Side.Ask);
    const bid = book.best(Side.Bid);
    const data = this.#object(sequence, [
      `"sequence":"${sequence}"`,
      `"price":"${market.lastPriceText}"`,
      `"size":"${decimalText(market.lastSize, base)}"`,
      `"bestAsk":"${ask?.text ?? '0'}"`,
      `"bestAskSize":"${decimalText(ask?.size ?? 0, base)}"`,
      `"bestBid":"${bid?.text ?? '0'}"`,
      `"bestBidSize":"${decimalText(bid?.size ?? 0, base)}"`,
      `"time":${now.ms}`,
    ]);
    return this.#object(sequence + 1, [
      '"type":"message"',
      topic === 'all' ? '"topic":"/market/ticker:all"' : `"topic":"/market/ticker:${symbol}"`,
      topic === 'all' ? `"subject":"${symbol}"` : '"subject":"trade.ticker"',
      `"data":${data}`,
    ]);
  }

  level1({ instrument, book, sequence }: Market, now: VenueTime): string {
    const one = (level: Level | undefined): string =>
      level === undefined ? '[]' : levelText(level, instrument);
    const data = this.#object(sequence, [
      `"asks":${one(book.best(Side.Ask))}`,
      `"bids":${one(book.best(Side.Bid))}`,
      `"timestamp":${now.ms}`,
    ]);
    return this.#object(sequence + 1, [
      `"topic":"/spotMarket/level1:${instrument.symbol}"`,
      '"type":"message"',
      '"subject":"level1"',
      `"data":${data}`,
    ]);
  }

  depth({ instrument, book, sequence }: Market, now: VenueTime, levels: 5 | 50): string {
    const top = (side: readonly Level[]): string => {
      const texts: string[] = [];
      for (let i = side.length - 1; i >= 0 && texts.length < levels; i -= 1) {
        const level = side[i];
        if (level !== undefined) texts.push(levelText(level, instrument));
      }
      return `[${texts.join(',')}]`;
    };
    const data = this.#object(sequence, [
      `"asks":${top(book.asks)}`,
      `"bids":${top(book.bids)}`,
      `"timestamp":${now.ms}`,
    ]);
    return this.#object(sequence + 1, [
      `"topic":"/spotMarket/level2Depth${levels}:${instrument.symbol}"`,
      '"type":"message"',
      '"subject":"level2"',
      `"data":${data}`,
    ]);
  }

  candles(market: Market, stats: MarketStats, at: { span: number; now: VenueTime }): string {
    const { instrument } = market;
    const { symbol } = instrument;
    const type = CANDLE_SPANS[at.span]?.name ?? '';
    const data = this.#object(market.sequence, [
      `"symbol":"${symbol}"`,
      `"candles":${stats.candles[at.span]?.text(instrument) ?? '[]'}`,
      `"time":${nsText(at.now)}`,
    ]);
    return this.#object(market.sequence + 1, [
      `"topic":"/market/candles:${symbol}_${type}"`,
      '"type":"message"',
      `"subject":"trade.candles.${stats.fresh[at.span] === true ? 'add' : 'update'}"`,
      `"data":${data}`,
    ]);
  }

  snapshot(market: Market, stats: MarketStats, now: VenueTime): string {
    const { sequence, instrument } = market;
    const figures = this.#object(sequence, stats.snapshotFields(market, now));
    const data = this.#object(sequence + 1, [`"sequence":"${sequence}"`, `"data":${figures}`]);
    return this.#object(sequence + 2, [
      `"topic":"/market/snapshot:${instrument.symbol}"`,
      '"type":"message"',
      '"subject":"trade.snapshot"',
      `"data":${data}`,
    ]);
  }

  #object(key: number, fields: string[]): string {
    return joinFields(fields, this.#order, key);
  }
}

/** One side of a REST book: `[["price","size"],…]`, best first. */
export function rowsText(rows: readonly BookRow[], instrument: Instrument): string {
  const texts = rows.map(
    (row) => `["${row.priceText}","${decimalText(row.size, instrument.base)}"]`,
  );
  return `[${texts.join(',')}]`;
}

/** A venue time as decimal ns since the Unix epoch, 19 digits. */
export function nsText(now: VenueTime): string {
  return `${now.ms}${String(now.ns).padStart(6, '0')}`;
}

function levelText(level: Level, { base }: Instrument): string {
  return `["${level.text}","${decimalText(level.size, base)}"]`;
}
