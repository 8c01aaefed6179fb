/**
 * Right books of one ring, for a program that reads it: attaches, follows, and asks the gateway for
 * images where books are not right, because the program came late, was lapped, or the vendor's
 * stream had a hole. Without a bus it waits for the images that the gateway writes by itself.
 */
import type { Random, TimerHandle, Timers } from '@tickwire/core';
import { BookFollower } from '@tickwire/domain-book';
import type { BookFollowerOptions, FollowedState, InstrumentBook } from '@tickwire/domain-book';
import { BusError, controlSubject } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import { formatRingId, openRing } from '@tickwire/io-rings';
import type { RingDirectoryReader, RingStatus, RingSubscription } from '@tickwire/io-rings';
import type { OpenRingOptions, RunOptions } from '@tickwire/io-rings';
import { readSnapshotAnswer } from './snapshot-answer.ts';

/** How often it is looked whether something is to be asked. */
const LOOK_MS = 10;
const ANSWER_TIMEOUT_MS = 3_000;
/** Refusals after which asking again is of no use. */
const FOR_GOOD = new Set(['UNKNOWN_INSTRUMENT', 'OTHER_RING', 'NO_BOOK', 'BOOK_TOO_LARGE']);

export interface FollowedBooksOptions {
  /** From `latest` on by default. */
  readonly ring: Pick<OpenRingOptions, 'dir' | 'name' | 'from' | 'register' | 'trustedOwners'>;
  /** Asks `control.<service>.snapshot`; without it nothing is asked. */
  readonly control?: { readonly bus: Pick<Bus, 'request'>; readonly service: string };
  readonly timers: Timers;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly random: Random;
  readonly books?: Pick<
    BookFollowerOptions,
    'wants' | 'limits' | 'levelsMax' | 'onBook' | 'onRight'
  >;
  /** The ring was replaced: all books are new, by its directory. */
  readonly onNewRing?: () => void;
}

export interface FollowedBooksStatus {
  readonly ring: RingStatus;
  /** Followed books by state. */
  readonly books: Readonly<Record<FollowedState, number>>;
  /** Requests: sent = answered + refused as a whole + without an answer + waiting. */
  readonly requests: {
    readonly sent: number;
    readonly answered: number;
    readonly refused: number;
    readonly unanswered: number;
    readonly waiting: number;
  };
  /** Code of the last request that brought nothing, while none succeeded since. */
  readonly lastFailure: string | undefined;
}

export class FollowedBooks {
  readonly #options: FollowedBooksOptions;
  readonly #subscription: RingSubscription;
  readonly #requests = { sent: 0, answered: 0, refused: 0, unanswered: 0, waiting: 0 };
  #follower: BookFollower;
  #epoch: number;
  #lastFailure: string | undefined;
  #timer: TimerHandle | undefined;
  #isClosed = false;

  /** @throws as `openRing`. */
  constructor(options: FollowedBooksOptions) {
    this.#options = options;
    this.#subscription = openRing({
      ...options.ring,
      onNewRing: () => this.#beginAgain(),
    });
    this.#follower = this.#createFollower();
    this.#epoch = this.#subscription.reader.epoch;
    this.#look();
  }

  /** Of the ring read now. */
  get directory(): RingDirectoryReader {
    return this.#subscription.directory;
  }

  get subscription(): RingSubscription {
    return this.#subscription;
  }

  /** The state machine of the ring read now; another one after `onNewRing`. */
  get follower(): BookFollower {
    return this.#follower;
  }

  /** The book of a symbol; `undefined` when the ring has none of that name. */
  book(symbol: string): InstrumentBook | undefined {
    for (const book of this.#follower.books()) {
      if (this.directory.get(book.instrument)?.symbol === symbol) return book;
    }
    return undefined;
  }

  status(): FollowedBooksStatus {
    return {
      ring: this.#subscription.status(),
      books: this.#follower.states(),
      requests: { ...this.#requests },
      lastFailure: this.#lastFailure,
    };
  }

  /** Applies the next run; false when there is none now. For programs with a loop of their own. */
  poll(): boolean {
    const run = this.#subscription.poll();
    if (run === undefined) return false;
    this.#take(run);
    return true;
  }

  /** Follows until the signal aborts, or the ring ends with `untilClosed`. */
  async run(options: RunOptions = {}): Promise<'aborted' | 'closed'> {
    return this.#subscription.run((run) => this.#take(run), options);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#subscription.close();
  }

  #take(run: { view: DataView; count: number; gap: unknown }): void {
    const { epoch } = this.#subscription.reader;
    // Another writer says so with a tick; the epoch also tells where that tick was lost.
    if (run.gap !== undefined) this.#follower.onLoss();
    else if (epoch !== this.#epoch) this.#follower.onLoss();
    this.#epoch = epoch;
    this.#follower.onTicks(run.view, run.count);
  }

  #createFollower(): BookFollower {
    const { books, random } = this.#options;
    return new BookFollower({ ...books, directory: this.#subscription.directory, random });
  }

  #beginAgain(): void {
    this.#follower = this.#createFollower();
    this.#epoch = this.#subscription.reader.epoch;
    this.#options.onNewRing?.();
  }

  #look(): void {
    const { control, timers, nowMs } = this.#options;
    if (control === undefined) return;
    // One request at a time: what becomes due meanwhile goes with the next.
    if (this.#requests.waiting === 0) {
      const instruments = this.#follower.due(nowMs());
      if (instruments.length > 0) void this.#ask(control, instruments);
    }
    this.#timer = timers.setTimer(LOOK_MS, () => this.#look());
  }

  async #ask(
    { bus, service }: { readonly bus: Pick<Bus, 'request'>; readonly service: string },
    instruments: readonly number[],
  ): Promise<void> {
    const follower = this.#follower;
    const { header } = this.#subscription;
    const { cursor } = this.#subscription.account();
    const body = { instruments, ringId: formatRingId(header.ringId), after: cursor };
    this.#requests.sent += 1;
    this.#requests.waiting += 1;
    try {
      const subject = controlSubject(service, 'snapshot');
      const text = JSON.stringify(body);
      const { data } = await bus.request(subject, text, { timeoutMs: ANSWER_TIMEOUT_MS });
      const answer = readSnapshotAnswer(data);
      this.#requests[answer.ok ? 'answered' : 'refused'] += 1;
      this.#lastFailure = answer.ok ? undefined : answer.code;
      // An answer about a ring that was left says nothing of the present one.
      for (const { instrument, code } of answer.ok ? answer.refused : []) {
        if (typeof instrument === 'number' && FOR_GOOD.has(code)) follower.onRefused(instrument);
      }
    } catch (error) {
      if (!(error instanceof BusError) && !this.#isClosed) throw error;
      this.#requests.unanswered += 1;
      this.#lastFailure = error instanceof BusError ? error.code : undefined;
    } finally {
      this.#requests.waiting -= 1;
    }
  }
}
