/**
 * The hash that places symbols: 32 bits, the same in every process, on every machine, for ever. A
 * change here moves symbols between the rings of installations that run different versions, so
 * golden values in the test hold it still.
 */

const SEED = 0x9e37_79b9;

/**
 * Hash of a text by its UTF-16 code units. Two texts of one hash share their preferences for
 * partitions, which costs balance and nothing else.
 */
export function hashText(text: string): number {
  let hash = SEED ^ text.length;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x85eb_ca6b);
    hash = (hash << 13) | (hash >>> 19);
  }
  return mix(hash);
}

/** How much the text of `hash` prefers partition `index`: u32, the largest wins. */
export function preference(hash: number, index: number): number {
  return mix(hash ^ Math.imul(index + 1, SEED));
}

/**
 * A bijection of 32 bits in which each bit of the input changes each bit of the output with a
 * probability near one half.
 */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7feb_352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846c_a68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
