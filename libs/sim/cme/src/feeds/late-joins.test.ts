// Goal: a reader that comes late has the exchange's books from its snapshots on. Method: readers at
// random times; every book against the oracle at each packet behind.
import { testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { joinLate } from '../../test/late-joins.ts';

test('readers that come late have every book, at every packet', () => {
  const result = joinLate({
    ...{ seed: String(testSeed()), joins: 20, instruments: 30, runMs: 2_000 },
    comparedPackets: 40,
  });
  expect(result.wrong.slice(0, 5)).toEqual([]);
  expect(result.joins).toBe(20);
  expect(result.compared).toBeGreaterThan(20_000);
});
