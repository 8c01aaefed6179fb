// Goal: the vendor's limit holds in every window, and no one waits longer than it asks. Method: the
// time is a parameter; single cases by hand, then seeded ones against a plain list of takings.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { RateBudget } from './rate-budget.ts';

const MS = 1e6;

describe('rate budget', () => {
  test('gives what the window holds at once, then as the oldest leave it', () => {
    const budget = new RateBudget({ weightMax: 3, windowMs: 1_000 });
    for (const atMs of [0, 100, 200]) {
      expect(budget.waitMs(atMs * MS)).toBe(0);
      budget.take(atMs * MS);
    }
    expect(budget.waitMs(200 * MS)).toBe(800);
    expect(budget.waitMs(999 * MS)).toBe(1);
    expect(budget.waitMs(1_000 * MS)).toBe(0);
    budget.take(1_000 * MS);
    expect(budget.waitMs(1_000 * MS)).toBe(100);
  });

  test('a heavy one waits until as many light ones as it needs have left', () => {
    const budget = new RateBudget({ weightMax: 10, windowMs: 1_000 });
    for (const atMs of [0, 100, 200]) budget.take(atMs * MS, 3);
    expect(budget.waitMs(200 * MS, 1)).toBe(0);
    expect(budget.waitMs(200 * MS, 4)).toBe(800);
    expect(budget.waitMs(200 * MS, 5)).toBe(900);
    expect(budget.waitMs(200 * MS, 10)).toBe(1_000);
  });

  test('what is beyond the limit is never to be had', () => {
    const budget = new RateBudget({ weightMax: 10, windowMs: 1_000 });
    expect(budget.waitMs(0, 11)).toBe(1_000);
    expect(budget.waitMs(5_000 * MS, 11)).toBe(1_000);
  });

  test('no window holds more than the limit, and every wait is the shortest, in whole ms', () => {
    const random = seededRandom(testSeed());
    const limit = { weightMax: 20, windowMs: 50 };
    const budget = new RateBudget(limit);
    const taken: { atNs: number; weight: number }[] = [];
    const inWindow = (nowNs: number): number =>
      taken
        .filter(({ atNs }) => nowNs - atNs < limit.windowMs * MS)
        .reduce((sum, { weight }) => sum + weight, 0);
    let nowNs = 0;
    for (let round = 0; round < 2_000; round++) {
      nowNs += Math.floor(random() * 6 * MS);
      const weight = 1 + Math.floor(random() * 6);
      const waitMs = budget.waitMs(nowNs, weight);
      if (waitMs > 0) {
        expect(inWindow(nowNs + (waitMs - 1) * MS) + weight).toBeGreaterThan(limit.weightMax);
        nowNs += waitMs * MS;
        expect(budget.waitMs(nowNs, weight)).toBe(0);
      }
      budget.take(nowNs, weight);
      taken.push({ atNs: nowNs, weight });
      expect(inWindow(nowNs)).toBeLessThanOrEqual(limit.weightMax);
    }
  });
});
