import { randomInt } from 'node:crypto';
import { whenFailed } from './vitest-hooks.ts';

/** 2^32: seeds are u32, so that every generator of the project takes them as they are. */
const SEED_LIMIT = 0x1_0000_0000;

/**
 * The seed of a randomised test: `TICKWIRE_SEED` when it is set, else a fresh u32. Called inside a
 * test it prints the seed when that test fails; outside of one (a script) the caller prints it.
 *
 * @throws Error when `TICKWIRE_SEED` is not an integer of 0 … 2^32 − 1.
 */
export function testSeed(): number {
  const seed = seedFromEnvironment() ?? randomInt(SEED_LIMIT);
  whenFailed((test) => {
    process.stderr.write(`\n${test}: repeat with TICKWIRE_SEED=${seed}\n`);
  });
  return seed;
}

/** `TICKWIRE_SEED` as a number, `undefined` when unset. */
export function seedFromEnvironment(): number | undefined {
  const text = process.env.TICKWIRE_SEED;
  if (text === undefined || text === '') return undefined;
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= SEED_LIMIT) {
    throw new Error(`TICKWIRE_SEED is ${JSON.stringify(text)}, expected an integer below 2^32`);
  }
  return seed;
}

/**
 * A small seeded generator (mulberry32) for tests and proofs: uniform in [0, 1), the shape of the
 * core's `Random`. Not for products: each of those has its own.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / SEED_LIMIT;
  };
}
