import { describe, expect, test } from 'vitest';
import { alternate, interleave, spreadOf } from './statistics.ts';

describe('statistics of runs', () => {
  test('the median of an odd and of an even number of runs', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5, runs: 3 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4, runs: 4 });
  });

  test('no runs have no median', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  test('both sides run equally often, in the order A-B-B-A', () => {
    expect(interleave('a', 'b', 4).join('')).toBe('abbaabba');
    expect(interleave('a', 'b', 1).join('')).toBe('ab');
    expect(interleave('a', 'b', 11).filter((side) => side === 'a')).toHaveLength(11);
  });

  test('when the time is up both sides have run equally often', async () => {
    const sides: string[] = [];
    const measure = (side: string): Promise<string> => {
      sides.push(side);
      return Promise.resolve(side);
    };
    await alternate({ a: 'a', b: 'b', runs: 5, untilMs: 0 }, measure);
    expect(sides.join('')).toBe('ab');
    const untilMs = Number.POSITIVE_INFINITY;
    expect(await alternate({ a: 'a', b: 'b', runs: 3, untilMs }, measure)).toHaveLength(6);
  });
});
