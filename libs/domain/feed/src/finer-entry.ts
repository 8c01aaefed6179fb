import { ABSENT } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';

const EXPONENT_MIN = -18;

/**
 * `entry` at exponents that are at least as fine, superseding it; `undefined` when one of them is
 * below −18, the finest that a directory holds. A step that no longer fits becomes `ABSENT`.
 *
 * @param to - `supersedes` is the index of `entry`.
 */
export function finerEntry(
  entry: NewDirectoryEntry,
  to: { priceExp: number; sizeExp: number; supersedes: number },
): NewDirectoryEntry | undefined {
  if (to.priceExp < EXPONENT_MIN || to.sizeExp < EXPONENT_MIN) return undefined;
  return {
    ...entry,
    ...to,
    markExp: Math.min(entry.markExp, to.priceExp),
    tickSize: finerStep(entry.tickSize, entry.priceExp - to.priceExp),
    lotSize: finerStep(entry.lotSize, entry.sizeExp - to.sizeExp),
  };
}

function finerStep(step: number, digits: number): number {
  const value = step * 10 ** digits;
  return Number.isSafeInteger(value) ? value : ABSENT;
}
