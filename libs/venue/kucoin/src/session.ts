/** A live session: the vendor's list of symbols, connections for them, and their snapshots. */
import type { StampNs } from '@tickwire/core';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import { ConnectGate, RateBudget, receiptClock } from '@tickwire/domain-feed';
import type {
  HttpAnswer,
  ImageLimits,
  RecvStamp,
  Relocation,
  SymbolPosition,
} from '@tickwire/domain-feed';
import { readBulletToken } from './bullet-token.ts';
import type { BulletToken } from './bullet-token.ts';
import { Connection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import { KucoinSessionError } from './errors.ts';
import { createKucoinNormaliser } from './normaliser.ts';
import type { KucoinNormaliser } from './kucoin-normaliser.ts';
import { NORMALISER_LIMITS } from './normaliser-options.ts';
import { SESSION_LIMITS } from './session-options.ts';
import type { KucoinSessionOptions, SessionLimits } from './session-options.ts';
import { SnapshotQueue } from './snapshot-queue.ts';
import type { TopicName } from './topic.ts';

const PATH = {
  symbols: '/api/v2/symbols',
  token: '/api/v1/bullet-public',
  top100: '/api/v1/market/orderbook/level2_100',
  full: '/api/v3/market/orderbook/level2',
} as const;
/** What the vendor takes from an address's REST weight. */
const WEIGHT = { symbols: 4, token: 10, top100: 4, full: 3 } as const;

export interface KucoinSession {
  /**
   * Reads the list of symbols and starts to connect; from then on it reconnects by itself.
   * @throws KucoinSessionError `UNREACHABLE`, `BAD_ANSWER`, `UNKNOWN_SYMBOL`, `TOO_MANY_SYMBOLS`:
   *   nothing was started.
   */
  start(): Promise<void>;
  /** Unsubscribes, reads what the vendor still sent, closes. Never rejects. */
  close(): Promise<void>;
  /** States of the connections, in the order of their numbers. */
  states(): ConnectionState[];
  /** Where each book stands that follows its stream. */
  positions(): Generator<SymbolPosition>;
  /** How many symbols' streams are in each state, by name. */
  streams(): Record<string, number>;
  /** Why `writeImage` would refuse now. */
  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined;
  /** Writes the book of `symbol` once more, see the normaliser; why not, when nothing was. */
  writeImage(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined;
  /** Goes on with `symbol` under another entry, see the normaliser. */
  relocate(symbol: string, relocate: Relocation): boolean;
}

export function createKucoinSession(options: KucoinSessionOptions): KucoinSession {
  return new Session(options);
}

class Session implements KucoinSession {
  readonly #options: KucoinSessionOptions;
  readonly #limits: SessionLimits;
  readonly #topics: readonly TopicName[];
  readonly #normaliser: KucoinNormaliser;
  readonly #snapshots: SnapshotQueue;
  readonly #restBudget: RateBudget;
  readonly #gate: ConnectGate;
  readonly #connections: Connection[] = [];
  readonly #now: () => Readonly<RecvStamp>;
  #closing: Promise<void> | undefined;

  constructor(options: KucoinSessionOptions) {
    this.#options = options;
    this.#now = receiptClock(options.clock);
    const limits = { ...SESSION_LIMITS, ...options.limits };
    this.#limits = limits;
    this.#topics = ['level2', ...(options.topics ?? ['match', 'ticker'])];
    this.#restBudget = new RateBudget({
      weightMax: limits.restWeightMax,
      windowMs: limits.restWindowMs,
    });
    const connects = new RateBudget({
      weightMax: limits.connectsMax,
      windowMs: limits.connectWindowMs,
    });
    this.#gate = new ConnectGate({
      atOnceMax: limits.connectsAtOnce,
      costs: [
        { budget: connects, weight: 1 },
        { budget: this.#restBudget, weight: WEIGHT.token },
      ],
      clock: options.clock,
      timers: options.timers,
    });
    this.#normaliser = createKucoinNormaliser({
      sink: options.sink,
      tallies: options.tallies,
      symbols: options.symbols,
      flags: options.flags ?? 0,
      needSnapshot: (symbol, attempt) => this.#snapshots.want(symbol, attempt),
      limits: options.normaliserLimits ?? {},
    });
    this.#snapshots = this.#createSnapshots();
  }

  async start(): Promise<void> {
    this.#checkCount();
    const answer = await this.#first(PATH.symbols);
    this.#normaliser.onSymbols(answer.body);
    this.#normaliser.resume(this.#options.resume ?? new Map(), this.#now());
    const { options, perConnection } = { options: this.#options, perConnection: this.#share() };
    for (let at = 0; at < options.symbols.length; at += perConnection) {
      const symbols = options.symbols.slice(at, at + perConnection);
      this.#connections.push(this.#createConnection(symbols));
    }
    for (const connection of this.#connections) connection.start();
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  states(): ConnectionState[] {
    return this.#connections.map((connection) => connection.state);
  }

  positions(): Generator<SymbolPosition> {
    return this.#normaliser.positions();
  }

  streams(): Record<string, number> {
    return this.#normaliser.streams();
  }

  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    return this.#normaliser.imageRefusal(symbol, limits);
  }

  writeImage(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined {
    return this.#normaliser.writeImage(symbol, this.#now(), limits);
  }

  relocate(symbol: string, relocate: Relocation): boolean {
    return this.#normaliser.relocate(symbol, this.#now(), relocate);
  }

  async #closeAll(): Promise<void> {
    this.#snapshots.close();
    this.#gate.close();
    await Promise.all(this.#connections.map((connection) => connection.close()));
    this.#normaliser.close(this.#now());
  }

  /** Symbols of one connection. */
  #share(): number {
    return Math.max(1, Math.floor(this.#limits.topicsPerConnection / this.#topics.length));
  }

  #checkCount(): void {
    const most = this.#share() * this.#limits.connectionsMax;
    const wanted = this.#options.symbols.length;
    if (wanted === 0) throw new KucoinSessionError('UNKNOWN_SYMBOL', 'no symbol was asked for.');
    if (wanted <= most) return;
    const message = `${wanted} symbols are more than the ${most} that the limits allow.`;
    throw new KucoinSessionError('TOO_MANY_SYMBOLS', message);
  }

  #createConnection(symbols: readonly string[]): Connection {
    const { dial, clock, timers, random, tallies, onEvent } = this.#options;
    return new Connection({
      number: this.#connections.length + 1,
      symbols,
      isOnly: symbols.length === this.#options.symbols.length,
      topics: this.#topics,
      normaliser: this.#normaliser,
      fetchToken: () => this.#fetchToken(),
      dial,
      gate: this.#gate,
      clock,
      timers,
      random,
      tallies,
      limits: this.#limits,
      onLost: (lost) => this.#snapshots.cancel(lost),
      onEvent: onEvent ?? (() => undefined),
    });
  }

  #createSnapshots(): SnapshotQueue {
    const { clock, timers, random, tallies, onEvent, onAnswer, bookEndpoint } = this.#options;
    const pathOf = (symbol: string): string =>
      `${PATH[bookEndpoint]}?symbol=${encodeURIComponent(symbol)}`;
    return new SnapshotQueue({
      fetch: (symbol) => this.#request('GET', pathOf(symbol)),
      use: (symbol, body) => {
        onAnswer?.({ method: 'GET', path: pathOf(symbol), body });
        this.#normaliser.onSnapshot(symbol, body, this.#now());
      },
      failed: (symbol, detail) => {
        tallies.restFailures.add(1);
        onEvent?.({ kind: 'snapshot-failed', connection: 0, detail: `${symbol}: ${detail}` });
      },
      budget: this.#restBudget,
      weight: WEIGHT[bookEndpoint],
      clock,
      timers,
      random,
      limits: this.#limits,
    });
  }

  async #fetchToken(): Promise<BulletToken> {
    const answer = await this.#request('POST', PATH.token);
    if (answer.status === 200) return readBulletToken(answer.body);
    this.#options.tallies.restFailures.add(1);
    throw new KucoinSessionError('BAD_ANSWER', `token: HTTP status ${answer.status}`);
  }

  /** The first request tells whether there is a vendor at all. */
  async #first(path: string): Promise<HttpAnswer> {
    const { restUrl, clock, onAnswer } = this.#options;
    this.#restBudget.take(clock.monotonicNs(), WEIGHT.symbols);
    let answer: HttpAnswer;
    try {
      answer = await this.#request('GET', path, this.#limits.firstRequestMs);
    } catch (cause) {
      // The transport names its request first; the address is in the sentence already.
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `${restUrl} cannot be reached: ${why.replace(/^[A-Z]+ \S+: /, '')}`;
      const hint = 'check the network connection, or leave out --live to use the simulator';
      throw new KucoinSessionError('UNREACHABLE', message, { hint, cause });
    }
    if (answer.status !== 200) {
      const message = `${restUrl}${path} answered with HTTP status ${answer.status}.`;
      throw new KucoinSessionError('BAD_ANSWER', message);
    }
    onAnswer?.({ method: 'GET', path, body: answer.body });
    return answer;
  }

  async #request(
    method: 'GET' | 'POST',
    path: string,
    timeoutMs = this.#limits.requestMs,
  ): Promise<HttpAnswer> {
    const { restUrl, sign, http, tallies, normaliserLimits } = this.#options;
    const timestampMs = Math.floor(wallMs(this.#now()));
    tallies.restRequests.add(1);
    return http({
      method,
      url: `${restUrl}${path}`,
      headers: sign?.({ method, path, timestampMs }) ?? {},
      timeoutMs,
      bytesMax: normaliserLimits?.answerBytesMax ?? NORMALISER_LIMITS.answerBytesMax,
    });
  }
}

/** ms since the Unix epoch; a double holds them to the microsecond. */
const wallMs = (stamp: Readonly<StampNs>): number => (stamp.hi * 4294967296 + stamp.lo) / 1e6;
