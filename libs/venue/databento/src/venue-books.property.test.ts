// Goal: books of several venues equal the reference at every end of an event, and the comparison
// that the long proof stands on notices a single record that is missing.
// Method: a short run of the proof; then the same with one record withheld.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { BookComparison } from '../test/book-comparison.ts';
import { OrderMarket } from '../test/order-market.ts';

const SIZE = { instruments: 5, publishers: 2, bytes: 512 * 1024 };

test('equal the reference at every LAST', () => {
  const seed = testSeed();
  const market = new OrderMarket(seededRandom(seed), SIZE);
  const comparison = new BookComparison();
  for (let pieces = 3; pieces > 0; pieces--) comparison.take(market.next());
  expect(comparison.difference, `seed ${seed}`).toBeUndefined();
  expect(comparison.counts.compared).toBeGreaterThan(1_000);
});

test('a record that is withheld shows', () => {
  const seed = testSeed();
  const market = new OrderMarket(seededRandom(seed), SIZE);
  const comparison = new BookComparison();
  let count = 0;
  // A run of them: a single trade or fill changes no book.
  comparison.take(market.next(), () => ++count > 2_000 && count <= 2_040);
  expect(comparison.difference, `seed ${seed}`).toBeDefined();
});
