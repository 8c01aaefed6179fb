// Goal: prices read as people write them, in both forms that a record has.
// Method: known texts, then the number's beside the bigint's.
import { testSeed } from '@tickwire/testing';
import { TradeRecord } from '@tickwire/wire-dbn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalText, recordObject } from './index.ts';

test.each([
  [3_722_750_000_000n, '3722.75'],
  [0n, '0'],
  [-1n, '-0.000000001'],
  [100_000_000_000n, '100'],
  [9_223_372_036_854_775_806n, '9223372036.854775806'],
])('%s is %s', (price, text) => {
  expect(decimalText(price)).toBe(text);
});

test('a number reads as its bigint does; no price is no text', () => {
  const isSame = (price: number) => decimalText(price) === decimalText(BigInt(price));
  fc.assert(fc.property(fc.maxSafeInteger(), isSame), { seed: testSeed() });
  expect(decimalText(null)).toBeUndefined();
});

test('a record is an object with the names of DBN', () => {
  const record = new TradeRecord().wrap(new DataView(new ArrayBuffer(48)), 0);
  record.setPrice(5_000_000_000).setSize(7);
  expect(recordObject(record)).toMatchObject({ price: '5000000000', size: 7 });
});
