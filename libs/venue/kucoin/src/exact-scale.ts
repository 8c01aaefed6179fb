/** Decimals as mantissas at an entry's exponent: exactly, or refused. */
import { KucoinDecodeError } from './errors.ts';
import { POW10 } from './scan-number.ts';

/** Largest size at an entry's exponent; beyond it no entry in reach is coarse enough. */
const SIZE_MAX = 2 ** 100;

/** mantissa × 10^−digits at `exponent`, exactly. @throws KucoinDecodeError `OUT_OF_RANGE`. */
export function scaled(mantissa: number, digits: number, exponent: number): number {
  const value = mantissa === 0 ? 0 : mantissa * (POW10[0 - exponent - digits] ?? Infinity);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw outOfRange('price or size');
}

/**
 * As `scaled`, but a size may pass 2^53 − 1 as long as the double is exactly it: it is then given
 * to an entry of coarser sizes. A real book holds 452338153.08 beside 2287.04744145.
 */
export function scaledSize(mantissa: number, digits: number, exponent: number): number {
  const value = mantissa === 0 ? 0 : mantissa * (POW10[0 - exponent - digits] ?? Infinity);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  const power = -exponent - digits;
  if (value < SIZE_MAX && BigInt(value) === BigInt(mantissa) * 10n ** BigInt(power)) return value;
  throw outOfRange('size');
}

export function outOfRange(field: string): KucoinDecodeError {
  const detail = 'more than 2^53 - 1 units at its exponent';
  return new KucoinDecodeError('OUT_OF_RANGE', { field, offset: 0, detail });
}
