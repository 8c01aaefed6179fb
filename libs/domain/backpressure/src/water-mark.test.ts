import { describe, expect, test } from 'vitest';
import { WaterMark } from './water-mark.ts';

describe('water marks', () => {
  test('flip up at the high one and back at the low one only', () => {
    const mark = new WaterMark(100);
    const flips = [79, 80, 79, 51, 80, 50, 79, 80].map((level) => mark.update(level));
    expect(flips).toEqual([false, true, false, false, false, true, false, true]);
    expect([mark.isHigh, mark.crossings]).toEqual([true, 2]);
  });

  test.each([1, 2, 3])('work for a queue of %d', (capacity) => {
    const mark = new WaterMark(capacity);
    expect(mark.update(capacity)).toBe(true);
    expect(mark.update(0)).toBe(true);
    expect(mark.isHigh).toBe(false);
  });

  test.each([{ low: 0.8, high: 0.8 }, { low: -0.1 }, { high: 1.1 }, { low: Number.NaN }])(
    'refuses %j',
    (marks) => {
      expect(() => new WaterMark(10, marks)).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION' }),
      );
    },
  );
});
