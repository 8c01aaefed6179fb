/**
 * Candles and the rolling figures of a market, made from its trades: what the venue's candle and
 * snapshot topics report. All sums are exact integers of increments.
 */
import { decimalText } from '@tickwire/sim-kit';
import type { Instrument } from './instruments.ts';

/** The venue's candle types. A week begins on Monday; the Unix epoch is a Thursday. */
export const CANDLE_SPANS: readonly { readonly name: string; readonly seconds: number }[] = [
  { name: '1min', seconds: 60 },
  { name: '3min', seconds: 180 },
  { name: '5min', seconds: 300 },
  { name: '15min', seconds: 900 },
  { name: '30min', seconds: 1_800 },
  { name: '1hour', seconds: 3_600 },
  { name: '2hour', seconds: 7_200 },
  { name: '4hour', seconds: 14_400 },
  { name: '6hour', seconds: 21_600 },
  { name: '8hour', seconds: 28_800 },
  { name: '12hour', seconds: 43_200 },
  { name: '1day', seconds: 86_400 },
  { name: '1week', seconds: 604_800 },
];

const WEEK_SECONDS = 604_800;
const MONDAY_OFFSET_SECONDS = 345_600;

/** Start of the candle that holds a second of the Unix epoch. */
export function candleStart(second: number, spanSeconds: number): number {
  const offset = spanSeconds === WEEK_SECONDS ? MONDAY_OFFSET_SECONDS : 0;
  return Math.floor((second - offset) / spanSeconds) * spanSeconds + offset;
}

/** A trade in increments; `turnover` is price × size. */
export interface TradeAmounts {
  readonly price: number;
  readonly size: number;
  readonly turnover: bigint;
}

/** One running candle; prices and volume in increments. */
export class Candle {
  startSecond = -1;
  open = 0;
  close = 0;
  high = 0;
  low = 0;
  volume = 0;
  turnover = 0n;

  /** Adds a trade. Returns true when it began a new candle. */
  add(startSecond: number, trade: TradeAmounts): boolean {
    const { price, size } = trade;
    const fresh = startSecond !== this.startSecond;
    if (fresh) {
      this.startSecond = startSecond;
      this.open = price;
      this.high = price;
      this.low = price;
      this.volume = 0;
      this.turnover = 0n;
    }
    this.close = price;
    this.high = Math.max(this.high, price);
    this.low = Math.min(this.low, price);
    this.volume += size;
    this.turnover += trade.turnover;
    return fresh;
  }

  /** The venue's array: start second, open, close, high, low, volume, turnover. */
  text(instrument: Instrument): string {
    const price = (count: number): string => decimalText(count, instrument.price);
    const fields = [
      String(this.startSecond),
      price(this.open),
      price(this.close),
      price(this.high),
      price(this.low),
      decimalText(this.volume, instrument.base),
      turnoverText(this.turnover, instrument),
    ];
    return `[${fields.map((field) => `"${field}"`).join(',')}]`;
  }
}

/** The decimal text of a sum of price × size, both in increments. */
export function turnoverText(sum: bigint, { price, base }: Instrument): string {
  const decimals = price.decimals + base.decimals;
  const scaled = sum * BigInt(price.mantissa) * BigInt(base.mantissa);
  const digits = scaled.toString().padStart(decimals + 1, '0');
  if (decimals === 0) return digits;
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
