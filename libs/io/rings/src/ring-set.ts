/** Several rings read by one loop, each in its turn. */
import { setTimeout as delay } from 'node:timers/promises';
import { RUN_TICKS_MAX } from '@tickwire/ipc-ring';
import type { RingAccount } from '@tickwire/ipc-ring';
import { PARK_WORDS_MAX, canWaitAny, futexWaitAny } from '@tickwire/ipc-shm';
import type { FutexWord } from '@tickwire/ipc-shm';
import { BellWatch } from './bell-watch.ts';
import { RingsError } from './errors.ts';
import type { RingRun } from './ring-run.ts';
import { openRing } from './ring-subscription.ts';
import type { OpenRingOptions, RingSubscription } from './ring-subscription.ts';
import { runLoop, runsOf } from './run-loop.ts';
import type { RunHandler, RunOptions } from './run-loop.ts';
import type { RunSource } from './run-source.ts';

/** Rings that have nothing are asked after a successor once in so many polls of a busy set. */
const POLLS_PER_LOOK = 4_096;
/** Longest sleep of a thread that cannot hear all bells. */
const DEAF_MS = 1;

export interface OpenRingsOptions extends Omit<OpenRingOptions, 'name' | 'onNewRing'> {
  /** May be empty: rings can be added later. */
  readonly names: readonly string[];
  /**
   * Most ticks taken from one ring before the others have their turn, 1 or more; 256 by default.
   * A number for all, or by name, for those that shall have more or less than their equal share.
   */
  readonly turnTicks?: number | ((name: string) => number);
  /** Told when a ring is left for its successor. */
  readonly onNewRing?: (name: string, closed: RingAccount, opened: RingAccount) => void;
}

/**
 * Opens several rings for one reader.
 * @throws as `openRing`; RingsError `BAD_LIMIT`, `DUPLICATE_RING`. Nothing stays open then.
 */
export function openRings(options: OpenRingsOptions): RingSet {
  return new RingSet(options);
}

interface Member {
  readonly ring: RingSubscription;
  readonly turnTicks: number;
}

/**
 * Fair: a ring that has something waits for at most one turn of each other ring. Order is kept
 * within a ring; between rings there is none.
 */
export class RingSet implements RunSource {
  readonly #options: OpenRingsOptions;
  readonly #bell = new BellWatch();
  #members: Member[] = [];
  /** Index of the member whose turn it is, and the ticks that are left of it. */
  #turn = 0;
  #left = 0;
  /** Whose run was handed out last, and waits to be acknowledged. */
  #last: RingSubscription | undefined;
  #polls = 0;
  #open = true;

  constructor(options: OpenRingsOptions) {
    this.#options = options;
    try {
      for (const name of options.names) this.add(name);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get names(): string[] {
    return this.#members.map(({ ring }) => ring.name);
  }

  /** The ring of that name, for its status, account and directory. */
  get(name: string): RingSubscription | undefined {
    return this.#members.find(({ ring }) => ring.name === name)?.ring;
  }

  /**
   * Adds a ring, read from where the options say.
   * @throws as `openRing`; RingsError `BAD_LIMIT`, `DUPLICATE_RING`, `DETACHED`.
   */
  add(name: string): RingSubscription {
    this.#requireOpen();
    if (this.get(name) !== undefined) {
      throw new RingsError('DUPLICATE_RING', `ring ${name} is in this set already`);
    }
    const { turnTicks = RUN_TICKS_MAX, onNewRing, ...options } = this.#options;
    const ticks = typeof turnTicks === 'number' ? turnTicks : turnTicks(name);
    if (!Number.isInteger(ticks) || ticks < 1) {
      throw new RingsError('BAD_LIMIT', `a turn of ${ticks} ticks for ring ${name}`, {
        hint: 'give a whole number of at least 1',
      });
    }
    const runTicksMax = Math.min(ticks, options.runTicksMax ?? RUN_TICKS_MAX);
    const told = onNewRing === undefined ? {} : { onNewRing: onNewRing.bind(undefined, name) };
    const ring = openRing({ ...options, ...told, name, runTicksMax });
    this.#members.push({ ring, turnTicks: ticks });
    return ring;
  }

  /**
   * Leaves a ring; its run that was handed out last counts as handled.
   * @returns its last account; `undefined` when it is not in the set.
   */
  remove(name: string): RingAccount | undefined {
    const ring = this.get(name);
    if (ring === undefined) return undefined;
    this.#settle();
    this.#members = this.#members.filter((member) => member.ring !== ring);
    this.#turn = 0;
    this.#left = 0;
    const account = ring.account();
    ring.close();
    return account;
  }

  /** Whether every ring was closed by its writer and read to the end. */
  get ended(): boolean {
    return this.#members.every(({ ring }) => ring.ended);
  }

  /** The accounts of the rings read now. */
  accounts(): { name: string; account: RingAccount }[] {
    return this.#members.map(({ ring }) => ({ name: ring.name, account: ring.account() }));
  }

  poll(): RingRun | undefined {
    this.#requireOpen();
    this.#settle();
    const members = this.#members;
    if (++this.#polls >= POLLS_PER_LOOK) this.#lookAround();
    if (this.#left > 0) {
      const run = this.#take(members[this.#turn]);
      if (run !== undefined) return run;
    }
    for (let others = members.length; others > 0; others--) {
      this.#turn = this.#turn + 1 < members.length ? this.#turn + 1 : 0;
      const member = members[this.#turn];
      this.#left = member?.turnTicks ?? 0;
      const run = this.#take(member);
      if (run !== undefined) return run;
    }
    this.#left = 0;
    return undefined;
  }

  isQuiet(): boolean {
    const members = this.#members;
    for (let index = 0; index < members.length; index++) {
      if (members[index]?.ring.isQuiet() === false) return false;
    }
    return true;
  }

  park(timeoutMs: number): void {
    this.#requireOpen();
    this.#lookAround();
    const words = this.#bellWords();
    if (words === undefined) return;
    const [first] = this.#members;
    if (words.length > 1) futexWaitAny(words, timeoutMs);
    else first?.ring.park(words.length === 1 ? timeoutMs : Math.min(timeoutMs, DEAF_MS));
  }

  async waitForBell(signal?: AbortSignal): Promise<void> {
    this.#requireOpen();
    this.#lookAround();
    const words = this.#bellWords();
    if (words === undefined) return;
    if (words.length > 0) await this.#bell.wait(words, signal);
    else await delay(DEAF_MS);
  }

  /** As `RingSubscription.run`; `run.ringName` says which ring it is. */
  run(handler: RunHandler, options: RunOptions = {}): Promise<'aborted' | 'closed'> {
    return runLoop(this, handler, options);
  }

  /** The same as `for await (const run of set.runs())`. */
  runs(options: RunOptions = {}): AsyncGenerator<RingRun, void, void> {
    return runsOf(this, options);
  }

  close(): void {
    if (!this.#open) return;
    this.#settle();
    this.#open = false;
    for (const { ring } of this.#members) ring.close();
  }

  #take(member: Member | undefined): RingRun | undefined {
    if (member === undefined || member.ring.isQuiet()) return undefined;
    const run = member.ring.poll();
    if (run === undefined) return undefined;
    this.#left -= run.count;
    this.#last = member.ring;
    return run;
  }

  /** Asking for the next run says that the last one was handled. */
  #settle(): void {
    this.#last?.acknowledge();
    this.#last = undefined;
  }

  /**
   * Quiet rings are not polled: without this their readers would not notice a successor, nor tell a
   * paced writer of their last ticks. A run that this finds is read by the next poll.
   */
  #lookAround(): void {
    this.#polls = 0;
    for (const { ring } of this.#members) if (ring.isQuiet()) ring.lookAround();
  }

  /** All bells; none where they cannot be heard together; `undefined` when there is news. */
  #bellWords(): FutexWord[] | undefined {
    const words: FutexWord[] = [];
    for (const { ring } of this.#members) {
      const word = ring.bellWord();
      if (word === undefined) return undefined;
      words.push(word);
    }
    // The end of all rings after their bells: one that comes in between has changed its bell.
    const canHear = words.length <= PARK_WORDS_MAX && (words.length < 2 || canWaitAny());
    return canHear && !this.ended ? words : [];
  }

  #requireOpen(): void {
    if (!this.#open) throw new RingsError('DETACHED', 'the set of rings was closed');
  }
}
