/** Decimals as mantissas at an entry's exponent: exactly, or refused. */
import { scaled as scaledOrNaN, scaledSize as scaledSizeOrNaN } from '@tickwire/wire-json';
import { KucoinDecodeError } from './errors.ts';

/** mantissa × 10^−digits at `exponent`, exactly. @throws KucoinDecodeError `OUT_OF_RANGE`. */
export function scaled(mantissa: number, digits: number, exponent: number): number {
  const value = scaledOrNaN(mantissa, digits, exponent);
  if (value >= 0) return value;
  throw outOfRange('price or size');
}

/** As `scaled`, of a size that may pass 2^53 − 1: it is then given to an entry of coarser sizes. */
export function scaledSize(mantissa: number, digits: number, exponent: number): number {
  const value = scaledSizeOrNaN(mantissa, digits, exponent);
  if (value >= 0) return value;
  throw outOfRange('size');
}

export function outOfRange(field: string): KucoinDecodeError {
  const detail = 'more than 2^53 - 1 units at its exponent';
  return new KucoinDecodeError('OUT_OF_RANGE', { field, offset: 0, detail });
}
