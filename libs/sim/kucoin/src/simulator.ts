/**
 * The simulator put together: one HTTP server with the venue's REST interface and its WebSocket,
 * over one exchange of seeded markets.
 */
import type { AddressInfo } from 'node:net';
import {
  CLOSE_REASONS,
  FaultLog,
  FrameArena,
  SentCounts,
  SimulatedVenue,
  SimulatorError,
  VenueClock,
  WebSocketDoor,
  createHttpDoor,
  createRandom,
  decimalText,
} from '@tickwire/sim-kit';
import type { ClientConnection, Transport } from '@tickwire/sim-kit';
import { VenueAdmission } from './admission.ts';
import type { Arrival } from './admission.ts';
import { Exchange } from './exchange.ts';
import { FanOut } from './fan-out.ts';
import { KUCOIN_FAULTS } from './faults.ts';
import { instrumentsOf } from './instruments.ts';
import type { Market } from './market.ts';
import { MESSAGE_KINDS } from './message-kinds.ts';
import { MessageWriter } from './messages.ts';
import { resolveOptions } from './options.ts';
import type { KucoinSimulatorOptions, ResolvedOptions } from './options.ts';
import { KucoinProtocol, replyOf } from './protocol.ts';
import { RestApi, refused } from './rest-api.ts';
import { Session, refusalText } from './session.ts';
import type { KucoinSimulator, SimulatedBook, SimulatorCounts } from './simulator-api.ts';
import { Tokens } from './tokens.ts';
import { TopicDirectory } from './topics.ts';
import { KUCOIN_TRAFFIC } from './traffic.ts';
import { REST_BROKEN, REST_TOO_MANY, WS_PING_TIMEOUT } from './vendor-errors.ts';

const FAULT_ENTRIES_MAX = 100_000;
const TOKENS_MAX = 10_000;
const BOOK_DEPTH_ALL = 100_000;
const CLOSE_GRACE_MS = 1_000;
const TOKEN_PATH = '/api/v1/bullet-public';

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
  readonly #counts: SentCounts;
  readonly #arena = new FrameArena();
  readonly #venue: SimulatedVenue;
  readonly #clock: VenueClock;
  /** Open connections, with the addresses that they come from. */
  readonly #addresses = new Map<ClientConnection, string>();
  readonly #door: WebSocketDoor<Arrival>;
  readonly #http;
  #port = 0;

  constructor(options: ResolvedOptions) {
    const { seed, limits } = options;
    this.#options = options;
    const instruments = instrumentsOf(options.symbols);
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.#clock = new VenueClock(options.clock);
    const { startMs } = this.#clock;
    this.#exchange = new Exchange({ ...options, instruments, startMs });
    this.#topics = new TopicDirectory(instruments);
    const writer = new MessageWriter(options.keyOrder);
    this.#fanOut = new FanOut({ exchange: this.#exchange, topics: this.#topics, writer });
    this.#counts = new SentCounts({
      ...{ vendor: 'kucoin', kinds: MESSAGE_KINDS, cells: options.cells },
    });
    this.log = new FaultLog({
      ...{ entriesMax: FAULT_ENTRIES_MAX, write: options.onFault },
      session: options.session,
    });
    this.#venue = this.#openVenue();
    const tokens = new Tokens({
      // A restarted venue does not know the tokens of the one before.
      random: createRandom(`${seed}/tokens/${startMs}`),
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
    this.#door = this.#openDoor(tokens);
    this.#http = this.#openHttp(rest);
    this.#http.on('upgrade', (request, socket, head) => this.#door.upgrade(request, socket, head));
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
    this.#venue.start();
  }

  counts(): SimulatorCounts {
    const counts = this.#counts;
    return {
      sent: counts.total,
      sentBytes: counts.bytes,
      byKind: Object.fromEntries(MESSAGE_KINDS.map((kind, i) => [kind, counts.kinds[i] ?? 0])),
      undelivered: counts.undelivered,
      connectionsOpened: counts.opened,
      connections: [...this.#venue.connections].map(({ number, sent }) => ({ number, sent })),
      connectionsClosed: Object.fromEntries(
        CLOSE_REASONS.map((reason) => [reason, counts.closed.get(reason) ?? 0]),
      ),
      leftOutMs: this.#venue.leftOutMs,
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
    this.#venue.setRate(rate);
  }

  step(steps: number, symbol?: string): number {
    const index = symbol === undefined ? undefined : this.#topics.market(symbol);
    if (symbol !== undefined && index === undefined) throw noSuchSymbol(symbol);
    return this.#venue.step(steps, index);
  }

  setFaults(spec: string): void {
    this.#venue.setFaults(spec);
  }

  inject(payload: string | Uint8Array, as: 'text' | 'binary'): number {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    return this.#venue.inject({ ...this.#arena.writeBytes(bytes, as) });
  }

  disconnectAll(): void {
    this.#venue.disconnectAll('shutdown', 1001);
  }

  async close(): Promise<void> {
    this.#venue.stop();
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
    await this.#venue.whenAllGone();
  }

  get #authority(): string {
    const { host } = this.#options;
    return `${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  #openVenue(): SimulatedVenue {
    const { seed, timers, limits, session, faults } = this.#options;
    return new SimulatedVenue({
      ...{ seed, timers, faults, clock: this.#clock, exchange: this.#exchange },
      ...{ sink: this.#fanOut, subscriptions: this.#fanOut, frames: this.#arena },
      ...{ catalogue: KUCOIN_FAULTS, kinds: MESSAGE_KINDS, counts: this.#counts },
      bufferedBytesMax: limits.bufferedBytesMax,
      faultLog: this.log,
      topicName: (topicId) => this.#topics.symbolOf(topicId),
      log: session === undefined ? undefined : { session, traffic: KUCOIN_TRAFFIC },
    });
  }

  #openDoor(tokens: Tokens): WebSocketDoor<Arrival> {
    const { seed, limits, tokenRefusal, session } = this.#options;
    const ids = createRandom(`${seed}/connect-ids`);
    const admission = new VenueAdmission({
      ...{ tokens, tokenRefusal, limits, counts: this.#counts },
      monotonicMs: () => this.#clock.monotonicMs(),
      venueMs: () => this.#clock.nowMs(),
      newConnectId: () => ids.next().toString(36) + ids.next().toString(36),
      openOf: (address) => [...this.#addresses.values()].filter((of) => of === address).length,
      onRefused: (reason) => session?.add({ event: 'refused', atMs: this.#clock.nowMs(), reason }),
    });
    return new WebSocketDoor<Arrival>({
      frameBytesMax: limits.frameBytesMax,
      admit: (url, address) => admission.admit(url, address),
      onTurnedAway: (text) => admission.turnedAway(text),
      onArrival: (transport, client) => this.#arrive(transport, client),
    });
  }

  #openHttp(rest: RestApi): ReturnType<typeof createHttpDoor> {
    const { seed, timers, session } = this.#options;
    return createHttpDoor({
      handle: (question) => rest.handle(question),
      faults: () => this.#venue.faults.rest,
      broken: (status) => {
        const refusal = status === 429 ? REST_TOO_MANY : { ...REST_BROKEN, status };
        return refused(refusal, { 'content-type': 'application/json;charset=UTF-8' });
      },
      // Without a token nobody can connect: a refused request for one is a refused attempt.
      onBroken: (target, status) => {
        const reason = `HTTP ${status}`;
        if (target === TOKEN_PATH) {
          session?.add({ event: 'refused', atMs: this.#clock.nowMs(), reason });
        }
      },
      random: createRandom(`${seed}/rest-faults`),
      log: this.log,
      timers,
      venueMs: () => this.#clock.nowMs(),
    });
  }

  #arrive(transport: Transport, { connectId, address }: Arrival): void {
    const { limits, pingIntervalMs, pingTimeoutMs, account } = this.#options;
    const pingTimeout = refusalText(connectId, WS_PING_TIMEOUT);
    const client = {
      transport,
      session: new KucoinProtocol(new Session({ connectId, topics: this.#topics, limits })),
      silence: { msMax: pingIntervalMs + pingTimeoutMs, last: replyOf('error', pingTimeout) },
      account: account(connectId),
    };
    const connection = this.#venue.arrive(client, (closed) => this.#addresses.delete(closed));
    this.#addresses.set(connection, address);
    this.#counts.addOpened();
    connection.open();
  }

  #market(symbol: string): Market {
    const market = this.#exchange.markets[this.#topics.market(symbol) ?? -1];
    if (market === undefined) throw noSuchSymbol(symbol);
    return market;
  }
}

function noSuchSymbol(symbol: string): SimulatorError {
  return new SimulatorError('NO_SUCH_SYMBOL', symbol, 'this simulator does not list it');
}
