/**
 * What a market traded: its running candles and its figures since the simulator began, which stand
 * for the venue's rolling 24 hours.
 */
import { Side, decimalText } from '@tickwire/sim-kit';
import type { Fill, VenueTime } from '@tickwire/sim-kit';
import { CANDLE_SPANS, Candle, candleStart, turnoverText } from './candles.ts';
import type { Instrument } from './instruments.ts';
import type { Market } from './market.ts';
import { PastCandles, RecentTrades } from './recent-history.ts';

export class MarketStats {
  /** The running candle of each of CANDLE_SPANS. */
  readonly candles: readonly Candle[] = CANDLE_SPANS.map(() => new Candle());
  /** Whether the last trade began a new candle, by span. */
  readonly fresh: boolean[] = CANDLE_SPANS.map(() => false);
  /** The closed candles of each span. */
  readonly pastCandles: readonly PastCandles[] = CANDLE_SPANS.map(() => new PastCandles());
  readonly trades = new RecentTrades();
  readonly #instrument: Instrument;
  readonly #day = new Candle();

  constructor({ instrument }: Market) {
    this.#instrument = instrument;
    this.#day.add(0, { price: instrument.openPrice, size: 0, turnover: 0n });
  }

  add(fill: Fill, now: VenueTime): void {
    const { price, size } = fill;
    const trade = { price, size, turnover: BigInt(price) * BigInt(size) };
    const second = Math.floor(now.ms / 1_000);
    this.#day.add(0, trade);
    this.trades.add(fill, now);
    for (let i = 0; i < CANDLE_SPANS.length; i += 1) {
      const candle = this.candles[i];
      if (candle === undefined) continue;
      const start = candleStart(second, CANDLE_SPANS[i]?.seconds ?? 60);
      if (candle.startSecond >= 0 && candle.startSecond !== start) this.pastCandles[i]?.add(candle);
      this.fresh[i] = candle.add(start, trade);
    }
  }

  /** The fields of the venue's snapshot, as `"key":value` texts. */
  snapshotFields(market: Market, now: VenueTime): string[] {
    const { symbol, baseCurrency, quoteCurrency, base } = this.#instrument;
    const day = this.#day;
    const rate = Math.round(((day.close - day.open) * 10_000) / day.open);
    return [
      '"trading":true',
      `"symbol":"${symbol}"`,
      `"buy":${market.book.best(Side.Bid)?.text ?? '0'}`,
      `"sell":${market.book.best(Side.Ask)?.text ?? '0'}`,
      '"sort":100',
      `"volValue":${turnoverText(day.turnover, this.#instrument)}`,
      `"baseCurrency":"${baseCurrency}"`,
      `"market":"${marketOf(quoteCurrency)}"`,
      `"quoteCurrency":"${quoteCurrency}"`,
      `"symbolCode":"${symbol}"`,
      `"datetime":${now.ms}`,
      `"open":${this.#price(day.open)}`,
      `"high":${this.#price(day.high)}`,
      `"vol":${decimalText(day.volume, base)}`,
      `"low":${this.#price(day.low)}`,
      `"changePrice":${this.#price(day.close - day.open)}`,
      `"changeRate":${rateText(rate)}`,
      `"lastTradedPrice":${market.lastPriceText}`,
      '"board":0',
      '"mark":0',
    ];
  }

  /** The figures of the REST ticker lists, as decimal texts. */
  get figures(): { high: string; low: string; vol: string; volValue: string; changeRate: string } {
    const day = this.#day;
    return {
      high: this.#price(day.high),
      low: this.#price(day.low),
      vol: decimalText(day.volume, this.#instrument.base),
      volValue: turnoverText(day.turnover, this.#instrument),
      changeRate: rateText(Math.round(((day.close - day.open) * 10_000) / day.open)),
    };
  }

  get changePrice(): string {
    return this.#price(this.#day.close - this.#day.open);
  }

  #price(count: number): string {
    const text = decimalText(Math.abs(count), this.#instrument.price);
    return count < 0 ? `-${text}` : text;
  }
}

/** The venue's name of the market area of a quote currency. */
export function marketOf(quoteCurrency: string): string {
  return quoteCurrency === 'USDT' || quoteCurrency === 'USDC' ? 'USDS' : quoteCurrency;
}

function rateText(tenThousandths: number): string {
  const text = decimalText(Math.abs(tenThousandths), { text: '0.0001', mantissa: 1, decimals: 4 });
  return tenThousandths < 0 ? `-${text}` : text;
}
