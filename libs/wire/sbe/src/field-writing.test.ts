import { describe, expect, test } from 'vitest';
import {
  charCode,
  checkBigInt,
  checkExact,
  checkIndex,
  checkWords,
  enumIn,
  floatIn,
  integerIn,
  writeText,
} from './field-writing.ts';

const PLACE = { path: 'Quote.Field', offset: 4 };
const refused = (code: string) =>
  expect.objectContaining({ code, field: 'Quote.Field', offset: 4 });

describe('values that are to be written', () => {
  const size = { ...PLACE, min: -10, max: 100, nullValue: 77 };

  test.each([-10, 0, 100])('the integer %d is taken', (value) => {
    expect(integerIn(size, value)).toBe(value);
  });

  test.each([-11, 101, 1.5, NaN, Infinity, 77])('the integer %d is refused', (value) => {
    expect(() => integerIn(size, value)).toThrow(refused('OUT_OF_RANGE'));
  });

  test('a float may be NaN where that is no null', () => {
    const ratio = { ...PLACE, min: -Infinity, max: Infinity, nullValue: null };
    expect(floatIn(ratio, NaN)).toBeNaN();
    expect(() => floatIn({ ...ratio, nullValue: NaN }, NaN)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => floatIn({ ...ratio, max: 1 }, 1.1)).toThrow(refused('OUT_OF_RANGE'));
  });

  test('64 bits are compared by words, signed and unsigned', () => {
    const signed = {
      ...PLACE,
      signed: true,
      min: words(-5n),
      max: words(5n),
      nullValue: words(3n),
    };
    const { hi, lo } = words(-5n);
    expect(() => checkWords(signed, hi, lo)).not.toThrow();
    expect(() => checkWords(signed, 0xffff_ffff, lo - 1)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => checkWords(signed, 0, 6)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => checkWords(signed, 0, 3)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => checkWords(signed, -1, 0)).toThrow(refused('OUT_OF_RANGE'));
    const unsigned = { ...signed, signed: false, min: words(0n), max: { hi, lo }, nullValue: null };
    expect(() => checkWords(unsigned, 0x8000_0000, 0)).not.toThrow();
    expect(() => checkExact(unsigned, -1)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => checkExact(signed, 2 ** 53)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => checkBigInt(unsigned, 2n ** 64n)).toThrow(refused('OUT_OF_RANGE'));
    expect(() => checkBigInt(signed, 2n ** 63n)).toThrow(refused('OUT_OF_RANGE'));
  });

  test('codes, characters and indexes are of those that there are', () => {
    expect(enumIn({ ...PLACE, values: [1, 2] }, 2)).toBe(2);
    expect(() => enumIn({ ...PLACE, values: [1, 2] }, 3)).toThrow(refused('BAD_VALUE'));
    const letter = { ...PLACE, min: 0, max: 255, nullValue: null };
    expect([charCode(letter, 'ÿ'), charCode(letter, '')]).toEqual([255, 0]);
    expect(() => charCode(letter, '€')).toThrow(refused('BAD_VALUE'));
    expect(() => charCode(letter, 'ab')).toThrow(refused('BAD_VALUE'));
    expect(checkIndex(PLACE, 1, 2)).toBe(1);
    expect(() => checkIndex(PLACE, 2, 2)).toThrow(refused('BAD_INDEX'));
  });

  test('text fills its field with NUL and must fit', () => {
    const view = new DataView(new Uint8Array(6).fill(0xaa).buffer);
    const field = { ...PLACE, length: 4, utf8: false };
    writeText(view, 1, { field, value: 'ab' });
    expect(new Uint8Array(view.buffer)).toEqual(Uint8Array.of(0xaa, 97, 98, 0, 0, 0xaa));
    const write =
      (value: string, utf8 = false) =>
      () =>
        writeText(view, 1, { field: { ...field, utf8 }, value });
    expect(write('abcde')).toThrow(refused('OUT_OF_RANGE'));
    expect(write('a\0b')).toThrow(refused('BAD_VALUE'));
    expect(write('€')).toThrow(refused('BAD_VALUE'));
    expect(write('€€', true)).toThrow(refused('OUT_OF_RANGE'));
    expect(write('€', true)).not.toThrow();
  });
});

function words(value: bigint): { hi: number; lo: number } {
  const bits = BigInt.asUintN(64, value);
  return { hi: Number(bits >> 32n), lo: Number(bits & 0xffff_ffffn) };
}
