/**
 * A system that a program runs for itself: the same services as `tickwire up` starts, each a
 * process, supervised; their rings read by this program.
 *
 *   start: folders ▸ bus, persistence, aggregator if wanted ▸ per feed: simulator ▸ gateway ▸
 *          reader
 *   stop:  gateways ▸ aggregator ▸ persistence ▸ bus ▸ simulators ▸ readers to the last tick ▸
 *          folders
 */
import { join } from 'node:path';
import type { BatchQueueOptions } from '@tickwire/domain-backpressure';
import { removeRing } from '@tickwire/io-rings';
import { SystemError } from '../errors.ts';
import { endChildren } from '../supervise/child-processes.ts';
import { Supervisor } from '../supervise/supervisor.ts';
import { BarDelivery } from './bar-delivery.ts';
import { bad, checkBatch, checkFeed, checkTimeframes } from './check-options.ts';
import { Deliveries } from './deliveries.ts';
import type { BarEvent, TickBatchEvent, TickEvent } from './embed-events.ts';
import type { AggregationOptions, StartSystemOptions, SystemFeed } from './embed-options.ts';
import { RING_SLOTS_DEFAULT, planAggregator, planFeed, planSupport } from './feed-plan.ts';
import type { FeedPlanContext, PlannedFeed } from './feed-plan.ts';
import { HandlerGuard } from './handler-guard.ts';
import { PrivatePlace } from './private-place.ts';
import { RateMeter } from './rate-meter.ts';
import { ServiceStates, serviceEvent } from './service-states.ts';
import { collectStats } from './system-stats.ts';
import type { SystemStats } from './system-stats.ts';

/** How long handlers may take at the end for what waits for them. */
const FINISH_MS = 5_000;
const FEEDS_MAX = 64;
const TIMEFRAMES_DEFAULT = [1, 60];

/** What the process it runs in gives. */
export interface EmbeddingHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random: () => number;
  entryOf(app: string): string;
}

export class EmbeddedSystem {
  readonly #options: StartSystemOptions;
  readonly #place: PrivatePlace;
  readonly #context: FeedPlanContext;
  readonly #supervisor: Supervisor;
  readonly #guard: HandlerGuard;
  readonly #deliveries: Deliveries;
  readonly #feedsOf = new Map<string, number>();
  /** Feeds and the like that are being added: the end waits for them. */
  readonly #joining = new Set<Promise<unknown>>();
  readonly #ending = new AbortController();
  readonly #meter: RateMeter;
  readonly #startedMs = performance.now();
  readonly #onAbort = (): void => void this.stop();
  #bars: BarDelivery | undefined;
  #aggregating: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #final: SystemStats | undefined;

  /** Of `startSystem`, which has looked at the options. */
  constructor(options: StartSystemOptions, host: EmbeddingHost) {
    this.#options = options;
    this.#place = new PrivatePlace(options.dataDir);
    const { folders } = this.#place;
    const guard = new HandlerGuard(options.onError);
    const states = new ServiceStates((event) =>
      guard.call('onServiceState', () => options.onServiceState?.(event)),
    );
    this.#guard = guard;
    this.#context = {
      folders,
      seed: options.seed ?? Math.floor(host.random() * 2 ** 32),
      ringSlots: options.ringSlots ?? RING_SLOTS_DEFAULT,
      natsUrl: typeof options.bus === 'string' ? options.bus : undefined,
      entryOf: (app) => host.entryOf(app),
      environment: host.environment,
    };
    this.#supervisor = new Supervisor({
      plan: planSupport(options, this.#context),
      logPath: (service) => join(folders.logDir, `${service}.log`),
      random: host.random,
      onNote: (line) => guard.call('onNote', () => options.onNote?.(line)),
      onChange: () => states.look(this.#supervisor.services()),
      onProcessEnd: (_service, info) => endChildren(info),
    });
    this.#deliveries = new Deliveries({
      ...{ ringDir: folders.ringDir, handlers: options, batch: options.batch ?? {}, guard },
    });
    this.#meter = new RateMeter(() => this.#deliveries.delivered);
  }

  /** Starts what was asked for. @throws SystemError; everything is stopped and removed then. */
  async start(): Promise<void> {
    const { aggregation, feeds, onBar, signal } = this.#options;
    signal?.addEventListener('abort', this.#onAbort);
    try {
      const { signal: ending } = this.#ending;
      await this.#joins(this.#startSupport(ending));
      // The aggregator first: then its bars miss nothing of the first ticks.
      const wanted = aggregation ?? onBar !== undefined;
      if (wanted !== false) await this.enableAggregation(wanted === true ? {} : wanted);
      await Promise.all(feeds.map((feed) => this.addFeed(feed)));
    } catch (error) {
      await this.stop();
      signal?.throwIfAborted();
      throw error;
    }
  }

  /**
   * Adds a source while the system runs; the others do not notice.
   * @throws SystemError `USAGE` for a bad feed, `START_FAILED` when its gateway cannot start: then
   *   nothing of it is left.
   */
  async addFeed(feed: SystemFeed): Promise<void> {
    this.#requireRunning();
    checkFeed(feed, 'feed');
    const number = this.#feedsOf.get(feed.vendor) ?? 0;
    if (this.#deliveries.rings.length >= FEEDS_MAX) {
      throw bad('feed', `there are ${FEEDS_MAX} feeds already`, {
        hint: 'Give one feed several symbols',
      });
    }
    this.#feedsOf.set(feed.vendor, number + 1);
    await this.#joins(this.#startFeed(feed, planFeed(feed, number, this.#context)));
  }

  /**
   * Bars from now on, of all feeds; the second call does nothing.
   * @throws SystemError `USAGE`, `START_FAILED`.
   */
  async enableAggregation(options: AggregationOptions = {}): Promise<void> {
    this.#requireRunning();
    const timeframes = options.timeframes ?? TIMEFRAMES_DEFAULT;
    checkTimeframes(timeframes);
    this.#aggregating ??= this.#joins(this.#startAggregator(timeframes));
    try {
      await this.#aggregating;
    } catch (error) {
      this.#aggregating = undefined; // it may be tried again
      throw error;
    }
  }

  /** Every tick from the loop's first turn on; ends with the system. Queued like batches. */
  ticks(options: BatchQueueOptions = this.#options.batch ?? {}): AsyncGenerator<TickEvent> {
    checkBatch(options);
    return this.#deliveries.ticks(options);
  }

  /** Batches of ticks from the loop's first turn on; ends with the system. */
  batches(options: BatchQueueOptions = this.#options.batch ?? {}): AsyncGenerator<TickBatchEvent> {
    checkBatch(options);
    return this.#deliveries.batches(options);
  }

  /** Bars from the loop's first turn on, which enables aggregation; ends with the system. */
  async *bars(): AsyncGenerator<BarEvent, void, void> {
    if (this.#bars === undefined) await this.enableAggregation();
    if (this.#bars !== undefined) yield* this.#bars.stream();
  }

  /** As they are now; after the end, as they were then. */
  getStats(): SystemStats {
    return this.#final ?? this.#collect();
  }

  /**
   * Drains in order, hands over the last ticks and bars, removes what is temporary. Handlers have
   * five seconds for what waits for them then; a handler must not wait for this.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #startSupport(ending: AbortSignal): Promise<void> {
    try {
      await this.#supervisor.start(ending);
    } catch (error) {
      throw this.#startFailure('bus or persistence', error);
    }
    ending.throwIfAborted();
  }

  async #startFeed(feed: SystemFeed, plan: PlannedFeed): Promise<void> {
    try {
      for (const spec of plan.specs) await this.#supervisor.add(spec);
      await this.#deliveries.add(plan.ring, this.#ending.signal);
    } catch (error) {
      if (this.#ending.signal.aborted) throw stopped(error);
      for (const spec of plan.specs.toReversed()) await this.#supervisor.remove(spec.service);
      removeRing(this.#place.folders.ringDir, plan.ring);
      throw this.#startFailure(feed.vendor, error);
    }
  }

  async #startAggregator(timeframes: readonly number[]): Promise<void> {
    const spec = planAggregator(timeframes, this.#context);
    const { ringDir } = this.#place.folders;
    const { signal } = this.#ending;
    try {
      await this.#supervisor.add(spec);
      this.#bars = await BarDelivery.open({
        ...{ ringDir, handlers: this.#options, guard: this.#guard, signal },
      });
    } catch (error) {
      if (signal.aborted) throw stopped(error);
      await this.#supervisor.remove(spec.service);
      throw this.#startFailure('aggregation', error);
    }
  }

  async #stop(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#ending.abort(stopped());
    this.#meter.close();
    await this.#supervisor.stop();
    await Promise.allSettled(this.#joining);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), FINISH_MS);
    await Promise.all([
      this.#deliveries.finish(deadline.signal),
      this.#bars?.finish(deadline.signal),
    ]);
    clearTimeout(timer);
    for (const problem of this.#supervisor.problems()) {
      this.#guard.call('onNote', () => this.#options.onNote?.(problem));
    }
    this.#final = this.#collect();
    this.#place.release();
  }

  #collect(): SystemStats {
    return collectStats({
      ringDir: this.#place.folders.ringDir,
      deliveries: this.#deliveries.rings,
      bars: this.#bars,
      uptimeMs: performance.now() - this.#startedMs,
      handlerErrors: this.#guard.errors,
      rate: this.#meter.rate(),
      services: this.#supervisor.services().map(serviceEvent),
      restarts: this.#supervisor.restarts.length,
    });
  }

  /** Remembers what is under way, so that the end comes after it. */
  async #joins<T>(work: Promise<T>): Promise<T> {
    this.#joining.add(work);
    try {
      return await work;
    } finally {
      this.#joining.delete(work);
    }
  }

  /** One error that says whose start failed; the log of a temporary place is gone with it. */
  #startFailure(what: string, cause: unknown): SystemError {
    const message = cause instanceof Error ? cause.message : String(cause);
    const hint = this.#place.isTemporary
      ? 'Give dataDir, and its log stays there'
      : `Its log is in ${this.#place.folders.logDir}`;
    return new SystemError('START_FAILED', `${what}: ${message}`, { hint, cause });
  }

  #requireRunning(): void {
    if (this.#stopping !== undefined) throw stopped();
  }
}

function stopped(cause?: unknown): SystemError {
  return new SystemError('USAGE', 'system: it is stopping or has stopped', {
    ...{ hint: 'Start another one', cause },
  });
}
