/**
 * Bodies of the venue's public spot answers over HTTP, each the `data` of
 * `{"code":"200000","data":…}`. Amounts are decimal texts made from integers.
 */
import { Side, decimalText, increment } from '@tickwire/sim-kit';
import type { BookImage, Increment } from '@tickwire/sim-kit';
import type { Instrument } from './instruments.ts';
import type { Market } from './market.ts';
import { marketOf } from './market-stats.ts';
import type { MarketStats } from './market-stats.ts';
import { rowsText } from './messages.ts';

export function bookData(image: BookImage, instrument: Instrument): string {
  const bids = rowsText(image.bids, instrument);
  const asks = rowsText(image.asks, instrument);
  return `{"time":${image.timeMs},"sequence":"${image.sequence}","bids":${bids},"asks":${asks}}`;
}

export function level1Data(market: Market, nowMs: number): string {
  const { book, instrument, sequence } = market;
  const bid = book.best(Side.Bid);
  const ask = book.best(Side.Ask);
  return JSON.stringify({
    time: nowMs,
    sequence: String(sequence),
    price: market.lastPriceText,
    size: decimalText(market.lastSize, instrument.base),
    bestBid: bid?.text ?? '0',
    bestBidSize: decimalText(bid?.size ?? 0, instrument.base),
    bestAsk: ask?.text ?? '0',
    bestAskSize: decimalText(ask?.size ?? 0, instrument.base),
  });
}

export function tickersData(
  markets: readonly Market[],
  stats: readonly MarketStats[],
  nowMs: number,
): string {
  const ticker = markets.map((market, index) => {
    const { symbol, base } = market.instrument;
    const bid = market.book.best(Side.Bid);
    const ask = market.book.best(Side.Ask);
    return {
      symbol,
      symbolName: symbol,
      bestBidSize: decimalText(bid?.size ?? 0, base),
      bestAskSize: decimalText(ask?.size ?? 0, base),
      ...dayFigures(market, stats[index]),
    };
  });
  return JSON.stringify({ time: nowMs, ticker });
}

/** The 24-hour figures of one symbol. */
export function statsData(market: Market, stats: MarketStats | undefined, nowMs: number): string {
  const { symbol } = market.instrument;
  return JSON.stringify({ time: nowMs, symbol, ...dayFigures(market, stats) });
}

function dayFigures(market: Market, stats: MarketStats | undefined): Record<string, string> {
  const figures = stats?.figures;
  return {
    buy: market.book.best(Side.Bid)?.text ?? '0',
    sell: market.book.best(Side.Ask)?.text ?? '0',
    changeRate: figures?.changeRate ?? '0',
    changePrice: stats?.changePrice ?? '0',
    high: figures?.high ?? '0',
    low: figures?.low ?? '0',
    vol: figures?.vol ?? '0',
    volValue: figures?.volValue ?? '0',
    last: market.lastPriceText,
    averagePrice: market.lastPriceText,
    takerFeeRate: '0.001',
    makerFeeRate: '0.001',
    takerCoefficient: '1',
    makerCoefficient: '1',
  };
}

/** An instrument as the symbol list shows it when that has fewer decimals than the messages. */
export function listedAs(instrument: Instrument, decimalsLess: number): Instrument {
  if (decimalsLess === 0) return instrument;
  const { price, base } = instrument;
  return {
    ...instrument,
    price: coarser(price, decimalsLess),
    base: coarser(base, decimalsLess),
  };
}

function coarser({ decimals }: Increment, less: number): Increment {
  const left = Math.max(0, decimals - less);
  return increment(left === 0 ? '1' : `0.${'1'.padStart(left, '0')}`);
}

/** One entry of the symbol list; version 1 lacks the fields that version 2 added. */
export function symbolData(instrument: Instrument, version: 1 | 2): Record<string, unknown> {
  const { symbol, baseCurrency, quoteCurrency } = instrument;
  const common = {
    symbol,
    name: symbol,
    baseCurrency,
    quoteCurrency,
    feeCurrency: quoteCurrency,
    market: marketOf(quoteCurrency),
    baseMinSize: instrument.baseMinSize,
    quoteMinSize: quoteCurrency === 'BTC' ? '0.00001' : '0.1',
    baseMaxSize: '10000000000',
    quoteMaxSize: '99999999',
    baseIncrement: instrument.base.text,
    quoteIncrement: instrument.quoteIncrement,
    priceIncrement: instrument.price.text,
    priceLimitRate: '0.1',
    minFunds: quoteCurrency === 'BTC' ? '0.000001' : '0.1',
    isMarginEnabled: false,
    enableTrading: true,
  };
  if (version === 1) return common;
  return {
    ...common,
    feeCategory: 1,
    makerFeeCoefficient: '1.00',
    takerFeeCoefficient: '1.00',
    st: false,
    callauctionIsEnabled: false,
    callauctionPriceFloor: null,
    callauctionPriceCeiling: null,
    callauctionFirstStageStartTime: null,
    callauctionSecondStageStartTime: null,
    callauctionThirdStageStartTime: null,
    tradingStartTime: null,
  };
}

/** The currencies that occur in the listed pairs. */
export function currenciesData(
  instruments: readonly Instrument[],
): readonly { readonly currency: string }[] {
  const precisions = new Map<string, number>();
  for (const { baseCurrency, quoteCurrency, base } of instruments) {
    precisions.set(baseCurrency, Math.max(precisions.get(baseCurrency) ?? 0, base.decimals));
    precisions.set(quoteCurrency, Math.max(precisions.get(quoteCurrency) ?? 0, 8));
  }
  return [...precisions].map(([currency, precision]) => ({
    currency,
    name: currency,
    fullName: currency,
    precision,
    confirms: null,
    contractAddress: null,
    isMarginEnabled: false,
    isDebitEnabled: false,
    chains: [],
  }));
}
