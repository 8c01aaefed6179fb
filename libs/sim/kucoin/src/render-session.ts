/**
 * A recorded session without a network: what one client would have received and fetched from the
 * simulator, at simulated time. The same seed and options give the same bytes, hours in seconds.
 *
 * The client played here connects, subscribes to level 2, match and ticker of every symbol, then
 * fetches each book, again until it is not older than the first change received.
 */
import { createRandom } from '@tickwire/sim-kit';
import type { Listener, OutgoingMessage, Random } from '@tickwire/sim-kit';
import { Exchange } from './exchange.ts';
import { FanOut } from './fan-out.ts';
import { instrumentsOf } from './instruments.ts';
import { MessageWriter } from './messages.ts';
import { resolveOptions } from './options.ts';
import type { KucoinSimulatorOptions, ResolvedOptions } from './options.ts';
import { RestApi } from './rest-api.ts';
import { Session } from './session.ts';
import { Tokens } from './tokens.ts';
import { TopicDirectory, TopicKind } from './topics.ts';

export interface RenderOptions extends Pick<
  KucoinSimulatorOptions,
  'seed' | 'symbols' | 'rate' | 'depth' | 'history' | 'tickerIntervalMs' | 'keyOrder' | 'restLagMs'
> {
  /** ms since the Unix epoch at which the session begins; an integer. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Which book the client fetches. Default `full`. */
  readonly bookDepth?: 'full' | 100 | 20;
}

/** One received WebSocket message. */
export interface RenderedMessage {
  /** Receive time, ns since the Unix epoch. */
  readonly tsNs: bigint;
  readonly text: string;
}

/** One HTTP answer. */
export interface RenderedAnswer {
  readonly tsNs: bigint;
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly body: string;
}

export interface RenderedSession {
  readonly ws: readonly RenderedMessage[];
  readonly rest: readonly RenderedAnswer[];
}

const BOOK_PATHS = {
  full: '/api/v3/market/orderbook/level2',
  100: '/api/v1/market/orderbook/level2_100',
  20: '/api/v1/market/orderbook/level2_20',
} as const;
const KEY_HEADERS = {
  'kc-api-key': 'recorder',
  'kc-api-sign': 'recorder',
  'kc-api-timestamp': 'recorder',
  'kc-api-passphrase': 'recorder',
};
const SUBSCRIBED = [
  ['/market/level2', TopicKind.Level2],
  ['/market/match', TopicKind.Match],
  ['/market/ticker', TopicKind.Ticker],
] as const;
const CONNECTED_AT_NS = 50e6;
const FIRST_BOOK_AT_NS = 400e6;
const BOOK_EVERY_NS = 20e6;
const NS_PER_MS = 1e6;

/**
 * Renders a session in memory: about 300 bytes a message.
 *
 * @throws SimulatorError for an option out of its range or a bad symbol.
 */
export function renderSession(options: RenderOptions): RenderedSession {
  const { startMs, durationMs, bookDepth, ...rest } = options;
  const resolved = resolveOptions({
    ...rest,
    limits: { topicsPerSession: 100_000, topicsPerMessage: 100_000, weightPer30s: 2 ** 31 },
  });
  const recorder = new Recorder(resolved, { startMs, bookPath: BOOK_PATHS[bookDepth ?? 'full'] });
  recorder.run(durationMs * NS_PER_MS);
  return { ws: recorder.ws, rest: recorder.rest };
}

class Recorder implements Listener {
  readonly ws: RenderedMessage[] = [];
  readonly rest: RenderedAnswer[] = [];
  readonly #exchange: Exchange;
  readonly #fanOut: FanOut;
  readonly #topics: TopicDirectory;
  readonly #session: Session;
  readonly #api: RestApi;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #bookPath: string;
  readonly #symbols: readonly string[];
  /** First level-2 sequence received, by market. */
  readonly #firstSequence = new Map<number, number>();
  #nowNs = 0;
  #receivedNs = 0;

  constructor(options: ResolvedOptions, session: { startMs: number; bookPath: string }) {
    const { seed, limits } = options;
    const instruments = instrumentsOf(options.symbols);
    const { startMs } = session;
    this.#startMs = startMs;
    this.#bookPath = session.bookPath;
    this.#symbols = options.symbols;
    this.#exchange = new Exchange({ ...options, instruments, startMs });
    this.#topics = new TopicDirectory(instruments);
    const writer = new MessageWriter(options.keyOrder);
    this.#fanOut = new FanOut({ exchange: this.#exchange, topics: this.#topics, writer });
    this.#random = createRandom(`${seed}/recorder`);
    this.#session = new Session({ connectId: 'recorder', topics: this.#topics, limits });
    this.#api = new RestApi({
      ...options,
      ...limits,
      exchange: this.#exchange,
      instruments,
      tokens: new Tokens({
        random: createRandom(`${seed}/tokens/${startMs}`),
        validMs: options.tokenValidMs,
        tokensMax: 1,
      }),
      random: createRandom(`${seed}/rest`),
      endpoint: () => 'ws://127.0.0.1/',
      lagMs: options.restLagMs,
      lagUpdates: 0,
    });
  }

  run(durationNs: number): void {
    this.#fetch('POST', '/api/v1/bullet-public');
    this.#fetch('GET', '/api/v2/symbols');
    this.#advance(Math.min(CONNECTED_AT_NS, durationNs));
    this.#receive(this.#session.welcome());
    for (const [path] of SUBSCRIBED) this.#subscribe(path);
    const waiting = this.#symbols.map((_, market) => market);
    let nextBookNs = FIRST_BOOK_AT_NS;
    while (waiting.length > 0 && nextBookNs <= durationNs) {
      this.#advance(nextBookNs);
      nextBookNs += BOOK_EVERY_NS;
      const market = waiting.shift() ?? 0;
      if (!this.#fetchBook(market)) waiting.push(market);
    }
    this.#advance(durationNs);
  }

  deliver({ kind, topicId, payload, sequenceStart }: OutgoingMessage): void {
    if (kind === TopicKind.Level2 && !this.#firstSequence.has(topicId)) {
      this.#firstSequence.set(topicId, sequenceStart);
    }
    this.#receive(String(payload));
  }

  #subscribe(path: string): void {
    const topic = `${path}:${this.#symbols.join(',')}`;
    const request = { id: path, type: 'subscribe', topic, response: true };
    const answer = this.#session.receive(JSON.stringify(request), this.#nowNs / NS_PER_MS);
    if (answer.text !== undefined) this.#receive(answer.text);
    for (const topicId of answer.begun) this.#fanOut.subscribe(topicId, this);
  }

  #advance(untilNs: number): void {
    while (this.#exchange.nextNs <= untilNs) {
      this.#nowNs = this.#exchange.nextNs;
      this.#exchange.step(this.#fanOut);
    }
    this.#nowNs = untilNs;
  }

  /** Fetches a book. False when it is older than the first change received: fetch again. */
  #fetchBook(market: number): boolean {
    const first = this.#firstSequence.get(this.#topics.id(TopicKind.Level2, market));
    const body = this.#fetch('GET', `${this.#bookPath}?symbol=${this.#symbols[market] ?? ''}`);
    const sequence = Number(/"sequence":"(\d+)"/.exec(body)?.[1]);
    return first === undefined || sequence >= first - 1;
  }

  #fetch(method: 'GET' | 'POST', path: string): string {
    const nowMs = this.#startMs + Math.floor(this.#nowNs / NS_PER_MS);
    const headers = KEY_HEADERS;
    const address = 'recorder';
    const { body } = this.#api.handle({ method, target: path, headers, address, nowMs });
    this.rest.push({ tsNs: this.#receiveNs(), method, path, body });
    return body;
  }

  #receive(text: string): void {
    this.ws.push({ tsNs: this.#receiveNs(), text });
  }

  /** A network's delay of 0.2 … 3 ms; what was sent earlier is not received later. */
  #receiveNs(): bigint {
    const delayNs = 200_000 + this.#random.below(2_800_000);
    this.#receivedNs = Math.max(this.#receivedNs + 1, Math.floor(this.#nowNs) + delayNs);
    return BigInt(this.#startMs) * 1_000_000n + BigInt(this.#receivedNs);
  }
}
