// Goal: every process derives the same identity from the same bytes, and nothing else moves it.
// Method: published vectors of the hash, then each byte of a tick flipped in turn.
import { describe, expect, test } from 'vitest';
import { hash128, hashHex, tickIdentity } from './tick-identity.ts';

const hex = (text: string): string =>
  hashHex(hash128(new TextEncoder().encode(text), new Uint32Array(4)));

describe('the hash', () => {
  // Vectors of MurmurHash3_x86_128 with seed 0.
  test.each([
    ['', '00000000000000000000000000000000'],
    ['a', 'a794933c5556b01b5556b01b5556b01b'],
    ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66ce5e91d2c'],
  ])('of %j is the published one', (text, expected) => {
    expect(hex(text)).toBe(expected);
  });
});

describe('the identity of a tick', () => {
  const identityOf = (bytes: Uint8Array): string =>
    hashHex(tickIdentity(new DataView(bytes.buffer), 0, new Uint32Array(4)));
  const bytes = Uint8Array.from({ length: 64 }, (_, at) => (at * 37 + 11) & 0xff);

  test('is moved by each byte that no hop may alter, and by no other', () => {
    const before = identityOf(bytes);
    const moving: number[] = [];
    for (let at = 0; at < 64; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      if (identityOf(changed) !== before) moving.push(at);
    }
    const upTo = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, n) => from + n);
    expect(moving).toEqual([...upTo(0, 16), ...upTo(20, 24), 28, ...upTo(32, 64)]);
  });

  test('is the same at any offset', () => {
    const buffer = new Uint8Array(192);
    buffer.set(bytes, 128);
    const there = hashHex(tickIdentity(new DataView(buffer.buffer), 128, new Uint32Array(4)));
    expect(there).toBe(identityOf(bytes));
  });
});
