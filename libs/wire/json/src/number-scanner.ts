/**
 * Numbers from ASCII digits, exactly, into fields of one scratch object: no string, no bigint,
 * no allocation. A fault is a code for the caller to name with its field; `undefined` = done.
 */
import type { DecimalFault, IntegerFault } from './errors.ts';

const TWO_32 = 4294967296;
const TWO_20 = 1_048_576;
const TWO_12 = 4096;
const E9 = 1e9;

/** 10^n as exact doubles; beyond their reach infinite. */
export const POW10 = Float64Array.from({ length: 64 }, (_, n) => (n > 22 ? Infinity : 10 ** n));
/** Digits whose value fits 32 bits: integer arithmetic takes a third of the time of doubles. */
const CHUNK = 9;
/** Digits whose value is surely below 2^53. */
const EXACT_DIGITS = 15;

export class NumberScanner {
  /** Of the last decimal: mantissa × 10^−digits, without trailing zeros behind the point. */
  mantissa = 0;
  digits = 0;
  /** Of the last 64-bit number. */
  hi = 0;
  lo = 0;
  /** Of the last whole number up to 2^53 − 1. */
  whole = 0;

  /**
   * A plain decimal without sign: `0.08200000000000000000` gives 82 × 10^−3. A leading minus
   * (−0 too) is `NEGATIVE`; an exponent is `BAD_FIELD`; more than 2^53 − 1 units are
   * `OUT_OF_RANGE`.
   */
  decimal(bytes: Uint8Array, start: number, end: number): DecimalFault | undefined {
    if (this.plainDecimal(bytes, start, end) === end) return undefined;
    let mantissa = 0;
    let digits = 0;
    let zeros = 0;
    let at = start;
    if (at < end && bytes[at] === 0x2d) return 'NEGATIVE';
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      if (mantissa > Number.MAX_SAFE_INTEGER) return 'OUT_OF_RANGE';
    }
    if (at === start) return 'BAD_FIELD';
    if (at < end) {
      if (bytes[at] !== 0x2e || at + 1 === end) return 'BAD_FIELD';
      for (at += 1; at < end; at++) {
        const digit = (bytes[at] as number) - 0x30;
        if (digit < 0 || digit > 9) return 'BAD_FIELD';
        if (digit === 0) {
          zeros += 1;
          continue;
        }
        if (zeros + 1 > 22) return 'OUT_OF_RANGE';
        mantissa = mantissa * (POW10[zeros + 1] as number) + digit;
        digits += zeros + 1;
        zeros = 0;
        if (mantissa > Number.MAX_SAFE_INTEGER) return 'OUT_OF_RANGE';
      }
    }
    this.mantissa = mantissa;
    this.digits = digits;
    return undefined;
  }

  /**
   * The decimal that begins at `start`, if it is of the usual form: up to 9 digits before and
   * behind the point, 15 in all. Where it ends, at `end` at the latest;
   * −1 = read it with `decimal`.
   */
  plainDecimal(bytes: Uint8Array, start: number, end: number): number {
    let whole = 0;
    let at = start;
    let digit = at < end ? (bytes[at] as number) - 0x30 : -1;
    while (digit >>> 0 <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      at += 1;
      digit = at < end ? (bytes[at] as number) - 0x30 : -1;
    }
    const wholeDigits = at - start;
    if (wholeDigits === 0 || wholeDigits > CHUNK) return -1;
    if (digit !== 0x2e - 0x30) {
      this.mantissa = whole;
      this.digits = 0;
      return at;
    }
    at += 1;
    const point = at;
    let fraction = 0;
    digit = at < end ? (bytes[at] as number) - 0x30 : -1;
    while (digit >>> 0 <= 9) {
      fraction = (Math.imul(fraction, 10) + digit) | 0;
      at += 1;
      digit = at < end ? (bytes[at] as number) - 0x30 : -1;
    }
    let digits = at - point;
    if (digits === 0 || digits > CHUNK || wholeDigits + digits > EXACT_DIGITS) return -1;
    for (let last = at - 1; bytes[last] === 0x30; last--) {
      fraction /= 10;
      digits -= 1;
    }
    this.mantissa = whole * (POW10[digits] as number) + fraction;
    this.digits = digits;
    return at;
  }

  /**
   * The whole number that begins at `start`, if it has at most 15 digits: `whole`. Where it ends,
   * at `end` at the latest; −1 = read it with `integer`.
   */
  plainInteger(bytes: Uint8Array, start: number, end: number): number {
    const split = Math.min(start + CHUNK, end);
    let high = 0;
    let at = start;
    let digit = at < split ? (bytes[at] as number) - 0x30 : -1;
    while (digit >>> 0 <= 9) {
      high = (Math.imul(high, 10) + digit) | 0;
      at += 1;
      digit = at < split ? (bytes[at] as number) - 0x30 : -1;
    }
    if (at === start) return -1;
    let low = 0;
    if (at === split) digit = at < end ? (bytes[at] as number) - 0x30 : -1;
    while (digit >>> 0 <= 9) {
      low = (Math.imul(low, 10) + digit) | 0;
      at += 1;
      digit = at < end ? (bytes[at] as number) - 0x30 : -1;
    }
    if (at - start > EXACT_DIGITS) return -1;
    this.whole = at > split ? high * (POW10[at - split] as number) + low : high;
    return at;
  }

  /** A decimal integer below 2^64: `hi`, `lo`. */
  u64(bytes: Uint8Array, start: number, end: number): IntegerFault | undefined {
    const length = end - start;
    if (length < 1) return 'BAD_FIELD';
    if (length > 20) return digitsOnly(bytes, start, end) ? 'OUT_OF_RANGE' : 'BAD_FIELD';
    const split = length > EXACT_DIGITS ? end - CHUNK : end;
    if (this.plainInteger(bytes, start, split) !== split) return 'BAD_FIELD';
    const high = this.whole;
    if (split === end) {
      this.hi = Math.floor(high / TWO_32);
      this.lo = high >>> 0;
      return undefined;
    }
    const low = chunkValue(bytes, split, end);
    if (low < 0) return 'BAD_FIELD';
    // high·1e9 passes 2^53, so high = a·2^20 + b and the two products are added by halves.
    const a = Math.floor(high / TWO_20);
    const b = high - a * TWO_20;
    const upper = a * E9; // unit 2^20
    const sum = b * E9 + low + (upper % TWO_12) * TWO_20;
    const hi = Math.floor(sum / TWO_32) + Math.floor(upper / TWO_12);
    if (hi >= TWO_32) return 'OUT_OF_RANGE';
    this.hi = hi;
    this.lo = sum - Math.floor(sum / TWO_32) * TWO_32;
    return undefined;
  }

  /** A decimal integer up to 2^53 − 1: `whole`. */
  integer(bytes: Uint8Array, start: number, end: number): IntegerFault | undefined {
    if (this.plainInteger(bytes, start, end) === end) return undefined;
    const value = digitsValue(bytes, start, end);
    if (value < 0 || start === end) return 'BAD_FIELD';
    if (value > Number.MAX_SAFE_INTEGER) return 'OUT_OF_RANGE';
    this.whole = value;
    return undefined;
  }

  /** The last 16 of 24 hexadecimal digits, the form of an ObjectId: `hi`, `lo`. */
  hexId(bytes: Uint8Array, start: number, end: number): IntegerFault | undefined {
    if (end - start !== 24) return 'BAD_FIELD';
    const top = hexValue(bytes, start, start + 8);
    const hi = hexValue(bytes, start + 8, start + 16);
    const lo = hexValue(bytes, start + 16, end);
    if (top < 0 || hi < 0 || lo < 0) return 'BAD_FIELD';
    this.hi = hi;
    this.lo = lo;
    return undefined;
  }
}

/** Value of a run of digits, −1 when there is anything else. Exact below 2^53. */
function digitsValue(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= 2 * CHUNK) {
    const split = length > CHUNK ? end - CHUNK : start;
    const high = chunkValue(bytes, start, split);
    const low = chunkValue(bytes, split, end);
    return high < 0 || low < 0 ? -1 : high * E9 + low;
  }
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** As `digitsValue`, of up to 9 digits. */
function chunkValue(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit >>> 0 > 9) return -1;
    value = (Math.imul(value, 10) + digit) | 0;
  }
  return value;
}

function digitsOnly(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}

function hexValue(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const lower = byte | 0x20;
    let digit = -1;
    if (byte >= 0x30 && byte <= 0x39) digit = byte - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) digit = lower - 0x57;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
