/**
 * The bus as services use it: publish, subscribe, request. Over nats.js, which nobody else imports.
 *
 * Publishing never waits and never throws for a broken connection: messages go into a bounded
 * queue (drop-newest, counted) and leave it when the server has confirmed them. So a message may
 * arrive twice after a reconnect: give it a key of its own.
 */
import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { ErrorCode, Events, NatsError, connect, headers as natsHeaders } from 'nats';
import type { Msg, MsgHdrs, NatsConnection, Subscription } from 'nats';
import { BusError } from './errors.ts';
import { PublishQueue } from './publish-queue.ts';
import { isPublishSubject, isSubscribeSubject } from './subjects.ts';

export type BusState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** Counted as it happens: `in` is the caller's to count. */
export interface BusMeter {
  /** The server has confirmed `count` more messages. */
  readonly onFlushed?: (count: number) => void;
  readonly onDropped?: (reason: DropReason, count: number) => void;
}

/** `full`: the queue was. `oversize`: larger than the server takes. `closed`: left at the end. */
export type DropReason = 'full' | 'oversize' | 'closed';

export interface BusOptions {
  /** `nats://host:port`, one or several. */
  readonly servers: string | readonly string[];
  /** Shown by the server beside the connection. */
  readonly name: string;
  /** How long `connectBus` waits for the first connection; 10 s. 0 = it returns at once and
   * connects in the background. */
  readonly connectDeadlineMs?: number;
  /** Messages waiting for the server's confirmation; 65,536. */
  readonly queueMessagesMax?: number;
  /** Their bytes; 16 MiB. */
  readonly queueBytesMax?: number;
  readonly meter?: BusMeter;
  /** Longest wait between two attempts to reconnect; 2 s, with full jitter. */
  readonly reconnectDelayMsMax?: number;
}

export interface BusStats {
  readonly state: BusState;
  /** Messages taken by `publish`. */
  readonly accepted: number;
  readonly flushed: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly inFlight: number;
  readonly received: number;
  /** Sent once more because a connection broke before they were confirmed. */
  readonly resent: number;
  readonly reconnects: number;
}

export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** First value of each header. */
  readonly headers: ReadonlyMap<string, string>;
  readonly reply: string | undefined;
  /** Answers a request; nothing happens when there is no reply subject. */
  respond(payload: Uint8Array | string): void;
}

export interface SubscribeOptions {
  /** One member of a queue group gets each message. */
  readonly queue?: string;
  /** Ends by itself after so many. */
  readonly max?: number;
}

export interface BusSubscription {
  /** Messages that are on their way are not delivered any more. */
  unsubscribe(): void;
}

export interface Bus {
  /**
   * Hands a message over. The payload is not copied: leave it alone afterwards.
   * @returns false when it was dropped (counted): the queue is full.
   * @throws BusError `BAD_SUBJECT`, `CLOSED`: bugs of the caller.
   */
  publish(
    subject: string,
    payload: Uint8Array | string,
    headers?: Readonly<Record<string, string>>,
  ): boolean;
  /** @throws BusError `BAD_SUBJECT`, `CLOSED`. */
  subscribe(
    subject: string,
    handler: (message: BusMessage) => void,
    options?: SubscribeOptions,
  ): BusSubscription;
  /** @throws BusError `NO_RESPONDERS`, `TIMEOUT`, `DISCONNECTED`, `BAD_SUBJECT`, `CLOSED`. */
  request(
    subject: string,
    payload: Uint8Array | string,
    options: { timeoutMs: number; headers?: Readonly<Record<string, string>> },
  ): Promise<BusMessage>;
  /** Until everything handed over so far, and every subscription made, has reached the server.
   * @throws BusError `TIMEOUT`; the messages stay queued. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes as far as the deadline lets it, then closes; what is left is dropped and counted. */
  drain(deadlineMs: number): Promise<void>;
  stats(): BusStats;
}

/**
 * Connects, and stays connected: reconnects for ever with full jitter.
 * @throws BusError `UNREACHABLE` when the deadline passes without a first connection.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const bus = new NatsBus(options);
  const deadlineMs = options.connectDeadlineMs ?? 10_000;
  bus.start();
  if (deadlineMs > 0 && !(await bus.waitUntil(() => bus.isConnected, deadlineMs))) {
    await bus.drain(0);
    throw new BusError('UNREACHABLE', `no server answers at ${String(options.servers)}`, {
      hint: 'start one with `tickwire up`, or correct NATS_URL',
    });
  }
  return bus;
}

const BATCH_MAX = 1_024;
const DELAY_BASE_MS = 100;

interface Listener {
  readonly subject: string;
  readonly handler: (message: BusMessage) => void;
  readonly options: SubscribeOptions;
  active: Subscription | undefined;
}

class NatsBus implements Bus {
  readonly #options: BusOptions;
  readonly #queue: PublishQueue;
  readonly #listeners = new Set<Listener>();
  readonly #dropped: Record<DropReason, number> = { full: 0, oversize: 0, closed: 0 };
  readonly #waiting = new Set<() => void>();
  #connection: NatsConnection | undefined;
  #state: BusState = 'connecting';
  #attempts = 0;
  #pumping = false;
  /** Messages at the head of the queue that were sent before and not confirmed. */
  #sentBefore = 0;
  #accepted = 0;
  #flushed = 0;
  #received = 0;
  #resent = 0;
  #reconnects = 0;

  constructor(options: BusOptions) {
    this.#options = options;
    this.#queue = new PublishQueue({
      messagesMax: options.queueMessagesMax ?? 65_536,
      bytesMax: options.queueBytesMax ?? 16 * 1_048_576,
    });
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  start(): void {
    void this.#connectForever();
  }

  publish(
    subject: string,
    payload: Uint8Array | string,
    headers?: Readonly<Record<string, string>>,
  ): boolean {
    this.#requireOpen();
    requireSubject(subject, isPublishSubject(subject));
    this.#accepted += 1;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const largest = this.#connection?.info?.max_payload ?? Infinity;
    if (bytes.length > largest) return this.#drop('oversize');
    if (!this.#queue.push({ subject, payload: bytes, headers })) return this.#drop('full');
    if (!this.#pumping) void this.#pump();
    return true;
  }

  subscribe(
    subject: string,
    handler: (message: BusMessage) => void,
    options: SubscribeOptions = {},
  ): BusSubscription {
    this.#requireOpen();
    requireSubject(subject, isSubscribeSubject(subject));
    const listener: Listener = { subject, handler, options, active: undefined };
    this.#listeners.add(listener);
    this.#activate(listener);
    return {
      unsubscribe: () => {
        this.#listeners.delete(listener);
        listener.active?.unsubscribe();
      },
    };
  }

  async request(
    subject: string,
    payload: Uint8Array | string,
    options: { timeoutMs: number; headers?: Readonly<Record<string, string>> },
  ): Promise<BusMessage> {
    this.#requireOpen();
    requireSubject(subject, isPublishSubject(subject));
    const connection = this.#connection;
    if (connection === undefined || !this.isConnected) {
      throw new BusError('DISCONNECTED', `no connection to the bus for ${subject}`);
    }
    const { timeoutMs: timeout, headers } = options;
    const more = headers === undefined ? {} : { headers: toHeaders(headers) };
    try {
      return toMessage(await connection.request(subject, payload, { timeout, ...more }));
    } catch (error) {
      throw requestError(error, subject);
    }
  }

  async flush(deadlineMs: number): Promise<void> {
    const target = this.#accepted - this.#totalDropped();
    const flushed = (): boolean => this.#flushed >= target;
    const endMs = performance.now() + deadlineMs;
    if (!(await this.waitUntil(() => this.isConnected && flushed(), deadlineMs))) {
      throw new BusError('TIMEOUT', `${target - this.#flushed} messages are not flushed yet`);
    }
    const left = Math.max(1, endMs - performance.now());
    await withDeadline(this.#connection?.flush() ?? Promise.resolve(), left);
  }

  async drain(deadlineMs: number): Promise<void> {
    if (this.#state === 'closed') return;
    if (deadlineMs > 0) await this.flush(deadlineMs).catch(() => undefined);
    this.#state = 'closed';
    const left = this.#queue.count;
    if (left > 0) {
      this.#queue.shift(left);
      this.#dropped.closed += left;
      this.#options.meter?.onDropped?.('closed', left);
    }
    this.#wake();
    await this.#connection?.close().catch(() => undefined);
  }

  stats(): BusStats {
    return {
      state: this.#state,
      accepted: this.#accepted,
      flushed: this.#flushed,
      dropped: { ...this.#dropped },
      inFlight: this.#queue.count,
      received: this.#received,
      resent: this.#resent,
      reconnects: this.#reconnects,
    };
  }

  /** Resolves true once `condition` holds, false after the deadline or when the bus is closed. */
  async waitUntil(condition: () => boolean, deadlineMs: number): Promise<boolean> {
    const endMs = performance.now() + deadlineMs;
    while (!condition()) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || this.#state === 'closed') return false;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, leftMs);
        this.#waiting.add(done);
      });
    }
    return true;
  }

  async #connectForever(): Promise<void> {
    while (this.#state !== 'closed') {
      try {
        const connection = await this.#connectOnce();
        if (this.#isClosed()) {
          await connection.close();
          return;
        }
        this.#connection = connection;
        void this.#followStatus(connection);
        for (const listener of this.#listeners) this.#activate(listener);
        this.#becomeConnected();
        return;
      } catch {
        // Not there yet: nats.js tells refused from unreachable, for us it is the same.
        await this.waitUntil(() => this.#isClosed(), this.#nextDelayMs());
      }
    }
  }

  #connectOnce(): Promise<NatsConnection> {
    const { servers, name } = this.#options;
    return connect({
      servers: typeof servers === 'string' ? servers : [...servers],
      name,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => this.#nextDelayMs(),
      timeout: 2_000,
      pingInterval: 10_000,
      maxPingOut: 2,
    });
  }

  async #followStatus(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (this.#isClosed()) return;
      if (status.type === Events.Disconnect) this.#state = 'reconnecting';
      else if (status.type === Events.Reconnect) {
        this.#reconnects += 1;
        this.#becomeConnected();
      }
    }
  }

  #becomeConnected(): void {
    this.#state = 'connected';
    this.#attempts = 0;
    this.#wake();
    if (!this.#pumping) void this.#pump();
  }

  /** Sends batches, each confirmed before the next; stops when idle or disconnected. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.isConnected && this.#queue.count > 0) {
      // Whatever else this turn of the event loop hands over travels in the same batch.
      await Promise.resolve();
      const connection = this.#connection;
      if (connection === undefined) break;
      const batch = Math.min(this.#queue.count, BATCH_MAX);
      this.#resent += Math.min(batch, this.#sentBefore);
      try {
        for (let at = 0; at < batch; at++) {
          const message = this.#queue.at(at);
          if (message === undefined) continue;
          const { subject, payload, headers } = message;
          const options = headers === undefined ? {} : { headers: toHeaders(headers) };
          connection.publish(subject, payload, options);
        }
        this.#sentBefore = Math.max(this.#sentBefore, batch);
        await connection.flush();
      } catch {
        // The connection broke: the batch stays queued until the next one stands.
        break;
      }
      if (this.#isClosed()) break;
      this.#queue.shift(batch);
      this.#sentBefore = Math.max(0, this.#sentBefore - batch);
      this.#flushed += batch;
      this.#options.meter?.onFlushed?.(batch);
      this.#wake();
    }
    this.#pumping = false;
  }

  #activate(listener: Listener): void {
    if (this.#connection === undefined || listener.active !== undefined) return;
    listener.active = this.#connection.subscribe(listener.subject, {
      ...listener.options,
      callback: (error, message) => {
        if (error !== null) return;
        this.#received += 1;
        listener.handler(toMessage(message));
      },
    });
  }

  #drop(reason: DropReason): false {
    this.#dropped[reason] += 1;
    this.#options.meter?.onDropped?.(reason, 1);
    return false;
  }

  #totalDropped(): number {
    return this.#dropped.full + this.#dropped.oversize + this.#dropped.closed;
  }

  #nextDelayMs(): number {
    const largest = this.#options.reconnectDelayMsMax ?? 2_000;
    const bound = Math.min(largest, DELAY_BASE_MS * 2 ** Math.min(this.#attempts, 16));
    this.#attempts += 1;
    return 1 + randomInt(Math.max(1, Math.floor(bound)));
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #requireOpen(): void {
    if (this.#state === 'closed') throw new BusError('CLOSED', 'the bus is closed');
  }
}

function toMessage(message: Msg): BusMessage {
  const headers = new Map<string, string>();
  for (const name of message.headers?.keys() ?? []) {
    headers.set(name, message.headers?.get(name) ?? '');
  }
  const reply = message.reply;
  return {
    subject: message.subject,
    data: message.data,
    headers,
    reply: reply === undefined || reply === '' ? undefined : reply,
    respond: (payload) => {
      message.respond(payload);
    },
  };
}

function toHeaders(stated: Readonly<Record<string, string>>): MsgHdrs {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(stated)) headers.set(name, value);
  return headers;
}

function requireSubject(subject: string, valid: boolean): void {
  if (!valid) throw new BusError('BAD_SUBJECT', `not a subject: ${JSON.stringify(subject)}`);
}

function requestError(error: unknown, subject: string): BusError {
  const code = error instanceof NatsError ? error.code : '';
  if (code === ErrorCode.NoResponders) {
    return new BusError('NO_RESPONDERS', `nobody answers on ${subject}`, { cause: error });
  }
  if (code === ErrorCode.Timeout) {
    return new BusError('TIMEOUT', `no answer on ${subject} in time`, { cause: error });
  }
  return new BusError('DISCONNECTED', `the request on ${subject} was cut off`, { cause: error });
}

async function withDeadline(work: Promise<void>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BusError('TIMEOUT', 'not flushed in time')), deadlineMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
