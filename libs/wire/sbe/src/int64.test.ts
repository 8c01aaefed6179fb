import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import {
  bigIntJson,
  compareWords,
  hasBit,
  int64BigInt,
  int64Json,
  int64Number,
  int64Text,
  lowerWord,
  lowerWordOf,
  uint64BigInt,
  uint64Json,
  uint64Number,
  uint64Text,
  upperWord,
  upperWordOf,
} from './int64.ts';

const EDGES = [
  0n,
  1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
];
const LARGE = [2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

describe('64 bits as two words', () => {
  test.each([...EDGES, ...LARGE])('unsigned %s', (value) => {
    const hi = upperWordOf(value);
    const lo = lowerWordOf(value);
    expect(uint64BigInt(hi, lo)).toBe(value);
    expect(uint64Number(hi, lo)).toBe(Number(value));
    expect(uint64Text(hi, lo)).toBe(String(value));
    const isExact = value < 2n ** 53n;
    expect(uint64Json(hi, lo)).toBe(isExact ? Number(value) : String(value));
  });

  test.each([...EDGES, ...EDGES.slice(1).map((value) => -value), -(2n ** 63n), 2n ** 63n - 1n])(
    'signed %s',
    (value) => {
      const hi = upperWordOf(value);
      const lo = lowerWordOf(value);
      expect(int64BigInt(hi, lo)).toBe(value);
      expect(int64Number(hi, lo)).toBe(Number(value));
      expect(int64Text(hi, lo)).toBe(String(value));
      const isExact = value < 2n ** 53n && value > -(2n ** 53n);
      expect(int64Json(hi, lo)).toBe(isExact ? Number(value) : String(value));
      expect(bigIntJson(value)).toBe(int64Json(hi, lo));
    },
  );

  test('numbers within ±2^53 are split as bigints are', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 1_000; round += 1) {
      const size = 2 ** Math.floor(random() * 54);
      const value = Math.floor((random() * 2 - 1) * size);
      expect([upperWord(value), lowerWord(value)]).toEqual([
        upperWordOf(BigInt(value)),
        lowerWordOf(BigInt(value)),
      ]);
    }
  });

  test('are ordered as the numbers they are', () => {
    const words = (value: bigint) => ({ hi: upperWordOf(value), lo: lowerWordOf(value) });
    const signed = [-(2n ** 63n), -(2n ** 32n), -1n, 0n, 1n, 2n ** 32n, 2n ** 63n - 1n];
    signed.slice(1).forEach((value, index) => {
      expect(compareWords(words(signed[index]!), words(value), true)).toBeLessThan(0);
      expect(compareWords(words(value), words(signed[index]!), true)).toBeGreaterThan(0);
    });
    expect(compareWords(words(2n ** 64n - 1n), words(2n ** 63n), false)).toBeGreaterThan(0);
    expect(compareWords(words(-1n), words(-1n), true)).toBe(0);
  });

  test('bits are found in either word', () => {
    expect([0, 31, 32, 63].map((bit) => hasBit(0x8000_0001, 0x8000_0001, bit))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(hasBit(0, 1, 32)).toBe(false);
    expect(() => hasBit(0, 0, 64)).toThrow(expect.objectContaining({ code: 'BAD_INDEX' }));
  });
});
