import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { BestHistory } from './best-history.ts';
import type { BestPrices } from './best-prices.ts';

const prices = (bidPrice: number): BestPrices => ({
  bidPrice,
  bidSize: 1,
  askPrice: bidPrice + 1,
  askSize: 2,
  priceExp: -2,
  sizeExp: -8,
});

describe('history of best prices', () => {
  test('finds the newest entry not above a sequence, as a plain search does', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    for (let round = 0; round < 40; round++) {
      const history = new BestHistory(128);
      const kept: { sequence: number; bidPrice: number }[] = [];
      let sequence = 1_612_844_051_657;
      for (let entry = 0; entry < random() * 400; entry++) {
        if (random() < 0.8) sequence += 1 + Math.floor(random() * 3);
        const bidPrice = Math.floor(random() * 1e6);
        if (kept.at(-1)?.sequence === sequence) kept.pop();
        kept.push({ sequence, bidPrice });
        history.record(sequence, prices(bidPrice));
      }
      const there = kept.slice(-128);
      for (let probe = 0; probe < 60; probe++) {
        const wanted = sequence + 3 - Math.floor(random() * 900);
        const expected = there.findLast((entry) => entry.sequence <= wanted);
        const found = prices(0);
        expect(history.find(wanted, found), `seed ${seed}`).toBe(expected !== undefined);
        if (expected !== undefined) expect(found.bidPrice).toBe(expected.bidPrice);
      }
    }
  });

  test('an empty or cleared history finds nothing', () => {
    const history = new BestHistory(128);
    expect(history.find(5, prices(0))).toBe(false);
    history.record(5, prices(1));
    history.clear();
    expect(history.find(5, prices(0))).toBe(false);
  });
});
