// Goal: a value is found by the bytes of its name wherever they stand. Method: Map as the second
// opinion, with names that begin alike, grow the table and are set twice.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { ByteTable } from './byte-table.ts';

test('gives what a map gives, on 5,000 names', () => {
  const random = seededRandom(testSeed());
  const table = new ByteTable<number>();
  const map = new Map<string, number>();
  for (let round = 0; round < 5_000; round++) {
    const name = `SYM${Math.floor(random() * 3_000)}-é`;
    table.set(name, round);
    map.set(name, round);
  }
  const text = new TextEncoder().encode([...map.keys()].map((name) => `"${name}"`).join(','));
  let start = 1;
  for (const [name, value] of map) {
    const end = start + new TextEncoder().encode(name).length;
    expect(table.find(text, start, end)).toBe(value);
    expect(table.find(text, start, end + 1)).toBeUndefined();
    start = end + 3;
  }
  expect(table.get('SYM')).toBeUndefined();
  expect(table.get('')).toBeUndefined();
  expect([...table.values()].toSorted()).toEqual([...map.values()].toSorted());
});
