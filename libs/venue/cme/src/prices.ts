import { ABSENT } from '@tickwire/core';
import { int64Number } from '@tickwire/wire-sbe';

/** All prices are kept as mantissas of 1e-9, the exponent of schema versions from 9 on. */
export const PRICE_EXP = -9;
/** Mantissas of older versions, in 1e-7, times this. */
export const PRICE7_SCALE = 100;
export const PRICE9_SCALE = 1;

/**
 * A price of the feed as a mantissa of 1e-9, `ABSENT` for null. What is no safe integer stays none:
 * `isPrice` refuses it, and so do books.
 */
export function priceOf(mantissa: number | null, scale: number): number {
  return mantissa === null ? ABSENT : mantissa * scale;
}

/** The same of the mantissa as two words: a number that may be null would be allocated. */
export function priceOfWords(hi: number, lo: number, scale: number): number {
  return hi === NULL_HI && lo === NULL_LO ? ABSENT : int64Number(hi, lo) * scale;
}

/** Null of 64 bits with a sign. */
const NULL_HI = 0x7fff_ffff;
const NULL_LO = 0xffff_ffff;

export const isPrice = (price: number): boolean => Number.isSafeInteger(price);
export const isPriceOrAbsent = (price: number): boolean => price === ABSENT || isPrice(price);

/** The exponent of prices as they are displayed: that of the feed, moved by DisplayFactor. */
export function displayedExponent(factor: { mantissa: number; exponent: number }): number {
  for (let power = 0; power <= 18; power++) {
    if (factor.mantissa === 10 ** power) return PRICE_EXP + power + factor.exponent;
  }
  return PRICE_EXP;
}
