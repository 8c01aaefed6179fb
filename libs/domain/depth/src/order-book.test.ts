// Goal: what each entry does to queues and prices, what is refused, and when the book is right.
// Method: a small book, one entry, queues and changes beside each other.
import { ABSENT } from '@tickwire/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { levelUpdate } from '../test/level-texts.ts';
import { orderUpdate, queueRows } from '../test/plain-orders.ts';
import {
  BookState,
  DepthCode,
  DepthCounts,
  LevelBook,
  ORDERS_ABSENT,
  OrderBook,
  OrderTable,
  PriceChanges,
  UpdateAction,
} from './index.ts';
import type { OrderUpdate } from './index.ts';

const { New, Change, Delete, Overlay } = UpdateAction;

let book: OrderBook;
const apply = (fields: Partial<OrderUpdate>): DepthCode => book.apply(orderUpdate(fields));
const bids = () => queueRows(book, true).map(({ price, queue }) => [price, queue]);
const changed = () =>
  Array.from({ length: book.changes.count }, (_, at) => [
    book.changes.priceAt(at),
    book.changes.sizeAt(at),
    book.changes.ordersAt(at),
  ]);

beforeEach(() => {
  book = new OrderBook();
  book.reset();
  apply({ idLo: 1, priorityLo: 10, price: 99, size: 5 });
  apply({ idLo: 2, priorityLo: 20, price: 99, size: 6 });
  apply({ idLo: 3, priorityLo: 30, price: 98, size: 7 });
});

describe('an entry of a book by order', () => {
  test('New queues by priority, whenever it comes', () => {
    apply({ idLo: 4, priorityLo: 15, price: 99, size: 1 });
    expect(bids()[0]).toEqual([99, '0.1:5,0.4:1,0.2:6']);
    expect(changed()).toEqual([[99, 12, 3]]);
    apply({ idLo: 5, priorityHi: 1, priorityLo: 0, price: 99, size: 2 });
    apply({ idLo: 6, priorityLo: 0xffff_ffff, price: 99, size: 3 });
    expect(bids()[0]).toEqual([99, '0.1:5,0.4:1,0.2:6,0.6:3,0.5:2']);
  });

  test('New at another price makes a level, best first', () => {
    apply({ idLo: 4, price: 100 });
    apply({ idLo: 5, price: 97 });
    expect(bids().map(([price]) => price)).toEqual([100, 99, 98, 97]);
    apply({ idLo: 6, price: 102, isBid: false });
    apply({ idLo: 7, price: 101, isBid: false });
    expect(queueRows(book, false).map(({ price }) => price)).toEqual([101, 102]);
    expect([book.changes.isBid, changed()]).toEqual([false, [[101, 1, 1]]]);
  });

  test('Change of the size alone keeps the place in the queue', () => {
    apply({ action: Change, idLo: 1, priorityLo: 10, price: 99, size: 2 });
    expect(bids()[0]).toEqual([99, '0.1:2,0.2:6']);
    expect(changed()).toEqual([[99, 8, 2]]);
  });

  test('Change of the priority moves it in the queue', () => {
    apply({ action: Change, idLo: 1, priorityLo: 40, price: 99, size: 5 });
    expect(bids()[0]).toEqual([99, '0.2:6,0.1:5']);
    expect(changed()).toEqual([[99, 11, 2]]);
  });

  test('Change of the price says both prices', () => {
    apply({ action: Change, idLo: 1, priorityLo: 40, price: 98, size: 4 });
    expect(changed()).toEqual([
      [99, 6, 1],
      [98, 11, 2],
    ]);
    apply({ action: Change, idLo: 2, priorityLo: 50, price: 101, size: 4 });
    expect(changed()).toEqual([
      [99, 0, 0],
      [101, 4, 1],
    ]);
  });

  test('Delete takes an order, and with the last one its level', () => {
    apply({ action: Delete, idLo: 1, price: ABSENT, size: 0 });
    expect(changed()).toEqual([[99, 6, 1]]);
    apply({ action: Delete, idLo: 2, price: 99 });
    expect(changed()).toEqual([[99, 0, 0]]);
    expect([bids(), book.count, book.find(0, 2)]).toEqual([[[98, '0.3:7']], 1, -1]);
  });

  test('ids are 64 bits', () => {
    apply({ idHi: 1, idLo: 1, price: 90 });
    apply({ action: Delete, idLo: 1, price: 99 });
    expect([book.find(0, 1), book.find(1, 1) >= 0]).toEqual([-1, true]);
  });

  test('of an inverted book: bids rise from the best on', () => {
    book = new OrderBook({ isInverted: true });
    book.reset();
    for (const [at, price] of [-3, -1, -2].entries()) apply({ idLo: at, price });
    expect(bids().map(([price]) => price)).toEqual([-3, -2, -1]);
  });
});

describe('a book by order refuses, and is suspect then', () => {
  test.each<[keyof typeof DepthCode, Partial<OrderUpdate>]>([
    ['BadAction', { action: Overlay, idLo: 9 }],
    ['DuplicateOrder', { action: New, idLo: 1 }],
    ['UnknownOrder', { action: Change, idLo: 9 }],
    ['UnknownOrder', { action: Delete, idLo: 9 }],
    ['WrongSide', { action: Change, idLo: 1, isBid: false }],
    ['WrongSide', { action: Delete, idLo: 1, isBid: false }],
    ['WrongPrice', { action: Delete, idLo: 1, price: 98 }],
    ['PriceRange', { idLo: 9, price: ABSENT }],
    ['PriceRange', { action: Change, idLo: 1, price: 2 ** 53 }],
    ['SizeRange', { idLo: 9, size: 0 }],
    ['SizeRange', { action: Change, idLo: 1, size: 1.5 }],
  ])('%s: %o', (code, fields) => {
    const before = bids();
    expect(apply({ tsHi: 3, tsLo: 4, ...fields })).toBe(DepthCode[code]);
    expect([bids(), changed()]).toEqual([before, []]);
    expect(book.condition).toMatchObject({
      state: BookState.Suspect,
      reason: DepthCode[code],
      since: { hi: 3, lo: 4 },
      damaged: 1,
    });
  });

  test('OrdersFull: one order more than it may hold', () => {
    book = new OrderBook({ ordersMax: 40 });
    book.reset();
    for (let idLo = 0; idLo < 40; idLo++) expect(apply({ idLo })).toBe(DepthCode.Applied);
    expect(apply({ idLo: 40 })).toBe(DepthCode.OrdersFull);
    expect([book.count, book.isConsistent]).toEqual([40, false]);
  });

  test.each([0, -1, 1.5, 2 ** 25])('%d orders at most', (ordersMax) => {
    expect(() => new OrderBook({ ordersMax })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  });
});

describe('a book by order that is not live', () => {
  test('takes what comes as far as it can, and gives no changes', () => {
    book.markSuspect();
    expect(apply({ action: Change, idLo: 9, price: 97, size: 2 })).toBe(DepthCode.Untrusted);
    expect(apply({ action: Delete, idLo: 77 })).toBe(DepthCode.Untrusted);
    expect(apply({ action: New, idLo: 1, price: 96, size: 3 })).toBe(DepthCode.Untrusted);
    expect(apply({ action: Change, idLo: 2, price: 120, size: 3, isBid: false })).toBe(1);
    expect([bids(), changed()]).toEqual([
      [
        [98, '0.3:7'],
        [97, '0.9:2'],
        [96, '0.1:3'],
      ],
      [],
    ]);
    expect(book.condition).toMatchObject({ reason: DepthCode.ChannelGap, damaged: 0 });
  });

  test('is right again after a snapshot', () => {
    book.markSuspect();
    book.beginSnapshot();
    expect(book.condition.state).toBe(BookState.Recovering);
    book.addSnapshotOrder(orderUpdate({ idLo: 8, price: 90, size: 4 }));
    book.addSnapshotOrder(orderUpdate({ idLo: 9, price: 90, size: 5, priorityLo: 1 }));
    expect(book.isConsistent).toBe(false);
    expect(book.endSnapshot()).toBe(DepthCode.Refreshed);
    expect([bids(), book.isConsistent]).toEqual([[[90, '0.8:4,0.9:5']], true]);
    expect(book.endSnapshot()).toBe(DepthCode.Untrusted);
  });

  test('stays as it is when the snapshot names an order twice', () => {
    book.beginSnapshot();
    book.addSnapshotOrder(orderUpdate({ idLo: 8 }));
    expect(book.addSnapshotOrder(orderUpdate({ idLo: 8 }))).toBe(DepthCode.DuplicateOrder);
    expect(book.endSnapshot()).toBe(DepthCode.DuplicateOrder);
    expect(book.condition.state).toBe(BookState.Recovering);
  });
});

describe('a book by order agrees with a book by level', () => {
  function levels(rows: [price: number, size: number, orders: number][], depth = 2): LevelBook {
    const byLevel = new LevelBook({ levels: depth });
    const changes = new PriceChanges(depth);
    byLevel.empty();
    rows.forEach(([price, size, orders], at) => {
      changes.begin(true, false);
      byLevel.apply(levelUpdate({ level: at + 1, price, size, orders }), changes);
    });
    return byLevel;
  }

  test.each<[boolean, string, [number, number, number][], number?]>([
    [
      true,
      'of the same levels',
      [
        [99, 11, 2],
        [98, 7, 1],
      ],
    ],
    [
      true,
      'that states no orders',
      [
        [99, 11, ORDERS_ABSENT],
        [98, 7, 1],
      ],
    ],
    [true, 'that is less deep', [[99, 11, 2]], 1],
    [false, 'with a level too few', [[99, 11, 2]]],
    [
      false,
      'with another size',
      [
        [99, 12, 2],
        [98, 7, 1],
      ],
    ],
    [
      false,
      'with other orders',
      [
        [99, 11, 3],
        [98, 7, 1],
      ],
    ],
    [
      false,
      'with another price',
      [
        [99, 11, 2],
        [97, 7, 1],
      ],
    ],
    [
      false,
      'with a level too many',
      [
        [99, 11, 2],
        [98, 7, 1],
        [97, 1, 1],
      ],
      3,
    ],
  ])('%s: one %s', (agrees, _what, rows, depth) => {
    expect(book.agreesWith(levels(rows, depth))).toBe(agrees);
  });

  test('false: one that is not known', () => {
    expect(book.agreesWith(new LevelBook({ levels: 2 }))).toBe(false);
  });
});

describe('books that share a table of orders', () => {
  const booksOf = (orders: OrderTable, count: number): OrderBook[] => {
    const shared = { changes: new PriceChanges(2), counts: new DepthCounts(), orders };
    const books = Array.from({ length: count }, () => new OrderBook({}, shared));
    for (const one of books) one.reset();
    return books;
  };

  test('each have their own order of one id', () => {
    const table = new OrderTable();
    const [one, other] = booksOf(table, 2) as [OrderBook, OrderBook];
    one.apply(orderUpdate({ idLo: 7, price: 99, size: 1 }));
    other.apply(orderUpdate({ idLo: 7, price: 55, size: 2, isBid: false }));
    expect([one.bids.priceAt(0), other.asks.priceAt(0), table.count]).toEqual([99, 55, 2]);
    one.apply(orderUpdate({ action: Delete, idLo: 7, price: 99 }));
    expect([one.count, other.count, table.count]).toEqual([0, 1, 1]);
    expect(other.find(0, 7)).not.toBe(-1);
  });

  test('take their orders out of it when they are cleared or given up, and leave the others', () => {
    const table = new OrderTable();
    const books = booksOf(table, 3);
    for (let idLo = 0; idLo < 300; idLo++) {
      const fields = { idLo, price: 90 + (idLo % 7), isBid: idLo % 2 === 0 };
      expect(books[idLo % 3]!.apply(orderUpdate(fields))).toBe(DepthCode.Applied);
    }
    books[0]!.reset();
    books[1]!.release();
    expect([table.count, ...books.map(({ count }) => count)]).toEqual([100, 0, 0, 100]);
    for (let idLo = 0; idLo < 300; idLo++) {
      expect(books[idLo % 3]!.find(0, idLo) === -1).toBe(idLo % 3 < 2);
    }
    for (let idLo = 0; idLo < 300; idLo++) books[0]!.apply(orderUpdate({ idLo, price: idLo }));
    expect([books[0]!.count, table.count]).toEqual([300, 400]);
  });

  test('refuse what is one order too many for all of them: OrdersFull', () => {
    const [one, other] = booksOf(new OrderTable(3), 2) as [OrderBook, OrderBook];
    for (let idLo = 0; idLo < 3; idLo++) one.apply(orderUpdate({ idLo }));
    expect(other.apply(orderUpdate({ idLo: 1 }))).toBe(DepthCode.OrdersFull);
    expect([one, other].map(({ condition }) => condition.isLive)).toEqual([true, false]);
  });
});
