// Goal: a side is always the sorted list of what was set. Method: random sets and deletes against a
// plain Map, at few prices (so that deletes hit) and near the bound.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { BookSide, LevelChange } from './book-side.ts';

function levels(side: BookSide): [number, number][] {
  return Array.from({ length: side.count }, (_, depth) => [
    side.priceAt(depth) ?? NaN,
    side.sizeAt(depth) ?? NaN,
  ]);
}

describe('book side', () => {
  test.each(['bid', 'ask'] as const)('%s: equals a sorted map after every change', (name) => {
    const random = seededRandom(testSeed());
    const side = new BookSide(name, 400);
    const model = new Map<number, number>();
    for (let round = 0; round < 20_000; round++) {
      const price = 1 + Math.floor(random() * 300);
      const size = random() < 0.4 ? 0 : 1 + Math.floor(random() * 1e6);
      const held = model.has(price);
      const change = side.set(price, size);
      if (size === 0) {
        expect(change).toBe(held ? LevelChange.Deleted : LevelChange.None);
        model.delete(price);
      } else {
        expect(change).toBe(held ? LevelChange.Modified : LevelChange.Added);
        model.set(price, size);
      }
      expect(side.sizeOf(price)).toBe(size);
      if (round % 500 === 0) {
        const sign = name === 'bid' ? -1 : 1;
        expect(levels(side)).toEqual([...model].sort((a, b) => sign * (a[0] - b[0])));
      }
    }
    expect(side.count).toBe(model.size);
  });

  test('best first, undefined beyond the last', () => {
    const bids = new BookSide('bid', 10);
    for (const price of [5, 9, 7]) bids.set(price, price * 10);
    expect(levels(bids)).toEqual([
      [9, 90],
      [7, 70],
      [5, 50],
    ]);
    expect(bids.priceAt(3)).toBeUndefined();
    const asks = new BookSide('ask', 10);
    for (const price of [5, 9, 7]) asks.set(price, price * 10);
    expect(levels(asks)).toEqual([
      [5, 50],
      [7, 70],
      [9, 90],
    ]);
  });

  test('full is a value, and what is there can still change', () => {
    const side = new BookSide('ask', 100);
    for (let price = 1; price <= 100; price++) expect(side.set(price, 1)).toBe(LevelChange.Added);
    expect(side.set(101, 1)).toBe(LevelChange.Full);
    expect(side.set(50, 2)).toBe(LevelChange.Modified);
    expect(side.set(50, 0)).toBe(LevelChange.Deleted);
    expect(side.set(101, 1)).toBe(LevelChange.Added);
    expect(side.count).toBe(100);
  });

  test('goes over to finer exponents', () => {
    const side = new BookSide('bid', 10);
    side.set(12, 3);
    side.set(11, 4);
    side.rescale({ price: 100, size: 10 });
    expect(levels(side)).toEqual([
      [1200, 30],
      [1100, 40],
    ]);
    expect(side.largest()).toEqual({ price: 1200, size: 40 });
  });
});
