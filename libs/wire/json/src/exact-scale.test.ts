// Goal: a decimal at an exponent is exact or NaN. Method: bigint arithmetic as the second opinion.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { scaled, scaledSize } from './exact-scale.ts';

/** The units as a bigint; `undefined` when the value is finer than the unit. */
function unitsOf(mantissa: number, digits: number, exponent: number): bigint | undefined {
  const power = -exponent - digits;
  if (mantissa === 0) return 0n;
  return power < 0 ? undefined : BigInt(mantissa) * 10n ** BigInt(power);
}

describe('decimals in units of an exponent', () => {
  test.each([
    [82, 3, -3, 82],
    [82, 3, -8, 8_200_000],
    [82, 3, -2, NaN],
    [0, 0, 5, 0],
    [0, 12, -3, 0],
    [5, 0, 0, 5],
    [9_007_199_254_740_991, 0, 0, 9_007_199_254_740_991],
    [9_007_199_254_740_991, 0, -1, NaN],
    [1, 0, -15, 1e15],
    [1, 0, -16, NaN],
    [1, 0, -80, NaN],
  ])('%i × 10^-%i at %i is %d', (mantissa, digits, exponent, units) => {
    expect(scaled(mantissa, digits, exponent)).toBe(units);
  });

  test('a size beyond 2^53 is taken where the double is exactly it', () => {
    expect(scaledSize(45_233_815_308, 2, -10)).toBe(4_523_381_530_800_000_000);
    expect(scaledSize(9_007_199_254_740_991, 0, -1)).toBeNaN();
    expect(scaledSize(1, 0, -22)).toBe(1e22);
    expect(scaledSize(2 ** 50, 0, -20)).toBe(NaN);
    expect(scaledSize(82, 3, -2)).toBeNaN();
  });

  test('equal bigint arithmetic on 50,000 values', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 50_000; round++) {
      const mantissa = Math.floor(random() * 2 ** Math.floor(random() * 54));
      const digits = Math.floor(random() * 23);
      const exponent = 3 - Math.floor(random() * 25);
      const units = unitsOf(mantissa, digits, exponent);
      const isSafe = units !== undefined && units <= BigInt(Number.MAX_SAFE_INTEGER);
      const found = scaled(mantissa, digits, exponent);
      const context = [mantissa, digits, exponent];
      if (!Object.is(found, isSafe ? Number(units) : NaN)) expect(context).toBe(found);
      const size = scaledSize(mantissa, digits, exponent);
      const isExact = units !== undefined && units < 2n ** 100n && BigInt(Number(units)) === units;
      if (!Object.is(size, isExact ? Number(units) : NaN)) expect(context).toBe(size);
    }
  });
});
