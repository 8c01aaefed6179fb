import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { testSeed } from '@tickwire/testing';
import { decodeDirectoryEntry, encodeDirectoryEntry } from './directory-entry.ts';
import { RingDirectoryReader } from './directory.ts';
import { RingError } from './errors.ts';
import { readRingHeader } from './header.ts';
import { WriterCounter } from './layout.ts';
import { attachWriter, makeRing } from '../test/ring-in-memory.ts';

const bitcoin: DirectoryEntry = {
  index: 7,
  vendor: 'kucoin',
  venue: 'KUCOIN',
  symbol: 'BTC-USDT',
  canonicalSymbol: 'BTC/USDT',
  assetClass: AssetClass.Spot,
  currency: 'USDT',
  priceExp: -1,
  sizeExp: -8,
  markExp: 0,
  textForm: TextForm.Stripped,
  tickSize: 1,
  lotSize: 1_000,
  multiplierE9: ABSENT,
  expirySec: 1_700_000_000,
  supersedes: 3,
};

const goldenHead =
  '07000000' + // index
  '03000000' + // supersedes
  '0100000000000000' + // tickSize
  'e803000000000000' + // lotSize
  'ffffffffffffff7f' + // multiplierE9: absent
  '00f1536500000000' + // expirySec
  '0100fff800000000' + // asset class, text form, exponents −1, −8, 0
  '5553445400000000' + // currency
  '6b75636f696e00000000000000000000'; // vendor

const text = (bytesMax: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'binary', maxLength: bytesMax })
    .filter((value) => !value.includes('\0') && new TextEncoder().encode(value).length <= bytesMax)
    .filter((value) => value.isWellFormed());
const mantissa = fc.oneof(fc.maxSafeInteger(), fc.constant(ABSENT));
const exponent = fc.integer({ min: -18, max: 18 });

const anyEntry: fc.Arbitrary<DirectoryEntry> = fc.record({
  index: fc.integer({ min: 5, max: 0xffff_fffe }),
  vendor: text(16),
  venue: text(16),
  symbol: text(80),
  canonicalSymbol: text(80),
  assetClass: fc.constantFrom(...Object.values(AssetClass)),
  currency: text(8),
  priceExp: exponent,
  sizeExp: exponent,
  markExp: exponent,
  textForm: fc.constantFrom(...Object.values(TextForm)),
  tickSize: mantissa,
  lotSize: mantissa,
  multiplierE9: mantissa,
  expirySec: mantissa,
  supersedes: fc.constantFrom(SUPERSEDES_NONE, 0, 4),
});

describe('directory entry', () => {
  test('has the golden bytes of layout version 1', () => {
    const bytes = Buffer.from(encodeDirectoryEntry(bitcoin));
    expect(bytes.length).toBe(256);
    expect(bytes.subarray(0, 72).toString('hex')).toBe(goldenHead);
    expect(bytes.subarray(72, 248).toString('latin1').replaceAll('\0', ' ').split(/ +/)).toEqual([
      'KUCOIN',
      'BTC-USDT',
      'BTC/USDT',
      '',
    ]);
    expect(bytes.indexOf('BTC-USDT')).toBe(88);
    expect(bytes.indexOf('BTC/USDT')).toBe(168);
  });

  test('returns what was written', () => {
    const seed = testSeed();
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(decodeDirectoryEntry(encodeDirectoryEntry(entry))).toEqual(entry);
      }),
      { seed, numRuns: 300 },
    );
  });

  test.each<Partial<DirectoryEntry>>([
    { symbol: 'S'.repeat(81) },
    { symbol: 'é'.repeat(41) },
    { symbol: 'A\0B' },
    { priceExp: 19 },
    { sizeExp: -0.5 },
    { tickSize: 2 ** 53 },
    { lotSize: Number.NaN },
    { index: -1 },
  ])('refuses to write %o', (change) => {
    const field = Object.keys(change)[0];
    expect(() => encodeDirectoryEntry({ ...bitcoin, ...change })).toThrow(
      expect.objectContaining({ code: 'BAD_ENTRY', field }),
    );
  });

  test('survives 20,000 mutated entries: a typed error or an entry in its domain', () => {
    const seed = testSeed();
    const pristine = encodeDirectoryEntry(bitcoin);
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (at, value) => {
        const bytes = pristine.slice();
        bytes[at] = value;
        try {
          const entry = decodeDirectoryEntry(bytes);
          expect(encodeDirectoryEntry(entry)).toHaveLength(256);
        } catch (error) {
          expect(error).toBeInstanceOf(RingError);
        }
      }),
      { seed, numRuns: 20_000 },
    );
  });
});

describe('ring directory', () => {
  test('shows an entry to readers as soon as it is counted, and keeps it', () => {
    const buffer = makeRing();
    const writer = attachWriter(buffer);
    const reader = new RingDirectoryReader(buffer, readRingHeader(buffer).plan);
    expect(reader.get(0)).toBeUndefined();
    expect(writer.append({ ...bitcoin, supersedes: SUPERSEDES_NONE })).toBe(0);
    expect(reader.count).toBe(1);
    expect(reader.get(0)).toMatchObject({ index: 0, symbol: 'BTC-USDT' });
    expect(reader.get(0)).toBe(reader.get(0));
    expect(reader.get(1)).toBeUndefined();
    expect(reader.get(-1)).toBeUndefined();
    expect(reader.get(0.5)).toBeUndefined();
  });

  test('refuses and counts an entry beyond its capacity', () => {
    const writer = attachWriter(makeRing());
    const entry = { ...bitcoin, supersedes: SUPERSEDES_NONE };
    expect([0, 1, 2, 3, 4, 5].map(() => writer.append(entry))).toEqual([0, 1, 2, 3, -1, -1]);
    expect(writer.counter(WriterCounter.directoryRefused)).toBe(2);
    expect(writer.directoryCount).toBe(4);
  });

  test('goes on after the entries of the writer before', () => {
    const buffer = makeRing();
    const entry = { ...bitcoin, supersedes: SUPERSEDES_NONE };
    attachWriter(buffer).append(entry);
    const next = attachWriter(buffer);
    expect(next.directoryCount).toBe(1);
    expect(next.append({ ...entry, supersedes: 0 })).toBe(1);
  });

  test('reports a count beyond the capacity instead of reading on', () => {
    const buffer = makeRing();
    new DataView(buffer).setUint32(4_096 + 384, 5, true);
    const reader = new RingDirectoryReader(buffer, readRingHeader(buffer).plan);
    expect(() => reader.get(0)).toThrow(expect.objectContaining({ code: 'BAD_ENTRY' }));
  });
});
