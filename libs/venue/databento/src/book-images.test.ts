// Goal: a book that is asked for is written whole, and right at its LAST; what cannot be written is
// refused by a code; a symbol that moves goes on under its new entry. Method: records by the
// encoder of DBN into a normaliser, ticks as a reader sees them.
import { StreamState } from '@tickwire/core';
import { Action, Mbp10Record, MboRecord, RType, RecordFlag, Side } from '@tickwire/wire-dbn';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { NOW, give } from '../test/record-source.ts';
import { DatabentoNormaliser } from './normaliser.ts';

const ID = 7;
/** Of an id without a mapping. */
const SYMBOL = '7';
const LIMITS = { ticksMax: 100 };
const { Last } = RecordFlag;
const ENDS = TickFlag.Last | TickFlag.EventEnd;
const { Snapshot, SuspectBook } = TickFlag;

class Feed {
  readonly sink = new CollectingSink();
  readonly normaliser: DatabentoNormaliser;

  constructor(keepsBooks = true) {
    const options = { flags: 0, hasTradeRecords: false, keepsBooks };
    this.normaliser = new DatabentoNormaliser({ ...options, sink: this.sink });
  }

  order(action: number, id: number, more: { flags?: number; price?: number; pub?: number } = {}) {
    const { flags = Last, price = 100, pub = 1 } = more;
    give(this.normaliser, new MboRecord(), {
      rtype: RType.Mbo,
      fill: (record) => {
        record.setInstrumentId(ID).setPublisherId(pub).setAction(action).setFlags(flags);
        record
          .setOrderIdWords(1, id)
          .setPrice(price * 1e9)
          .setSize(id)
          .setSequence(40 + id);
        record.setSide(price < 101 ? Side.Bid : Side.Ask);
      },
    });
  }

  levels(bid: number, flags: number = Last): void {
    give(this.normaliser, new Mbp10Record(), {
      rtype: RType.Mbp10,
      fill: (record) => {
        record.setInstrumentId(ID).setPublisherId(1).setFlags(flags).setAction(Action.Add);
        record.setSequence(9);
        record
          .level(0)
          .setBidPx(bid * 1e9)
          .setBidSz(3)
          .setBidCt(2);
      },
    });
  }

  /** What an image adds. */
  image() {
    const before = [...this.sink.ticks()].length;
    expect(this.normaliser.writeImage(SYMBOL, { ...NOW }, LIMITS)).toBeUndefined();
    return this.since(before);
  }

  since(before: number) {
    return [...this.sink.ticks()].slice(before).map((tick) => {
      const { kind, publisher, flags, instrument, sequence } = tick;
      const isOrder = kind === TickKind.Order;
      const id = isOrder ? tick.orderIdLo : 0;
      const price = kind === TickKind.Clear || kind === TickKind.Stream ? 0 : tick.price;
      return { kind, publisher, flags, instrument, sequence, id, price };
    });
  }
}

describe('an image of a book', () => {
  test('by order: CLEAR, then each side from its best price on, in the order of its queues', () => {
    const feed = new Feed();
    feed.order(Action.Clear, 0);
    feed.order(Action.Add, 3, { price: 99 });
    feed.order(Action.Add, 2);
    feed.order(Action.Add, 1);
    feed.order(Action.Add, 4, { price: 101 });
    const image = feed.image();
    expect(image.map(({ id, price }) => [id, price])).toEqual([
      ...[
        [0, 0],
        [2, 100],
        [1, 100],
        [3, 99],
        [4, 101],
      ],
    ]);
    expect(image.map(({ flags }) => flags)).toEqual([
      ...[Snapshot, Snapshot, Snapshot, Snapshot, Snapshot | ENDS],
    ]);
    expect(new Set(image.map(({ sequence }) => sequence))).toEqual(new Set([44]));
  });

  test('has no LAST while an event is open: the end of that is the end of the image', () => {
    const feed = new Feed();
    feed.order(Action.Clear, 0);
    feed.order(Action.Add, 1, { flags: 0 });
    expect(feed.image().map(({ flags }) => flags)).toEqual([Snapshot, Snapshot]);
    feed.order(Action.Add, 2);
    expect(feed.image().at(-1)?.flags).toBe(Snapshot | ENDS);
  });

  test('by level: the ten levels as they are', () => {
    const feed = new Feed();
    feed.levels(100);
    feed.levels(101);
    const image = feed.image();
    expect(image.map(({ kind, price, flags }) => [kind, price, flags])).toEqual([
      [TickKind.Clear, 0, Snapshot],
      [TickKind.Level, 101_00, Snapshot | ENDS],
    ]);
  });

  test('of several publishers: one behind the other, those in doubt left out', () => {
    const feed = new Feed();
    for (const pub of [1, 2, 3]) {
      feed.order(Action.Clear, 0, { pub });
      feed.order(Action.Add, pub, { pub });
    }
    feed.order(Action.Cancel, 77, { pub: 2 });
    const publishers = feed.image().map(({ publisher }) => publisher);
    expect(publishers.toSorted()).toEqual([1, 1, 3, 3]);
  });

  test('is refused by a code where there is none', () => {
    const plain = new Feed(false);
    const feed = new Feed();
    const refusal = (from: Feed, symbol = SYMBOL, ticksMax = 2) =>
      from.normaliser.writeImage(symbol, { ...NOW }, { ticksMax });
    expect(refusal(feed)).toBe('UNKNOWN_INSTRUMENT');
    feed.order(Action.Add, 1);
    expect(refusal(feed)).toBe('NOT_SYNCHRONISED');
    feed.order(Action.Clear, 0);
    feed.order(Action.Add, 1);
    expect(refusal(feed)).toBeUndefined();
    feed.order(Action.Add, 2);
    expect(refusal(feed)).toBe('BOOK_TOO_LARGE');
    plain.order(Action.Clear, 0);
    plain.order(Action.Add, 1);
    expect(refusal(plain)).toBe('NO_BOOK');
    plain.levels(100);
    expect(refusal(plain)).toBeUndefined();
    plain.normaliser.doubtBooks();
    expect(refusal(plain)).toBe('NOT_SYNCHRONISED');
  });
});

describe('a symbol that moves', () => {
  const move = (feed: Feed, index: number | undefined) =>
    feed.normaliser.relocate(
      SYMBOL,
      { stream: StreamState.Live, recv: { ...NOW } },
      ({ entry, index: old, stream }) => {
        expect([entry.symbol, old, stream]).toEqual([SYMBOL, 0, StreamState.Live]);
        return index;
      },
    );

  test('takes its book along, and goes on under the new entry', () => {
    const feed = new Feed();
    feed.order(Action.Clear, 0);
    feed.order(Action.Add, 1);
    const before = [...feed.sink.ticks()].length;
    expect(move(feed, 5)).toBe(true);
    feed.order(Action.Add, 2);
    const since = feed.since(before);
    expect(since.map(({ instrument, id }) => [instrument, id])).toEqual([
      [5, 0],
      [5, 1],
      [5, 2],
    ]);
    expect(since.map(({ flags }) => flags)).toEqual([Snapshot, Snapshot | ENDS, ENDS]);
  });

  test('stays where there is no room; a strange one does not move', () => {
    const feed = new Feed();
    feed.order(Action.Clear, 0);
    expect(move(feed, undefined)).toBe(false);
    const before = [...feed.sink.ticks()].length;
    feed.order(Action.Add, 1);
    expect(feed.since(before).map(({ instrument }) => instrument)).toEqual([0]);
    const nobody = { stream: StreamState.Live, recv: { ...NOW } };
    expect(feed.normaliser.relocate('8', nobody, () => 1)).toBe(false);
  });

  test('without a book that is kept is suspect until its orders begin anew', () => {
    const feed = new Feed(false);
    feed.order(Action.Clear, 0);
    feed.order(Action.Add, 1);
    expect(move(feed, 5)).toBe(true);
    const before = [...feed.sink.ticks()].length;
    feed.order(Action.Add, 2);
    feed.order(Action.Clear, 0);
    feed.order(Action.Add, 3);
    expect(feed.since(before).map(({ flags }) => flags)).toEqual([ENDS | SuspectBook, ENDS, ENDS]);
  });
});
