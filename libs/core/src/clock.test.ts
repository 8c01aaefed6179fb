import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addNs, diffNs, stampFromBigInt, stampFromMs, stampToBigInt } from './index.ts';

const stamp = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('stamps', () => {
  test('keep every bit through bigint', () => {
    fc.assert(
      fc.property(stamp, (ns) => {
        expect(stampToBigInt(stampFromBigInt(ns))).toBe(ns);
      }),
    );
  });

  test('add and subtract as bigint does', () => {
    const base = fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n });
    fc.assert(
      fc.property(base, fc.maxSafeInteger(), (ns, delta) => {
        const moved = stampFromBigInt(ns);
        addNs(moved, delta);
        expect(stampToBigInt(moved)).toBe(ns + BigInt(delta));
        expect(diffNs(moved, stampFromBigInt(ns))).toBe(delta);
      }),
    );
  });

  test('come exactly from ms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 43 }), (ms) => {
        const into = { hi: 0, lo: 0 };
        stampFromMs(ms, into);
        expect(stampToBigInt(into)).toBe(BigInt(ms) * 1_000_000n);
      }),
    );
  });
});
