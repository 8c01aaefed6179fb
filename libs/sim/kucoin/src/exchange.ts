/** All markets of the venue on one timeline, with what each has traded. */
import { SeededExchange } from '@tickwire/sim-kit';
import type { Instrument } from './instruments.ts';
import { Market } from './market.ts';
import { MarketStats } from './market-stats.ts';

export type { ExchangeSink } from '@tickwire/sim-kit';

export interface ExchangeOptions {
  readonly instruments: readonly Instrument[];
  readonly seed: string;
  /** Level-2, match and ticker messages per second over all markets; 0 = they stand still. */
  readonly rate: number;
  /** ms since the Unix epoch at which the timeline begins; an integer. */
  readonly startMs: number;
  /** Levels on each side of a book, about. */
  readonly depth: number;
  /** Sequences of each market of which the book can be served later. */
  readonly history: number;
  /** Least ms between two tickers of one market; 0 = after each change of the top. */
  readonly tickerIntervalMs: number;
}

export class Exchange extends SeededExchange<Market> {
  /** What each market traded, in the order of `markets`. */
  readonly stats: readonly MarketStats[];

  constructor({ instruments, depth, history, ...timeline }: ExchangeOptions) {
    const openedAt = { ms: timeline.startMs, ns: 0 };
    const { seed } = timeline;
    const markets = instruments.map(
      (instrument) => new Market({ instrument, seed, depth, history, openedAt }),
    );
    const stats = markets.map((market) => new MarketStats(market));
    super({ ...timeline, markets, onFill: (market, fill, now) => stats[market]?.add(fill, now) });
    this.stats = stats;
  }
}
