/** What `receive` did with a packet. */
export const Verdict = {
  Delivered: 0,
  /** Copied: it waits behind a hole. */
  Held: 1,
  Duplicate: 2,
  /** Given to `late`. */
  Late: 3,
  /**
   * Discarded: too far from the next sequence. When other facts (its sending time, a new week) say
   * that it is the newest of the channel, the venue numbers anew: `reset`; or so much was lost:
   * `skipTo`. Then give it again.
   */
  OutOfWindow: 4,
  /** Discarded: no sequence. */
  BadSequence: 5,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];
