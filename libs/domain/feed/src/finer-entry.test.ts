// Goal: an entry with more digits means the same as the one that it supersedes, or there is none.
// Method: entries at both ends of what fits.
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { describe, expect, test } from 'vitest';
import { finerEntry } from './finer-entry.ts';

const ENTRY: NewDirectoryEntry = {
  ...{ vendor: 'acme', venue: 'ACME', symbol: 'A-B', canonicalSymbol: 'A/B', currency: 'B' },
  ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped },
  ...{ priceExp: -2, sizeExp: -4, markExp: -3, tickSize: 5, lotSize: 7 },
  ...{ multiplierE9: ABSENT, expirySec: ABSENT, supersedes: SUPERSEDES_NONE },
};

describe('a finer entry', () => {
  test('has the same steps in smaller units', () => {
    expect(finerEntry(ENTRY, { priceExp: -5, sizeExp: -4, supersedes: 12 })).toEqual({
      ...ENTRY,
      ...{ priceExp: -5, markExp: -5, tickSize: 5_000, supersedes: 12 },
    });
    expect(finerEntry(ENTRY, { priceExp: -2, sizeExp: -6, supersedes: 12 })).toEqual({
      ...ENTRY,
      ...{ sizeExp: -6, lotSize: 700, supersedes: 12 },
    });
  });

  test('has no step where that is not known, or does not fit its units', () => {
    const largest = Number.MAX_SAFE_INTEGER;
    const coarse = { ...ENTRY, tickSize: ABSENT, lotSize: largest };
    const to = { priceExp: -5, sizeExp: -4, supersedes: 1 };
    expect(finerEntry(coarse, to)).toMatchObject({ tickSize: ABSENT, lotSize: largest });
    expect(finerEntry(coarse, { ...to, sizeExp: -5 })).toMatchObject({ lotSize: ABSENT });
  });

  test('there is none beyond 18 digits', () => {
    const to = { priceExp: -18, sizeExp: -18, supersedes: 1 };
    expect(finerEntry(ENTRY, to)).toMatchObject({ priceExp: -18, sizeExp: -18 });
    expect(finerEntry(ENTRY, { ...to, priceExp: -19 })).toBeUndefined();
    expect(finerEntry(ENTRY, { ...to, sizeExp: -19 })).toBeUndefined();
  });
});
