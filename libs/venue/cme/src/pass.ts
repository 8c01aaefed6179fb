/** Why a packet is gone through: it says what of its entries is done. */
export const Pass = {
  /** In order, for the first time. */
  Live: 0,
  /** It was missing, and came from the replay service. */
  Replayed: 1,
  /** From the queue, for instruments that waited for what was missing before it. */
  Waiting: 2,
  /** From the queue, for the book by level of the instrument whose snapshot was loaded. */
  AfterSnapshot: 3,
  /** The same, for its book by order. */
  AfterOrderSnapshot: 4,
} as const;
export type Pass = (typeof Pass)[keyof typeof Pass];
