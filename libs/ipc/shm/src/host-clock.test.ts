import { describe, expect, test } from 'vitest';
import { stampToBigInt } from '@tickwire/core';
import { createHostClock, createMonotonicClock, takeClockAnchor } from './host-clock.ts';

describe('host clock', () => {
  test('reads the clock that all processes of the host share', () => {
    const monotonicNs = createMonotonicClock();
    // process.hrtime is CLOCK_MONOTONIC too: each reading lies between two of the other.
    for (let round = 0; round < 1_000; round++) {
      const before = Number(process.hrtime.bigint());
      const read = monotonicNs();
      const after = Number(process.hrtime.bigint());
      expect(read).toBeGreaterThanOrEqual(before - 50_000);
      expect(read).toBeLessThanOrEqual(after + 50_000);
      expect(Number.isInteger(read)).toBe(true);
    }
  });

  test('never goes back', () => {
    const monotonicNs = createMonotonicClock();
    let last = monotonicNs();
    for (let round = 0; round < 100_000; round++) {
      const now = monotonicNs();
      if (now < last) expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  test('gives wall time through the anchor', () => {
    const clock = createHostClock();
    const stamp = { hi: 0, lo: 0 };
    const beforeMs = Date.now();
    clock.wallNs(clock.monotonicNs(), stamp);
    const afterMs = Date.now();
    const wallMs = Number(stampToBigInt(stamp) / 1_000_000n);
    expect(wallMs).toBeGreaterThanOrEqual(beforeMs - 1);
    expect(wallMs).toBeLessThanOrEqual(afterMs + 1);
    expect(clock.refresh()).toBe(clock.anchor);
  });

  test('takes anchors that agree with each other', () => {
    const first = takeClockAnchor();
    const second = takeClockAnchor();
    const difference = stampToBigInt(second) - stampToBigInt(first);
    expect(Number(difference)).toBeLessThan(10_000_000);
    expect(Number(difference)).toBeGreaterThan(-10_000_000);
    expect(second.monotonicNs).toBeGreaterThan(first.monotonicNs);
  });
});
