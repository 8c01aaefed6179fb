/**
 * Stamps of ticks (two u32 of ns) as whole µs since the Unix epoch: one exact double, good until
 * the year 2255, fine enough for coverage in 1e-4 of a second.
 */

const NS_PER_US = 1000;
// 2^32 ns = 4,294,967 µs and 296 ns.
const US_PER_HI = 4_294_967;
const NS_REST_PER_HI = 296;

/** µs of the stamp, rounded down. */
export function stampUs(hi: number, lo: number): number {
  return hi * US_PER_HI + Math.floor((hi * NS_REST_PER_HI + lo) / NS_PER_US);
}

/** Start of the interval that holds `us`, aligned to the Unix epoch. */
export function intervalStartUs(us: number, intervalUs: number): number {
  return Math.floor(us / intervalUs) * intervalUs;
}
