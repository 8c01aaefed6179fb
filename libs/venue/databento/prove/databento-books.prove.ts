/**
 * Five million records of mbo, of 128 instruments at three venues each: at every end of an event
 * the book by order of that venue (each level, and the queue at it) is that of a reference that was
 * written on its own, and is in doubt exactly where the reference is.
 *
 *   npm run prove -- databento-books     seed: TICKWIRE_SEED
 */
import { seededRandom, testSeed } from '@tickwire/testing';
import { BookComparison } from '../test/book-comparison.ts';
import { OrderMarket } from '../test/order-market.ts';

const RECORDS = 5_000_000;
const SIZE = { instruments: 128, publishers: 3, bytes: 1024 * 1024 };

const seed = testSeed();
const market = new OrderMarket(seededRandom(seed), SIZE);
const comparison = new BookComparison();
while (market.counts.records < RECORDS && comparison.difference === undefined) {
  comparison.take(market.next());
}
const { records, clears, snapshots, doubts, contradictions } = market.counts;
const { lasts, compared, inDoubt, levels, orders } = comparison.counts;
const n = (count: number): string => count.toLocaleString('en');
console.log(`seed ${seed}: ${n(records)} records, ${SIZE.instruments} × ${SIZE.publishers} books`);
console.log(`  ${n(clears)} clears, ${n(snapshots)} of them with a snapshot`);
console.log(`  ${n(doubts)} doubts of the vendor, ${n(contradictions)} contradictions`);
console.log(
  `  ${n(lasts)} ends of events: ${n(compared)} books compared (${n(levels)} levels, ` +
    `${n(orders)} orders), ${n(inDoubt)} in doubt on both sides`,
);
if (comparison.difference !== undefined) {
  console.log(`FAILED: ${comparison.difference}`);
  process.exitCode = 1;
} else if (compared < RECORDS / 10 || inDoubt === 0 || snapshots === 0) {
  console.log('FAILED: too little was compared');
  process.exitCode = 1;
}
