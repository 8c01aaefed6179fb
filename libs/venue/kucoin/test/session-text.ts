/** Texts of a made-up session for tests and benchmarks, in the vendor's shapes. Seeded. */
import { seededRandom } from '@tickwire/testing';

interface Market {
  symbol: string;
  sequence: number;
  /** Price of the middle, in 1e-2. */
  middle: number;
}

export class SessionText {
  readonly #markets: Market[];
  readonly #random: () => number;
  #tradeId = 11_067_996_711_960_577n;

  constructor(options: { symbols: readonly string[]; seed: number }) {
    this.#random = seededRandom(options.seed);
    this.#markets = options.symbols.map((symbol, at) => ({
      symbol,
      sequence: 14_701_689_783 + at * 1_000,
      middle: 10_000 + at * 37,
    }));
  }

  symbolList(): string {
    const data = this.#markets.map(({ symbol }) => ({
      symbol,
      baseCurrency: symbol.split('-')[0],
      quoteCurrency: 'USDT',
      priceIncrement: '0.01',
      baseIncrement: '0.00000001',
    }));
    return JSON.stringify({ code: '200000', data });
  }

  /** 50 levels a side. */
  snapshot(symbol: string): string {
    const market = this.#markets.find((candidate) => candidate.symbol === symbol);
    if (market === undefined) throw new Error(symbol);
    const side = (sign: number): string[][] =>
      Array.from({ length: 50 }, (_, at) => [cents(market.middle + sign * (at + 1)), this.#size()]);
    const data = {
      time: 1_729_816_425_000,
      sequence: String(market.sequence),
      bids: side(-1),
      asks: side(1),
    };
    return JSON.stringify({ code: '200000', data });
  }

  next(at: number): string {
    const market = this.#markets[at % this.#markets.length] as Market;
    const turn = Math.floor(at / this.#markets.length) % 10;
    if (turn === 8) return this.ticker(market);
    if (turn === 9) return this.match(market);
    return this.level2(market);
  }

  level2(market: Market): string {
    const start = market.sequence + 1;
    const count = this.#random() < 0.8 ? 1 : 2;
    const changes: { asks: string[][]; bids: string[][] } = { asks: [], bids: [] };
    for (let index = 0; index < count; index++) {
      market.sequence += 1;
      const isBid = this.#random() < 0.5;
      const depth = 1 + Math.floor(this.#random() ** 3 * 50);
      const price = cents(market.middle + (isBid ? -depth : depth));
      const size = this.#random() < 0.2 ? '0' : this.#size();
      changes[isBid ? 'bids' : 'asks'].push([price, size, String(market.sequence)]);
    }
    const data = {
      changes,
      sequenceEnd: market.sequence,
      sequenceStart: start,
      symbol: market.symbol,
      time: 1_729_816_425_625,
    };
    const topic = `/market/level2:${market.symbol}`;
    return JSON.stringify({ topic, type: 'message', subject: 'trade.l2update', data });
  }

  ticker(market: Market): string {
    const data = {
      sequence: String(market.sequence),
      price: cents(market.middle),
      size: this.#size(),
      bestAsk: cents(market.middle + 1),
      bestAskSize: this.#size(),
      bestBid: cents(market.middle - 1),
      bestBidSize: this.#size(),
      time: 1_729_816_425_625,
    };
    const topic = `/market/ticker:${market.symbol}`;
    return JSON.stringify({ type: 'message', topic, subject: 'trade.ticker', data });
  }

  match(market: Market): string {
    this.#tradeId += 2n;
    const data = {
      makerOrderId: '671b5007389355000701b1d3',
      price: cents(market.middle),
      sequence: String(this.#tradeId),
      side: this.#random() < 0.5 ? 'buy' : 'sell',
      size: this.#size(),
      symbol: market.symbol,
      takerOrderId: '671b50161777ff00074c168d',
      time: '1729843222921000000',
      tradeId: String(this.#tradeId),
      type: 'match',
    };
    const topic = `/market/match:${market.symbol}`;
    return JSON.stringify({ topic, type: 'message', subject: 'trade.l3match', data });
  }

  #size(): string {
    const units = Math.floor(this.#random() ** 4 * 1e9) + 1;
    return (units / 1e8).toFixed(8).replace(/\.?0+$/, '');
  }
}

const cents = (value: number): string => (value / 100).toFixed(2).replace(/\.?0+$/, '');
