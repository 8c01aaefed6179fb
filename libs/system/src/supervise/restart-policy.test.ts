import { describe, expect, test } from 'vitest';
import { RestartPolicy } from './restart-policy.ts';

describe('the restart policy', () => {
  test('doubles the longest wait from 0.25 s to 8 s', () => {
    const policy = new RestartPolicy(() => 1);
    const delays = Array.from({ length: 10 }, (_, at) => policy.decide(at * 1000)).map(
      (decision) => (decision.kind === 'restart' ? decision.delayMs : -1),
    );
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000]);
  });

  test('spreads the waits over the whole range', () => {
    const policy = new RestartPolicy(() => 0.5);
    expect(policy.decide(0)).toEqual({ kind: 'restart', delayMs: 125 });
    expect(new RestartPolicy(() => 0).decide(0)).toEqual({ kind: 'restart', delayMs: 0 });
  });

  test('gives up after ten restarts in five minutes, and not after ten in more', () => {
    const fast = new RestartPolicy(() => 0);
    for (let at = 0; at < 10; at++) expect(fast.decide(at).kind).toBe('restart');
    expect(fast.decide(299_999)).toMatchObject({ kind: 'give-up', restarts: 10 });
    const slow = new RestartPolicy(() => 0);
    for (let at = 0; at < 30; at++) expect(slow.decide(at * 31_000).kind).toBe('restart');
  });
});
