/**
 * Right books for whoever reads a ring, from wherever it begins and whatever it loses: builds the
 * books, knows which of them are not right, and says for which of them an image is to be asked now.
 * A state machine: who uses it reads the ring and sends the requests.
 *
 *   waiting ──due──▶ asked ──image──▶ right ──ticks lost, gap──▶ waiting
 *      ▲               │ not in time: asked again, later each time
 *      └───────────────┘ refused for good: none, until an image comes by itself
 *
 * Where nothing is asked (no bus, no answer) a book is right from the next image that the gateway
 * writes by itself.
 */
import { AssetClass, TICK_BYTES } from '@tickwire/core';
import type { DirectoryEntry, Random } from '@tickwire/core';
import { BookBuilder, BookEvent } from './book-builder.ts';
import { BookTrust } from './instrument-book.ts';
import type { InstrumentBook } from './instrument-book.ts';
import { BOOK_LEVELS_MAX } from './price-book.ts';

/**
 * `right`: up to its sequence. `waiting`: an image is needed and not asked for now. `asked`: an
 * image was asked for. `none`: the gateway has no book of it, or not in this ring.
 */
export const FOLLOWED_STATES = ['right', 'waiting', 'asked', 'none'] as const;
export type FollowedState = (typeof FOLLOWED_STATES)[number];

export interface FollowerLimits {
  /** Instruments of one request. */
  readonly instrumentsPerAskMax: number;
  /** The first request for a book goes out within this time, at random, ms. */
  readonly firstAskMsMax: number;
  /** Wait after the first request for a book; doubled after each more … */
  readonly retryMsMin: number;
  /** … up to this. */
  readonly retryMsMax: number;
  /** Share of a wait that is random, 0 … 1: many readers do not ask in step. */
  readonly jitter: number;
}

export const FOLLOWER_LIMITS: Readonly<FollowerLimits> = {
  instrumentsPerAskMax: 256,
  firstAskMsMax: 10,
  retryMsMin: 500,
  retryMsMax: 30_000,
  jitter: 0.5,
};

/** The directory of a ring: `RingDirectoryReader` is one. */
export interface FollowedDirectory {
  readonly count: number;
  get(index: number): DirectoryEntry | undefined;
}

export interface BookFollowerOptions {
  readonly directory: FollowedDirectory;
  /** Uniform in [0, 1). */
  readonly random: Random;
  /** Which symbols to follow; all by default. */
  readonly wants?: (entry: DirectoryEntry) => boolean;
  readonly limits?: Partial<FollowerLimits>;
  readonly levelsMax?: number;
  /** A book shows a new state; `book.trust` says whether it is right. */
  readonly onBook?: (book: InstrumentBook) => void;
  /** A book that was not right is. */
  readonly onRight?: (book: InstrumentBook) => void;
}

interface Followed {
  readonly book: InstrumentBook;
  isRight: boolean;
  /** Requests since it was right last. */
  asks: number;
  /** When to ask (again), ms; `undefined` before it was thought of. */
  askAtMs: number | undefined;
  isRefused: boolean;
}

export class BookFollower {
  /** All books of the ring, the followed ones among them. */
  readonly builder: BookBuilder;
  /** Losses of ticks; instruments asked for, repeats included; books that became right. */
  losses = 0;
  asked = 0;
  becameRight = 0;
  readonly #options: BookFollowerOptions;
  readonly #limits: FollowerLimits;
  readonly #followed = new Map<InstrumentBook, Followed>();
  /** Followed books that are not right. */
  readonly #missing = new Set<Followed>();
  #entriesSeen = 1;

  constructor(options: BookFollowerOptions) {
    this.#options = options;
    this.#limits = { ...FOLLOWER_LIMITS, ...options.limits };
    this.builder = new BookBuilder({
      entry: (index) => options.directory.get(index),
      levelsMax: options.levelsMax ?? BOOK_LEVELS_MAX,
    });
    this.#lookForEntries();
  }

  /** Applies a run of the ring, in order, without a hole since the last one. */
  onTicks(view: DataView, count: number): void {
    const end = count * TICK_BYTES;
    for (let at = 0; at < end; at += TICK_BYTES) {
      const event = this.builder.applyAt(view, at);
      if (event === BookEvent.Book) this.#onBook(view, at);
      else if (event === BookEvent.Trust) this.#lookForTrust();
    }
  }

  /** Ticks were lost before what comes next, or another writer took over. */
  onLoss(): void {
    this.losses += 1;
    this.builder.loseTrust();
    this.#lookForTrust();
    // An image that was asked for may have been among what was lost: ask again soon.
    for (const followed of this.#missing) followed.askAtMs = undefined;
  }

  /**
   * Directory indexes of the books to ask for now; empty when there are none. They count as asked:
   * if nothing comes of it they are due again later.
   * @param nowMs - Monotonic.
   */
  due(nowMs: number): number[] {
    this.#lookForEntries();
    const due: number[] = [];
    for (const followed of this.#missing) {
      if (due.length === this.#limits.instrumentsPerAskMax) break;
      if (followed.isRefused) continue;
      followed.askAtMs ??= nowMs + this.#options.random() * this.#limits.firstAskMsMax;
      if (nowMs < followed.askAtMs) continue;
      followed.askAtMs = nowMs + this.#retryMs(followed.asks);
      followed.asks += 1;
      due.push(followed.book.instrument);
    }
    this.asked += due.length;
    return due;
  }

  /** There is no such book to be had: it is not asked for until it was right once more. */
  onRefused(instrument: number): void {
    const book = this.builder.get(instrument);
    const followed = book === undefined ? undefined : this.#followed.get(book);
    if (followed !== undefined && !followed.isRight) followed.isRefused = true;
  }

  /** The state of an instrument's book; `undefined` when it is not followed. */
  state(instrument: number): FollowedState | undefined {
    const book = this.builder.get(instrument);
    const followed = book === undefined ? undefined : this.#followed.get(book);
    return followed === undefined ? undefined : stateOf(followed);
  }

  /** How many followed books are in each state. */
  states(): Record<FollowedState, number> {
    const counts = { right: 0, waiting: 0, asked: 0, none: 0 };
    for (const followed of this.#followed.values()) counts[stateOf(followed)] += 1;
    return counts;
  }

  /** Whether every followed book is right, those left out that are not to be had. */
  get isRight(): boolean {
    for (const { isRefused } of this.#missing) if (!isRefused) return false;
    return true;
  }

  /** The followed books, each once. */
  *books(): Generator<InstrumentBook> {
    for (const { book } of this.#followed.values()) yield book;
  }

  #onBook(view: DataView, at: number): void {
    const book = this.builder.get(view.getUint32(at + INSTRUMENT_OFFSET, true));
    if (book === undefined) return;
    if (this.#missing.size > 0 && book.trust === BookTrust.Trusted) {
      const followed = this.#followed.get(book);
      if (followed !== undefined && !followed.isRight) this.#becomeRight(followed);
    }
    this.#options.onBook?.(book);
    // A book that is full is not right any more.
    if (book.trust !== BookTrust.Trusted) this.#lookForTrust();
  }

  #becomeRight(followed: Followed): void {
    followed.isRight = true;
    followed.isRefused = false;
    followed.asks = 0;
    followed.askAtMs = undefined;
    this.#missing.delete(followed);
    this.becameRight += 1;
    this.#options.onRight?.(followed.book);
  }

  /** Rare: after gaps and losses. */
  #lookForTrust(): void {
    for (const followed of this.#followed.values()) {
      if (!followed.isRight || followed.book.trust === BookTrust.Trusted) continue;
      followed.isRight = false;
      this.#missing.add(followed);
    }
  }

  /** Entries that came since: books of the ring are known before their first tick. */
  #lookForEntries(): void {
    const { directory, wants } = this.#options;
    for (; this.#entriesSeen < directory.count; this.#entriesSeen++) {
      const entry = directory.get(this.#entriesSeen);
      if (entry === undefined || entry.assetClass === AssetClass.Channel) continue;
      if (wants !== undefined && !wants(entry)) continue;
      const book = this.builder.open(entry.index);
      if (book === undefined || this.#followed.has(book)) continue;
      const isRight = book.trust === BookTrust.Trusted;
      const followed = { book, isRight, asks: 0, askAtMs: undefined, isRefused: false };
      this.#followed.set(book, followed);
      if (!isRight) this.#missing.add(followed);
    }
  }

  #retryMs(asks: number): number {
    const { retryMsMin, retryMsMax, jitter } = this.#limits;
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(asks, 30));
    return waitMs * (1 - jitter + jitter * this.#options.random());
  }
}

const INSTRUMENT_OFFSET = 16;

function stateOf({ isRight, isRefused, asks }: Followed): FollowedState {
  if (isRight) return 'right';
  if (isRefused) return 'none';
  return asks === 0 ? 'waiting' : 'asked';
}
