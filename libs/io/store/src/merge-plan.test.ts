// Goal: however rows arrive, the number of files stays bounded, and so does the rewriting.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testSeed } from '@tickwire/testing';
import { adjacentRuns, chooseMerge } from './merge-plan.ts';
import type { MergeLimits } from './merge-plan.ts';
import type { StoreFile } from './store-inventory.ts';

const LIMITS: MergeLimits = { filesMin: 4, fullRows: 1_024 };
/** 1, 4, 16, 64, 256 rows and more. */
const LEVELS = 5;

function file(
  first: number,
  last: number,
  place: { ringId?: string; day?: string } = {},
): StoreFile {
  const { ringId = 'a', day = '2026-11-21' } = place;
  const path = `/store/ticks/vendor=v/day=${day}/${ringId}-${first}-${last}.parquet`;
  return { path, ringId, first, last, day, bytes: 1, writtenMs: 0 };
}

const names = (runs: readonly StoreFile[][]): string[] =>
  runs.map((run) => run.map(({ ringId, first, last }) => `${ringId}:${first}-${last}`).join(' '));

/** Merges until nothing is to be merged; the rows that were written again. */
function settle(rows: number[]): number {
  let written = 0;
  for (;;) {
    const chosen = chooseMerge(rows, LIMITS);
    if (chosen === undefined) return written;
    const inputs = rows.slice(chosen.from, chosen.to);
    const sum = inputs.reduce((total, count) => total + count, 0);
    expect(inputs.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...inputs)).toBeLessThan(LIMITS.fullRows);
    expect(sum).toBeLessThanOrEqual(2 * LIMITS.fullRows);
    rows.splice(chosen.from, inputs.length, sum);
    written += sum;
  }
}

describe('merge plan', () => {
  test('files stay few whatever sizes come: fewer than N a level beside the full ones', () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 8 })),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(sizes, (flushed) => {
        const rows: number[] = [];
        for (const size of flushed) {
          rows.push(size);
          settle(rows);
        }
        expect(rows.reduce((a, b) => a + b, 0)).toBe(flushed.reduce((a, b) => a + b, 0));
        let small = 0;
        for (const count of rows) {
          small = count < LIMITS.fullRows ? small + 1 : 0;
          expect(small).toBeLessThan(LIMITS.filesMin * LEVELS);
        }
      }),
      { seed: testSeed(), numRuns: 200 },
    );
  });

  test('a row is written again about once a level', () => {
    const rows: number[] = [];
    let written = 0;
    for (let flush = 0; flush < 20_000; flush++) {
      rows.push(1);
      written += settle(rows);
    }
    expect(written / 20_000).toBeLessThanOrEqual(LEVELS);
    expect(rows.length).toBeLessThan(20_000 / LIMITS.fullRows + LIMITS.filesMin * LEVELS);
  });

  test('leaves alone what is full or too few', () => {
    expect(chooseMerge([], LIMITS)).toBeUndefined();
    expect(chooseMerge([1, 1, 1], LIMITS)).toBeUndefined();
    expect(chooseMerge([1_024, 1_024, 1_024, 1_024], LIMITS)).toBeUndefined();
    expect(chooseMerge([1, 1, Infinity, 1, 1], LIMITS)).toBeUndefined();
    expect(chooseMerge([1_024, 1, 1, 1, 1, 9], LIMITS)).toEqual({ from: 1, to: 5 });
  });

  test('runs are of one ring and one day, in order, and end at a commit of several days', () => {
    const day = '2026-11-22';
    const files = [
      file(30, 39, { day }),
      file(10, 19),
      file(0, 9),
      file(0, 9, { ringId: 'b' }),
      // 20 … 29 fell on both days.
      file(20, 29),
      file(20, 29, { day }),
      file(45, 49, { day }),
      file(10, 10, { ringId: 'b' }),
    ];
    expect(names(adjacentRuns(files))).toEqual([
      'a:0-9 a:10-19',
      'a:30-39 a:45-49',
      'b:0-9 b:10-10',
    ]);
  });

  test('no run reaches over a file of another day', () => {
    const between = file(10, 19, { day: '2026-11-22' });
    expect(adjacentRuns([file(0, 9), between, file(20, 29)])).toEqual([]);
  });
});
