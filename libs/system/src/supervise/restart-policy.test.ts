import { describe, expect, test } from 'vitest';
import { RESTART_LIMITS, RestartPolicy } from './restart-policy.ts';

describe('the restart policy', () => {
  test('doubles the longest wait of a crash loop from 0.25 s to 8 s', () => {
    const policy = new RestartPolicy(() => 1);
    const delays = Array.from({ length: 10 }, () => policy.decide(0).delayMs);
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000]);
  });

  test('spreads the waits over the whole range', () => {
    expect(new RestartPolicy(() => 0.5).decide(0)).toMatchObject({ delayMs: 125, row: 1 });
    expect(new RestartPolicy(() => 0).decide(0)).toMatchObject({ delayMs: 0, row: 1 });
  });

  test('opens after ten ends in a row, and then probes once in half a minute to a minute', () => {
    const random = [0.999, 0];
    const policy = new RestartPolicy(() => random[random.length - 1] ?? 0);
    for (let row = 1; row <= 10; row++) {
      expect(policy.decide(0)).toMatchObject({ row, isOpen: false });
    }
    expect(policy.decide(0)).toEqual({
      delayMs: RESTART_LIMITS.retryMs / 2,
      row: 11,
      isOpen: true,
    });
    random.pop();
    expect(policy.decide(1_999)).toMatchObject({ delayMs: 59_970, isOpen: true });
  });

  test('a service that had been well for two seconds is no crash loop, however often', () => {
    const policy = new RestartPolicy(() => 1);
    for (let kills = 0; kills < 100; kills++) {
      expect(policy.decide(RESTART_LIMITS.steadyMs)).toEqual({
        ...{ delayMs: 250, row: 1, isOpen: false },
      });
    }
    for (let row = 2; row <= 11; row++) policy.decide(0);
    expect(policy.decide(0).isOpen).toBe(true);
    expect(policy.decide(60_000).isOpen).toBe(false);
  });
});
