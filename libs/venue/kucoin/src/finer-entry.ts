import { ABSENT } from '@tickwire/core';
import { outOfRange } from './exact-scale.ts';
import { POW10 } from './scan-number.ts';
import type { NewDirectoryEntry } from './sink.ts';

const EXPONENT_MIN = -18;

/** `entry` at finer exponents, superseding it. @throws KucoinDecodeError `OUT_OF_RANGE`. */
export function finerEntry(
  entry: NewDirectoryEntry,
  to: { priceExp: number; sizeExp: number; supersedes: number },
): NewDirectoryEntry {
  if (to.priceExp < EXPONENT_MIN || to.sizeExp < EXPONENT_MIN) throw outOfRange(entry.symbol);
  return {
    ...entry,
    ...to,
    markExp: Math.min(entry.markExp, to.priceExp),
    tickSize: finerStep(entry.tickSize, entry.priceExp - to.priceExp),
    lotSize: finerStep(entry.lotSize, entry.sizeExp - to.sizeExp),
  };
}

function finerStep(step: number, digits: number): number {
  const value = step * (POW10[digits] ?? Infinity);
  return step === ABSENT || value > Number.MAX_SAFE_INTEGER ? ABSENT : value;
}
