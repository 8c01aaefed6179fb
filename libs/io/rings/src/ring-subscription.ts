/** A ring to read, across writers that restart and files that are replaced. */
import { setTimeout as delay } from 'node:timers/promises';
import { TickwireError } from '@tickwire/core';
import type { RingAccount, RingDirectoryReader, RingHeader, RingReader } from '@tickwire/ipc-ring';
import { RUN_TICKS_MAX, RingState } from '@tickwire/ipc-ring';
import { ShmError, createMonotonicClock } from '@tickwire/ipc-shm';
import type { FutexWord } from '@tickwire/ipc-shm';
import { RingsError } from './errors.ts';
import { ReaderFile } from './reader-file.ts';
import { RingAttachment } from './ring-attachment.ts';
import { RingRun } from './ring-run.ts';
import type { RingStatus, StartChoice } from './ring-attachment.ts';
import { BellWatch } from './bell-watch.ts';
import { readersDir, ringPath } from './ring-folder.ts';
import { runLoop, runsOf } from './run-loop.ts';
import type { RunHandler, RunOptions } from './run-loop.ts';
import type { RunSource } from './run-source.ts';

/**
 * Four heartbeats: a writer that showed no sign of life for longer is `silent`. Whoever looks every
 * 50 ms knows of a death within 250 ms.
 */
export const SILENT_AFTER_MS = 200;
/** Fewer ticks than this are worth a system call only in a small ring. */
const TELL_TICKS_MIN = 1_024;
/** How often an idle reader looks whether its ring was replaced. */
const LOOK_INTERVAL_NS = 50e6;
/** A registered reader gives a sign of life this often, whatever else it does. */
const BEAT_MS = 1_000;
/** How often a registering reader looks whether a paced writer has seen it. */
const SEEN_POLL_MS = 5;
/** Two looks: the first may have begun before the reader's file was there. */
const SCANS_TO_BE_SEEN = 2;
/** Closed accounts that are kept, the newest; `onNewRing` is told of every one. */
const CLOSED_ACCOUNTS_MAX = 64;

export interface OpenRingOptions {
  readonly dir: string;
  readonly name: string;
  /**
   * `latest` by default: only what comes from now on. A function sees the header first: who kept
   * (ring id, position) resumes there if the id is the same, else begins at the oldest.
   */
  readonly from?: StartChoice;
  /** Most ticks of a run, 1 … 256. */
  readonly runTicksMax?: number;
  /** Makes this reader visible to others, and waited for by a paced ring when `required`. */
  readonly register?: { readonly label: string; readonly required?: boolean };
  readonly silentAfterMs?: number;
  /** User ids trusted besides our own and root's, see `openSharedFile`. */
  readonly trustedOwners?: readonly number[];
  /** Told when a ring is left for its successor: its account is closed, the new one begins. */
  readonly onNewRing?: (closed: RingAccount, opened: RingAccount) => void;
  /** CLOCK_MONOTONIC ns; the host's by default. */
  readonly monotonicNs?: () => number;
}

/**
 * Opens a ring for reading. The mapping is read-only; the writer neither knows nor waits, unless
 * the ring is paced and this reader registers as required.
 * @throws RingsError `RING_NOT_FOUND`, `BAD_NAME`; ShmError `NOT_TRUSTED`; RingError when the file
 * is not a ring of this version.
 */
export function openRing(options: OpenRingOptions): RingSubscription {
  return new RingSubscription(options);
}

export class RingSubscription implements RunSource {
  readonly name: string;
  readonly #options: OpenRingOptions;
  readonly #path: string;
  readonly #monotonicNs: () => number;
  readonly #silentAfterNs: number;
  readonly #runTicksMax: number;
  readonly #registration: ReaderFile | undefined;
  readonly #beat: NodeJS.Timeout | undefined;
  readonly #closedAccounts: RingAccount[] = [];
  readonly #bell = new BellWatch();
  #attachment: RingAttachment;
  #run: RingRun;
  #lookedAtNs = 0;
  #handled: number;
  #told: number;
  #tellEvery: number;
  #lastError: TickwireError | undefined;
  #open = true;

  constructor(options: OpenRingOptions) {
    this.name = options.name;
    this.#options = options;
    this.#path = ringPath(options.dir, options.name);
    this.#monotonicNs = options.monotonicNs ?? createMonotonicClock();
    this.#silentAfterNs = (options.silentAfterMs ?? SILENT_AFTER_MS) * 1e6;
    this.#runTicksMax = options.runTicksMax ?? RUN_TICKS_MAX;
    this.#attachment = this.#attach(options.from ?? 'latest');
    const { reader } = this.#attachment;
    this.#run = new RingRun(reader);
    this.#handled = reader.cursor;
    this.#told = reader.cursor;
    this.#tellEvery = tellEvery(reader.header.plan.slotCount);
    if (options.register === undefined) return;
    try {
      this.#registration = new ReaderFile(readersDir(options.dir, options.name), {
        label: options.register.label,
        required: options.register.required === true,
      });
    } catch (error) {
      this.#attachment.close();
      throw error;
    }
    this.#tell();
    this.#beat = setInterval(() => this.#tell(), BEAT_MS);
    this.#beat.unref();
  }

  /** Of the ring read now. */
  get header(): RingHeader {
    return this.#attachment.reader.header;
  }

  get directory(): RingDirectoryReader {
    return this.#attachment.reader.directory;
  }

  /** For the clock anchor, `peek` and the like; another one after `onNewRing`. */
  get reader(): RingReader {
    return this.#attachment.reader;
  }

  /** Whether the writer closed the ring and its last tick was read. */
  get ended(): boolean {
    return this.#attachment.reader.state === RingState.Closed && this.#attachment.drained;
  }

  /** Why the successor of a ring could not be opened, while that lasts. */
  get lastError(): TickwireError | undefined {
    return this.#lastError;
  }

  /** State of the ring and its writer; asks the operating system when the writer is silent. */
  status(): RingStatus {
    this.#requireOpen();
    return this.#attachment.status(this.#monotonicNs(), this.#silentAfterNs);
  }

  /** The account of the ring read now: published − start = delivered + padded + lost + inFlight. */
  account(): RingAccount {
    return this.#attachment.account();
  }

  /** Accounts of the rings read before, oldest first; what was never read of them is `inFlight`. */
  closedAccounts(): readonly RingAccount[] {
    return this.#closedAccounts;
  }

  /**
   * Resolves when a paced ring's writer has seen this registered reader: what is published from
   * then on is not overwritten before it was handled. What was lost before shows as a gap.
   * @throws RingsError `TIMEOUT` when the writer does not look: it is not alive, or not paced.
   */
  async whenSeen(options: { timeoutMs: number }): Promise<void> {
    const { reader } = this.#attachment;
    const seenAt = reader.readerScans + SCANS_TO_BE_SEEN;
    const deadlineNs = this.#monotonicNs() + options.timeoutMs * 1e6;
    while (reader.readerScans < seenAt) {
      if (this.#monotonicNs() > deadlineNs) {
        const message = `the writer of ring ${this.name} did not look for readers`;
        throw new RingsError('TIMEOUT', `${message} within ${options.timeoutMs} ms`);
      }
      await delay(SEEN_POLL_MS);
    }
  }

  /**
   * The next run, or `undefined` when there is none now; never waits. For programs with a loop of
   * their own: asking again says that the run before was handled.
   */
  poll(): RingRun | undefined {
    this.#requireOpen();
    const { reader } = this.#attachment;
    this.#acknowledge(reader.cursor);
    const count = reader.poll(this.#runTicksMax);
    if (count > 0 || reader.gapCount > 0) return this.#run;
    this.lookAround();
    return undefined;
  }

  /**
   * For programs with a loop of their own that found nothing: resolves when the writer has rung,
   * `signal` aborts, or after 100 ms at the latest. Blocks nothing; one call at a time.
   */
  async waitForBell(signal?: AbortSignal): Promise<void> {
    this.#requireOpen();
    const word = this.#attachment.bellWord();
    // The state after the bell: an end that comes in between has changed the bell.
    const isHeard = word !== undefined && this.#attachment.isOpen;
    await this.#bell.wait(isHeard ? [word] : [], signal);
  }

  /** Whether there is nothing to read now. */
  isQuiet(): boolean {
    const { reader } = this.#attachment;
    return reader.published === reader.cursor;
  }

  /** What to sleep on while it is quiet, for those who wait for several rings at once. */
  bellWord(): FutexWord | undefined {
    this.#requireOpen();
    return this.#attachment.bellWord();
  }

  /**
   * The run that `poll` gave last was handled. Asking for the next says so too; this is for those
   * who may ask much later.
   */
  acknowledge(): void {
    this.#acknowledge(this.#attachment.reader.cursor);
  }

  /** Blocks this thread until the writer rings, at most `timeoutMs`; see `RunSource`. */
  park(timeoutMs: number): void {
    this.#requireOpen();
    this.#attachment.park(timeoutMs);
  }

  /**
   * Hands every run to `handler` until the signal aborts or, with `untilClosed`, the ring ends.
   * What the handler throws is thrown here, and the run counts as delivered.
   */
  run(handler: RunHandler, options: RunOptions = {}): Promise<'aborted' | 'closed'> {
    return runLoop(this, handler, options);
  }

  /** The same as `for await (const run of subscription.runs())`. */
  runs(options: RunOptions = {}): AsyncGenerator<RingRun, void, void> {
    return runsOf(this, options);
  }

  /** Leaves: a paced writer no longer waits for this reader. The last run stays readable. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#beat);
    this.#registration?.close();
    this.#attachment.close();
  }

  #attach(from: StartChoice): RingAttachment {
    try {
      return new RingAttachment({
        path: this.#path,
        from,
        trustedOwners: this.#options.trustedOwners,
      });
    } catch (error) {
      if (!(error instanceof ShmError && error.code === 'NOT_FOUND')) throw error;
      throw new RingsError(
        'RING_NOT_FOUND',
        `there is no ring ${this.name} in ${this.#options.dir}`,
        {
          hint: 'start its gateway first: npm start',
        },
      );
    }
  }

  /** Everything below `cursor` was handled; a paced writer learns it in steps of `tellEvery`. */
  #acknowledge(cursor: number): void {
    this.#handled = cursor;
    if (this.#registration !== undefined && cursor - this.#told >= this.#tellEvery) this.#tell();
  }

  #tell(): void {
    if (this.#registration === undefined || !this.#open) return;
    this.#told = this.#handled;
    this.#registration.write(this.#attachment.account(), this.#handled);
  }

  /**
   * There is nothing to read: is the ring still the one of its name? `poll` does this by itself; it
   * is for those who do not poll a ring that is quiet.
   */
  lookAround(): void {
    if (this.#handled !== this.#told) this.#tell();
    const nowNs = this.#monotonicNs();
    if (nowNs - this.#lookedAtNs < LOOK_INTERVAL_NS) return;
    this.#lookedAtNs = nowNs;
    const attachment = this.#attachment;
    const gone = attachment.drained || nowNs - attachment.reader.heartbeatNs > this.#silentAfterNs;
    if (gone && attachment.superseded) this.#moveOn();
  }

  /** Another ring id: the old account is closed, the new ring is read from its oldest tick. */
  #moveOn(): void {
    const old = this.#attachment;
    try {
      this.#attachment = this.#attach('oldest');
      this.#lastError = undefined;
    } catch (error) {
      if (!(error instanceof TickwireError)) throw error;
      this.#lastError = error; // looked at again: its writer may be about to replace it
      return;
    }
    const { reader } = this.#attachment;
    this.#run = new RingRun(reader);
    this.#handled = reader.cursor;
    this.#tellEvery = tellEvery(reader.header.plan.slotCount);
    const closed = old.account();
    old.close();
    this.#closedAccounts.push(closed);
    if (this.#closedAccounts.length > CLOSED_ACCOUNTS_MAX) this.#closedAccounts.shift();
    this.#tell();
    this.#options.onNewRing?.(closed, this.account());
  }

  #requireOpen(): void {
    if (!this.#open) throw new RingsError('DETACHED', `ring ${this.name} was closed by its reader`);
  }
}

/**
 * After how many ticks a paced writer is told of them. Each time is a system call on both sides:
 * a sixteenth of a ring, but of small rings more, up to a quarter. The writer may be three quarters
 * ahead of what it was told.
 */
function tellEvery(slotCount: number): number {
  return Math.min(slotCount / 4, Math.max(slotCount / 16, TELL_TICKS_MIN));
}
