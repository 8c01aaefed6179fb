/**
 * What a market's REST interface tells about its past: the last trades and the closed candles.
 * Both are rings with the venue's own bounds; the oldest entry is overwritten.
 */
import { decimalText } from '@tickwire/sim-kit';
import type { Fill, VenueTime } from '@tickwire/sim-kit';
import { CANDLE_SPANS, Candle } from './candles.ts';
import type { Instrument } from './instruments.ts';
import { nsText } from './messages.ts';

/** The venue tells the last 100 trades, and 1,500 candles of a span. */
const TRADES_MAX = 100;
const CANDLES_MAX = 1_500;

interface PastTrade {
  readonly fill: Fill;
  readonly ms: number;
  readonly ns: number;
}

export class RecentTrades {
  readonly #trades: PastTrade[] = [];
  #next = 0;

  add(fill: Fill, { ms, ns }: VenueTime): void {
    this.#trades[this.#next] = { fill, ms, ns };
    this.#next = (this.#next + 1) % TRADES_MAX;
  }

  /** The venue's array, newest first. The time is a number of ns, beyond 2^53. */
  text({ base }: Instrument): string {
    const count = this.#trades.length;
    const texts: string[] = [];
    for (let back = 1; back <= count; back += 1) {
      const trade = this.#trades[(this.#next - back + count) % count];
      if (trade === undefined) continue;
      const { side, priceText, size, tradeId } = trade.fill;
      texts.push(
        `{"sequence":"${tradeId}","price":"${priceText}",` +
          `"size":"${decimalText(size, base)}","side":"${side}","time":${nsText(trade)}}`,
      );
    }
    return `[${texts.join(',')}]`;
  }
}

/** The closed candles of one span, oldest first. A span without a trade has none. */
export class PastCandles {
  readonly #candles: Candle[] = [];

  add(closed: Candle): void {
    this.#candles.push(Object.assign(new Candle(), closed));
    if (this.#candles.length > CANDLES_MAX) this.#candles.shift();
  }

  /** The venue's array of those that start in [from, until) and of `running`, newest first. */
  text(
    running: Candle | undefined,
    range: { instrument: Instrument; from: number; until: number },
  ): string {
    const all = running === undefined ? this.#candles : [...this.#candles, running];
    const texts: string[] = [];
    for (const candle of all.toReversed()) {
      const { startSecond } = candle;
      if (startSecond < 0 || startSecond < range.from || startSecond >= range.until) continue;
      texts.push(candle.text(range.instrument));
      if (texts.length === CANDLES_MAX) break;
    }
    return `[${texts.join(',')}]`;
  }
}

/** Index of a candle type such as `1min`, undefined when the venue has no such type. */
export function spanIndex(type: string | null): number | undefined {
  const index = CANDLE_SPANS.findIndex(({ name }) => name === type);
  return index < 0 ? undefined : index;
}
