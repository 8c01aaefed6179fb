import { formatDecimal } from '@tickwire/core';
import { recordJson } from '@tickwire/wire-dbn';
import type { DbnRecord, RecordJson } from '@tickwire/wire-dbn';

/** Decimals of every price and ratio of DBN. */
const PRICE_EXPONENT = -9;

/**
 * A price of a record, in units of 1e-9, as people write it: `3722.75`. Exact up to nine million as
 * a number (`price`), always as a bigint (`priceBigInt`).
 * @returns `undefined` for a price that there is none of.
 */
export function decimalText(price: number | bigint | null): string | undefined {
  if (price === null) return undefined;
  if (typeof price === 'number') return formatDecimal(price, PRICE_EXPONENT);
  const wide = String(price < 0n ? -price : price).padStart(1 - PRICE_EXPONENT, '0');
  const decimals = wide.slice(PRICE_EXPONENT).replace(/0+$/, '');
  const whole = `${price < 0n ? '-' : ''}${wide.slice(0, PRICE_EXPONENT)}`;
  return decimals === '' ? whole : `${whole}.${decimals}`;
}

/** All of a record with the names of DBN, for logs and JSON: integers of 64 bits are text. */
export function recordObject(record: DbnRecord): RecordJson {
  const { $view: view, $at: offset, length, layout } = record;
  return recordJson({ view, offset, length, layout });
}
