// Goal: percentiles are never understated and at most 3.2 % high. Method: against a sorted list.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HISTOGRAM_CELLS, cumulativeLatency, recordLatency, summariseLatency } from './index.ts';

describe('latency histogram', () => {
  test('is silent when nothing was counted', () => {
    expect(summariseLatency(new Float64Array(HISTOGRAM_CELLS))).toBeUndefined();
  });

  test('agrees with a sorted list', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1 });
    fc.assert(
      fc.property(values, (list) => {
        const cells = new Float64Array(HISTOGRAM_CELLS);
        for (const value of list) recordLatency(cells, value);
        const sorted = [...list].sort((a, b) => a - b);
        const summary = summariseLatency(cells);
        for (const [share, measured] of [
          [0.5, summary?.p50Ns],
          [0.99, summary?.p99Ns],
        ] as const) {
          const exact = sorted[Math.ceil(list.length * share) - 1] ?? 0;
          expect(measured).toBeGreaterThanOrEqual(exact);
          expect(measured).toBeLessThanOrEqual(exact * 1.032 + 1);
        }
        expect(summary?.maxNs).toBe(sorted.at(-1));
        expect(summary?.count).toBe(list.length);
      }),
    );
  });

  test('adds histograms of several processes', () => {
    const [a, b] = [new Float64Array(HISTOGRAM_CELLS), new Float64Array(HISTOGRAM_CELLS)];
    recordLatency(a, 10, 99);
    recordLatency(b, 5_000);
    expect(summariseLatency(a, b)).toMatchObject({ p50Ns: 10, maxNs: 5_000, count: 100 });
  });

  test('holds negative and endless values in its first and last buckets', () => {
    const cells = new Float64Array(HISTOGRAM_CELLS);
    recordLatency(cells, -5);
    recordLatency(cells, Number.NaN);
    recordLatency(cells, 1e300);
    expect(summariseLatency(cells)?.count).toBe(3);
    expect(summariseLatency(cells)?.p50Ns).toBe(0);
  });

  test('counts cumulatively, never below the truth at a bound', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 ** 36 }), { maxLength: 200 });
    const bounds = [1_000, 10_000, 1_000_000, 1_000_000_000];
    fc.assert(
      fc.property(values, (list) => {
        const cells = new Float64Array(HISTOGRAM_CELLS);
        for (const value of list) recordLatency(cells, value);
        const { counts, count, sumNs, maxNs } = cumulativeLatency(cells, bounds);
        bounds.forEach((bound, at) => {
          const exact = list.filter((value) => value <= bound).length;
          const surely = list.filter((value) => value * 1.033 + 1 <= bound).length;
          expect(counts[at]).toBeLessThanOrEqual(exact);
          expect(counts[at]).toBeGreaterThanOrEqual(surely);
        });
        expect([count, maxNs]).toEqual([list.length, Math.max(0, ...list)]);
        expect(sumNs).toBe(list.reduce((sum, value) => sum + value, 0));
      }),
    );
  });
});
