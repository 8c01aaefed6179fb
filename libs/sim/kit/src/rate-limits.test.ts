// Goal: no more events in any window than there may be, for each address by itself, in bounded
// memory. Method: times by hand.
import { describe, expect, test } from 'vitest';
import { AddressWindows, SlidingWindow } from './rate-limits.ts';

describe('a sliding window', () => {
  test('says when the next event fits, and what does not fit does not count', () => {
    const window = new SlidingWindow(2, 1_000);
    expect([window.waitMs(0), window.take(0), window.take(400)]).toEqual([0, true, true]);
    expect([window.take(999), window.waitMs(999)]).toEqual([false, 1]);
    expect([window.take(1_000), window.take(1_001)]).toEqual([true, false]);
    expect(window.waitMs(1_001)).toBe(399);
  });
});

describe('windows of addresses', () => {
  test('each has its own; the one that was quiet the longest is forgotten', () => {
    const windows = new AddressWindows({ limit: 1, windowMs: 1_000, addressesMax: 2 });
    const take = (address: string): boolean => windows.take(address, 0);
    expect([take('a'), take('a'), take('b')]).toEqual([true, false, true]);
    expect([take('a'), take('c'), take('a')]).toEqual([false, true, false]);
    expect(take('b')).toBe(true);
  });
});
