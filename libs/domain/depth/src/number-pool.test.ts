// Goal: blocks are their owners' alone, in few arrays, and a pool that is used up goes on giving.
import { expect, test } from 'vitest';
import { NumberPool } from './number-pool.ts';

test('blocks share arrays and no number', () => {
  const pool = new NumberPool();
  const blocks = Array.from({ length: 3_000 }, (_, index) => ({
    index,
    count: 1 + (index % 60),
    block: pool.take(1 + (index % 60)),
  }));
  for (const { index, count, block } of blocks) {
    expect(block.cells.subarray(block.at, block.at + count).every((cell) => cell === 0)).toBe(true);
    block.cells.fill(index + 1, block.at, block.at + count);
  }
  for (const { index, count, block } of blocks) {
    const cells = block.cells.subarray(block.at, block.at + count);
    expect(cells.length).toBe(count);
    expect(cells.every((cell) => cell === index + 1)).toBe(true);
  }
  // 91,500 numbers in arrays of 16,384.
  expect(new Set(blocks.map(({ block }) => block.cells)).size).toBe(6);
});

test('what is beyond its room is an array of its own', () => {
  const pool = new NumberPool();
  const arrays = new Set<Float64Array>();
  for (let taken = 0; taken < 256; taken++) arrays.add(pool.take(16_384).cells);
  expect(arrays.size).toBe(256);
  const block = pool.take(3);
  expect([block.cells.length, block.at]).toEqual([3, 0]);
});
