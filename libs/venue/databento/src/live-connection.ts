/**
 * One connection to the live gateway, from dial to end:
 *
 *   greeting ▸ challenge ▸ authenticating ▸ live ▸ closed
 *
 * It knows no socket: it is told what came, and says what to send. In `live`, silence for longer
 * than the heartbeat's interval and its grace is the end: the other side is gone without a word.
 */
import type { Clock, Timers } from '@tickwire/core';
import { NamedTimers, receiptClock } from '@tickwire/domain-feed';
import type { Dial, RecvStamp, Socket } from '@tickwire/domain-feed';
import { DbnDecoder } from '@tickwire/wire-dbn';
import {
  START_SESSION,
  authLine,
  challengeAnswer,
  readAuthAnswer,
  readChallenge,
  readGreeting,
  subscriptionLines,
} from './gateway-lines.ts';
import type { AuthOptions, Sha256Hex, Subscription } from './gateway-lines.ts';
import { DatabentoError } from './errors.ts';
import { LineReader } from './line-reader.ts';
import type { Inflate, SessionLimits } from './session-options.ts';

export type ConnectionState = 'greeting' | 'challenge' | 'authenticating' | 'live' | 'closed';
/**
 * What the server takes of one session; those beyond wait, and what is said behind them.
 * @see https://databento.com/docs/api-reference-live/basics/connection-limits
 */
const SUBSCRIPTIONS_PER_SEC = 10;

/** Why a connection ended. */
export type LossReason = 'disconnected' | 'silent' | 'refused' | 'protocol' | 'timeout';

export interface LiveConnectionOptions {
  readonly id: number;
  readonly url: string;
  readonly auth: AuthOptions;
  readonly subscriptions: readonly Subscription[];
  /** Replay from here on, ns since the Unix epoch. */
  readonly start: bigint | undefined;
  readonly sha256Hex: Sha256Hex;
  readonly inflate: Inflate | undefined;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits: SessionLimits;
  readonly handlers: ConnectionHandlers;
}

export interface ConnectionHandlers {
  /** Subscribed and started: records follow. */
  started(connection: LiveConnection, sessionId: string): void;
  /** One record, on which `decoder` stands. */
  record(connection: LiveConnection, decoder: DbnDecoder, recv: Readonly<RecvStamp>): void;
  /** All records of a piece were given. */
  drained(connection: LiveConnection, recv: Readonly<RecvStamp>): void;
  /** A record was passed over. */
  damaged(connection: LiveConnection, detail: string): void;
  /** Once; nothing comes after it. */
  lost(connection: LiveConnection, reason: LossReason, detail: string): void;
}

export class LiveConnection {
  readonly id: number;
  readonly #options: LiveConnectionOptions;
  readonly #timers: NamedTimers;
  readonly #now: () => Readonly<RecvStamp>;
  readonly #lines: LineReader;
  readonly #decoder: DbnDecoder;
  readonly #inflater: { push(bytes: Uint8Array): void } | undefined;
  #socket: Socket | undefined;
  #state: ConnectionState = 'greeting';
  #lastNs = 0;
  #unknownTold = 0;
  #recv: Readonly<RecvStamp>;

  constructor(options: LiveConnectionOptions) {
    const { limits, timers, clock, inflate, handlers } = options;
    this.id = options.id;
    this.#options = options;
    this.#timers = new NamedTimers(timers);
    this.#now = receiptClock(clock);
    this.#recv = this.#now();
    this.#lines = new LineReader(limits.lineBytesMax);
    this.#decoder = new DbnDecoder({
      upgrade: 'upgradeToV3',
      metadataBytesMax: limits.metadataBytesMax,
      onDamaged: (error) => handlers.damaged(this, error.message),
    });
    const isCompressed = options.auth.compression === 'zstd';
    // It may give what it has at any later time, when no piece is being taken.
    const give = (bytes: Uint8Array): void => this.#guard(() => this.#read(bytes));
    this.#inflater = isCompressed ? inflate?.(give) : undefined;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Records of unknown rtypes that were passed over since it was asked last. */
  takeUnknown(): number {
    const { unknown } = this.#decoder.counts;
    const since = unknown - this.#unknownTold;
    this.#unknownTold = unknown;
    return since;
  }

  open(): void {
    const { dial, url, limits } = this.#options;
    this.#timers.set('deadline', limits.connectMs, () => this.#lose('timeout', 'no greeting'));
    this.#socket = dial(url, {
      open: () => undefined, // the server speaks first
      frame: (bytes, stamp) => this.#take(bytes, stamp ?? this.#now()),
      close: (reason) => this.#lose('disconnected', reason),
    });
  }

  /** Says that nothing more is wanted: what is under way still comes, then `lost` is told. */
  leave(): void {
    if (this.#state !== 'live') this.#lose('disconnected', 'left before it was live');
    else this.#socket?.close();
  }

  /** Ends it, without a word to `lost`. */
  close(): void {
    this.#state = 'closed';
    this.#timers.clearAll();
    this.#socket?.terminate();
  }

  #take(piece: Uint8Array, recv: Readonly<RecvStamp>): void {
    if (this.#state === 'closed') return;
    this.#recv = recv;
    this.#lastNs = recv.monotonicNs;
    this.#guard(() => {
      const rest = this.#state === 'live' ? piece : this.#takeLines(piece);
      if (rest.length === 0) return;
      if (this.#inflater === undefined) this.#read(rest);
      else this.#inflater.push(rest);
    });
  }

  /** Whatever a server sends ends at most its own connection. */
  #guard(take: () => void): void {
    try {
      take();
    } catch (error) {
      const isRefused = error instanceof DatabentoError && error.code === 'REFUSED';
      const detail = error instanceof Error ? error.message : String(error);
      this.#lose(isRefused ? 'refused' : 'protocol', detail);
    }
  }

  /** @returns what is behind the lines. */
  #takeLines(piece: Uint8Array): Uint8Array {
    let rest = piece;
    while (rest.length > 0 && this.#state !== 'live') {
      const position = this.#lines.position;
      const { line, taken } = this.#lines.read(rest);
      rest = rest.subarray(taken);
      if (line !== undefined) this.#onLine(line, position);
    }
    return rest;
  }

  #onLine(line: string, position: number): void {
    const { auth, sha256Hex, limits } = this.#options;
    if (this.#state === 'greeting') {
      readGreeting(line, position);
      this.#state = 'challenge';
    } else if (this.#state === 'challenge') {
      const answer = challengeAnswer(readChallenge(line, position), auth.apiKey, sha256Hex);
      this.#state = 'authenticating';
      this.#timers.set('deadline', limits.authMs, () => this.#lose('timeout', 'no answer to auth'));
      this.#socket?.send(authLine(answer, auth));
    } else this.#start(readAuthAnswer(line, position));
  }

  #start(sessionId: string): void {
    const { subscriptions, start, handlers } = this.#options;
    let sent = 0;
    subscriptions.forEach((subscription, at) => {
      const lines = subscriptionLines(subscription, { start, id: at + 1 });
      for (const line of lines) this.#socket?.send(line);
      sent += lines.length;
    });
    this.#socket?.send(START_SESSION);
    this.#state = 'live';
    this.#timers.clear('deadline');
    // Until the server may be done with them it owes no word.
    this.#lastNs += (sent / SUBSCRIPTIONS_PER_SEC) * 1e9;
    this.#watch(this.#silenceMs());
    handlers.started(this, sessionId);
  }

  #silenceMs(): number {
    const { auth, limits } = this.#options;
    return auth.heartbeatIntervalS * 1_000 + limits.heartbeatGraceMs;
  }

  /** Looks again when the silence could be too long: no timer is touched for each piece. */
  #watch(delayMs: number): void {
    this.#timers.set('silence', delayMs, () => {
      const silentMs = (this.#options.clock.monotonicNs() - this.#lastNs) / 1e6;
      const leftMs = this.#silenceMs() - silentMs;
      if (leftMs > 0) this.#watch(Math.ceil(leftMs));
      else this.#lose('silent', `nothing for ${Math.floor(silentMs)} ms`);
    });
  }

  #read(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    const { handlers } = this.#options;
    this.#decoder.push(bytes);
    while (this.#decoder.next()) {
      handlers.record(this, this.#decoder, this.#recv);
      if (this.state === 'closed') return;
    }
    handlers.drained(this, this.#recv);
  }

  #lose(reason: LossReason, detail: string): void {
    if (this.#state === 'closed') return;
    this.close();
    this.#options.handlers.lost(this, reason, detail);
  }
}
