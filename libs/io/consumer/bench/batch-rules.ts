/** Rules for the size of the next batch that were tried against each other. */
import type { BatchRule } from '../src/index.ts';

export const BATCH_MAX = 4_096;
const BATCH_MIN = 64;

/** Small batches, whatever waits. */
export const fixed = (): BatchRule => () => 256;

/** All that waits, up to a bound: what the consumer does without a rule. */
export const allWaiting = (): BatchRule => () => BATCH_MAX;

/** Doubles while more than two batches wait, halves while less than half of one does. */
export function adaptive(): BatchRule {
  let size = BATCH_MIN;
  return (waiting) => {
    if (waiting > size * 2) size = Math.min(size * 2, BATCH_MAX);
    else if (waiting < size / 2) size = Math.max(size / 2, BATCH_MIN);
    return size;
  };
}

/**
 * The same, and at once the largest when the trend of the backlog would reach the high-water mark
 * within the next few batches.
 */
export function predictive(highTicks: number): BatchRule {
  const grown = adaptive();
  let before = 0;
  let trend = 0;
  return (waiting) => {
    trend += (waiting - before - trend) * 0.3;
    before = waiting;
    const size = grown(waiting);
    return waiting + trend * 4 >= highTicks ? BATCH_MAX : size;
  };
}
