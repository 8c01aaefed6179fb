// Goal: what each action does to positions and to prices, and what is refused. Method: a small
// book, one action, levels and changes beside each other.
import { ABSENT } from '@tickwire/core';
import { describe, expect, test } from 'vitest';
import { levelUpdate, rowsOf } from '../test/level-texts.ts';
import { DepthCode, LevelBook, ORDERS_ABSENT, PriceChanges, UpdateAction } from './index.ts';
import type { LevelUpdate } from './index.ts';

const { New, Change, Delete, DeleteThru, DeleteFrom, Overlay } = UpdateAction;

/** A book of three levels with bids at 99, 98 and, when full, 97. */
function bidBook(count = 3, options: { isInverted?: boolean } = {}) {
  const book = new LevelBook({ levels: 3, ...options });
  const changes = new PriceChanges(3);
  const sign = options.isInverted === true ? -1 : 1;
  book.empty();
  const apply = (fields: Partial<LevelUpdate>): DepthCode => {
    changes.begin(fields.isBid ?? true, false);
    return book.apply(levelUpdate(fields), changes);
  };
  for (let at = 0; at < count; at++) {
    apply({ level: at + 1, price: sign * (99 - at), size: 10 + at, orders: at + 1 });
  }
  const changed = () =>
    Array.from({ length: changes.count }, (_, at) => [changes.priceAt(at), changes.sizeAt(at)]);
  return { book, apply, changed, bids: () => rowsOf(book.bids) };
}

describe('an action on a book by level', () => {
  test('New moves down what is behind it, and what falls off the depth is deleted', () => {
    const { apply, bids, changed } = bidBook();
    apply({ action: Overlay, level: 1, price: 110, size: 9 });
    expect(apply({ level: 2, price: 105, size: 7 })).toBe(DepthCode.Applied);
    expect(bids()).toEqual([
      [110, 9, 1],
      [105, 7, 1],
      [98, 11, 2],
    ]);
    expect(changed()).toEqual([
      [97, 0],
      [105, 7],
    ]);
  });

  test('New at the end of a book that is not full only sets', () => {
    const { apply, bids, changed } = bidBook(2);
    expect(apply({ level: 3, price: 90, size: 4, orders: ORDERS_ABSENT })).toBe(DepthCode.Applied);
    expect(bids()[2]).toEqual([90, 4, ORDERS_ABSENT]);
    expect(changed()).toEqual([[90, 4]]);
  });

  test('Change sets size and orders at its price', () => {
    const { apply, bids, changed } = bidBook();
    expect(apply({ action: Change, level: 2, price: 98, size: 70, orders: 5 })).toBe(0);
    expect(bids()[1]).toEqual([98, 70, 5]);
    expect(changed()).toEqual([[98, 70]]);
  });

  test.each([98, ABSENT])('Delete with price %d brings up what is behind it', (price) => {
    const { apply, bids, changed } = bidBook();
    expect(apply({ action: Delete, level: 2, price })).toBe(DepthCode.Applied);
    expect(bids().map(([at]) => at)).toEqual([99, 97]);
    expect(changed()).toEqual([[98, 0]]);
  });

  test('DeleteThru empties the side, and only that', () => {
    const { book, apply, bids, changed } = bidBook();
    apply({ isBid: false, price: 101 });
    expect(apply({ action: DeleteThru, level: 0, price: ABSENT, size: 0 })).toBe(0);
    expect([bids(), book.asks.count]).toEqual([[], 1]);
    expect(changed()).toEqual([
      [99, 0],
      [98, 0],
      [97, 0],
    ]);
  });

  test('DeleteFrom takes the best levels up to its own', () => {
    const { apply, bids, changed } = bidBook();
    expect(apply({ action: DeleteFrom, level: 2, price: ABSENT })).toBe(DepthCode.Applied);
    expect(bids()).toEqual([[97, 12, 3]]);
    expect(changed()).toEqual([
      [99, 0],
      [98, 0],
    ]);
  });

  test('Overlay replaces a level with its price, or adds the next one', () => {
    const { apply, bids, changed } = bidBook(2);
    apply({ action: Overlay, level: 2, price: 95, size: 3 });
    expect(changed()).toEqual([
      [98, 0],
      [95, 3],
    ]);
    apply({ action: Overlay, level: 3, price: 94, size: 2 });
    expect(bids().map(([price]) => price)).toEqual([99, 95, 94]);
  });

  test('Overlays may pass each other within an event', () => {
    const { book, apply, bids, changed } = bidBook();
    for (const level of [1, 2, 3]) {
      expect(apply({ action: Overlay, level, price: 99 - level, size: 50 + level })).toBe(0);
    }
    expect(book.settle()).toBe(DepthCode.Applied);
    expect(bids().map(([price, size]) => [price, size])).toEqual([
      [98, 51],
      [97, 52],
      [96, 53],
    ]);
    // The price that two positions had for a while is said again, not deleted.
    expect(changed()).toEqual([
      [97, 52],
      [96, 53],
    ]);
  });

  test('Overlays that leave the prices out of order are told at the end of the event', () => {
    const { book, apply } = bidBook();
    expect(apply({ action: Overlay, level: 1, price: 97 })).toBe(DepthCode.Applied);
    expect(book.settle()).toBe(DepthCode.PriceOrder);
  });

  test('asks rise, and in an inverted book bids do', () => {
    const { apply } = bidBook();
    apply({ isBid: false, price: 101 });
    expect(apply({ isBid: false, level: 2, price: 100 })).toBe(DepthCode.PriceOrder);
    expect(apply({ isBid: false, level: 2, price: 102 })).toBe(DepthCode.Applied);
    const inverted = bidBook(3, { isInverted: true });
    expect(inverted.bids().map(([price]) => price)).toEqual([-99, -98, -97]);
    expect(inverted.apply({ level: 1, price: -100 })).toBe(DepthCode.Applied);
  });
});

describe('a book by level refuses', () => {
  const HUGE = 2 ** 53;
  test.each<[keyof typeof DepthCode, string, Partial<LevelUpdate>]>([
    ['BadAction', 'an action that is none', { action: 6, price: 99 }],
    ['BadLevel', 'level 0', { level: 0, price: 99 }],
    ['BadLevel', 'a level beyond the depth', { level: 4, price: 90 }],
    ['BadLevel', 'a level that is no whole number', { level: 1.5, price: 90 }],
    ['BadLevel', 'a level that is no number', { level: Number.NaN, price: 90 }],
    ['EmptyLevel', 'Change of an empty level', { action: Change, level: 3, price: 97 }],
    ['EmptyLevel', 'Delete of an empty level', { action: Delete, level: 3, price: 97 }],
    ['EmptyLevel', 'DeleteFrom beyond the last level', { action: DeleteFrom, level: 3 }],
    ['WrongPrice', 'Change with the price of another level', { action: Change, price: 98 }],
    ['WrongPrice', 'Delete with the price of another level', { action: Delete, price: 98 }],
    ['PriceOrder', 'New at a price that is there', { level: 2, price: 99 }],
    ['PriceOrder', 'New below the level behind it', { level: 1, price: 98 }],
    ['PriceRange', 'an i64 price beyond 2^53', { level: 1, price: HUGE }],
    ['PriceRange', 'no price', { level: 1, price: ABSENT }],
    ['PriceRange', 'a price with digits behind the point', { level: 1, price: 99.5 }],
    ['SizeRange', 'size 0', { price: 100, size: 0 }],
    ['SizeRange', 'a size below 0', { action: Change, price: 99, size: -3 }],
    ['SizeRange', 'a size beyond 2^53', { action: Overlay, price: 99, size: HUGE }],
  ])('%s: %s', (code, _what, fields) => {
    const { apply, bids, changed } = bidBook(2);
    const before = bids();
    expect(apply(fields)).toBe(DepthCode[code]);
    expect([bids(), changed()]).toEqual([before, []]);
  });

  test.each([New, Overlay])('LevelHole: action %d two levels behind the last', (action) => {
    expect(bidBook(1).apply({ action, level: 3, price: 90 })).toBe(DepthCode.LevelHole);
  });

  test.each([-1, 31, 2.5])('%d levels', (levels) => {
    expect(() => new LevelBook({ levels })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  });
});
