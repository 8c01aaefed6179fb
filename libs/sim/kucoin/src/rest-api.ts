/**
 * The venue's public spot HTTP interface, without the server: a request goes in, status, headers
 * and body come out.
 *
 * Every answer has the envelope `{"code":"200000","data":…}` or `{"code":…,"msg":…}` and says in
 * `gw-ratelimit-*` headers how much of the address's weight is left.
 */
import { WeightPools } from '@tickwire/sim-kit';
import type { BookImage, HttpAnswer, HttpQuestion, Random } from '@tickwire/sim-kit';
import type { Exchange } from './exchange.ts';
import type { Instrument } from './instruments.ts';
import type { Market } from './market.ts';
import { marketOf } from './market-stats.ts';
import type { MarketStats } from './market-stats.ts';
import { spanIndex } from './recent-history.ts';
import {
  bookData,
  currenciesData,
  level1Data,
  listedAs,
  statsData,
  symbolData,
  tickersData,
} from './rest-answers.ts';
import type { Tokens } from './tokens.ts';
import {
  REST_BAD_PARAMETER,
  REST_KEY_MISSING,
  REST_KEY_UNKNOWN,
  REST_METHOD,
  REST_NO_CURRENCY,
  REST_NOT_FOUND,
  REST_NO_SYMBOL,
  REST_TOO_MANY,
} from './vendor-errors.ts';
import type { RestRefusal } from './vendor-errors.ts';

export interface RestOptions {
  readonly exchange: Exchange;
  readonly instruments: readonly Instrument[];
  readonly tokens: Tokens;
  readonly random: Random;
  /** Where clients are told to connect, `ws://host:port/`; known once the server listens. */
  readonly endpoint: () => string;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** A book is served as it was this long ago, drawn anew for each request. */
  readonly lagMs: { readonly min: number; readonly max: number };
  /** And this many sequences before that. */
  readonly lagUpdates: number;
  /** Weight an address may use in 30 s; 2,000 at the venue. */
  readonly weightPer30s: number;
  /** Decimals that the listed increments lack. */
  readonly listedDecimalsLess: number;
  /** Known API keys; undefined = any. The signature is not checked. */
  readonly apiKeys: readonly string[] | undefined;
}

const POOL_PERIOD_MS = 30_000;
const POOL_ADDRESSES_MAX = 10_000;
const FULL_DEPTH = 100_000;
const CURRENCY_PATH = '/api/v3/currencies/';
const KEY_HEADERS = ['kc-api-key', 'kc-api-sign', 'kc-api-timestamp', 'kc-api-passphrase'];

type Outcome = { readonly data: string } | { readonly refusal: RestRefusal };

interface Route {
  readonly method: 'GET' | 'POST';
  readonly weight: number;
  readonly answer: (query: URLSearchParams, request: HttpQuestion) => Outcome;
}

export class RestApi {
  readonly #options: RestOptions;
  readonly #pools: WeightPools;
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#pools = new WeightPools({
      limit: options.weightPer30s,
      periodMs: POOL_PERIOD_MS,
      addressesMax: POOL_ADDRESSES_MAX,
    });
    this.#routes = this.#buildRoutes();
  }

  handle(request: HttpQuestion): HttpAnswer {
    const mark = request.target.indexOf('?');
    const path = mark < 0 ? request.target : request.target.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : request.target.slice(mark + 1));
    const route = this.#routes.get(path) ?? this.#symbolRoute(path) ?? this.#currencyRoute(path);
    const pool = this.#pools.take(request.address, route?.weight ?? 1, request.nowMs);
    const headers = {
      'content-type': 'application/json;charset=UTF-8',
      'gw-ratelimit-limit': String(pool.limit),
      'gw-ratelimit-remaining': String(pool.remaining),
      'gw-ratelimit-reset': String(pool.resetMs),
    };
    if (!pool.allowed) return refused(REST_TOO_MANY, headers);
    if (route === undefined) return refused(REST_NOT_FOUND, headers);
    if (route.method !== request.method) return refused(REST_METHOD, headers);
    const outcome = route.answer(query, request);
    if ('refusal' in outcome) return refused(outcome.refusal, headers);
    return { status: 200, headers, body: `{"code":"200000","data":${outcome.data}}` };
  }

  /** The book of a market as a snapshot serves it: late by the configured lag. */
  laggingBook(market: Market, nowMs: number, depth: number): BookImage {
    const { lagMs, lagUpdates, random } = this.#options;
    const lag = lagMs.min + random.below(lagMs.max - lagMs.min + 1);
    const sequence = market.sequenceAt(nowMs - lag) - lagUpdates;
    return market.bookAt(Math.max(market.oldestSequence, sequence), depth);
  }

  #buildRoutes(): ReadonlyMap<string, Route> {
    const { exchange, listedDecimalsLess } = this.#options;
    const instruments = this.#options.instruments.map((of) => listedAs(of, listedDecimalsLess));
    const get = (weight: number, answer: Route['answer']): Route => ({
      method: 'GET',
      weight,
      answer,
    });
    const data = (value: unknown): Outcome => ({ data: JSON.stringify(value) });
    const symbols = (version: 1 | 2): Route =>
      get(4, (query) => {
        const area = query.get('market');
        const listed = instruments.map((instrument) => symbolData(instrument, version));
        return data(
          area === null || area === '' ? listed : listed.filter(({ market }) => market === area),
        );
      });
    return new Map<string, Route>([
      ['/api/v1/timestamp', get(3, (_, { nowMs }) => data(nowMs))],
      ['/api/v1/status', get(3, () => data({ status: 'open', msg: '' }))],
      ['/api/v1/symbols', symbols(1)],
      ['/api/v2/symbols', symbols(2)],
      // Clients for spot and futures alike ask both hosts; this one lists no contract.
      ['/api/v1/contracts/active', get(3, () => data([]))],
      ['/api/v3/currencies', get(3, () => data(currenciesData(instruments)))],
      [
        '/api/v1/markets',
        get(3, () => data([...new Set(instruments.map((of) => marketOf(of.quoteCurrency)))])),
      ],
      ['/api/v1/my-ip', get(0, (_, { address }) => data(address))],
      [
        '/api/v1/market/allTickers',
        get(15, (_, { nowMs }) => ({
          data: tickersData(exchange.markets, exchange.stats, nowMs),
        })),
      ],
      [
        '/api/v1/market/orderbook/level1',
        get(2, (query, { nowMs }) => this.#forSymbol(query, (market) => level1Data(market, nowMs))),
      ],
      [
        '/api/v1/market/stats',
        get(15, (query, { nowMs }) =>
          this.#forSymbol(query, (market, stats) => statsData(market, stats, nowMs)),
        ),
      ],
      [
        '/api/v1/market/histories',
        get(3, (query) =>
          this.#forSymbol(query, ({ instrument }, stats) => stats.trades.text(instrument)),
        ),
      ],
      ['/api/v1/market/candles', get(3, (query) => this.#candles(query))],
      ['/api/v1/market/orderbook/level2_20', get(2, (query, r) => this.#book(query, r, 20))],
      ['/api/v1/market/orderbook/level2_100', get(4, (query, r) => this.#book(query, r, 100))],
      ['/api/v3/market/orderbook/level2', get(3, (query, r) => this.#fullBook(query, r))],
      [
        '/api/v1/bullet-public',
        { method: 'POST', weight: 10, answer: (_, { nowMs }) => data(this.#bullet(nowMs)) },
      ],
      [
        '/api/v1/bullet-private',
        { method: 'POST', weight: 10, answer: () => ({ refusal: REST_KEY_MISSING }) },
      ],
    ]);
  }

  #symbolRoute(path: string): Route | undefined {
    const match = /^\/api\/v(1|2)\/symbols\/([^/]+)$/.exec(path);
    if (match === null) return undefined;
    const [, version, symbol] = match;
    const { instruments, listedDecimalsLess } = this.#options;
    const known = instruments.find((listed) => listed.symbol === symbol);
    const instrument = known === undefined ? undefined : listedAs(known, listedDecimalsLess);
    const found = (): Outcome =>
      instrument === undefined
        ? { refusal: REST_NO_SYMBOL }
        : { data: JSON.stringify(symbolData(instrument, version === '1' ? 1 : 2)) };
    return { method: 'GET', weight: 4, answer: found };
  }

  #currencyRoute(path: string): Route | undefined {
    if (!path.startsWith(CURRENCY_PATH)) return undefined;
    const name = path.slice(CURRENCY_PATH.length);
    const currency = currenciesData(this.#options.instruments).find((of) => of.currency === name);
    const found = (): Outcome =>
      currency === undefined ? { refusal: REST_NO_CURRENCY } : { data: JSON.stringify(currency) };
    return { method: 'GET', weight: 3, answer: found };
  }

  /** `startAt` and `endAt` are seconds; 0 or left out = no bound. */
  #candles(query: URLSearchParams): Outcome {
    const span = spanIndex(query.get('type'));
    const from = Number(query.get('startAt') ?? 0);
    const until = Number(query.get('endAt') ?? 0);
    if (span === undefined || !(from >= 0 && until >= 0)) return { refusal: REST_BAD_PARAMETER };
    return this.#forSymbol(query, ({ instrument }, { candles, pastCandles }) => {
      const range = { instrument, from, until: until === 0 ? Infinity : until };
      return pastCandles[span]?.text(candles[span], range) ?? '[]';
    });
  }

  #bullet(nowMs: number): object {
    const { tokens, endpoint, pingIntervalMs, pingTimeoutMs } = this.#options;
    const server = {
      endpoint: endpoint(),
      encrypt: false,
      protocol: 'websocket',
      pingInterval: pingIntervalMs,
      pingTimeout: pingTimeoutMs,
    };
    return { token: tokens.issue(nowMs), instanceServers: [server] };
  }

  #fullBook(query: URLSearchParams, request: HttpQuestion): Outcome {
    const { apiKeys } = this.#options;
    for (const name of KEY_HEADERS) {
      const value = request.headers[name];
      if (value === undefined || value === '') return { refusal: REST_KEY_MISSING };
    }
    const key = request.headers['kc-api-key'];
    if (apiKeys !== undefined && !apiKeys.some((known) => known === key)) {
      return { refusal: REST_KEY_UNKNOWN };
    }
    return this.#book(query, request, FULL_DEPTH);
  }

  #book(query: URLSearchParams, { nowMs }: HttpQuestion, depth: number): Outcome {
    return this.#forSymbol(query, (market) =>
      bookData(this.laggingBook(market, nowMs, depth), market.instrument),
    );
  }

  #forSymbol(
    query: URLSearchParams,
    answer: (market: Market, stats: MarketStats) => string,
  ): Outcome {
    const symbol = query.get('symbol');
    if (symbol === null || symbol === '') return { refusal: REST_BAD_PARAMETER };
    const { markets, stats } = this.#options.exchange;
    const index = markets.findIndex(({ instrument }) => instrument.symbol === symbol);
    const market = markets[index];
    const traded = stats[index];
    if (market === undefined || traded === undefined) return { refusal: REST_NO_SYMBOL };
    return { data: answer(market, traded) };
  }
}

/** The body and status of a refusal. */
export function refused(
  { status, code, msg }: RestRefusal,
  headers: Readonly<Record<string, string>>,
): HttpAnswer {
  return { status, headers, body: JSON.stringify({ code, msg }) };
}
