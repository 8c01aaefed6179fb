// Goal: blocks never overlap, whatever is taken and given back, and what is given back is taken
// again. Method: blocks by seed, each filled with its own number and read back.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { RowPool } from './row-pool.ts';

test('blocks keep what was written into them, through growth and reuse', () => {
  const random = seededRandom(testSeed());
  const pool = new RowPool();
  const blocks: { at: number; length: number; mark: number }[] = [];
  for (let mark = 1; mark <= 5_000; mark++) {
    if (random() < 0.45 && blocks.length > 0) {
      const [block] = blocks.splice(Math.floor(random() * blocks.length), 1);
      const { at, length, mark: written } = block!;
      const cells = pool.cells.subarray(at, at + length);
      if (!cells.every((cell) => cell === written)) expect([...cells]).toEqual([written]);
      pool.give(at, length);
    } else {
      const length = 16 << Math.floor(random() * 4);
      const at = pool.take(length);
      pool.cells.fill(mark, at, at + length);
      blocks.push({ at, length, mark });
    }
  }
  expect(blocks.length).toBeGreaterThan(100);
  for (const { at, length, mark } of blocks) {
    expect(pool.cells.subarray(at, at + length).every((cell) => cell === mark)).toBe(true);
  }
});

test('one that was given back is the next of its length', () => {
  const pool = new RowPool();
  const [first, second] = [pool.take(16), pool.take(32)];
  pool.give(first, 16);
  pool.give(second, 32);
  expect([pool.take(32), pool.take(16)]).toEqual([second, first]);
});
