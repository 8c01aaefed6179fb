/**
 * All markets on one timeline. The exchange decides which market acts when and which messages that
 * makes, in simulated time alone: how often or how late it is asked to advance changes nothing,
 * and neither does who is listening. So a seed and a start time fix the whole stream.
 *
 * Every book change, trade and top-of-book message moves the timeline on by 1 / rate seconds. What
 * is sampled (views of a book, candles) is drawn beside it and costs no time.
 */
import { SimulatorError } from './errors.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { Fill, MarketUpdate, VenueTime } from './market-update.ts';
import type { SeededMarket } from './seeded-market.ts';

const NS_PER_MS = 1_000_000;
const NS_PER_SECOND = 1_000_000_000;

/** What the timeline reports, in the order in which it happened. */
export interface ExchangeSink {
  level2(market: number, update: MarketUpdate, now: VenueTime): void;
  /** The fill at `index` of `update.fills`. */
  match(market: number, update: MarketUpdate, at: { index: number; now: VenueTime }): void;
  /** The top of a book at the market's current sequence. */
  ticker(market: number, now: VenueTime): void;
  /** A market was looked at; the moment to emit what is sampled from its book. */
  sample(market: number, now: VenueTime): void;
}

export interface SeededExchangeOptions<Market extends SeededMarket> {
  readonly markets: readonly Market[];
  readonly seed: string;
  /** Messages per second over all markets and topics; 0 = the markets stand still. */
  readonly rate: number;
  /** ms since the Unix epoch at which the timeline begins; an integer. */
  readonly startMs: number;
  /** Least ms between two tickers of one market; 0 = after each change of the top. */
  readonly tickerIntervalMs: number;
  /** Told of each trade before the sink is. */
  readonly onFill?: (market: number, fill: Fill, now: VenueTime) => void;
}

export class SeededExchange<Market extends SeededMarket = SeededMarket> {
  readonly markets: readonly Market[];
  readonly #random: Random;
  readonly #shares: Float64Array;
  readonly #tickerAtNs: Float64Array;
  readonly #tickerSequence: Float64Array;
  readonly #tickerIntervalNs: number;
  readonly #startMs: number;
  readonly #onFill: ((market: number, fill: Fill, now: VenueTime) => void) | undefined;
  readonly #now = { ms: 0, ns: 0 };
  #nsPerMessage = Infinity;
  #nextNs = 0;
  #swept = 0;

  constructor(options: SeededExchangeOptions<Market>) {
    const { markets } = options;
    this.markets = markets;
    this.#random = createRandom(`${options.seed}/exchange`);
    this.#shares = cumulativeShares(markets.length);
    this.#startMs = options.startMs;
    this.#onFill = options.onFill;
    this.#tickerIntervalNs = options.tickerIntervalMs * NS_PER_MS;
    this.#tickerAtNs = new Float64Array(markets.length).fill(-Infinity);
    this.#tickerSequence = new Float64Array(markets.length);
    this.setRate(options.rate);
  }

  /** When the next step is due: ns on the timeline, Infinity when the markets stand still. */
  get nextNs(): number {
    return this.#nsPerMessage === Infinity ? Infinity : this.#nextNs;
  }

  /** Sets messages per second from the next step on; 0 stops the markets. */
  setRate(rate: number): void {
    if (!(rate >= 0 && rate <= 10_000_000)) {
      throw new SimulatorError('BAD_OPTION', 'rate', `${rate} is not in 0 … 10,000,000`);
    }
    this.#nsPerMessage = rate === 0 ? Infinity : NS_PER_SECOND / rate;
  }

  /** Moves an idle timeline forward; nothing happens in the time left out. */
  skipTo(ns: number): void {
    if (ns > this.#nextNs) this.#nextNs = ns;
  }

  /** The time of the venue at a point of the timeline. The object is reused. */
  timeAt(ns: number): VenueTime {
    const ms = Math.floor(ns / NS_PER_MS);
    this.#now.ms = this.#startMs + ms;
    this.#now.ns = Math.floor(ns - ms * NS_PER_MS);
    return this.#now;
  }

  /** Lets one market act, at the time that is due. Returns how many messages that made. */
  step(sink: ExchangeSink): number {
    const atNs = this.#nextNs;
    const messages = this.#stepMarket(this.#draw(), atNs, sink) + this.#sweep(atNs, sink);
    if (this.#nsPerMessage !== Infinity) this.#nextNs += messages * this.#nsPerMessage;
    return messages;
  }

  /** Lets one chosen market act now, outside the pace: for callers that step by hand. */
  stepMarket(index: number, sink: ExchangeSink): number {
    return this.#stepMarket(index, this.#nextNs, sink);
  }

  #stepMarket(index: number, atNs: number, sink: ExchangeSink): number {
    const market = this.markets[index];
    if (market === undefined) throw new RangeError(`there is no market ${index}`);
    const now = this.timeAt(atNs);
    const update = market.step(now);
    const tickerDue = atNs - (this.#tickerAtNs[index] ?? 0) >= this.#tickerIntervalNs;
    // Venues order messages within a topic, not between topics: now and then the ticker of a
    // sequence is out before the change that made it.
    const tickerFirst = tickerDue && this.#random.chance(0.1);
    let messages = 1 + update.fills.length;
    if (tickerFirst) messages += this.#ticker(index, atNs, sink);
    for (let i = 0; i < update.fills.length; i += 1) {
      const fill = update.fills[i];
      if (fill !== undefined) this.#onFill?.(index, fill, now);
      sink.match(index, update, { index: i, now });
    }
    sink.level2(index, update, now);
    if (tickerDue && !tickerFirst) messages += this.#ticker(index, atNs, sink);
    sink.sample(index, now);
    return messages;
  }

  /** Looks after one more market, so that the last state of a quiet one is told as well. */
  #sweep(atNs: number, sink: ExchangeSink): number {
    this.#swept = (this.#swept + 1) % this.markets.length;
    const index = this.#swept;
    const now = this.timeAt(atNs);
    sink.sample(index, now);
    if (atNs - (this.#tickerAtNs[index] ?? 0) < this.#tickerIntervalNs) return 0;
    if (this.markets[index]?.sequence === this.#tickerSequence[index]) return 0;
    return this.#ticker(index, atNs, sink);
  }

  #ticker(index: number, atNs: number, sink: ExchangeSink): number {
    this.#tickerAtNs[index] = atNs;
    this.#tickerSequence[index] = this.markets[index]?.sequence ?? 0;
    sink.ticker(index, this.timeAt(atNs));
    return 1;
  }

  #draw(): number {
    const shares = this.#shares;
    const wanted = this.#random.unit();
    let low = 0;
    let high = shares.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((shares[middle] ?? 1) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The first markets are the busiest: shares fall with the square root of the rank. */
function cumulativeShares(count: number): Float64Array {
  const shares = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    sum += 1 / Math.sqrt(i + 1);
    shares[i] = sum;
  }
  return shares.map((share) => share / sum);
}
