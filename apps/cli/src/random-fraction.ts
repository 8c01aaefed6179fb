import { randomInt } from 'node:crypto';

const STEPS = 2 ** 47;

/** Uniform in [0, 1). */
export function randomFraction(): number {
  return randomInt(STEPS) / STEPS;
}
