import { FakeClock } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

const at = (ms: number) => ({ hi: 396_759_063, lo: 1_000_000_000 + ms * 1e6 });

describe('pacer', () => {
  test.each([
    [1, 40],
    [4, 10],
    [0.5, 80],
  ])('at %i× an event 40 ms after the first is due after %i ms', (speed, dueMs) => {
    const clock = new FakeClock();
    const pacer = new Pacer(speed, () => clock.monotonicNs());
    expect(pacer.waitMs(at(0))).toBe(0);
    expect(pacer.waitMs(at(40))).toBeCloseTo(dueMs);
    clock.advance(dueMs - 5);
    expect(pacer.waitMs(at(40))).toBeCloseTo(5);
    clock.advance(5);
    expect(pacer.waitMs(at(40))).toBe(0);
  });

  test('lateness does not add up: the distance to the first event stays the measure', () => {
    const clock = new FakeClock();
    const pacer = new Pacer(1, () => clock.monotonicNs());
    pacer.waitMs(at(0));
    clock.advance(70); // late for 40
    expect(pacer.waitMs(at(40))).toBe(0);
    expect(pacer.waitMs(at(100))).toBeCloseTo(30);
  });

  test('an event before the first, and all at maximum speed, are due at once', () => {
    const clock = new FakeClock();
    const pacer = new Pacer(1, () => clock.monotonicNs());
    pacer.waitMs(at(50));
    expect(pacer.waitMs(at(0))).toBe(0);
    const fastest = new Pacer('max', () => clock.monotonicNs());
    expect([fastest.waitMs(at(0)), fastest.waitMs(at(1000))]).toEqual([0, 0]);
  });

  test('holding ends when the signal does', async () => {
    const clock = new FakeClock();
    const pacer = new Pacer(1, () => clock.monotonicNs());
    const abort = new AbortController();
    pacer.waitMs(at(0));
    const held = pacer.hold(at(2000), abort.signal);
    abort.abort();
    await expect(held).rejects.toThrow(/abort/i);
  });
});
