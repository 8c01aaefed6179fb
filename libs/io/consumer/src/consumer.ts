/**
 * Ticks of one or several rings for a program that may be slower than they are.
 *
 *   ring ─▶ run ─▶ handlers, in place                          while they are synchronous
 *             └──▶ bounded queue ─▶ handlers, batches()        while one is waited for
 *
 * The ring is read on, whatever a handler waits for; a full queue drops by its policy, counted and
 * told as a gap. A synchronous handler is never behind but in the ring itself, which tells its own
 * gaps.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RingSet } from '@tickwire/io-rings';
import { BatchStream } from './batch-stream.ts';
import { batchRule, checkOptions } from './consumer-options.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import type { ConsumerStats } from './consumer-stats.ts';
import { Delivery } from './delivery.ts';
import { ConsumerError } from './errors.ts';
import { handlerTable, hasTickHandlers } from './handler-table.ts';
import type { ConsumerHandlers, TickBatch } from './handlers.ts';
import type { Lane } from './lane.ts';
import { openLanes } from './open-lanes.ts';
import type { ConsumerMemory } from './open-lanes.ts';
import { Reading } from './reading.ts';
import type { ReadingEnd } from './reading.ts';
import { StatsOfLanes } from './stats-of-lanes.ts';

export interface ConsumerRunOptions {
  /** Its abort ends the consumer at once: what waits is not handed over. */
  readonly signal?: AbortSignal;
}

export interface StopOptions {
  /** Hands over what waits first. Default true. */
  readonly drain?: boolean;
  /** For so long at most; then the rest is counted as stopped. Default 5,000. */
  readonly timeoutMs?: number;
}

const DRAIN_MS = 5_000;

/**
 * Opens the rings; reading begins with `run` or `batches`.
 * @throws ConsumerError `BAD_OPTION`, `NO_RINGS`, `NOT_PACED`; what `openRing` throws.
 */
export function createConsumer(options: ConsumerOptions, memory: ConsumerMemory = {}): Consumer {
  return new Consumer(options, memory);
}

export class Consumer {
  readonly #lanes: readonly Lane[];
  readonly #rings: RingSet;
  readonly #delivery: Delivery;
  readonly #reading: Reading;
  readonly #stats: StatsOfLanes;
  readonly #stream: BatchStream | undefined;
  readonly #over = Promise.withResolvers<void>();
  #rest = Promise.withResolvers<void>();
  readonly #cutShort = Promise.withResolvers<void>();
  #drainMs = DRAIN_MS;
  #state: 'made' | 'running' | 'over' = 'made';

  constructor(options: ConsumerOptions, memory: ConsumerMemory = {}) {
    checkOptions(options);
    const stream = hasTickHandlers(options.handlers) ? undefined : new BatchStream();
    const handlers: ConsumerHandlers =
      stream === undefined
        ? { ...options.handlers }
        : { ...options.handlers, batch: (batch) => stream.take(batch) };
    const table = handlerTable(handlers, options.kinds);
    this.#stream = stream;
    const { lanes, rings } = openLanes(options, { wantedKinds: table.wanted, memory });
    this.#lanes = lanes;
    this.#rings = rings;
    this.#delivery = new Delivery({
      lanes: this.#lanes,
      handlers,
      table,
      batch: batchRule(options),
      errors: options.errors ?? 'throw',
      onRest: (failure) => this.#onRest(failure),
      onRoom: () => this.#reading.wake(),
    });
    this.#reading = new Reading({ lanes, rings, delivery: this.#delivery, options });
    this.#stats = new StatsOfLanes(this.#lanes, this.#delivery);
  }

  /** Names of its rings. */
  get rings(): readonly string[] {
    return this.#lanes.map((lane) => lane.name);
  }

  /**
   * Hands ticks to the handlers until `stop`, the signal, or with `untilClosed` the end of all
   * rings. Nothing is open any more when it settles.
   * @throws What a handler threw, unless errors are counted; ConsumerError `IN_USE`; what reading
   *   a ring throws.
   */
  async run(options: ConsumerRunOptions = {}): Promise<ReadingEnd> {
    if (this.#stream !== undefined) {
      throw new ConsumerError('BAD_OPTION', 'run: there are no handlers of ticks or batches', {
        hint: 'give handlers, or loop over batches()',
      });
    }
    return this.#run(options);
  }

  /**
   * The same for a loop: `for await (const batch of consumer.batches())`. A batch is the loop's
   * until it asks for the next one; leaving the loop ends the consumer at once.
   * @throws as `run`.
   */
  async *batches(options: ConsumerRunOptions = {}): AsyncGenerator<TickBatch, void, void> {
    const stream = this.#stream;
    if (stream === undefined) {
      throw new ConsumerError('BAD_OPTION', 'batches: the handlers take the ticks', {
        hint: 'leave out handlers of ticks and batches, or use run()',
      });
    }
    const running = this.#run(options).finally(() => stream.end());
    running.catch(() => undefined); // it is thrown below, once the loop is left
    let isLeft = true;
    try {
      yield* stream.batches();
      isLeft = false;
    } finally {
      if (isLeft) await this.stop({ drain: false });
    }
    await running;
  }

  /**
   * Ends it: nothing more is read, what waits is handed over for a while. Resolves when all is
   * closed. Do not await it in a handler or in the loop over batches: it waits for them.
   */
  async stop(options: StopOptions = {}): Promise<void> {
    const { drain = true, timeoutMs = DRAIN_MS } = options;
    if (this.#state === 'made') {
      this.#state = 'over';
      this.#close();
      this.#over.resolve();
      return;
    }
    this.#drainMs = drain ? timeoutMs : 0;
    if (!drain) this.#cutShort.resolve();
    this.#reading.end('stopped');
    await this.#over.promise;
  }

  /** Exact at any moment, in a handler as well. */
  stats(): ConsumerStats {
    return this.#stats.now();
  }

  async #run({ signal }: ConsumerRunOptions): Promise<ReadingEnd> {
    if (this.#state !== 'made') {
      throw new ConsumerError('IN_USE', `the consumer is ${this.#state}`, {
        hint: 'make another one: each is run once',
      });
    }
    this.#state = 'running';
    const abort = (): void => {
      this.#drainMs = 0;
      this.#cutShort.resolve();
      this.#reading.end('aborted');
    };
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    try {
      const end = await this.#reading.untilEnd();
      if (this.#drainMs > 0) await this.#drain();
      return end;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#state = 'over';
      this.#close();
      this.#over.resolve();
    }
  }

  async #drain(): Promise<void> {
    const isOver = new AbortController();
    const deadline = delay(this.#drainMs, 'late', { signal: isOver.signal }).catch(() => 'late');
    const given = this.#cutShort.promise.then(() => 'late');
    try {
      for (;;) {
        this.#delivery.flush();
        if (!this.#delivery.isBusy && !this.#delivery.hasMore) break;
        const outcome = await Promise.race([this.#rest.promise, deadline, given]);
        if (outcome === 'late') break;
      }
    } finally {
      isOver.abort();
    }
    this.#reading.throwFailure();
  }

  #onRest(failure: { readonly error: unknown } | undefined): void {
    if (failure !== undefined) this.#reading.fail(failure.error);
    this.#rest.resolve();
    this.#rest = Promise.withResolvers<void>();
    this.#reading.wake();
  }

  #close(): void {
    this.#delivery.giveUp();
    for (const lane of this.#lanes) lane.source.close();
    this.#rings.close();
  }
}
