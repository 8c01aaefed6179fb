/** How many symbols the rings of a preset, with their images, hold in a budget of memory. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';

const BLOCK_BYTES = 512;

export interface SymbolsHeld {
  readonly symbols: number;
  readonly rings: number;
  /** Shared memory that they take, all files of the folder. */
  readonly bytes: number;
}

/** Makes rings and names symbols in them until the next ring would not fit into the budget. */
export function countSymbols(
  dir: string,
  wanted: { readonly slots: number; readonly directoryEntries: number; readonly budget: number },
): SymbolsHeld {
  const rings: RingProducer[] = [];
  let symbols = 0;
  let bytes = 0;
  try {
    for (;;) {
      const ring = createRing({
        dir,
        name: `symbols.${rings.length}`,
        vendor: 'bench',
        slotCount: wanted.slots,
        directoryCapacity: wanted.directoryEntries,
        image: true,
      });
      rings.push(ring);
      const after = bytesIn(dir);
      if (after > wanted.budget) return { symbols, rings: rings.length - 1, bytes };
      symbols += fill(ring, symbols);
      bytes = after;
    }
  } finally {
    for (const ring of rings) ring.close();
  }
}

/** Names symbols until the ring refuses one. */
function fill(ring: RingProducer, first: number): number {
  for (let named = 0; ; named++) {
    const index = ring.append({
      vendor: 'bench',
      venue: 'BENCH',
      symbol: `SYM${first + named}-USDT`,
      canonicalSymbol: '',
      assetClass: AssetClass.Spot,
      currency: 'USDT',
      priceExp: -2,
      sizeExp: -8,
      markExp: -2,
      textForm: TextForm.Stripped,
      tickSize: ABSENT,
      lotSize: ABSENT,
      multiplierE9: ABSENT,
      expirySec: ABSENT,
      supersedes: SUPERSEDES_NONE,
    });
    if (index < 0) return named;
  }
}

/** What the files really take: tmpfs counts pages. */
function bytesIn(dir: string): number {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, name) => sum + statSync(join(dir, name)).blocks * BLOCK_BYTES,
    0,
  );
}
