/**
 * Databento's live data for a program of its own. Connections come and go; each record comes once
 * and in the order of its stream, and what does not come is told, between the records where it is
 * missing.
 *
 *   sockets ─▶ session: replays, merges ─▶ queue, bounded ─▶ for await (const message of client)
 *      ▲                                      │
 *      └───────── not read while it is full ──┘
 */
import { randomInt } from 'node:crypto';
import type { StampNs } from '@tickwire/core';
import { TcpTransport, sha256Hex } from '@tickwire/io-tcp';
import { DatabentoError, DatabentoSession } from '@tickwire/venue-databento';
import type {
  MergeCounts,
  SessionCounts,
  SessionEvent,
  SessionState,
  Subscription,
} from '@tickwire/venue-databento';
import { checkOptions } from './check-options.ts';
import { LiveClientError } from './errors.ts';
import type { LiveClientOptions, SubscribeRequest } from './live-options.ts';
import { MessageQueue } from './message-queue.ts';
import { MessageTarget } from './message-target.ts';
import type { GapMessage, LiveMessage, StateMessage } from './messages.ts';
import { NodeClock, nodeTimers } from './node-clock.ts';

const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
const HEARTBEAT_S = 30;
/** A server may take so long to end its connections once it is told that we go. */
const LEAVE_MS = 5_000;
const RANDOM_STEPS = 2 ** 32;

export class LiveClient implements AsyncIterable<LiveMessage> {
  readonly #options: LiveClientOptions;
  readonly #key: string;
  readonly #subscriptions: Subscription[] = [];
  readonly #transport = new TcpTransport();
  readonly #queue: MessageQueue<LiveMessage>;
  readonly #target: MessageTarget;
  readonly #finished: Promise<undefined>;
  #resolveFinished!: (value: undefined) => void;
  #rejectFinished!: (error: unknown) => void;
  readonly #onAbort = (): void => this.#fail(this.#options.signal?.reason);
  #session: DatabentoSession | undefined;
  #isTaken = false;
  #isStopped = false;
  /** The program's own code has thrown: it is not called again. */
  #hasThrown = false;

  /** @throws LiveClientError `NO_KEY`, DatabentoError `BAD_OPTION`. */
  constructor(options: LiveClientOptions) {
    this.#options = options;
    this.#key = keyOf(options);
    checkOptions(options);
    const bytesMax = options.queueBytesMax ?? QUEUE_BYTES_MAX;
    this.#queue = new MessageQueue(bytesMax, (isHeld) => this.#transport.hold(isHeld));
    this.#target = new MessageTarget(this.#taker());
    // Promise.withResolvers came with Node 22.
    this.#finished = new Promise((resolve, reject) => {
      this.#resolveFinished = resolve;
      this.#rejectFinished = reject;
    });
    // Who does not ask how it ended is not told by an exception.
    this.#finished.catch(() => undefined);
  }

  /** `idle` before the start. */
  get state(): SessionState {
    return this.#session?.state ?? 'idle';
  }

  /** Of everything that came, and of records between connections; `undefined` before the start. */
  get counts(): { session: Readonly<SessionCounts>; merged: Readonly<MergeCounts> } | undefined {
    const session = this.#session;
    return session && { session: session.counts, merged: session.merged };
  }

  /** Symbols by instrument id, of the mappings so far. */
  get symbols(): ReadonlyMap<number, string> {
    return this.#target.symbols;
  }

  /** Bytes of messages that wait for the loop. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** One more subscription; before the start. @throws LiveClientError `ALREADY_STARTED`. */
  subscribe(request: SubscribeRequest): this {
    if (this.#session !== undefined) {
      const hint = 'subscribe first, or make another client';
      throw new LiveClientError('ALREADY_STARTED', 'the client was started', hint);
    }
    const { schema, symbols, stypeIn = 'raw_symbol', snapshot = false, from } = request;
    this.#subscriptions.push({
      ...{ schema, stypeIn, symbols: typeof symbols === 'string' ? [symbols] : symbols },
      ...(snapshot ? { hasSnapshot: true } : {}),
      ...(from === undefined ? {} : { from }),
    });
    return this;
  }

  /**
   * Connects, and from then on stays connected. A loop does it by itself.
   * @throws DatabentoError `BAD_OPTION`, LiveClientError `NO_SUBSCRIPTION`, `STOPPED`: nothing was
   *   dialed.
   */
  start(): void {
    if (this.#session !== undefined) return;
    if (this.#isStopped) {
      throw new LiveClientError('STOPPED', 'the client was stopped', 'make another client');
    }
    if (this.#subscriptions.length === 0) {
      const hint = "call subscribe first: client.subscribe({ schema: 'trades', symbols: 'ESZ6' })";
      throw new LiveClientError('NO_SUBSCRIPTION', 'nothing is subscribed to', hint);
    }
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const session = this.#openSession();
    this.#session = session;
    signal?.addEventListener('abort', this.#onAbort);
    session.start();
  }

  /**
   * Tells the server that nothing more is wanted, takes what is under way and ends the loop behind
   * it. Once more, it only changes how long the server is waited for.
   * @param waitMs - The server is not waited for any longer. Default 5,000.
   */
  async stop(waitMs = LEAVE_MS): Promise<void> {
    this.#isStopped = true;
    await this.#session?.leave(waitMs);
    this.#end();
  }

  /** Resolves when it was stopped, rejects with what ended it: for programs with `onRecord`. */
  finished(): Promise<undefined> {
    return this.#finished;
  }

  /**
   * Starts, and gives all messages, once. Leaving the loop stops the client.
   * @throws LiveClientError `ALREADY_TAKEN`. The loop throws DatabentoError `REFUSED` when the
   *   server refuses the key or the dataset, and the reason of an aborted signal.
   */
  [Symbol.asyncIterator](): AsyncIterator<LiveMessage, undefined> {
    if (this.#isTaken || this.#options.onRecord !== undefined) {
      const hint = 'one loop takes all messages, or onRecord does';
      throw new LiveClientError('ALREADY_TAKEN', 'the messages are given to somebody else', hint);
    }
    this.#isTaken = true;
    this.start();
    return {
      next: () => this.#queue.next(),
      return: async () => {
        this.#session?.close();
        this.#end();
        this.#queue.clear();
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }

  #taker(): ConstructorParameters<typeof MessageTarget>[0] {
    const { onRecord, onMessage } = this.#options;
    if (onRecord === undefined) {
      return { message: (message, bytes) => this.#queue.push(message, bytes) };
    }
    return {
      onRecord: (record, symbol) => {
        if (this.#hasThrown) return;
        try {
          onRecord(record, symbol);
        } catch (error) {
          this.#threw(error);
        }
      },
      // With `onRecord` no record comes as a message.
      message: (message) => this.#tell(onMessage, message as GapMessage | StateMessage),
    };
  }

  #tell<Told>(listener: ((told: Told) => void) | undefined, told: Told): void {
    if (this.#hasThrown) return;
    try {
      listener?.(told);
    } catch (error) {
      this.#threw(error);
    }
  }

  /** What the program's own code throws is not the session's to bear, which is at work now. */
  #threw(error: unknown): void {
    this.#hasThrown = true;
    queueMicrotask(() => this.#fail(error));
  }

  #openSession(): DatabentoSession {
    const options = this.#options;
    const clock = new NodeClock();
    return new DatabentoSession({
      ...{ dataset: options.dataset, apiKey: this.#key, client: 'tickwire-js' },
      ...{ compression: options.compression ?? 'none', hasTsOut: options.tsOut ?? false },
      heartbeatIntervalS: options.heartbeatIntervalS ?? HEARTBEAT_S,
      ...(options.slowReaderBehavior && { slowReaderBehavior: options.slowReaderBehavior }),
      ...(options.sequences && { sequences: options.sequences }),
      ...(options.url !== undefined && { url: options.url }),
      ...(options.start !== undefined && { start: stampOf(options.start) }),
      ...(options.limits && { limits: options.limits }),
      ...{ subscriptions: this.#subscriptions, target: this.#target, onGap: this.#target.onGap },
      ...{ dial: this.#transport.dial, inflate: this.#transport.inflate, sha256Hex },
      ...{ clock, timers: nodeTimers, random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS },
      onEvent: (event) => this.#onEvent(event),
    });
  }

  #onEvent(event: SessionEvent): void {
    this.#tell(this.#options.onEvent, event);
    // A key that was good is not given up: the server may refuse while it has trouble.
    if (event.kind !== 'refused' || this.#session?.counts.sessions !== 0) return;
    const hint = 'look at key and dataset; a key has to be entitled to the dataset';
    const error = new DatabentoError('REFUSED', { field: 'auth', detail: event.detail, hint });
    queueMicrotask(() => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#session?.close();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#queue.end(error);
    this.#rejectFinished(error);
  }

  #end(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#queue.end();
    this.#resolveFinished(undefined);
  }
}

function keyOf({ key = process.env['DATABENTO_API_KEY'] }: LiveClientOptions): string {
  if (key !== undefined && key !== '') return key;
  const hint = 'give { key }, or set DATABENTO_API_KEY';
  throw new LiveClientError('NO_KEY', 'there is no key for the server', hint);
}

const stampOf = (ns: bigint): StampNs => ({
  hi: Number(ns >> 32n),
  lo: Number(ns & 0xffff_ffffn),
});
