/** Topics by their bytes. */
export const Topic = {
  Unknown: 0,
  Level2: 1,
  Ticker: 2,
  Level1: 3,
  Match: 4,
  /** Known, and not normalised: see the table of what is dropped. */
  Ignored: 5,
} as const;
export type Topic = (typeof Topic)[keyof typeof Topic];

/** Subscription names of the topics that become ticks. */
export const TOPIC_PREFIX = {
  level2: '/market/level2',
  ticker: '/market/ticker',
  level1: '/spotMarket/level1',
  match: '/market/match',
} as const;
export type TopicName = keyof typeof TOPIC_PREFIX;

const IGNORED = [
  '/market/candles',
  '/market/snapshot',
  '/spotMarket/level2Depth5',
  '/spotMarket/level2Depth50',
];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const KNOWN: readonly { bytes: Uint8Array; topic: Topic }[] = [
  { bytes: encode(TOPIC_PREFIX.level2), topic: Topic.Level2 },
  { bytes: encode(TOPIC_PREFIX.ticker), topic: Topic.Ticker },
  { bytes: encode(TOPIC_PREFIX.match), topic: Topic.Match },
  { bytes: encode(TOPIC_PREFIX.level1), topic: Topic.Level1 },
  ...IGNORED.map((text) => ({ bytes: encode(text), topic: Topic.Ignored })),
];

/** Place of the colon in the topic at [start, end); `end` when there is none. */
export function colonOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0x3a) at += 1;
  return at;
}

/** The topic whose name stands at [start, colon). */
export function topicOf(bytes: Uint8Array, start: number, colon: number): Topic {
  const length = colon - start;
  for (let index = 0; index < KNOWN.length; index++) {
    const known = KNOWN[index] as (typeof KNOWN)[number];
    if (known.bytes.length === length && matches(bytes, start, known.bytes)) return known.topic;
  }
  return Topic.Unknown;
}

/** Whether `expected` stands at `start`. From its end: the names begin alike. */
export function matches(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let at = expected.length - 1; at >= 0; at--) {
    if (bytes[start + at] !== expected[at]) return false;
  }
  return true;
}
