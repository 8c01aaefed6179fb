import { BackpressureError } from './errors.ts';

/**
 * What a full queue does with one tick too many.
 *
 * | policy | what goes |
 * |---|---|
 * | `drop-oldest` | the tick that has waited longest |
 * | `drop-newest` | the tick that arrives |
 * | `conflate` | what a newer value replaces; else the oldest of the ticks never conflated |
 * | `block` | nothing, the source waits: only for files and paced rings |
 *
 * `conflate` keeps the newest quote, quote extension and mark of each instrument. Trades, book
 * levels and all else are never conflated. The last value of an instrument always arrives, as long
 * as the queue holds three ticks for each instrument.
 */
export const DROP_POLICIES = ['drop-oldest', 'drop-newest', 'conflate', 'block'] as const;
export type DropPolicy = (typeof DROP_POLICIES)[number];

/** @throws BackpressureError `BAD_OPTION`. */
export function requirePolicy(policy: string): DropPolicy {
  const known = DROP_POLICIES.find((candidate) => candidate === policy);
  if (known !== undefined) return known;
  throw new BackpressureError('BAD_OPTION', `policy: ${policy} is none`, {
    hint: `Use ${DROP_POLICIES.join(', ')}`,
  });
}
