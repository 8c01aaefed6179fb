import { setTimeout as delay } from 'node:timers/promises';
import type { Counter } from '@tickwire/core';
import { formatRingId } from '@tickwire/ipc-ring';
import { listRings } from '@tickwire/io-rings';
import type { ServiceContext } from '@tickwire/io-service';
import type { FinalCounts, RingToKeep, TickStore } from '@tickwire/io-store';
import type { PersistenceConfig } from './config.ts';
import { KeeperCells, NO_COUNTS, addFinal, finalCounts } from './keeper-cells.ts';
import type { Loss } from './loss-ledger.ts';
import { presentRingId } from './open-kept-ring.ts';
import { RingKeeper } from './ring-keeper.ts';
import { TickTraces } from './tick-traces.ts';
import type { Trouble } from './trouble.ts';

const RETRY_MS = 250;
const SHOW_MS = 100;

export interface KeepersOptions {
  readonly config: PersistenceConfig;
  readonly context: ServiceContext;
  readonly store: TickStore;
  readonly trouble: Trouble;
  readonly onLoss: (loss: Loss) => void;
}

/** All rings of the ring directory, each with its keeper; and the store that they share. */
export class Keepers {
  readonly #options: KeepersOptions;
  readonly #keepers = new Map<string, Promise<RingKeeper | undefined>>();
  readonly #open = new Set<RingKeeper>();
  readonly #files: Counter;
  readonly #bytes: Counter;
  readonly #rss: Counter;
  readonly #expiredFiles: Counter;
  readonly #merges: Counter;
  readonly #mergesFailed: Counter;
  readonly #timer: NodeJS.Timeout;
  #expiring: Promise<void> | undefined;
  #merging: Promise<void> | undefined;
  #stopping = false;

  constructor(options: KeepersOptions) {
    const { stats } = options.context;
    this.#options = options;
    this.#files = stats.counter('gauge/store.files');
    this.#bytes = stats.counter('gauge/store.bytes');
    this.#rss = stats.counter('gauge/persistence.rssBytes');
    this.#expiredFiles = stats.counter('count/store.expiredFiles');
    this.#merges = stats.counter('count/store.compactions');
    this.#mergesFailed = stats.counter('count/store.compactionsFailed');
    this.#timer = setInterval(() => this.#show(), SHOW_MS);
    this.#show();
  }

  /** Stores what the journals of rings that are gone still hold, and closes their accounts. */
  async finishGoneRings(): Promise<void> {
    const { config, store } = this.#options;
    const present = new Set(
      listRings(config.ringDir).map((name) => presentRingId(config.ringDir, name)),
    );
    const gone = new Map(
      [...store.unfinishedJournals(), ...store.unfinishedAccounts()].map((ring) => [
        formatRingId(ring.ringId),
        ring,
      ]),
    );
    for (const [ringId, ring] of gone) if (!present.has(ringId)) await this.#finishGone(ring);
  }

  /** Begins to keep the ring `name`, which has appeared; tried again until it can be read. */
  keep(name: string): void {
    if (this.#keepers.has(name) || this.#stopping) return;
    this.#keepers.set(name, this.#openKeeper(name));
  }

  /** Stops all keepers. @throws what the first of them threw. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    // A merge can be done at any time; the rings cannot wait for one now.
    await this.#options.store.stopCompacting();
    await this.#merging;
    const keepers = await Promise.all(this.#keepers.values());
    const open = keepers.filter((keeper) => keeper !== undefined);
    const stopped = await Promise.allSettled(open.map((keeper) => keeper.stop(deadlineMs)));
    clearInterval(this.#timer);
    this.#show();
    for (const result of stopped) if (result.status === 'rejected') throw result.reason;
  }

  async #openKeeper(name: string): Promise<RingKeeper | undefined> {
    const { config, context, store, trouble, onLoss } = this.#options;
    const place = `ring ${name}`;
    while (!this.#stopping) {
      try {
        const isOurs = name.startsWith('bars.');
        const keeper = await RingKeeper.open({
          name,
          ringDir: config.ringDir,
          store,
          cells: new KeeperCells(context.stats, name),
          clock: context.clock,
          trouble,
          traces:
            context.tracer.enabled && !isOurs
              ? new TickTraces(context.tracer, context.clock)
              : undefined,
          // Bars are stamped with the time they are about, not with that of their making.
          latency: isOurs ? undefined : context.stats.histogram('latency/persist'),
          ended: this.#endedCounts(name),
          journalSyncMs: config.journalSyncMs,
          flushMs: config.storeFlushMs,
          flushRows: config.storeFlushRows,
          onLoss,
          onFlushed: () => this.#tidyStore(),
        });
        this.#open.add(keeper);
        trouble.clear(place);
        context.log.info({ ring: name }, 'keeping the ring');
        return keeper;
      } catch (error) {
        trouble.raise(place, error);
        await delay(RETRY_MS);
      }
    }
    return undefined;
  }

  /** The sum over the rings of this name that these counters have seen end. */
  #endedCounts(name: string): FinalCounts {
    const { config, store } = this.#options;
    const present = presentRingId(config.ringDir, name);
    return store
      .closedAccounts()
      .filter(({ ringId, record }) => record.ring === name && ringId !== present)
      .reduce((sum, { record }) => addFinal(sum, record.final ?? NO_COUNTS), NO_COUNTS);
  }

  async #finishGone(ring: RingToKeep): Promise<void> {
    const { config, context, store, trouble } = this.#options;
    const kept = await store.ring(ring);
    try {
      const resume = kept.resumePosition ?? 0;
      kept.attach(resume);
      for (;;) {
        await kept.take(config.storeFlushRows);
        if (kept.counts().staged === 0) break;
        await kept.flush();
      }
      kept.finish(finalCounts(resume, kept.counts()));
      context.log.info({ ring: ring.name, rows: kept.counts().stored }, 'finished a ring gone');
    } catch (error) {
      trouble.raise(`ring ${ring.name} of before`, error);
    } finally {
      await store.closeRing(kept);
    }
  }

  /** After a flush: the budget is kept at once, merging is begun for when there is time. */
  #tidyStore(): Promise<void> {
    this.#merging ??= this.#mergeFiles().finally(() => {
      this.#merging = undefined;
    });
    return this.#enforceBudget();
  }

  /** Merges small files until none are left that need it, or rings need the store. */
  async #mergeFiles(): Promise<void> {
    const { config, context, store, trouble } = this.#options;
    const place = 'store compaction';
    try {
      while (!this.#stopping && !this.#isBehind(config.storeFlushRows)) {
        const merged = await store.compact();
        if (merged === undefined) return;
        this.#merges.add(1);
        trouble.clear(place);
        const { path, rows, files } = merged;
        context.log.debug({ file: path, rows, files }, 'merged small files');
        this.#show();
      }
    } catch (error) {
      this.#mergesFailed.add(1);
      trouble.raise(place, error);
    }
  }

  #isBehind(rows: number): boolean {
    return [...this.#open].some((keeper) => keeper.queue > rows);
  }

  /** One removal at a time, whoever flushed. */
  #enforceBudget(): Promise<void> {
    this.#expiring ??= this.#expire().finally(() => {
      this.#expiring = undefined;
    });
    return this.#expiring;
  }

  async #expire(): Promise<void> {
    const { context, store } = this.#options;
    for (const { file, rows } of await store.enforceBudget()) {
      this.#expiredFiles.add(1);
      context.log.info({ file: file.path, rows, bytes: file.bytes }, 'removed the oldest file');
    }
    this.#show();
  }

  #show(): void {
    const { inventory } = this.#options.store;
    this.#files.set(inventory.files.length);
    this.#bytes.set(inventory.bytes);
    this.#rss.set(process.memoryUsage.rss());
    for (const keeper of this.#open) keeper.show();
  }
}
