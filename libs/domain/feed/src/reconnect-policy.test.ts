// Goal: waits that spread many connections out, and a breaker that stops knocking. Method: the
// policy alone; time is a parameter.
import { CHI_SQUARE_19_MAX, chiSquare, seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { RECONNECT_LIMITS, ReconnectPolicy } from './reconnect-policy.ts';

const SECOND_NS = 1e9;
const CAPS_MS = [1, 2, 4, 8, 16, 32, 32, 32, 32].map((seconds) => seconds * 1_000);

function fail(policy: ReconnectPolicy, times: number, nowNs = 0): number[] {
  return Array.from({ length: times }, () => {
    policy.attempted();
    return policy.nextDelayMs(nowNs);
  });
}

describe('reconnect policy', () => {
  test('waits are uniform in 0 … 1, 2, 4 … 32 s: full jitter', () => {
    const random = seededRandom(testSeed());
    const phases = CAPS_MS.map(() => [] as number[]);
    for (let run = 0; run < 2_000; run += 1) {
      const waits = fail(new ReconnectPolicy(random), CAPS_MS.length);
      waits.forEach((waitMs, at) => phases[at]?.push(waitMs / (CAPS_MS[at] ?? 1)));
    }
    for (const phase of phases) {
      expect(Math.min(...phase)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...phase)).toBeLessThan(1);
      expect(chiSquare(phase, 20)).toBeLessThan(CHI_SQUARE_19_MAX);
    }
  });

  test('ten failures in a row open the circuit; each minute lets one attempt through', () => {
    const policy = new ReconnectPolicy(() => 0.5);
    fail(policy, 9);
    expect(policy.circuit).toBe('closed');
    const [waitMs] = fail(policy, 1);
    expect(policy.circuit).toBe('open');
    expect(waitMs).toBe(RECONNECT_LIMITS.openMs + RECONNECT_LIMITS.capMs / 2);
    policy.attempted();
    expect(policy.circuit).toBe('half-open');
    expect(policy.nextDelayMs(0)).toBeGreaterThanOrEqual(60_000);
    expect(policy.circuit).toBe('open');
    policy.attempted();
    policy.succeeded(0);
    expect(policy.circuit).toBe('closed');
  });

  test('a connection that held forgets the failures before it', () => {
    const policy = new ReconnectPolicy(() => 0.999);
    fail(policy, 12);
    policy.attempted();
    policy.succeeded(0);
    expect(policy.nextDelayMs(10 * SECOND_NS)).toBe(999);
    expect(policy.circuit).toBe('closed');
  });

  test('a vendor that accepts and hangs up at once is not tried at full pace for ever', () => {
    const policy = new ReconnectPolicy(() => 0.999);
    const waits = Array.from({ length: 10 }, (_, at) => {
      policy.attempted();
      policy.succeeded(at * SECOND_NS);
      return policy.nextDelayMs((at + 1) * SECOND_NS);
    });
    expect(waits.slice(0, 6)).toEqual([999, 1_998, 3_996, 7_992, 15_984, 31_968]);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(60_000);
    expect(policy.circuit).toBe('open');
  });
});
