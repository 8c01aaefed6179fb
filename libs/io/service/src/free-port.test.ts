import { expect, test } from 'vitest';
import { startOnFreePort } from './index.ts';

const busy = (code: string): Error => Object.assign(new Error('taken'), { code });

/** A start that finds the first `taken` ports busy. */
const startAfter = (taken: number, tried: number[]) => (port: number) => {
  tried.push(port);
  return tried.length <= taken ? Promise.reject(busy('EADDRINUSE')) : Promise.resolve(port);
};

test('moves to the next free port', async () => {
  const tried: number[] = [];
  expect(await startOnFreePort(4_000, startAfter(2, tried))).toBe(4_002);
  expect(tried).toEqual([4_000, 4_001, 4_002]);
});

test('gives up after twenty, at the last port, and at once on any other error', async () => {
  const tried: number[] = [];
  await expect(startOnFreePort(4_000, startAfter(99, tried))).rejects.toThrow('taken');
  expect(tried).toHaveLength(20);
  const last: number[] = [];
  await expect(startOnFreePort(65_534, startAfter(99, last))).rejects.toThrow('taken');
  expect(last).toEqual([65_534, 65_535]);
  await expect(startOnFreePort(1, () => Promise.reject(busy('EACCES')))).rejects.toThrow();
});
