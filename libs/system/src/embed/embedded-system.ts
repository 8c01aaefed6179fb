/**
 * A system that a program runs for itself: the same services as `tickwire up` starts, each a
 * process, supervised; their rings read by this program.
 *
 *   start: folders ▸ per feed: simulator ▸ gateway ▸ reader   ▸ aggregator ▸ bar reader
 *   stop:  gateways ▸ aggregator ▸ simulators ▸ readers to the last tick ▸ folders
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeldLock } from '@tickwire/io-service';
import { makeFolders } from '../folders.ts';
import type { Folders } from '../folders.ts';
import { takeDataDir, takeRingDir } from '../supervise/data-dir.ts';
import { endChildren } from '../supervise/child-processes.ts';
import { clearRingDir, clearRunDir } from '../supervise/leftovers.ts';
import { Supervisor } from '../supervise/supervisor.ts';
import { BarDelivery } from './bar-delivery.ts';
import { bad, checkFeed, checkTimeframes } from './embed-options.ts';
import type {
  AggregationOptions,
  StartSystemOptions,
  SystemFeed,
  SystemStats,
} from './embed-options.ts';
import { planAggregator, planFeed } from './feed-plan.ts';
import type { FeedPlanContext } from './feed-plan.ts';
import { RateMeter } from './rate-meter.ts';
import { collectStats } from './system-stats.ts';
import { TickDelivery } from './tick-delivery.ts';

const FINISH_MS = 5_000;
const FEEDS_MAX = 64;

/** What the process it runs in gives. */
export interface EmbeddingHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random: () => number;
  entryOf(app: string): string;
}

export class EmbeddedSystem {
  readonly #options: StartSystemOptions;
  readonly #folders: Folders;
  readonly #context: FeedPlanContext;
  readonly #supervisor: Supervisor;
  readonly #locks: readonly HeldLock[];
  readonly #isTemporary: boolean;
  readonly #deliveries: TickDelivery[] = [];
  readonly #feedsOf = new Map<string, number>();
  readonly #meter = new RateMeter(() => this.#delivered());
  readonly #startedMs = performance.now();
  #bars: BarDelivery | undefined;
  #aggregating: Promise<void> | undefined;
  #handlerErrors = 0;
  #stopping: Promise<void> | undefined;
  #final: SystemStats | undefined;

  constructor(options: StartSystemOptions, host: EmbeddingHost) {
    this.#options = options;
    this.#isTemporary = options.dataDir === undefined;
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tickwire-embedded-'));
    this.#folders = makeFolders({ dataDir });
    const { runDir, ringDir } = this.#folders;
    this.#locks = [takeDataDir(runDir, dataDir), takeRingDir(ringDir)];
    clearRingDir(ringDir, { keepLock: true });
    this.#context = {
      folders: this.#folders,
      seed: options.seed ?? Math.floor(host.random() * 2 ** 32),
      entryOf: (app) => host.entryOf(app),
      environment: host.environment,
    };
    this.#supervisor = new Supervisor({
      plan: [],
      logPath: (service) => join(this.#folders.logDir, `${service}.log`),
      random: host.random,
      onNote: (line) => options.onNote?.(line),
      onChange: () => undefined,
      onProcessEnd: (_service, info) => endChildren(info),
    });
  }

  /** Starts what was asked for. @throws SystemError; everything is stopped and removed then. */
  async start(): Promise<void> {
    try {
      await this.#supervisor.start(new AbortController().signal);
      // The aggregator first: then its bars miss nothing of the first ticks.
      const { aggregation, feeds, onBar } = this.#options;
      const wanted = aggregation ?? onBar !== undefined;
      if (wanted !== false) await this.enableAggregation(wanted === true ? {} : wanted);
      await Promise.all(feeds.map((feed) => this.addFeed(feed)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Adds a source while the system runs; the others do not notice.
   * @throws SystemError `USAGE` for a bad feed, `START_FAILED` when its gateway cannot start.
   */
  async addFeed(feed: SystemFeed): Promise<void> {
    this.#requireRunning();
    checkFeed(feed, 'feed');
    const number = this.#feedsOf.get(feed.vendor) ?? 0;
    if (number >= FEEDS_MAX) {
      throw bad('feed', `${feed.vendor} has ${FEEDS_MAX} feeds already`, {
        hint: 'Give one feed several symbols',
      });
    }
    this.#feedsOf.set(feed.vendor, number + 1);
    const { ring, specs } = planFeed(feed, number, this.#context);
    for (const spec of specs) await this.#supervisor.add(spec);
    const delivery = await TickDelivery.open({
      ringDir: this.#folders.ringDir,
      ring,
      handlers: this.#options,
      batch: this.#options.batch ?? {},
      onError: (error, where) => this.#onError(error, where),
    });
    this.#deliveries.push(delivery);
  }

  /**
   * Bars from now on, of all feeds; the second call does nothing.
   * @throws SystemError `USAGE`, `START_FAILED`.
   */
  enableAggregation(options: AggregationOptions = {}): Promise<void> {
    this.#requireRunning();
    const timeframes = options.timeframes ?? [1, 60];
    checkTimeframes(timeframes);
    this.#aggregating ??= this.#startAggregator(timeframes);
    return this.#aggregating;
  }

  /** As they are now; after the end, as they were then. */
  getStats(): SystemStats {
    return this.#final ?? this.#collect();
  }

  #collect(): SystemStats {
    return collectStats({
      ringDir: this.#folders.ringDir,
      deliveries: this.#deliveries,
      uptimeMs: performance.now() - this.#startedMs,
      bars: this.#bars?.bars ?? 0,
      handlerErrors: this.#handlerErrors,
      rate: this.#meter.rate(),
      restarts: this.#supervisor.restarts.length,
    });
  }

  /** Drains in order, hands over the last ticks and bars, removes what is temporary. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #startAggregator(timeframes: readonly number[]): Promise<void> {
    await this.#supervisor.add(planAggregator(timeframes, this.#context));
    this.#bars = await BarDelivery.open({
      ringDir: this.#folders.ringDir,
      onBar: (bar) => this.#options.onBar?.(bar),
      onError: (error, where) => this.#onError(error, where),
    });
  }

  async #stop(): Promise<void> {
    this.#meter.close();
    await this.#supervisor.stop();
    await Promise.all(this.#deliveries.map((delivery) => delivery.finish(FINISH_MS)));
    await this.#bars?.finish(FINISH_MS);
    for (const problem of this.#supervisor.problems()) this.#options.onNote?.(problem);
    this.#final = this.#collect();
    clearRingDir(this.#folders.ringDir);
    clearRunDir(this.#folders.runDir);
    for (const lock of this.#locks) lock.release();
    if (this.#isTemporary) rmSync(this.#folders.dataDir, { recursive: true, force: true });
  }

  #delivered(): number {
    return this.#deliveries.reduce((sum, delivery) => sum + delivery.delivered, 0);
  }

  /** What a handler throws is counted and told; the data goes on. */
  #onError(error: unknown, where: string): void {
    this.#handlerErrors += 1;
    try {
      this.#options.onError?.(error, where);
    } catch {
      this.#handlerErrors += 1; // the handler of errors itself: there is nobody left to tell
    }
  }

  #requireRunning(): void {
    if (this.#stopping === undefined) return;
    throw bad('system', 'it is stopping or has stopped', { hint: 'Start another one' });
  }
}
