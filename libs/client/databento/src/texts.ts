import { formatDecimal } from '@tickwire/core';
import { recordJson } from '@tickwire/wire-dbn';
import type { DbnRecord, RecordJson } from '@tickwire/wire-dbn';

/** Decimals of every price and ratio of DBN. */
const PRICE_EXPONENT = -9;

/**
 * A price of a record, in units of 1e-9, as people write it: `3722.75`. Exact as the number is, up
 * to nine million. @returns `undefined` for a price that there is none of.
 */
export function decimalText(price: number | null): string | undefined {
  return price === null ? undefined : formatDecimal(price, PRICE_EXPONENT);
}

/** All of a record with the names of DBN, for logs and JSON: integers of 64 bits are text. */
export function recordObject(record: DbnRecord): RecordJson {
  const { $view: view, $at: offset, length, layout } = record;
  return recordJson({ view, offset, length, layout });
}
