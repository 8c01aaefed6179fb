import { describe, expect, test } from 'vitest';
import type { BlockLayout } from './layout.ts';
import { blockBytesAt } from './older-version.ts';

function layout(blockBytes: number, fields: readonly (readonly [number, number, number])[]) {
  const ends = fields.map(([since, from, bytes]) => ({ since, from, bytes, field: `At${from}` }));
  return { path: 'Block', required: [], ends, blockBytes } satisfies BlockLayout;
}

describe('a block in an older version', () => {
  test('ended before the first field that came later', () => {
    const grown = layout(24, [
      [0, 0, 8],
      [2, 8, 16],
      [3, 16, 24],
    ]);
    expect([0, 1, 2, 3].map((version) => blockBytesAt(grown, version))).toEqual([8, 8, 16, 24]);
  });

  test('was as long as now when later fields were put into what was left of it', () => {
    const padded = layout(32, [
      [0, 0, 27],
      [10, 27, 31],
    ]);
    expect(blockBytesAt(padded, 9)).toBe(32);
  });

  test('keeps fields behind one that came later', () => {
    const filled = layout(12, [
      [0, 0, 4],
      [1, 4, 8],
      [0, 8, 12],
    ]);
    expect(blockBytesAt(filled, 0)).toBe(12);
  });

  test('had no byte when it had no field', () => {
    expect(blockBytesAt(layout(4, [[3, 0, 4]]), 2)).toBe(0);
    expect(blockBytesAt(layout(0, []), 0)).toBe(0);
  });
});
