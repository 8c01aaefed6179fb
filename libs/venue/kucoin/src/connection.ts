/**
 * One WebSocket connection and the symbols it carries, from token to closed:
 *
 *   idle ▸ queued ▸ token ▸ dialing ▸ (welcome) subscribing ▸ live ─ lost ─▶ waiting ▸ queued ▸ …
 *                                                              └─ close() ▸ closing ▸ closed
 *
 * A state machine without sockets: it is told what happened, and says what to send.
 */
import type { Clock, StreamReason as Reason, Timers } from '@tickwire/core';
import { StreamReason } from '@tickwire/core';
import {
  Cadence,
  NamedTimers,
  RateBudget,
  ReconnectPolicy,
  receiptClock,
} from '@tickwire/domain-feed';
import type { ConnectGate, ConnectTicket, Dial, RecvStamp, Socket } from '@tickwire/domain-feed';
import { connectUrl } from './bullet-token.ts';
import type { BulletToken } from './bullet-token.ts';
import { MessageOutcome } from './message-outcome.ts';
import type { KucoinNormaliser } from './kucoin-normaliser.ts';
import type { SessionEvent, SessionLimits } from './session-options.ts';
import { SubscriptionList } from './subscription-list.ts';
import type { Tallies } from './tallies.ts';
import type { TopicName } from './topic.ts';

const WATCH_EVERY_MS = 1_000;

export const CONNECTION_STATES = [
  'idle',
  /** For its turn at the gate. */
  'queued',
  'token',
  'dialing',
  'subscribing',
  'live',
  /** For the time of its next attempt. */
  'waiting',
  'closing',
  'closed',
] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

export interface ConnectionParts {
  number: number;
  symbols: readonly string[];
  /** Whether it carries all symbols of the session. */
  isOnly: boolean;
  topics: readonly TopicName[];
  normaliser: KucoinNormaliser;
  fetchToken(): Promise<BulletToken>;
  dial: Dial;
  /** Shared by all connections of one address. */
  gate: ConnectGate;
  clock: Clock;
  timers: Timers;
  random: () => number;
  tallies: Tallies;
  limits: SessionLimits;
  /** The connection is lost: what was asked for its symbols is void. */
  onLost(symbols: readonly string[]): void;
  onEvent(event: SessionEvent): void;
}

export class Connection {
  readonly #parts: ConnectionParts;
  readonly #policy: ReconnectPolicy;
  readonly #uplink: RateBudget;
  readonly #cadence: Cadence;
  readonly #subscriptions: SubscriptionList;
  readonly #now: () => Readonly<RecvStamp>;
  readonly #timers: NamedTimers;
  #state: ConnectionState = 'idle';
  #socket: Socket | undefined;
  #token: BulletToken | undefined;
  #ticket: ConnectTicket | undefined;
  #connectId = '';
  #lastId = 0;
  #pingId = '';
  #everLive = false;
  #closed = Promise.withResolvers<void>();

  constructor(parts: ConnectionParts) {
    const { limits } = parts;
    this.#parts = parts;
    this.#timers = new NamedTimers(parts.timers);
    this.#now = receiptClock(parts.clock);
    this.#policy = new ReconnectPolicy(parts.random, limits.reconnect);
    this.#uplink = new RateBudget({
      weightMax: limits.uplinkMessagesMax,
      windowMs: limits.uplinkWindowMs,
    });
    this.#cadence = new Cadence({ leastMs: limits.staleLeastMs, factor: limits.staleFactor });
    this.#subscriptions = new SubscriptionList({
      symbols: parts.symbols,
      topics: parts.topics,
      symbolsPerMessage: limits.symbolsPerMessage,
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get symbols(): readonly string[] {
    return this.#parts.symbols;
  }

  start(): void {
    if (this.#state === 'idle') this.#queue();
  }

  /**
   * Unsubscribes, waits for the acks (nothing the server sent before them is left unread) and
   * closes. Resolves when the socket is closed, after the deadline in any case.
   */
  close(): Promise<void> {
    if (this.#state === 'closed' || this.#state === 'closing') return this.#closed.promise;
    const wasOpen = this.#state === 'live' || this.#state === 'subscribing';
    this.#state = 'closing';
    this.#timers.clearAll();
    this.#ticket?.leave();
    if (!wasOpen) {
      this.#socket?.terminate();
      this.#end();
      return this.#closed.promise;
    }
    this.#subscriptions.startUnsubscribing();
    this.#timers.set('close', this.#parts.limits.closeMs, () => this.#finishClose());
    this.#pump();
    if (this.#subscriptions.isDone) this.#finishClose();
    return this.#closed.promise;
  }

  // From here on: what happened.

  #queue(): void {
    this.#state = 'queued';
    this.#ticket = this.#parts.gate.ask(() => this.#connect());
  }

  #connect(): void {
    const { tallies } = this.#parts;
    tallies.dials.add(1);
    this.#policy.attempted();
    if (this.#policy.circuit === 'half-open') {
      tallies.circuitHalfOpened.add(1);
      this.#event('circuit-half-open', 'one attempt');
    }
    this.#state = 'token';
    this.#parts.fetchToken().then(
      (token) => {
        if (this.#state === 'token') this.#dial(token);
      },
      (error: unknown) => {
        if (this.#state === 'token') this.#failed(error instanceof Error ? error.message : '?');
      },
    );
  }

  #dial(token: BulletToken): void {
    this.#token = token;
    this.#state = 'dialing';
    // Never the same twice, over restarts too: both ends count by it what the connection carried.
    const unique = Math.floor(this.#parts.random() * Number.MAX_SAFE_INTEGER);
    this.#connectId = `tw${this.#parts.number}x${unique}`;
    this.#timers.set('welcome', this.#parts.limits.welcomeMs, () => this.#failed('no welcome'));
    const socket: Socket = this.#parts.dial(connectUrl(token, this.#connectId), {
      open: () => undefined, // the vendor speaks first: welcome
      frame: (bytes, stamp) => this.onFrame(bytes, stamp),
      close: (reason) => {
        if (this.#socket === socket) this.#onClose(reason);
      },
    });
    this.#socket = socket;
  }

  /** One frame, stamped here unless the caller has a better stamp. */
  onFrame(bytes: Uint8Array, stamp?: Readonly<RecvStamp>): void {
    const recv = stamp ?? this.#now();
    const { normaliser } = this.#parts;
    const outcome = normaliser.onMessage(bytes, recv);
    if (outcome === MessageOutcome.Control) this.#onControl();
    else this.#cadence.arrived(recv.monotonicNs);
  }

  #onControl(): void {
    const { type, id } = this.#parts.normaliser.control;
    if (type === 'welcome') this.#onWelcome(id);
    else if (type === 'ack') this.#onAck(id);
    else if (type === 'error') this.#onError(id);
    else if (id === this.#pingId) this.#timers.clear('pong');
  }

  #onWelcome(id: string): void {
    if (this.#state !== 'dialing' || id !== this.#connectId) return;
    const { limits, tallies } = this.#parts;
    this.#timers.clear('welcome');
    this.#state = 'subscribing';
    (this.#everLive ? tallies.reconnects : tallies.connects).add(1);
    this.#event('connected', this.#connectId);
    this.#timers.set('ping', this.#token?.pingIntervalMs ?? 0, () => this.#ping());
    this.#timers.set('renew', limits.tokenAgeMs, () =>
      this.#lose('token age', StreamReason.Started),
    );
    this.#timers.set('watch', WATCH_EVERY_MS, () => this.#watch());
    this.#subscriptions.startSubscribing();
    this.#pump();
  }

  /** Sends what the vendor's limit allows now, and comes back for the rest. */
  #pump(): void {
    const { clock, limits } = this.#parts;
    for (;;) {
      const next = this.#subscriptions.nextMessage();
      if (next === undefined) break;
      const waitMs = this.#uplink.waitMs(clock.monotonicNs());
      if (waitMs > 0) {
        this.#timers.set('pump', waitMs, () => this.#pump());
        return;
      }
      const id = String(++this.#lastId);
      this.#subscriptions.sent(next, id);
      this.#send({ id, ...next.request, privateChannel: false, response: true });
      this.#timers.set('ack', limits.ackMs, () => this.#onAckMissing());
    }
  }

  #send(message: Record<string, unknown>): void {
    this.#uplink.take(this.#parts.clock.monotonicNs());
    this.#socket?.send(JSON.stringify(message));
  }

  #onAck(id: string): void {
    const done = this.#subscriptions.acked(id);
    if (done === undefined) return;
    if (done.type === 'subscribe' && done.topic === 'level2') {
      this.#parts.normaliser.onSubscribed(done.symbols, this.#now());
    }
    this.#settle();
  }

  /** All that was asked is answered: live, or closed. */
  #settle(): void {
    if (!this.#subscriptions.hasUnanswered) this.#timers.clear('ack');
    if (!this.#subscriptions.isDone) return;
    if (this.#state === 'closing') this.#finishClose();
    else if (this.#state === 'subscribing') {
      this.#state = 'live';
      this.#everLive = true;
      this.#ticket?.leave();
      this.#closeCircuit();
      this.#event('subscribed', `${this.#parts.symbols.length} symbols`);
    }
  }

  #closeCircuit(): void {
    const wasClosed = this.#policy.circuit === 'closed';
    this.#policy.succeeded(this.#parts.clock.monotonicNs());
    if (wasClosed) return;
    this.#parts.tallies.circuitClosed.add(1);
    this.#event('circuit-closed', 'the attempt succeeded');
  }

  #onError(id: string): void {
    const { tallies, normaliser } = this.#parts;
    const { code, text } = normaliser.control;
    const detail = `${code} ${text.slice(0, 200)}`;
    const refused = this.#subscriptions.refused(id);
    if (refused === undefined) {
      tallies.controlErrors.add(1);
      this.#event('vendor-error', detail);
      // Before the welcome an error is the vendor's whole answer: the token is not accepted.
      if (this.#state === 'dialing') this.#failed(`refused: ${detail}`);
      return;
    }
    if (refused.type === 'subscribe' && refused.symbols.length === 1) {
      const symbol = refused.symbols[0] ?? '';
      tallies.topicsRefused.add(1);
      this.#event('refused', `${refused.topic}:${symbol} ${detail}`);
      if (refused.topic === 'level2') normaliser.onRefused(symbol, this.#now());
    }
    this.#pump();
    this.#settle();
  }

  #onAckMissing(): void {
    if (this.#state === 'closing') return;
    this.#parts.tallies.ackTimeouts.add(1);
    this.#lose('an ack did not come', StreamReason.HeartbeatMissed);
  }

  #ping(): void {
    const { clock } = this.#parts;
    const waitMs = this.#uplink.waitMs(clock.monotonicNs());
    if (waitMs > 0) {
      this.#timers.set('ping', waitMs, () => this.#ping());
      return;
    }
    this.#pingId = String(++this.#lastId);
    this.#send({ id: this.#pingId, type: 'ping' });
    this.#timers.set('ping', this.#token?.pingIntervalMs ?? 0, () => this.#ping());
    if (this.#timers.has('pong')) return; // an older one is still owed
    this.#timers.set('pong', this.#token?.pingTimeoutMs ?? 0, () => {
      this.#parts.tallies.pongTimeouts.add(1);
      this.#lose('a pong did not come', StreamReason.HeartbeatMissed);
    });
  }

  /** Connected but mute: pongs come, data does not. */
  #watch(): void {
    if (this.#cadence.isStale(this.#parts.clock.monotonicNs())) {
      this.#parts.tallies.staleConnections.add(1);
      this.#event('stale', 'no data for many usual intervals');
      this.#lose('stale', StreamReason.Quiet);
      return;
    }
    this.#timers.set('watch', WATCH_EVERY_MS, () => this.#watch());
  }

  #onClose(reason: string): void {
    this.#socket = undefined;
    if (this.#state === 'closing') this.#end();
    else if (this.#state === 'dialing') this.#failed(reason);
    else if (this.#state !== 'closed') this.#lose(reason, StreamReason.Disconnected);
  }

  /** An attempt that never carried data. */
  #failed(reason: string): void {
    this.#parts.tallies.dialFailures.add(1);
    this.#lose(reason, StreamReason.Disconnected);
  }

  #lose(reason: string, why: Reason): void {
    const { normaliser, symbols, isOnly, onLost } = this.#parts;
    const hadData = this.#state === 'subscribing' || this.#state === 'live';
    const socket = this.#socket;
    this.#socket = undefined;
    this.#timers.clearAll();
    socket?.terminate();
    this.#cadence.reset();
    this.#subscriptions.reset();
    if (hadData) {
      onLost(symbols);
      normaliser.onDisconnect(isOnly ? 'all' : symbols, this.#now(), why);
    }
    const was = this.#policy.circuit;
    const delayMs = this.#policy.nextDelayMs(this.#parts.clock.monotonicNs());
    this.#event('lost', `${reason}; next attempt in ${delayMs} ms`);
    if (was === 'closed' && this.#policy.circuit === 'open') {
      this.#parts.tallies.circuitOpened.add(1);
      this.#event('circuit-open', reason);
    }
    this.#state = 'waiting';
    this.#timers.set('retry', delayMs, () => this.#queue());
    // Last: it may let another connection in at once.
    this.#ticket?.leave();
  }

  #finishClose(): void {
    this.#timers.clearAll();
    this.#timers.set('close', this.#parts.limits.closeMs, () => {
      this.#socket?.terminate();
      this.#end();
    });
    this.#socket?.close();
    if (this.#socket === undefined) this.#end();
  }

  #end(): void {
    this.#state = 'closed';
    this.#timers.clearAll();
    this.#closed.resolve();
  }

  #event(kind: SessionEvent['kind'], detail: string): void {
    this.#parts.onEvent({ kind, connection: this.#parts.number, detail });
  }
}
