import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText, increment } from './decimal-text.ts';

describe('decimal text', () => {
  test.each([
    ['0.1', 680_000, '68000'],
    ['0.1', 679_933, '67993.3'],
    ['0.00000001', 1, '0.00000001'],
    ['0.00000001', 250_000_000, '2.5'],
    ['0.0005', 3, '0.0015'],
    ['1', 100, '100'],
    ['0.01', 0, '0'],
    ['0.000000001', 17_853, '0.000017853'],
  ])('%s × %i is %s', (unit, count, text) => {
    expect(decimalText(count, increment(unit))).toBe(text);
  });

  test('is exact, plain and stripped for every count', () => {
    const counts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const run = fc.property(counts, fc.nat(12), (count, decimals) => {
      const unit = increment(decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`);
      const text = decimalText(count, unit);
      expect(text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
      const [whole = '', fraction = ''] = text.split('.');
      expect(BigInt(whole + fraction.padEnd(decimals, '0'))).toBe(BigInt(count));
    });
    fc.assert(run, { seed: testSeed() | 0 });
  });
});
