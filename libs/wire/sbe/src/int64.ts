// 64-bit integers without bigint: a number is exact up to 2^53 on both sides; beyond it there are
// the two words, and bigint for whoever shows or stores the value.
import { SbeError } from './errors.ts';

const WORD = 0x1_0000_0000;
const HIGH_BIT = 0x8000_0000;

/** Two u32 words as an unsigned number: rounded to the nearest double above 2^53. */
export function uint64Number(hi: number, lo: number): number {
  return hi * WORD + lo;
}

/** Two u32 words as a signed number: rounded to the nearest double beyond 2^53. */
export function int64Number(hi: number, lo: number): number {
  return (hi | 0) * WORD + lo;
}

export function uint64BigInt(hi: number, lo: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo);
}

export function int64BigInt(hi: number, lo: number): bigint {
  return (BigInt(hi | 0) << 32n) | BigInt(lo);
}

/** A number where it is exact, else decimal text. */
export function uint64Json(hi: number, lo: number): number | string {
  return hi < 0x20_0000 ? hi * WORD + lo : String(uint64BigInt(hi, lo));
}

/** A number where it is exact, else decimal text. */
export function int64Json(hi: number, lo: number): number | string {
  const value = int64Number(hi, lo);
  return Number.isSafeInteger(value) ? value : String(int64BigInt(hi, lo));
}

/** A number where it is exact, else decimal text. */
export function bigIntJson(value: bigint | null): number | string | null {
  if (value === null) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

export function uint64Text(hi: number, lo: number): string {
  return String(uint64BigInt(hi, lo));
}

export function int64Text(hi: number, lo: number): string {
  return String(int64BigInt(hi, lo));
}

/** The upper word of an integer within ±2^53 (of 64-bit two's complement). */
export function upperWord(value: number): number {
  return Math.floor(value / WORD) >>> 0;
}

/** The lower word of an integer within ±2^53. */
export function lowerWord(value: number): number {
  return value - Math.floor(value / WORD) * WORD;
}

export function upperWordOf(value: bigint): number {
  return Number(BigInt.asUintN(32, value >> 32n));
}

export function lowerWordOf(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}

export function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < WORD;
}

/** Orders two values of 64 bits that are given by their words: below 0, 0 or above 0. */
export function compareWords(
  a: { readonly hi: number; readonly lo: number },
  b: { readonly hi: number; readonly lo: number },
  signed: boolean,
): number {
  // Turning the sign bit over makes the order of signed upper words that of unsigned ones.
  const turn = signed ? HIGH_BIT : 0;
  const upper = ((a.hi ^ turn) >>> 0) - ((b.hi ^ turn) >>> 0);
  return upper === 0 ? a.lo - b.lo : upper;
}

/** Whether a bit of a 64-bit set is on. */
export function hasBit(hi: number, lo: number, bit: number): boolean {
  if (!Number.isInteger(bit) || bit < 0 || bit > 63) {
    throw new SbeError('BAD_INDEX', { field: 'set', offset: 0, detail: `bit ${bit} of 64` });
  }
  return ((bit < 32 ? lo >>> bit : hi >>> (bit - 32)) & 1) === 1;
}
