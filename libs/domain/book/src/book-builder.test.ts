// Goal: a book shows only finished events, and says when it cannot be trusted. Method: ticks made
// by hand; and random sessions against a model, delivered in runs cut anywhere.
import { ABSENT, INSTRUMENT_ALL, StreamReason, StreamScope, StreamState } from '@tickwire/core';
import { seededRandom, testSeed } from '@tickwire/testing';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { BookBuilder, BookEvent } from './book-builder.ts';
import type { BookEntry } from './book-builder.ts';
import { BookTrust } from './instrument-book.ts';

const { Last, Snapshot, GapBefore, SuspectBook } = TickFlag;

/** Writes ticks and gives each to the builder. */
class Feed {
  readonly builder: BookBuilder;
  readonly #batch = new TickBatch(1);

  constructor(entry?: (index: number) => BookEntry | undefined) {
    this.builder = new BookBuilder(entry === undefined ? {} : { entry });
  }

  #begin(kind: TickKind, instrument: number, flags: number) {
    this.#batch.clear();
    const tick = this.#batch.add(kind);
    tick.instrument = instrument;
    tick.flags = flags;
    return tick;
  }

  clear(instrument: number, sequence: bigint, flags: number = Snapshot): BookEvent {
    const tick = this.#begin(TickKind.Clear, instrument, flags);
    tick.setFullSequence(Number(sequence >> 32n), Number(sequence & 0xffff_ffffn));
    return this.builder.applyAt(this.#batch.view, 0);
  }

  level(
    instrument: number,
    level: {
      side?: 'bid' | 'ask';
      price?: number;
      size?: number;
      sequence: number;
      flags?: number;
    },
  ): BookEvent {
    const tick = this.#begin(TickKind.Level, instrument, level.flags ?? Last);
    const side = level.side === 'ask' ? Side.Ask : Side.Bid;
    tick.setSideAction(level.price === undefined ? Side.None : side, Action.Modify);
    tick.price = level.price ?? ABSENT;
    tick.size = level.size ?? 0;
    tick.sequence = level.sequence;
    return this.builder.applyAt(this.#batch.view, 0);
  }

  stream(
    instrument: number,
    state: StreamState,
    reason: StreamReason = StreamReason.SequenceGap,
  ): BookEvent {
    const tick = this.#begin(TickKind.Stream, instrument, Last);
    const scope = instrument === INSTRUMENT_ALL ? StreamScope.Channel : StreamScope.Instrument;
    tick.setStream({ state, previousState: 0, reason, scope });
    return this.builder.applyAt(this.#batch.view, 0);
  }

  image(instrument: number, sequence: bigint): void {
    this.clear(instrument, sequence);
    const low = Number(sequence & 0xffff_ffffn);
    this.level(instrument, { price: 99, size: 5, sequence: low, flags: Snapshot });
    this.level(instrument, {
      side: 'ask',
      price: 101,
      size: 6,
      sequence: low,
      flags: Snapshot | Last,
    });
  }
}

function bids(feed: Feed, instrument: number): [number, number][] {
  const side = feed.builder.get(instrument)?.book.bids;
  return Array.from({ length: side?.count ?? 0 }, (_, depth) => [
    side?.priceAt(depth) ?? NaN,
    side?.sizeAt(depth) ?? NaN,
  ]);
}

describe('book builder', () => {
  test('shows an image at its LAST, not before', () => {
    const feed = new Feed();
    expect(feed.clear(3, 10n)).toBe(BookEvent.None);
    expect(feed.level(3, { price: 99, size: 5, sequence: 10, flags: Snapshot })).toBe(
      BookEvent.None,
    );
    expect(feed.builder.get(3)?.book.isEmpty).toBe(true);
    expect(feed.builder.get(3)?.trust).toBe(BookTrust.Unknown);
    const last = { price: 98, size: 1, sequence: 10, flags: Snapshot | Last };
    expect(feed.level(3, last)).toBe(BookEvent.Book);
    expect(bids(feed, 3)).toEqual([
      [99, 5],
      [98, 1],
    ]);
    expect(feed.builder.get(3)?.trust).toBe(BookTrust.Trusted);
  });

  test('shows an event of several changes at once', () => {
    const feed = new Feed();
    feed.image(1, 10n);
    feed.level(1, { price: 99, size: 0, sequence: 11, flags: 0 });
    expect(bids(feed, 1)).toEqual([[99, 5]]);
    expect(feed.builder.get(1)?.sequence).toBe(10n);
    feed.level(1, { price: 97, size: 2, sequence: 12 });
    expect(bids(feed, 1)).toEqual([[97, 2]]);
    expect(feed.builder.get(1)?.sequence).toBe(12n);
  });

  test('a price that is absent moves the sequence only', () => {
    const feed = new Feed();
    feed.image(1, 10n);
    expect(feed.level(1, { sequence: 11 })).toBe(BookEvent.Book);
    expect(bids(feed, 1)).toEqual([[99, 5]]);
    expect(feed.builder.get(1)?.sequence).toBe(11n);
  });

  test('follows the sequence across 2^32', () => {
    const feed = new Feed();
    feed.image(1, 0x3_ffff_fffen);
    feed.level(1, { price: 98, size: 1, sequence: 0xffff_ffff });
    expect(feed.builder.get(1)?.sequence).toBe(0x3_ffff_ffffn);
    feed.level(1, { price: 98, size: 2, sequence: 0 });
    expect(feed.builder.get(1)?.sequence).toBe(0x4_0000_0000n);
  });

  test.each([
    ['a STREAM gap of the instrument', (feed: Feed) => feed.stream(1, StreamState.Gap)],
    ['a STREAM gap of the channel', (feed: Feed) => feed.stream(INSTRUMENT_ALL, StreamState.Gap)],
    [
      'a move to another ring',
      (feed: Feed) => feed.stream(1, StreamState.Closed, StreamReason.MovedOut),
    ],
    ['GAP_BEFORE', (feed: Feed) => feed.level(1, { sequence: 30, flags: GapBefore })],
    ['SUSPECT_BOOK', (feed: Feed) => feed.level(1, { sequence: 30, flags: SuspectBook })],
    ['ticks lost on the way', (feed: Feed) => feed.builder.loseTrust()],
  ])('drops the unfinished event and is suspect after %s, until an image', (_, lose) => {
    const feed = new Feed();
    feed.image(1, 10n);
    feed.level(1, { price: 99, size: 0, sequence: 11, flags: 0 });
    lose(feed);
    expect(feed.builder.get(1)?.trust).toBe(BookTrust.Suspect);
    feed.level(1, { price: 96, size: 1, sequence: 31 });
    expect(bids(feed, 1)).toContainEqual([99, 5]);
    expect(feed.builder.get(1)?.trust).toBe(BookTrust.Suspect);
    feed.image(1, 40n);
    expect(feed.builder.get(1)?.trust).toBe(BookTrust.Trusted);
    expect(bids(feed, 1)).toEqual([[99, 5]]);
  });

  test('an empty image is a book', () => {
    const feed = new Feed();
    feed.image(1, 10n);
    expect(feed.clear(1, 20n, Snapshot | Last)).toBe(BookEvent.Book);
    expect(feed.builder.get(1)?.book.isEmpty).toBe(true);
    expect(feed.builder.get(1)?.trust).toBe(BookTrust.Trusted);
  });

  test('entries that supersede one another are one book in the finest exponents', () => {
    const none = 0xffff_ffff;
    const entries: BookEntry[] = [
      { index: 0, priceExp: -2, sizeExp: -2, supersedes: none },
      { index: 1, priceExp: -2, sizeExp: -4, supersedes: 0 },
    ];
    const feed = new Feed((index) => entries[index]);
    feed.image(0, 10n);
    feed.level(1, { price: 98, size: 12_345, sequence: 11 });
    expect(bids(feed, 1)).toEqual([
      [99, 500],
      [98, 12_345],
    ]);
    // The coarser entry is used again for what is too large for the finer one.
    feed.level(0, { price: 97, size: 2 ** 53 - 1, sequence: 12, flags: 0 });
    feed.level(1, { sequence: 12 });
    expect(bids(feed, 0)).toEqual([
      [99, 500],
      [98, 12_345],
      [97, (2 ** 53 - 1) * 100],
    ]);
    expect(feed.builder.get(0)).toBe(feed.builder.get(1));
    expect(feed.builder.books()).toHaveLength(1);
    expect(feed.builder.get(0)).toMatchObject({ instrument: 1, priceExp: -2, sizeExp: -4 });
  });

  test('refuses instruments beyond its bound and counts their ticks', () => {
    const builder = new BookBuilder({ instrumentsMax: 4 });
    const batch = new TickBatch(1);
    const tick = batch.add(TickKind.Level);
    tick.instrument = 4;
    tick.price = 1;
    expect(builder.applyAt(batch.view, 0)).toBe(BookEvent.None);
    expect(builder.refusedTicks).toBe(1);
    expect(builder.books()).toEqual([]);
  });

  test('equals a model after any series of events', () => {
    const random = seededRandom(testSeed());
    const feed = new Feed();
    const model = new Map<number, number>();
    feed.image(1, 1_000n);
    model.set(99, 5);
    let sequence = 1_000;
    for (let event = 0; event < 3_000; event++) {
      const changes = 1 + Math.floor(random() * 4);
      for (let at = 0; at < changes; at++) {
        const price = 1 + Math.floor(random() * 60);
        const size = random() < 0.4 ? 0 : 1 + Math.floor(random() * 100);
        sequence += 1;
        feed.level(1, { price, size, sequence, flags: at === changes - 1 ? Last : 0 });
        if (size === 0) model.delete(price);
        else model.set(price, size);
      }
    }
    expect(bids(feed, 1)).toEqual([...model].sort((a, b) => b[0] - a[0]));
    expect(feed.builder.get(1)?.sequence).toBe(BigInt(sequence));
  });
});
