/**
 * The u16 that says how long a tick took from receipt to publication: a 12-bit mantissa shifted
 * left by a 4-bit exponent (mantissa << 4 | exponent), in ns. Exact below 4,096 ns, within
 * 0.05 % above, saturating at 4095 · 2^15 = 134,184,960 ns.
 */
export const PUBLISH_DELTA_NS_MAX = 4095 * 32_768;

/** Packs `deltaNs`; below zero (a clock step) counts as 0. */
export function packPublishDelta(deltaNs: number): number {
  if (!(deltaNs > 0)) return 0;
  if (deltaNs >= PUBLISH_DELTA_NS_MAX) return 0xffff;
  const whole = Math.floor(deltaNs);
  const exponent = Math.max(0, 20 - Math.clz32(whole)); // 32 − clz − 12 bits
  return ((whole >>> exponent) << 4) | exponent;
}

/** ns of a packed delta. */
export const unpackPublishDelta = (packed: number): number => (packed >>> 4) * 2 ** (packed & 15);
