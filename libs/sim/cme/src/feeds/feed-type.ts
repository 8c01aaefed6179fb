/** The feeds of a channel, by the codes of the exchange's configuration. */
export const FeedType = {
  Incremental: 'I',
  Definitions: 'N',
  Snapshot: 'S',
  OrderSnapshot: 'SMBO',
} as const;
export type FeedType = (typeof FeedType)[keyof typeof FeedType];

export const FEED_TYPES: readonly FeedType[] = Object.values(FeedType);
