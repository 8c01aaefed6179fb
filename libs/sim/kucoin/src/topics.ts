/**
 * The venue's public spot topics: `path:name,name,…`. One name of one path is one topic; it has a
 * dense id here, so that fan-out is an array index.
 */
import type { Instrument } from './instruments.ts';
import { CANDLE_SPANS } from './candles.ts';

/** What a topic carries. The number is a position in the id space. */
export const TopicKind = {
  Level2: 0,
  Match: 1,
  Ticker: 2,
  Level1: 3,
  Depth5: 4,
  Depth50: 5,
  Snapshot: 6,
  TickerAll: 7,
  Candles: 8,
} as const;
export type TopicKind = (typeof TopicKind)[keyof typeof TopicKind];

/** Names of the kinds, as counters and fault specifications write them. */
export const TOPIC_KIND_NAMES = [
  'level2',
  'match',
  'ticker',
  'level1',
  'depth5',
  'depth50',
  'snapshot',
  'ticker-all',
  'candles',
] as const;

/** The kind that a path names: `/market/level2`. */
export function topicKindOf(path: string): TopicKind | undefined {
  return PATHS.get(path);
}

const PATHS: ReadonlyMap<string, TopicKind> = new Map([
  ['/market/level2', TopicKind.Level2],
  ['/market/match', TopicKind.Match],
  ['/market/ticker', TopicKind.Ticker],
  ['/spotMarket/level1', TopicKind.Level1],
  ['/spotMarket/level2Depth5', TopicKind.Depth5],
  ['/spotMarket/level2Depth50', TopicKind.Depth50],
  ['/market/snapshot', TopicKind.Snapshot],
  ['/market/candles', TopicKind.Candles],
]);

/** What a subscription's topic text comes to. */
export type ParsedTopics =
  | { readonly ok: true; readonly ids: readonly number[] }
  | { readonly ok: false; readonly reason: 'invalid' }
  | { readonly ok: false; readonly reason: 'unknown'; readonly topic: string };

export class TopicDirectory {
  readonly size: number;
  readonly #markets: ReadonlyMap<string, number>;
  readonly #symbols: readonly string[];
  readonly #count: number;

  constructor(instruments: readonly Instrument[]) {
    this.#count = instruments.length;
    this.#symbols = instruments.map(({ symbol }) => symbol);
    this.#markets = new Map(instruments.map(({ symbol }, index) => [symbol, index]));
    this.size = (TopicKind.Candles + CANDLE_SPANS.length) * this.#count;
  }

  /** The id of one kind of one market; candles are counted by `span`, an index of CANDLE_SPANS. */
  id(kind: TopicKind, market: number, span = 0): number {
    return (kind + span) * this.#count + (kind === TopicKind.TickerAll ? 0 : market);
  }

  kindOf(id: number): TopicKind {
    const block = Math.floor(id / this.#count);
    const kinds: readonly TopicKind[] = Object.values(TopicKind);
    return kinds[Math.min(block, TopicKind.Candles)] ?? TopicKind.Candles;
  }

  /** The symbol of a topic's market. */
  symbolOf(id: number): string {
    return this.#symbols[id % this.#count] ?? '';
  }

  /** Index of a symbol's market, undefined when it is not listed. */
  market(symbol: string): number | undefined {
    return this.#markets.get(symbol);
  }

  parse(text: string): ParsedTopics {
    const colon = text.indexOf(':');
    if (!text.startsWith('/') || colon < 0 || colon === text.length - 1) {
      return { ok: false, reason: 'invalid' };
    }
    const path = text.slice(0, colon);
    const kind = PATHS.get(path);
    const ids: number[] = [];
    for (const name of text.slice(colon + 1).split(',')) {
      if (name === '') return { ok: false, reason: 'invalid' };
      const id = kind === undefined ? undefined : this.#resolve(kind, name);
      if (id === undefined) return { ok: false, reason: 'unknown', topic: `${path}:${name}` };
      ids.push(id);
    }
    return { ok: true, ids };
  }

  #resolve(kind: TopicKind, name: string): number | undefined {
    if (kind === TopicKind.Ticker && name === 'all') return this.id(TopicKind.TickerAll, 0);
    const underscore = name.indexOf('_');
    if (kind !== TopicKind.Candles) {
      const market = this.#markets.get(name);
      return market === undefined ? undefined : this.id(kind, market);
    }
    const market = this.#markets.get(name.slice(0, underscore));
    const span = CANDLE_SPANS.findIndex(({ name: type }) => type === name.slice(underscore + 1));
    return market === undefined || span < 0 ? undefined : this.id(kind, market, span);
  }
}
