// Goal: decimals are exact in both directions. Method: values by hand, then round trips.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ABSENT, formatDecimal, formatDecimalPadded, mantissaAt, parseDecimal } from './index.ts';

describe('parseDecimal', () => {
  test.each([
    ['0', 0, 0],
    ['-0', 0, 0],
    ['0.000', 0, 0],
    ['1200', 1200, 0],
    ['0.0100', 1, -2],
    ['-12.3400', -1234, -2],
    ['0.00028717', 28717, -8],
    ['00012.5', 125, -1],
    ['9007199254740991', 9007199254740991, 0],
  ])('reads %s', (text, mantissa, exponent) => {
    expect(parseDecimal(text)).toEqual({ mantissa, exponent });
  });

  test.each(['', '-', '.', '1.', '.5', '1e5', 'NaN', 'Infinity', ' 1', '1 ', '+1', '1,5', '--1'])(
    'rejects %j',
    (text) => {
      expect(() => parseDecimal(text)).toThrow(expect.objectContaining({ code: 'BAD_DECIMAL' }));
    },
  );

  test.each(['9007199254740992', '1234567890123456789', '0.1234567890123456789'])(
    'rejects %s as too large',
    (text) => {
      expect(() => parseDecimal(text)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    },
  );
});

describe('mantissaAt', () => {
  test('scales exactly or refuses', () => {
    expect(mantissaAt('67993.3', -8)).toBe(6799330000000);
    expect(mantissaAt('1200', 2)).toBe(12);
    expect(() => mantissaAt('0.001', -2)).toThrow(
      expect.objectContaining({ code: 'OUT_OF_RANGE' }),
    );
    expect(() => mantissaAt('90071992547', -8)).toThrow(
      expect.objectContaining({ code: 'OUT_OF_RANGE' }),
    );
  });
});

describe('formatDecimal', () => {
  test('writes what people write', () => {
    expect(formatDecimal(28717, -8)).toBe('0.00028717');
    expect(formatDecimal(100, -2)).toBe('1');
    expect(formatDecimal(-5, -1)).toBe('-0.5');
    expect(formatDecimal(12, 2)).toBe('1200');
    expect(formatDecimal(0, -8)).toBe('0');
    expect(formatDecimalPadded(100, -2)).toBe('1.00');
    expect(formatDecimal(ABSENT, -2)).toBeUndefined();
  });

  test('is undone by mantissaAt', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: -18, max: 0 }), (mantissa, exponent) => {
        const text = formatDecimal(mantissa, exponent) ?? '';
        expect(mantissaAt(text, exponent)).toBe(mantissa === 0 ? 0 : mantissa);
      }),
    );
  });
});
