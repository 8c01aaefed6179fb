/**
 * Seeded pseudo-random numbers: the small fast counter generator "sfc32" (Chris Doty-Humphrey,
 * PractRand), seeded by hashing a text. Every random decision of the simulator comes from one of
 * these, so that a printed seed replays a run. Not for secrets.
 */
export interface Random {
  /** A uniform integer in 0 … 2^32 − 1. */
  next(): number;
  /** A uniform number in [0, 1) with 32 bits. */
  unit(): number;
  /** A uniform integer in 0 … bound − 1; `bound` is an integer in 1 … 2^32. */
  below(bound: number): number;
  /** True with the given probability; 0 never, 1 always. Always draws once. */
  chance(probability: number): boolean;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Outputs thrown away after seeding, so that similar seeds do not start alike. */
const WARM_UP = 15;

/**
 * Makes a generator from a text, for example `"7/market/BTC-USDT"`. Streams whose texts differ
 * are independent for all purposes of a simulation.
 */
export function createRandom(seed: string): Random {
  let a = mix(hash(seed, FNV_OFFSET));
  let b = mix(hash(seed, a));
  let c = mix(hash(seed, b));
  let counter = 1;

  function next(): number {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + result) | 0;
    return result >>> 0;
  }

  for (let i = 0; i < WARM_UP; i += 1) next();

  return {
    next,
    unit: () => next() / 2 ** 32,
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    chance: (probability) => next() / 2 ** 32 < probability,
  };
}

function hash(text: string, basis: number): number {
  let value = basis | 0;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), FNV_PRIME);
  }
  return value >>> 0;
}

function mix(value: number): number {
  let x = (value + 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
