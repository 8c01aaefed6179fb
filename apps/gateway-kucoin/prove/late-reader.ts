/** One reader of a proof: it attaches, is lapped, and claims each book that it takes for right. */
import { setTimeout as delay } from 'node:timers/promises';
import { formatDecimal } from '@tickwire/core';
import type { Random } from '@tickwire/core';
import type { InstrumentBook } from '@tickwire/domain-book';
import type { Bus } from '@tickwire/io-bus';
import { hostTimers } from '@tickwire/io-service';
import { FollowedBooks } from '@tickwire/system';
import type { Market } from './market.ts';
import { sha1Of } from './market-process.ts';

/** Between two looks into the ring. */
const LOOK_MS = 2;
/** Runs of one look. */
const RUNS_MAX = 64;

export interface LateReaderOptions {
  readonly dir: string;
  readonly name: string;
  readonly from: 'oldest' | 'latest';
  readonly bus: Bus | undefined;
  readonly random: Random;
  readonly market: Market;
  /** A book became right so long after the reader attached, or went on after a lap. */
  readonly onRight?: (tookMs: number) => void;
}

interface BookSideRows {
  readonly count: number;
  priceAt(depth: number): number | undefined;
  sizeAt(depth: number): number | undefined;
}

export class LateReader {
  readonly books: FollowedBooks;
  #sinceMs = performance.now();
  readonly #market: Market;
  /** Books whose next LAST is to be claimed too. */
  readonly #again = new Set<InstrumentBook>();
  #justRight: InstrumentBook | undefined;

  constructor(options: LateReaderOptions) {
    const { dir, name, from, bus, random, market, onRight } = options;
    this.#market = market;
    this.books = new FollowedBooks({
      ring: { dir, name, from },
      ...(bus === undefined ? {} : { control: { bus, service: 'gateway-kucoin' } }),
      timers: hostTimers,
      nowMs: () => performance.now(),
      random,
      books: {
        onRight: (book) => {
          onRight?.(performance.now() - this.#sinceMs);
          this.#claim(book);
          this.#again.add(book);
          this.#justRight = book;
        },
        onBook: (book) => this.#onBook(book),
      },
    });
  }

  get lost(): number {
    return this.books.subscription.account().lost;
  }

  /** Follows for so long, or until `until` holds; whether it came to hold. */
  async follow(forMs: number, until?: () => boolean): Promise<boolean> {
    const endMs = performance.now() + forMs;
    for (;;) {
      for (let runs = 0; runs < RUNS_MAX && this.books.poll(); runs++) {
        if (until?.() === true) return true;
      }
      if (performance.now() > endMs) return until?.() ?? true;
      await delay(LOOK_MS);
    }
  }

  /** Reads nothing until the writer has lapped it. */
  async beLapped(deadlineMs: number): Promise<void> {
    const { reader } = this.books.subscription;
    const { slotCount } = reader.header.plan;
    const endMs = performance.now() + deadlineMs;
    while (reader.published - reader.cursor <= slotCount * 1.1) {
      if (performance.now() > endMs) throw new Error('the ring was too quiet to lap a reader');
      await delay(20);
    }
    this.#sinceMs = performance.now();
  }

  /** Claims every book as it is now. */
  claimAll(): void {
    for (const book of this.books.follower.books()) this.#claim(book);
  }

  close(): void {
    this.books.close();
  }

  /** `onRight` comes right before the `onBook` of the same LAST; the next one is claimed too. */
  #onBook(book: InstrumentBook): void {
    const isImage = this.#justRight === book;
    this.#justRight = undefined;
    if (isImage || !this.#again.delete(book)) return;
    if (this.books.follower.state(book.instrument) === 'right') this.#claim(book);
  }

  #claim(book: InstrumentBook): void {
    const rows = (side: BookSideRows): string[][] =>
      Array.from({ length: side.count }, (_, depth) => [
        formatDecimal(side.priceAt(depth) ?? NaN, book.priceExp) ?? '',
        formatDecimal(side.sizeAt(depth) ?? NaN, book.sizeExp) ?? '',
      ]);
    this.#market.claim({
      symbol: this.books.directory.get(book.instrument)?.symbol ?? '',
      sequence: Number(book.sequence),
      sha1: sha1Of([rows(book.book.bids), rows(book.book.asks)]),
    });
  }
}
