import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeName, unescapeName } from './index.ts';

describe('escapeName', () => {
  test.each([
    ['BTC-USDT', 'BTC-USDT'],
    ['', '='],
    ['ES.FUT', 'ES=2EFUT'],
    ['*', '=2A'],
    ['../x', '=2E=2E=2Fx'],
    ['é', '=C3=A9'],
    ['=', '=3D'],
  ])('writes %j as %s', (text, name) => {
    expect(escapeName(text)).toBe(name);
  });

  test('is injective: its inverse gives every text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unescapeName(escapeName(text))).toBe(text);
      }),
    );
  });

  test.each(['', 'a.b', '=2', '=zz', '=2e', '=41', '=FF'])('refuses to undo %j', (name) => {
    expect(unescapeName(name)).toBeUndefined();
  });
});
