// Goal: an image is skipped only by a book that is the same book; in doubt it is taken.
import { ABSENT } from '@tickwire/core';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { BookBuilder, BookEvent } from './book-builder.ts';

const { Last, Snapshot, GapBefore, SuspectBook } = TickFlag;

class Feed {
  readonly builder = new BookBuilder();
  readonly #batch = new TickBatch(1);

  clear(sequence: number, flags: number = Snapshot): BookEvent {
    this.#batch.clear();
    const tick = this.#batch.add(TickKind.Clear);
    tick.instrument = 1;
    tick.flags = flags;
    tick.setFullSequence(0, sequence);
    return this.builder.applyAt(this.#batch.view, 0);
  }

  bid(price: number, size: number, at: { sequence: number; flags: number }): BookEvent {
    this.#batch.clear();
    const tick = this.#batch.add(TickKind.Level);
    tick.instrument = 1;
    tick.flags = at.flags;
    tick.sequence = at.sequence;
    tick.setSideAction(Side.Bid, Action.Modify);
    tick.price = price;
    tick.size = size;
    return this.builder.applyAt(this.#batch.view, 0);
  }

  /** One bid, of this size, at 100. */
  image(sequence: number, size: number, flags: number = Snapshot): BookEvent {
    this.clear(sequence, flags);
    return this.bid(100, size, { sequence, flags: (flags & Snapshot) | Last });
  }

  get bids(): string {
    const side = this.builder.get(1)?.book.bids;
    return Array.from({ length: side?.count ?? 0 }, (_, depth) => [
      side?.priceAt(depth),
      side?.sizeAt(depth),
    ]).join(' ');
  }
}

describe('an image of a trusted book', () => {
  test('at its sequence is skipped: no event, nothing changes', () => {
    const feed = new Feed();
    expect(feed.image(10, 5)).toBe(BookEvent.Book);
    expect(feed.image(10, 5)).toBe(BookEvent.None);
    expect(feed.clear(10)).toBe(BookEvent.None);
    expect(feed.bid(100, 5, { sequence: 10, flags: Snapshot | Last })).toBe(BookEvent.None);
    expect(feed.builder.skippedImages).toBe(2);
    expect(feed.bids).toBe('100,5');
    // Whatever comes behind its LAST is not of the image.
    expect(feed.bid(99, 1, { sequence: 11, flags: Snapshot | Last })).toBe(BookEvent.Book);
    expect(feed.bids).toBe('100,5 99,1');
  });

  test.each<[string, (feed: Feed) => void]>([
    ['of a later sequence', (feed) => feed.image(11, 7)],
    ['of an earlier sequence', (feed) => feed.image(9, 7)],
    ['that says that a gap was before it', (feed) => feed.image(10, 7, Snapshot | GapBefore)],
    ['that says that the book is suspect', (feed) => feed.image(10, 7, Snapshot | SuspectBook)],
    ['that the venue calls no snapshot', (feed) => feed.image(10, 7, 0)],
    [
      'within an unfinished event',
      (feed) => {
        feed.bid(99, 1, { sequence: 10, flags: 0 });
        feed.image(10, 7);
      },
    ],
    [
      'within an event that has only moved the sequence',
      (feed) => {
        feed.bid(ABSENT, 0, { sequence: 11, flags: 0 });
        feed.image(10, 7);
      },
    ],
    [
      'after ticks were lost',
      (feed) => {
        feed.builder.loseTrust();
        feed.image(10, 7);
      },
    ],
  ])('%s is taken', (_, give) => {
    const feed = new Feed();
    feed.image(10, 5);
    give(feed);
    expect(feed.builder.skippedImages).toBe(0);
    expect(feed.bids).toBe('100,7');
  });

  test('an empty one is skipped too, and a skip ends with its LAST', () => {
    const feed = new Feed();
    feed.clear(10, Snapshot | Last);
    expect(feed.clear(10, Snapshot | Last)).toBe(BookEvent.None);
    expect(feed.builder.skippedImages).toBe(1);
    expect(feed.bid(98, 2, { sequence: 11, flags: Snapshot | Last })).toBe(BookEvent.Book);
    expect(feed.bids).toBe('98,2');
  });

  test('cut short by ticks lost, makes the book suspect; the next one sets it right', () => {
    const feed = new Feed();
    feed.image(10, 5);
    feed.clear(10);
    feed.builder.loseTrust();
    feed.bid(100, 9, { sequence: 12, flags: Last });
    feed.image(12, 9);
    expect(feed.bids).toBe('100,9');
    expect(feed.builder.skippedImages).toBe(1);
  });

  test('cut short by a change, gives way to it', () => {
    const feed = new Feed();
    feed.image(10, 5);
    feed.clear(10);
    expect(feed.bid(99, 1, { sequence: 11, flags: Last })).toBe(BookEvent.Book);
    expect(feed.bids).toBe('100,5 99,1');
  });
});
