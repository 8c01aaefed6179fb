// Goal: no digit of a receive time is lost. Method: BigInt as the independent reading.
import { stampToBigInt } from '@tickwire/core';
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatStampNs, parseStampNs, parseStampSeconds } from './stamp-text.ts';

const ns = (text: string): bigint | undefined => {
  const into = { hi: 0, lo: 0 };
  const bytes = Buffer.from(text);
  return parseStampNs(bytes, bytes.length, into) ? stampToBigInt(into) : undefined;
};
const seconds = (text: string): bigint | undefined => {
  const into = { hi: 0, lo: 0 };
  const bytes = Buffer.from(text);
  return parseStampSeconds(bytes, bytes.length, into) ? stampToBigInt(into) : undefined;
};

describe('receive times', () => {
  test('reads every u64 of ns and writes it back', () => {
    const check = fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      expect(ns(String(value))).toBe(value);
      expect(formatStampNs({ hi: Number(value >> 32n), lo: Number(value & 0xffff_ffffn) })).toBe(
        String(value),
      );
    });
    fc.assert(check, { seed: testSeed() });
  });

  test('reads seconds with up to nine decimals exactly', () => {
    const whole = fc.integer({ min: 0, max: 9_999_999_999 });
    const fraction = fc.stringMatching(/^\d{1,9}$/);
    const check = fc.property(whole, fraction, (sec, digits) => {
      const wanted = BigInt(sec) * 1_000_000_000n + BigInt(digits.padEnd(9, '0'));
      expect(seconds(`${sec}.${digits}`)).toBe(wanted);
    });
    fc.assert(check, { seed: testSeed() });
  });

  test.each([
    ['1619378326.134871', 1619378326134871000n],
    ['1619378326.3313339', 1619378326331333900n],
    ['1619378326', 1619378326000000000n],
    ['1619378326.0000000019', 1619378326000000001n],
  ])('%s s', (text, wanted) => expect(seconds(text)).toBe(wanted));

  test.each(['', '.5', '1.', '1.2.3', '-1', '1e9', ' 1', '99999999999', '１'])(
    'refuses %j as seconds',
    (text) => expect(seconds(text)).toBeUndefined(),
  );
  test.each(['', '-1', '1.5', '18446744073709551616', '999999999999999999999', '12a'])(
    'refuses %j as ns',
    (text) => expect(ns(text)).toBeUndefined(),
  );
});
