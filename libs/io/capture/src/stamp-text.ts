/**
 * Receive times in captures: decimal text ⇄ two u32, without floats, so no digit is lost.
 */
import { stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';

const TWO_32 = 4294967296;
const ZERO = 0x30;
const POINT = 0x2e;
const NS_DIGITS = 9;

/**
 * Reads the digits at the start of `bytes` as ns since the Unix epoch, up to `end`.
 * @returns whether they are 1–20 digits and nothing else, below 2^64; `into` is undefined if not.
 */
export function parseStampNs(bytes: Uint8Array, end: number, into: StampNs): boolean {
  if (end < 1 || end > 20) return false;
  into.hi = 0;
  into.lo = 0;
  for (let at = 0; at < end; at++) {
    if (!appendDigit(into, (bytes[at] ?? 0) - ZERO)) return false;
  }
  return true;
}

/**
 * Reads `<seconds>` or `<seconds>.<fraction>` as ns, exactly. Digits beyond the ninth of the
 * fraction are below one ns and cut off.
 */
export function parseStampSeconds(bytes: Uint8Array, end: number, into: StampNs): boolean {
  into.hi = 0;
  into.lo = 0;
  let fractionDigits = -1; // −1: still before the point
  let digits = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === POINT && fractionDigits < 0 && digits > 0) {
      fractionDigits = 0;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) return false;
    digits += 1;
    if (fractionDigits >= 0 && fractionDigits++ >= NS_DIGITS) continue;
    if (!appendDigit(into, digit)) return false;
  }
  if (digits === 0 || fractionDigits === 0) return false;
  for (let left = NS_DIGITS - Math.max(0, fractionDigits); left > 0; left--) {
    if (!appendDigit(into, 0)) return false;
  }
  return true;
}

/** ns as decimal text. */
export const formatStampNs = (stamp: Readonly<StampNs>): string => stampToBigInt(stamp).toString();

/** `into` := `into` × 10 + `digit`; false when it is no digit or the sum reaches 2^64. */
function appendDigit(into: StampNs, digit: number): boolean {
  if (digit < 0 || digit > 9) return false;
  const lo = into.lo * 10 + digit;
  const carry = Math.floor(lo / TWO_32);
  into.lo = lo - carry * TWO_32;
  into.hi = into.hi * 10 + carry;
  return into.hi < TWO_32;
}
