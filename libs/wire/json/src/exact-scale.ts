/** Decimals as whole numbers of a unit: exactly, or not at all. */
import { POW10 } from './number-scanner.ts';

/** Largest size; beyond it no unit in reach is coarse enough. */
const SIZE_MAX = 2 ** 100;

/**
 * mantissa × 10^−digits in units of 10^exponent, all as `NumberScanner.decimal` gives them; NaN
 * when that is no whole number of units, or more than 2^53 − 1 of them.
 */
export function scaled(mantissa: number, digits: number, exponent: number): number {
  const value = mantissa === 0 ? 0 : mantissa * (POW10[0 - exponent - digits] ?? Infinity);
  return value <= Number.MAX_SAFE_INTEGER ? value : NaN;
}

/**
 * As `scaled`, but a size may pass 2^53 − 1, up to 2^100, as long as the double is exactly it:
 * for whoever then takes a coarser unit. A real book holds 452338153.08 beside 2287.04744145.
 */
export function scaledSize(mantissa: number, digits: number, exponent: number): number {
  const value = mantissa === 0 ? 0 : mantissa * (POW10[0 - exponent - digits] ?? Infinity);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  const power = -exponent - digits;
  if (value < SIZE_MAX && BigInt(value) === BigInt(mantissa) * 10n ** BigInt(power)) return value;
  return NaN;
}
