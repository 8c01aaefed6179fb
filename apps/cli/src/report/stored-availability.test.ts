// Goal: availability per stream-minute of what really lies in a store. Method: stores written by
// the store library from a story of each ring, read through SQL by the report's own code.
import { StreamReason, StreamState } from '@tickwire/core';
import { openStore } from '@tickwire/io-store';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { FEED_START_MS, storeFeeds } from '../../test/stored-feed.ts';
import type { FeedEvent, StoredFeed } from '../../test/stored-feed.ts';
import { storedAvailability } from './stored-availability.ts';
import type { Availability } from './stored-availability.ts';
import { storedLatency } from './stored-latency.ts';
import { storedRings } from './stored-rings.ts';
import type { StoredRing } from './stored-rings.ts';

const { Live, Gap, Recovering } = StreamState;
const MINUTE_SEC = 60;

/** A sign of life each second, and what is told besides, in the order of time. */
function story(range: { fromSec: number; toSec: number }, told: readonly FeedEvent[]): FeedEvent[] {
  const { fromSec, toSec } = range;
  const clocks = Array.from({ length: toSec - fromSec + 1 }, (_, at): FeedEvent => ({
    kind: 'clock',
    atSec: fromSec + at,
  }));
  return [...clocks, ...told].sort((a, b) => a.atSec - b.atSec);
}

type Told = Partial<Extract<FeedEvent, { kind: 'stream' }>>;

/** `says(1, Live, { atSec: 3 })`: of the stream of instrument 1. */
const says = (instrument: number, state: number, more: Told & { atSec: number }): FeedEvent => ({
  ...{ kind: 'stream', instrument, state },
  ...more,
});

async function examine(
  feeds: readonly StoredFeed[],
  minutes: number,
  pageRows?: number,
): Promise<{ availability: Availability; rings: StoredRing[] }> {
  const dataDir = temporaryDirectory({ name: 'report' });
  await storeFeeds(dataDir, feeds);
  const store = await openStore(dataDir);
  const fromUs = FEED_START_MS * 1000;
  const window = { fromUs, toUs: fromUs + minutes * MINUTE_SEC * 1e6 };
  try {
    const rings = await storedRings(store, window);
    const options = pageRows === undefined ? { window } : { window, pageRows };
    return { availability: await storedAvailability(store, rings, options), rings };
  } finally {
    store.close();
  }
}

const minutesOf = ({ streams }: Availability, symbol: string) =>
  streams.find((stream) => stream.symbol === symbol) ?? expect.fail(`no ${symbol}`);

describe('availability from the store', () => {
  test('follows each stream through its own changes', async () => {
    const events = story({ fromSec: 0, toSec: 600 }, [
      says(1, Live, { atSec: 0.1 }),
      says(2, Live, { atSec: 0.1 }),
      says(1, Gap, { atSec: 200, fromSec: 170, previous: Live }),
      says(1, Recovering, { atSec: 201 }),
      says(1, Live, { atSec: 250 }),
      { kind: 'trade', instrument: 1, atSec: 300 },
    ]);
    const feed = { ring: 1, symbols: ['A', 'B', 'SILENT'], events };
    const { availability } = await examine([feed], 10);
    expect(availability).toMatchObject({ minutes: 10, streamMinutes: 30 });
    // The first minute began before anybody had said anything.
    expect(minutesOf(availability, 'A')).toMatchObject({
      ...{ available: 6, interrupted: 3, unknown: 1, origin: 'simulated' },
    });
    expect(minutesOf(availability, 'B')).toMatchObject({ available: 9, unknown: 1 });
    expect(minutesOf(availability, 'SILENT')).toMatchObject({
      ...{ available: 0, interrupted: 0, unknown: 10, origin: 'unknown' },
    });
    expect(availability.share).toBeCloseTo(15 / 30);
  });

  test('does not speak for the time in which the writer was gone, nor after it', async () => {
    const events = [
      ...story({ fromSec: 0, toSec: 130 }, [says(1, Live, { atSec: 0 })]),
      ...story({ fromSec: 170, toSec: 480 }, [
        { kind: 'stream', atSec: 170, state: Gap, reason: StreamReason.WriterRestarted },
        says(1, Live, { atSec: 171 }),
      ]),
    ];
    const { availability, rings } = await examine([{ ring: 1, symbols: ['A'], events }], 10);
    expect(rings[0]?.known).toHaveLength(2);
    // 0 and 1 live; in 2 the writer vanished and came back with a gap; 3 to 7 live; then nothing.
    expect(minutesOf(availability, 'A')).toMatchObject({
      ...{ available: 7, interrupted: 1, unknown: 2 },
    });
  });

  test('does not speak for the time of ticks that the store lost', async () => {
    const events = story({ fromSec: 0, toSec: 600 }, [says(1, Live, { atSec: 0 })]);
    const lost = { first: 311, last: 340 };
    const feed = { ring: 1, symbols: ['A'], events, lost };
    const { availability, rings } = await examine([feed], 10);
    // The tick at the very end is the next minute's.
    expect(rings[0]?.ticks).toBe(events.length - 30 - 1);
    expect(minutesOf(availability, 'A')).toMatchObject({ available: 9, unknown: 1 });
  });

  test('reads changes page by page as at once, over several rings', async () => {
    const flap = (instrument: number): FeedEvent[] =>
      Array.from({ length: 20 }, (_, at) =>
        says(instrument, at % 2 === 0 ? Live : Recovering, { atSec: 3 + at * 7 + instrument }),
      );
    const feeds = [1, 2].map((ring) => ({
      ...{ ring, symbols: ['A', 'B', `ONLY${ring}`] },
      events: story({ fromSec: 0, toSec: 300 }, [
        ...flap(1),
        ...flap(2),
        says(3, Live, { atSec: 1 }),
      ]),
    }));
    const [whole, paged] = [await examine(feeds, 5), await examine(feeds, 5, 3)];
    expect(paged.availability).toEqual(whole.availability);
    expect(whole.availability.streams.map(({ symbol }) => symbol)).toEqual([
      ...['A', 'B', 'ONLY1', 'ONLY2'],
    ]);
  });

  test('is empty, not an error, where nothing is stored', async () => {
    const { availability, rings } = await examine([], 5);
    expect(rings).toEqual([]);
    expect(availability).toMatchObject({ streamMinutes: 0, share: null, streams: [] });
  });
});

test('latency of stored ticks: the venue to us, exactly where the buckets allow', async () => {
  const dataDir = temporaryDirectory({ name: 'report' });
  const told = Array.from({ length: 100 }, (_, at): FeedEvent => ({
    ...{ kind: 'trade', instrument: 1, atSec: at / 2 },
  }));
  const events = story({ fromSec: 0, toSec: 50 }, told);
  await storeFeeds(dataDir, [{ ring: 1, symbols: ['A'], events }]);
  const store = await openStore(dataDir);
  const fromUs = FEED_START_MS * 1000;
  const { wire, decode } = await storedLatency(store, { fromUs, toUs: fromUs + 3.6e9 });
  store.close();
  expect(wire).toMatchObject({ count: 100, maxNs: 2_000_000, p50Ns: 2_000_000 });
  expect(decode).toMatchObject({ count: 100, maxNs: 0 });
});
