/**
 * Keeps one ring: reads it to the end, into its journal and from there into the store.
 *
 *   ring ─▶ append ─▶ (every journalSyncMs) commit ─▶ (every storeStepMs) take ▸ flush
 *
 * Nothing here holds more than the journal's two batches and the rows of one flush. When the disk
 * refuses, reading stops, the ring laps it in the end, and what is lost is counted there, exactly.
 */
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { TickwireError, diffNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { encodeDirectoryEntry } from '@tickwire/ipc-ring';
import type { RingAccount, RingDirectoryReader } from '@tickwire/ipc-ring';
import type { RingRun, RingSubscription } from '@tickwire/io-rings';
import type { HostClock } from '@tickwire/ipc-shm';
import type { FinalCounts, GapReason, RingStore, TickStore } from '@tickwire/io-store';
import { DIRECTORY_ENTRY_BYTES, TickFlag, TickView, unpackPublishDelta } from '@tickwire/wire-tick';
import { addFinal, finalCounts } from './keeper-cells.ts';
import type { KeeperCells } from './keeper-cells.ts';
import type { Loss } from './loss-ledger.ts';
import { openKeptRing, ringToKeep } from './open-kept-ring.ts';
import { explainHole } from './ring-explainer.ts';
import { Storing } from './storing.ts';
import type { TickTraces } from './tick-traces.ts';
import type { Trouble } from './trouble.ts';
import { WorkLatch } from './work-latch.ts';

/** Pending bytes that start a commit before its time. */
const COMMIT_BYTES = 256 * 1024;
const STORE_STEP_MS = 50;
const RETRY_MS = 250;
/** Naps double up to this; then the bell is waited for. */
const NAP_MS_MAX = 4;
const RUNS_PER_TURN = 64;
const ENTRIES_PER_FRAME = 256;

export interface RingKeeperOptions {
  readonly name: string;
  readonly ringDir: string;
  readonly store: TickStore;
  readonly cells: KeeperCells;
  readonly clock: HostClock;
  readonly trouble: Trouble;
  /** Of a ring whose ticks are traced. */
  readonly traces: TickTraces | undefined;
  /** Latency from publication to durable; `undefined` = not measured for this ring. */
  readonly latency: Float64Array | undefined;
  /** Counts of earlier rings of this name. */
  readonly ended: FinalCounts;
  readonly journalSyncMs: number;
  readonly flushMs: number;
  readonly flushRows: number;
  readonly onLoss: (loss: Loss) => void;
  readonly onFlushed: () => Promise<void>;
}

/** A run on its way to the journal; one object for all of them. */
interface PendingRun {
  bytes: Uint8Array;
  count: number;
  firstPosition: number;
  epoch: number;
  publishedNs: number | undefined;
}

export class RingKeeper {
  readonly name: string;
  readonly #options: RingKeeperOptions;
  readonly #subscription: RingSubscription;
  readonly #tick = new TickView();
  readonly #anchor = () => this.#subscription.reader.anchor;
  readonly #stamp: StampNs = { hi: 0, lo: 0 };
  readonly #pending: PendingRun;
  readonly #storing: Storing;
  readonly #loops: Promise<void>[];
  #kept: RingStore;
  #ended: FinalCounts;
  #next = 0;
  #delivered = 0;
  #switched: RingAccount | undefined;
  #stopAt: number | undefined;
  readonly #stopping = new AbortController();
  /** Something was appended since the last commit. */
  readonly #appended = new WorkLatch();
  #abandoned = false;
  #reading = true;
  #closing = false;

  private constructor(
    options: RingKeeperOptions,
    parts: { subscription: RingSubscription; kept: RingStore },
  ) {
    this.name = options.name;
    this.#options = options;
    this.#subscription = parts.subscription;
    this.#kept = parts.kept;
    this.#ended = options.ended;
    const { bytes } = parts.subscription.reader;
    this.#pending = { bytes, count: 0, firstPosition: 0, epoch: 0, publishedNs: undefined };
    this.#storing = new Storing({
      ...options,
      kept: () => this.#kept,
      onStep: () => this.show(),
    });
    this.#loops = [this.#readLoop(), this.#commitLoop(), this.#storeLoop()];
  }

  /**
   * Opens ring and store, and begins.
   * @throws RingsError, ShmError, RingError: the ring cannot be read (now); StoreError: it cannot
   *   be kept.
   */
  static async open(options: RingKeeperOptions): Promise<RingKeeper> {
    const opened = await openKeptRing(options);
    const keeper = new RingKeeper(options, opened);
    opened.onSwitch((closed) => {
      keeper.#switched = closed;
    });
    return keeper;
  }

  /**
   * Reads what is published now, stores it all, and closes.
   * @param deadlineMs - How long reading and storing may take; what is not stored then is in the
   *   journal or still in the ring.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopAt = this.#subscription.reader.published;
    this.#stopping.abort();
    const deadline = setTimeout(() => {
      this.#abandoned = true;
    }, deadlineMs);
    try {
      await Promise.all(this.#loops);
      await this.#storing.all(() => this.#abandoned);
      // The last word on what is stored is a count over all files of the ring.
      await this.#kept.recount();
      this.show();
      const { published } = this.#subscription.reader;
      if (this.#subscription.ended && this.#next === published) {
        this.#kept.finish(finalCounts(published, this.#kept.counts()));
      }
    } finally {
      clearTimeout(deadline);
      this.#subscription.close();
    }
  }

  /** Ticks in the journal that the store has not taken yet. */
  get queue(): number {
    const { journaled, taken } = this.#kept.counts();
    return journaled - taken;
  }

  /** Brings the counters up to date. */
  show(): void {
    const reader = {
      published: this.#subscription.reader.published,
      next: this.#next,
      delivered: this.#delivered,
    };
    // Between two rings of one name the cells stay as they are.
    if (this.#switched !== undefined) return;
    const durable = this.#kept.durablePosition;
    const slots = this.#subscription.header.plan.slotCount;
    this.#options.cells.show(this.#ended, { reader, kept: this.#kept.counts(), durable, slots });
  }

  async #readLoop(): Promise<void> {
    await this.#attach(this.#subscription.reader.start);
    let idleMs = 1;
    for (let runs = 0; !this.#abandoned;) {
      const run = this.#poll();
      if (this.#switched !== undefined) await this.#moveOn(this.#switched);
      if (run === undefined) {
        await this.#explainTo(this.#subscription.reader.cursor, undefined);
        this.show();
        if (this.#stopAt !== undefined && this.#next >= this.#stopAt) break;
        await this.#rest(idleMs);
        idleMs *= 2;
        continue;
      }
      idleMs = 1;
      const pending = this.#take(run);
      if (pending !== undefined) await pending;
      if (++runs % RUNS_PER_TURN === 0) {
        this.show();
        await turn();
      }
    }
    this.#reading = false;
    this.#appended.due();
  }

  /** A nap takes what comes meanwhile in one go; a ring long quiet is waited for by its bell. */
  #rest(idleMs: number): Promise<void> {
    const { signal } = this.#stopping;
    if (idleMs <= NAP_MS_MAX || signal.aborted) return delay(Math.min(idleMs, NAP_MS_MAX));
    return this.#subscription.waitForBell(signal);
  }

  /** A ring that states what no writer of ours stores is read no further; the others go on. */
  #poll(): RingRun | undefined {
    try {
      return this.#subscription.poll();
    } catch (error) {
      if (!(error instanceof TickwireError)) throw error;
      this.#options.trouble.raise(`ring ${this.name}`, error);
      return undefined;
    }
  }

  /** Hands a run to the journal; a promise only when something has to be waited for. */
  #take(run: RingRun): Promise<void> | undefined {
    const pending = this.#pending;
    pending.bytes = run.bytes;
    pending.count = run.count;
    pending.firstPosition = run.count > 0 ? run.firstPosition : this.#subscription.reader.cursor;
    pending.epoch = this.#subscription.reader.epoch;
    pending.publishedNs = this.#publishedNs(run);
    this.#options.traces?.take(run, this.#anchor);
    const entries = run.directory.count;
    const plain = pending.firstPosition === this.#next && entries === this.#kept.entryCount;
    if (!plain || !this.#kept.append(pending)) return this.#takeSlowly(run, entries);
    this.#handled(run.count);
    return undefined;
  }

  async #takeSlowly(run: RingRun, entries: number): Promise<void> {
    await this.#explainTo(this.#pending.firstPosition, run.gap);
    if (entries > this.#kept.entryCount) await this.#appendEntries(run.directory, entries);
    if (run.count === 0) return;
    while (!this.#kept.append(this.#pending)) {
      if (!(await this.#commit())) return;
    }
    this.#handled(run.count);
  }

  #handled(count: number): void {
    this.#next += count;
    this.#delivered += count;
    this.#appended.due();
    if (this.#kept.pendingBytes > COMMIT_BYTES) void this.#tryCommit();
  }

  async #explainTo(
    position: number,
    gap: { first: number; count: number } | undefined,
  ): Promise<void> {
    if (position <= this.#next) return;
    for (const { first, last, reason } of explainHole({ from: this.#next, to: position }, gap)) {
      await this.#noteGap({ first, last, reason });
    }
    this.#next = position;
  }

  async #noteGap(gap: { first: number; last: number; reason: GapReason }): Promise<void> {
    for (;;) {
      try {
        await this.#kept.noteGap(gap);
        this.#options.trouble.clear(`${this.name} journal`);
        break;
      } catch (error) {
        this.#options.trouble.raise(`${this.name} journal`, error);
        if (this.#abandoned) return;
        await delay(RETRY_MS);
      }
    }
    if (gap.reason === 'pad') return;
    this.#options.onLoss({ ring: this.name, ringId: this.#kept.ringId, ...gap });
  }

  async #appendEntries(directory: RingDirectoryReader, count: number): Promise<void> {
    while (this.#kept.entryCount < count) {
      const first = this.#kept.entryCount;
      const last = Math.min(count, first + ENTRIES_PER_FRAME);
      const bytes = new Uint8Array((last - first) * DIRECTORY_ENTRY_BYTES);
      for (let index = first; index < last; index++) {
        bytes.set(entryBytes(directory, index), (index - first) * DIRECTORY_ENTRY_BYTES);
      }
      this.#appended.due();
      if (!this.#kept.appendEntries(bytes) && !(await this.#commit())) return;
    }
  }

  /** Commits, again and again until it works; `false` when the stop's deadline has passed. */
  async #commit(): Promise<boolean> {
    while (!(await this.#tryCommit())) {
      if (this.#abandoned) return false;
      await delay(RETRY_MS);
    }
    return true;
  }

  async #tryCommit(): Promise<boolean> {
    try {
      await this.#kept.commit();
      this.#options.traces?.durable(this.#kept.durablePosition, this.#anchor());
      this.#options.trouble.clear(`${this.name} journal`);
      return true;
    } catch (error) {
      this.#options.trouble.raise(`${this.name} journal`, error);
      return false;
    }
  }

  async #commitLoop(): Promise<void> {
    while (this.#reading) {
      await delay(this.#options.journalSyncMs);
      await this.#appended.wait();
      if (await this.#tryCommit()) continue;
      this.#appended.due();
      await delay(RETRY_MS);
    }
    if (!this.#abandoned) await this.#commit();
    this.#closing = true;
  }

  async #storeLoop(): Promise<void> {
    while (!this.#closing) {
      const isBusy = this.queue > 0;
      const worked = await this.#storing.step();
      await delay(isBusy && worked ? STORE_STEP_MS : RETRY_MS);
    }
  }

  async #attach(start: number): Promise<void> {
    const missing = this.#kept.attach(start);
    this.#next = missing?.first ?? start;
    this.#delivered = this.#kept.counts().delivered;
    if (missing === undefined) return;
    await this.#noteGap({ ...missing, reason: 'lapped' });
    this.#next = start;
  }

  /** The ring of this name is another one now: closes the old one's account. */
  async #moveOn(closed: RingAccount): Promise<void> {
    if (closed.cursor > this.#next) await this.#explainTo(closed.cursor, undefined);
    if (closed.published > this.#next) {
      const unread = { first: this.#next, last: closed.published - 1, reason: 'unread' } as const;
      await this.#noteGap(unread);
    }
    await this.#commit();
    await this.#storing.all(() => this.#abandoned);
    const place = `${this.name} store`;
    while (!(await this.#storing.alone(place, () => this.#changeRing(closed.published)))) {
      if (this.#abandoned) return;
      await delay(RETRY_MS);
    }
    this.#switched = undefined;
    this.#options.trouble.clear(`ring ${this.name}`);
    if (this.#stopAt !== undefined) this.#stopAt = this.#subscription.reader.published;
    await this.#attach(this.#subscription.reader.start);
  }

  async #changeRing(published: number): Promise<void> {
    const { store } = this.#options;
    const old = this.#kept;
    const final = finalCounts(published, old.counts());
    old.finish(final);
    this.#kept = await store.ring(ringToKeep(this.#options, this.#subscription.header));
    this.#ended = addFinal(this.#ended, final);
    await store.closeRing(old);
  }

  /** Monotonic ns at which the run's first tick was published; not for replayed ones. */
  #publishedNs(run: RingRun): number | undefined {
    if (this.#options.latency === undefined || run.count === 0) return undefined;
    const tick = this.#tick.wrap(run.view, 0);
    if ((tick.flags & TickFlag.Replayed) !== 0) return undefined;
    this.#stamp.hi = tick.tsRecvHi;
    this.#stamp.lo = tick.tsRecvLo;
    return diffNs(this.#stamp, this.#options.clock.anchor) + unpackPublishDelta(tick.publishDelta);
  }
}

/** An entry out of its domain is kept as zeros: its index stays, and the store counts it. */
function entryBytes(directory: RingDirectoryReader, index: number): Uint8Array {
  try {
    const entry = directory.get(index);
    if (entry !== undefined) return encodeDirectoryEntry(entry);
  } catch {
    // Read as missing: its ticks are kept without a name.
  }
  return new Uint8Array(DIRECTORY_ENTRY_BYTES);
}
