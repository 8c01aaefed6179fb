// Goal: steps on the circle are right at its seam. Method: against bigint arithmetic.
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceSpace } from './sequence-space.ts';

describe.each([0, 1] as const)('behind the last comes %i', (first) => {
  const space = new SequenceSpace(first);
  const size = 2n ** 32n - BigInt(first);

  test('going there and back again', () => {
    const sequence = fc.integer({ min: first, max: 2 ** 32 - 1 });
    const near = fc.oneof(sequence, fc.integer({ min: 2 ** 32 - 9, max: 2 ** 32 - 1 }));
    const count = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.nat(20));
    const check = fc.property(near, count, (from, steps) => {
      const to = space.after(from, steps);
      const base = BigInt(first);
      expect(BigInt(to)).toBe(((BigInt(from) - base + BigInt(steps)) % size) + base);
      expect(space.steps(from, to)).toBe(steps);
      expect(space.steps(to, from) + steps).toBe(0);
    });
    fc.assert(check, { seed: testSeed() | 0, numRuns: 2_000 });
  });

  test('has its sequences and no others', () => {
    expect([first - 1, first, 2 ** 32 - 1, 2 ** 32].map((one) => space.has(one))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
