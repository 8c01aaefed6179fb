// Goal: what is taken as plain is the whole value, and never more than JSON allows. Method: chosen
// texts, and JSON.parse as the second opinion on random ones.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { plainRowsEnd, plainStringEnd } from './plain-value.ts';

const withNul = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);

describe('plain values', () => {
  test.each([
    ['"abc",', 4],
    ['""', 1],
    ['"é"', 3],
    ['"a\\n"', -1],
    ['"a\nb"', -1],
    ['"abc', -1],
  ])('the string of %j ends at %i', (text, end) => {
    expect(plainStringEnd(withNul(text), 1)).toBe(end);
  });

  test.each([
    ['[],', 2],
    ['["1"]', 5],
    ['["1","2"],', 9],
    ['[["1","2"],["3","4"]]]', 21],
    ['[["1"],"2"]', 11],
    ['[[]]', -1],
    ['[1]', -1],
    ['["1", "2"]', -1],
    ['["1",]', -1],
    ['[["1",]]', -1],
    ['["1"', -1],
    ['["1', -1],
    ['[', -1],
    ['"1"', -1],
  ])('the rows of %j end at %i', (text, end) => {
    expect(plainRowsEnd(withNul(text), 0)).toBe(end);
  });

  test('whatever is taken is JSON, on 50,000 random texts', () => {
    const random = seededRandom(testSeed());
    const tokens = ['[', ']', ',', '"1"', '"', '1', '\\', ' '];
    let taken = 0;
    for (let round = 0; round < 50_000; round++) {
      const length = 1 + Math.floor(random() * 9);
      const rest = Array.from({ length }, () => tokens[Math.floor(random() ** 2 * tokens.length)]);
      const text = `[${rest.join('')}`;
      const end = plainRowsEnd(withNul(text), 0);
      if (end < 0) continue;
      taken += 1;
      const value: unknown = JSON.parse(text.slice(0, end));
      if (!Array.isArray(value)) expect(text).toBe('an array');
    }
    expect(taken).toBeGreaterThan(1_000);
  });
});
