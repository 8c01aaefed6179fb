/**
 * The simulator put together: one HTTP server with the venue's REST interface and its WebSocket,
 * over one exchange of seeded markets.
 */
import type { AddressInfo } from 'node:net';
import { Connection } from './connection.ts';
import { decimalText } from './decimal-text.ts';
import { SimulatorError } from './errors.ts';
import { Exchange } from './exchange.ts';
import { FanOut } from './fan-out.ts';
import { FaultLog } from './fault-log.ts';
import { parseFaults } from './faults.ts';
import type { ConnectionFaultRule } from './faults.ts';
import { createHttpDoor } from './http-door.ts';
import { instrumentsOf } from './instruments.ts';
import type { Market } from './market.ts';
import { MessageWriter } from './messages.ts';
import { resolveOptions } from './options.ts';
import type { KucoinSimulatorOptions, ResolvedOptions } from './options.ts';
import { Pacer } from './pacer.ts';
import { createRandom } from './random.ts';
import { RestApi } from './rest-api.ts';
import { CLOSE_REASONS, MESSAGE_KINDS, SentCounts } from './sent-counts.ts';
import { Session } from './session.ts';
import type { KucoinSimulator, SimulatedBook, SimulatorCounts } from './simulator-api.ts';
import { FrameArena } from './text-frames.ts';
import { Tokens } from './tokens.ts';
import { TopicDirectory } from './topics.ts';
import { WebsocketDoor } from './websocket-door.ts';
import type { Arrival } from './websocket-door.ts';

const FAULT_ENTRIES_MAX = 100_000;
const TOKENS_MAX = 10_000;
const NS_PER_MS = 1e6;
const BOOK_DEPTH_ALL = 100_000;
const CLOSE_GRACE_MS = 1_000;

/**
 * Starts a simulator of the venue's spot market data on loopback.
 *
 * @throws SimulatorError for a bad option, symbol or fault specification; the error of `listen`
 *   (`EADDRINUSE`) when the port is taken.
 */
export async function startKucoinSimulator(
  options: KucoinSimulatorOptions = {},
): Promise<KucoinSimulator> {
  const simulator = new Simulator(resolveOptions(options));
  await simulator.listen();
  return simulator;
}

class Simulator implements KucoinSimulator {
  readonly symbols: readonly string[];
  readonly log: FaultLog;
  readonly #options: ResolvedOptions;
  readonly #exchange: Exchange;
  readonly #topics: TopicDirectory;
  readonly #fanOut: FanOut;
  readonly #pacer: Pacer;
  readonly #counts: SentCounts;
  readonly #arena = new FrameArena();
  readonly #connections = new Map<Connection, string>();
  readonly #spentRules = new Set<ConnectionFaultRule>();
  readonly #faults;
  readonly #door: WebsocketDoor;
  readonly #http;
  readonly #startMs: number;
  readonly #startNs: number;
  #arrivals = 0;
  #port = 0;

  constructor(options: ResolvedOptions) {
    const { seed, clock, timers, limits } = options;
    this.#options = options;
    this.#faults = parseFaults(options.faults);
    const instruments = instrumentsOf(options.symbols);
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.#startMs = Math.floor(clock.epochMs());
    this.#startNs = clock.monotonicNs();
    this.#exchange = new Exchange({ ...options, instruments, startMs: this.#startMs });
    this.#topics = new TopicDirectory(instruments);
    const writer = new MessageWriter(options.keyOrder);
    this.#fanOut = new FanOut({ exchange: this.#exchange, topics: this.#topics, writer });
    this.#counts = new SentCounts(options.cells);
    this.log = new FaultLog({ entriesMax: FAULT_ENTRIES_MAX, write: options.onFault });
    const venueMs = (): number => this.#venueMs();
    const tokens = new Tokens({
      // A restarted venue does not know the tokens of the one before.
      random: createRandom(`${seed}/tokens/${this.#startMs}`),
      validMs: options.tokenValidMs,
      tokensMax: TOKENS_MAX,
    });
    const rest = new RestApi({
      ...options,
      ...limits,
      exchange: this.#exchange,
      instruments,
      tokens,
      random: createRandom(`${seed}/rest`),
      endpoint: () => `ws://${this.#authority}/`,
      lagMs: options.restLagMs,
      lagUpdates: options.restLagUpdates,
    });
    const ids = createRandom(`${seed}/connect-ids`);
    this.#door = new WebsocketDoor({
      tokens,
      tokenRefusal: options.tokenRefusal,
      limits,
      counts: this.#counts,
      monotonicMs: () => this.#monotonicMs(),
      venueMs,
      newConnectId: () => ids.next().toString(36) + ids.next().toString(36),
      openOf: (address) => [...this.#connections.values()].filter((of) => of === address).length,
      onArrival: (arrival) => this.#arrive(arrival),
    });
    const random = createRandom(`${seed}/rest-faults`);
    const { log } = this;
    this.#http = createHttpDoor({ rest, faults: this.#faults.rest, random, log, timers, venueMs });
    this.#http.on('upgrade', (request, socket, head) => this.#door.upgrade(request, socket, head));
    this.#pacer = new Pacer({
      exchange: this.#exchange,
      sink: this.#fanOut,
      timers,
      elapsedNs: () => this.#elapsedNs(),
      onPass: () => this.#flush(),
    });
  }

  get url(): string {
    return `http://${this.#authority}`;
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    const { port, host } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
    const address: AddressInfo | string | null = this.#http.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#pacer.start();
  }

  counts(): SimulatorCounts {
    const counts = this.#counts;
    return {
      sent: counts.total,
      sentBytes: counts.bytes,
      byKind: Object.fromEntries(MESSAGE_KINDS.map((kind, i) => [kind, counts.kinds[i] ?? 0])),
      undelivered: counts.undelivered,
      connectionsOpened: counts.opened,
      connections: [...this.#connections.keys()].map(({ number, sent }) => ({ number, sent })),
      connectionsClosed: Object.fromEntries(
        CLOSE_REASONS.map((reason) => [reason, counts.closed.get(reason) ?? 0]),
      ),
      leftOutMs: this.#pacer.leftOutMs,
    };
  }

  book(symbol: string, sequence?: number): SimulatedBook {
    const market = this.#market(symbol);
    const { instrument } = market;
    const image = market.bookAt(sequence ?? market.sequence, BOOK_DEPTH_ALL);
    const side = (rows: typeof image.bids): (readonly [string, string])[] =>
      rows.map(({ priceText, size }) => [priceText, decimalText(size, instrument.base)]);
    return { sequence: image.sequence, bids: side(image.bids), asks: side(image.asks) };
  }

  setRate(rate: number): void {
    this.#exchange.setRate(rate);
    this.#exchange.skipTo(this.#elapsedNs());
    this.#pacer.start();
  }

  step(steps: number, symbol?: string): number {
    const index = symbol === undefined ? undefined : this.#topics.market(symbol);
    if (symbol !== undefined && index === undefined) throw noSuchSymbol(symbol);
    this.#exchange.skipTo(this.#elapsedNs());
    let made = 0;
    for (let i = 0; i < steps; i += 1) {
      made +=
        index === undefined
          ? this.#exchange.step(this.#fanOut)
          : this.#exchange.stepMarket(index, this.#fanOut);
    }
    this.#flush();
    return made;
  }

  disconnectAll(): void {
    for (const connection of [...this.#connections.keys()]) connection.close('shutdown', 1001);
  }

  async close(): Promise<void> {
    this.#pacer.stop();
    this.disconnectAll();
    this.#door.close();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    // A client may be deaf: after a grace its socket is taken away.
    const timer = setTimeout(() => {
      this.#http.closeAllConnections();
      this.#door.destroyAll();
    }, CLOSE_GRACE_MS);
    await closed;
    clearTimeout(timer);
  }

  get #authority(): string {
    const { host } = this.#options;
    return `${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  #arrive({ ws, socket, connectId, address }: Arrival): void {
    const { seed, limits, timers, pingIntervalMs, pingTimeoutMs } = this.#options;
    this.#arrivals += 1;
    const number = this.#arrivals;
    const connection = new Connection({
      number,
      ws,
      socket,
      session: new Session({ connectId, topics: this.#topics, limits }),
      fanOut: this.#fanOut,
      arena: this.#arena,
      counts: this.#counts,
      timers,
      monotonicMs: () => this.#monotonicMs(),
      venueMs: () => this.#venueMs(),
      silenceMsMax: pingIntervalMs + pingTimeoutMs,
      bufferedBytesMax: limits.bufferedBytesMax,
      faults: this.#faults,
      spentRules: this.#spentRules,
      random: createRandom(`${seed}/connection/${number}`),
      log: this.log,
      topicName: (topicId) => this.symbols[topicId % this.symbols.length] ?? '',
      onClosed: (closed) => this.#connections.delete(closed),
      account: this.#options.account(connectId),
    });
    this.#connections.set(connection, address);
    this.#counts.addOpened();
    connection.open();
  }

  #flush(): void {
    for (const connection of this.#connections.keys()) connection.flush();
  }

  #market(symbol: string): Market {
    const market = this.#exchange.markets[this.#topics.market(symbol) ?? -1];
    if (market === undefined) throw noSuchSymbol(symbol);
    return market;
  }

  #elapsedNs(): number {
    return this.#options.clock.monotonicNs() - this.#startNs;
  }

  #monotonicMs(): number {
    return this.#elapsedNs() / NS_PER_MS;
  }

  #venueMs(): number {
    return this.#startMs + Math.floor(this.#elapsedNs() / NS_PER_MS);
  }
}

function noSuchSymbol(symbol: string): SimulatorError {
  return new SimulatorError('NO_SUCH_SYMBOL', symbol, 'this simulator does not list it');
}
