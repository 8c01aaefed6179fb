/**
 * The few facts about a tick that everybody needs, the ring included, without knowing its fields.
 * The layout itself is in `@tickwire/wire-tick`.
 */

/** Bytes of one tick: one cache line. */
export const TICK_BYTES = 64;

/** Offset of the `kind` byte inside a tick. */
export const TICK_KIND_OFFSET = 28;

/** The kind that readers skip: it fills positions that a dead writer had claimed. */
export const TICK_KIND_PAD = 255;

/**
 * An absent 64-bit value as a number: i64 max (2^63 − 1) rounds to exactly this double when read
 * as low + high · 2^32, so absence costs the reader no branch. It lies far outside ±(2^53 − 1).
 */
export const ABSENT = 2 ** 63;

/** The instrument index that stands for the whole ring or channel. */
export const INSTRUMENT_ALL = 0xffff_ffff;
