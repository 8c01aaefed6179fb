// Times of captures as ns since the Unix epoch, whatever unit the file has.
import { STAMP_ABSENT_WORD, stampFromBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';

const NS_DIGITS = 9;
const NS_PER_SECOND = 1_000_000_000n;
const U64_END = 1n << 64n;

export const NO_TIME: Readonly<StampNs> = { hi: STAMP_ABSENT_WORD, lo: STAMP_ABSENT_WORD };

export function stampOf(ns: bigint): Readonly<StampNs> {
  return ns >= 0n && ns < U64_END ? stampFromBigInt(ns) : NO_TIME;
}

/** Turns the ticks of a clock of some resolution into ns. */
export type TicksToNs = (ticks: bigint) => bigint;

/** The resolution of pcapng unless an interface says another. */
export const MICROSECONDS: TicksToNs = (ticks) => ticks * 1_000n;

/**
 * The option `if_tsresol`: a power of ten, or with the upper bit of two, negative. Finer
 * resolutions than ns are rounded down.
 */
export function resolutionOf(tsresol: number): TicksToNs {
  const exponent = tsresol & 0x7f;
  if ((tsresol & 0x80) !== 0) return (ticks) => (ticks * NS_PER_SECOND) >> BigInt(exponent);
  if (exponent <= NS_DIGITS) {
    const factor = 10n ** BigInt(NS_DIGITS - exponent);
    return (ticks) => ticks * factor;
  }
  const divisor = 10n ** BigInt(exponent - NS_DIGITS);
  return (ticks) => ticks / divisor;
}

export function secondsToNs(seconds: bigint): bigint {
  return seconds * NS_PER_SECOND;
}
