// Goal: a plan is even, the same for everybody, and changes little when n does. Method: properties
// over random sets of symbols with equal and skewed weights; the edges by hand.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { PartitionPlan, planMoves } from './index.ts';
import type { WeightedSymbol } from './index.ts';

interface Market {
  symbols: WeightedSymbol[];
  count: number;
}

/** Equal weights, Zipf of a random exponent, random ones, or mostly none. */
function randomMarket(random: () => number): Market {
  const size = 1 + Math.floor(random() * 2_000);
  const shape = Math.floor(random() * 4);
  const exponent = 0.5 + random();
  const weightAt = (at: number): number => {
    if (shape === 0) return 1;
    if (shape === 1) return 1e6 / (at + 1) ** exponent;
    if (shape === 2) return random() * 1e3;
    return random() < 0.9 ? 0 : 1 + Math.floor(random() * 50);
  };
  const prefix = Math.floor(random() * 1e6).toString(36);
  const symbols = Array.from({ length: size }, (_, at) => ({
    symbol: `${prefix}${at}-USDT`,
    weight: weightAt(at),
  }));
  return { symbols, count: 1 + Math.floor(random() * 64) };
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const result = [...values];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

const equal = (size: number): WeightedSymbol[] =>
  Array.from({ length: size }, (_, at) => ({ symbol: `S${at}`, weight: 1 }));

describe('a partition plan', () => {
  test('is the same whatever the order of symbols and of questions', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 60; round++) {
      const { symbols, count } = randomMarket(random);
      const plan = new PartitionPlan(symbols, { count });
      const other = new PartitionPlan(shuffled(symbols, random), { count });
      const asked = shuffled(symbols, random).map(({ symbol }) => symbol);
      expect(asked.map((symbol) => other.partitionOf(symbol))).toEqual(
        asked.map((symbol) => plan.partitionOf(symbol)),
      );
      expect([...other.loads]).toEqual([...plan.loads]);
      expect([...other.symbols()]).toEqual([...plan.symbols()]);
    }
  });

  test('never passes the bound that it states, and accounts for every symbol', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 200; round++) {
      const { symbols, count } = randomMarket(random);
      const plan = new PartitionPlan(symbols, { count });
      const { maxOverMean, maxOverMeanBound, loadMean } = plan.balance;
      expect(maxOverMean).toBeLessThanOrEqual(maxOverMeanBound * (1 + 1e-9));
      const loads = new Float64Array(count);
      const counts = new Uint32Array(count);
      for (const { symbol, weight } of symbols) {
        const partition = plan.partitionOf(symbol);
        loads[partition] = (loads[partition] as number) + weight;
        counts[partition] = (counts[partition] as number) + 1;
      }
      expect([...counts]).toEqual([...plan.counts]);
      loads.forEach((load, at) => {
        expect(Math.abs(load - (plan.loads[at] as number))).toBeLessThanOrEqual(1e-9 * loadMean);
      });
    }
  });

  test('with equal weights the factor alone is the bound, as soon as there are enough', () => {
    const plan = new PartitionPlan(equal(50_000), { count: 64 });
    expect(plan.balance.maxOverMeanBound).toBe(1.05);
    expect(plan.balance.maxOverMean).toBeLessThanOrEqual(1.05);
  });

  test('a symbol heavier than a partition has one almost for itself', () => {
    const symbols = [{ symbol: 'BTC-USDT', weight: 1_000 }, ...equal(1_000)];
    const plan = new PartitionPlan(symbols, { count: 8 });
    const its = plan.partitionOf('BTC-USDT');
    expect(plan.loads[its]).toBe(1_000);
    expect(plan.counts[its]).toBe(1);
  });

  test('one partition more takes its share, and the others give it up', () => {
    const symbols = equal(50_000);
    for (const count of [2, 8, 31, 63]) {
      const before = new PartitionPlan(symbols, { count });
      const after = new PartitionPlan(symbols, { count: count + 1 });
      const { moves, share, loadShare } = planMoves(before, after);
      expect(share).toBeLessThanOrEqual(1.5 / count);
      expect(share).toBeGreaterThan(0.5 / (count + 1));
      expect(loadShare).toBeCloseTo(share);
      expect(moves.every(({ from, to }) => from !== to && from < count)).toBe(true);
    }
  });

  test('a new symbol of little weight moves next to nothing', () => {
    const symbols = equal(50_000);
    const before = new PartitionPlan(symbols, { count: 16 });
    const after = new PartitionPlan([...symbols, { symbol: 'NEW', weight: 1 }], { count: 16 });
    expect(planMoves(before, after).share).toBeLessThan(0.001);
  });

  test('an unknown symbol goes where its hash prefers, the same each time', () => {
    const plan = new PartitionPlan(equal(10), { count: 7 });
    const partitions = Array.from({ length: 700 }, (_, at) => plan.partitionOf(`X${at}`));
    expect(new Set(partitions).size).toBe(7);
    expect(plan.has('X1')).toBe(false);
    expect(plan.weightOf('X1')).toBe(0);
    expect(plan.partitionOf('X1')).toBe(partitions[1]);
  });

  test('no symbols, no weights, one partition', () => {
    expect(new PartitionPlan([], { count: 4 }).balance.maxOverMean).toBe(1);
    const silent = equal(100).map(({ symbol }) => ({ symbol, weight: 0 }));
    expect(new PartitionPlan(silent, { count: 4 }).counts.every((count) => count > 0)).toBe(true);
    expect([...new PartitionPlan(equal(9), { count: 1 }).counts]).toEqual([9]);
  });

  test.each([
    ['BAD_OPTION', equal(1), { count: 0 }],
    ['BAD_OPTION', equal(1), { count: 257 }],
    ['BAD_OPTION', equal(1), { count: 2.5 }],
    ['BAD_OPTION', equal(1), { count: 2, loadFactor: 1 }],
    ['BAD_OPTION', equal(1), { count: 2, loadFactor: NaN }],
    ['BAD_WEIGHT', [{ symbol: 'A', weight: -1 }], { count: 2 }],
    ['BAD_WEIGHT', [{ symbol: 'A', weight: NaN }], { count: 2 }],
    ['BAD_WEIGHT', [{ symbol: 'A', weight: Infinity }], { count: 2 }],
    ['DUPLICATE_SYMBOL', [...equal(1), ...equal(1)], { count: 2 }],
  ] as const)('refuses what it cannot place: %s', (code, symbols, options) => {
    expect(() => new PartitionPlan(symbols, options)).toThrow(expect.objectContaining({ code }));
  });
});
