/**
 * Time as parameters: whoever needs time gets one of these, so that a simulated clock can drive
 * hours in seconds and a seed replays a run.
 */

/** ns since the Unix epoch as two u32: a double cannot hold it, a bigint would allocate. */
export interface StampNs {
  hi: number;
  lo: number;
}

export interface Clock {
  /** Monotonic ns (CLOCK_MONOTONIC), comparable between processes of one host. */
  monotonicNs(): number;
  /** Wall ns of a monotonic reading, through the current anchor, written into `into`. */
  wallNs(monotonicNs: number, into: StampNs): void;
}

/** Timers as a parameter. Delays in whole ms; a handle is opaque. */
export interface Timers {
  setTimer(delayMs: number, run: () => void): TimerHandle;
  clearTimer(handle: TimerHandle): void;
}
export type TimerHandle = { readonly brand?: 'timer' } | object;

/** Uniform in [0, 1). */
export type Random = () => number;

const TWO_32 = 4294967296;

/** `stamp` := `stamp` + `deltaNs` (|deltaNs| < 2^53). */
export function addNs(stamp: StampNs, deltaNs: number): void {
  // Word by word: lo + deltaNs itself may pass 2^53.
  const deltaHi = Math.floor(deltaNs / TWO_32);
  const lo = stamp.lo + (deltaNs - deltaHi * TWO_32);
  const carry = lo >= TWO_32 ? 1 : 0;
  stamp.lo = lo - carry * TWO_32;
  stamp.hi += deltaHi + carry;
}

/** a − b in ns; exact while the distance is below 2^53 ns (104 days). */
export function diffNs(a: Readonly<StampNs>, b: Readonly<StampNs>): number {
  return (a.hi - b.hi) * TWO_32 + (a.lo - b.lo);
}

/** Writes `ms` × 1e6 (ms since the Unix epoch, integer below 2^43) into `into`, exactly. */
export function stampFromMs(ms: number, into: StampNs): void {
  // ms·1e6 passes 2^53, so the product is formed in two halves of 16 bits.
  const low = (ms % 65536) * 1e6;
  const high = Math.floor(ms / 65536) * 1e6; // unit: 2^16 ns
  const sumLow = (high % 65536) * 65536 + low;
  const carry = Math.floor(sumLow / TWO_32);
  into.lo = sumLow - carry * TWO_32;
  into.hi = Math.floor(high / 65536) + carry;
}

/** For display and files only: never on the hot path. */
export function stampToBigInt(stamp: Readonly<StampNs>): bigint {
  return (BigInt(stamp.hi) << 32n) | BigInt(stamp.lo);
}

export function stampFromBigInt(ns: bigint): StampNs {
  return { hi: Number((ns >> 32n) & 0xffff_ffffn), lo: Number(ns & 0xffff_ffffn) };
}

/** The stamp that means "absent": all ones. */
export const STAMP_ABSENT_WORD = 0xffff_ffff;
