/** A store as persistence would have left it, from the story of one ring: for tests of reports. */
import {
  ABSENT,
  AssetClass,
  INSTRUMENT_ALL,
  STAMP_ABSENT_WORD,
  SUPERSEDES_NONE,
  StreamReason,
  StreamScope,
  TICK_BYTES,
  TextForm,
  stampFromBigInt,
} from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { encodeDirectoryEntry } from '@tickwire/ipc-ring';
import { TickStore } from '@tickwire/io-store';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

export type FeedEvent =
  | { readonly atSec: number; readonly kind: 'clock' }
  | { readonly atSec: number; readonly kind: 'trade'; readonly instrument: number }
  | {
      readonly atSec: number;
      readonly kind: 'stream';
      /** Absent: the whole ring. */
      readonly instrument?: number;
      readonly state: number;
      readonly previous?: number;
      readonly reason?: number;
      readonly fromSec?: number;
    };

export interface StoredFeed {
  /** Low word of the ring's id. */
  readonly ring: number;
  readonly symbols: readonly string[];
  readonly events: readonly FeedEvent[];
  /** Positions that the store lost: no tick is stored there. */
  readonly lost?: { readonly first: number; readonly last: number };
}

/** 2026-11-21T12:00:00Z, the start of the story. */
export const FEED_START_MS = Date.UTC(2026, 10, 21, 12);
const RUN_TICKS = 256;

export async function storeFeeds(dataDir: string, feeds: readonly StoredFeed[]): Promise<void> {
  const store = await TickStore.open({ dataDir, statsId: 1, budgetBytes: 2 ** 40 });
  for (const feed of feeds) await storeFeed(store, feed);
  await store.close();
}

async function storeFeed(store: TickStore, feed: StoredFeed): Promise<void> {
  const { events, lost } = feed;
  const ringId = { hi: 0xaa00_0000, lo: feed.ring };
  const kept = await store.ring({ ringId, name: `kucoin.${feed.ring}`, vendor: 'kucoin' });
  kept.attach(0);
  const entries = ['', ...feed.symbols].map(directoryEntry);
  kept.appendEntries(Buffer.concat(entries.map((entry) => encodeDirectoryEntry(entry))));
  const append = async (first: number, end: number): Promise<void> => {
    for (let from = first; from < end; from += RUN_TICKS) {
      const run = ticksOf(events, { first: from, end: Math.min(end, from + RUN_TICKS) });
      while (!kept.append(run)) await kept.commit();
    }
  };
  await append(0, lost?.first ?? events.length);
  if (lost !== undefined) {
    await kept.noteGap({ ...lost, reason: 'lapped' });
    await append(lost.last + 1, events.length);
  }
  await kept.commit();
  await kept.take(events.length);
  await kept.flush();
}

function directoryEntry(symbol: string, index: number): DirectoryEntry {
  return {
    ...{ index, vendor: 'kucoin', venue: 'KUCOIN', symbol, canonicalSymbol: symbol },
    ...{ assetClass: AssetClass.Spot, currency: 'USDT', textForm: TextForm.Stripped },
    ...{ priceExp: -2, sizeExp: -6, markExp: -2, tickSize: 1, lotSize: ABSENT },
    ...{ multiplierE9: ABSENT, expirySec: ABSENT, supersedes: SUPERSEDES_NONE },
  };
}

function ticksOf(events: readonly FeedEvent[], { first, end }: { first: number; end: number }) {
  const bytes = new Uint8Array((end - first) * TICK_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = first; at < end; at++) {
    const event = events[at];
    if (event !== undefined) writeEvent(view, (at - first) * TICK_BYTES, event);
  }
  return { bytes, count: end - first, firstPosition: first, epoch: 1, publishedNs: undefined };
}

const stampOf = (sec: number): { hi: number; lo: number } =>
  stampFromBigInt(BigInt(Math.round((FEED_START_MS + sec * 1000) * 1000)) * 1000n);

function writeEvent(view: DataView<ArrayBuffer>, offset: number, event: FeedEvent): void {
  const kinds = { clock: TickKind.Clock, trade: TickKind.Trade, stream: TickKind.Stream };
  const tick = new TickView().wrap(view, offset).begin(kinds[event.kind]);
  const { hi, lo } = stampOf(event.atSec);
  tick.setTsRecv(hi, lo);
  tick.flags = TickFlag.Last | TickFlag.Simulated;
  if (event.kind === 'clock') tick.instrument = INSTRUMENT_ALL;
  else if (event.kind === 'trade') {
    tick.instrument = event.instrument;
    tick.price = 100;
    tick.size = 1;
    const venue = stampOf(event.atSec - 0.002);
    tick.setTsEvent(venue.hi, venue.lo);
  } else {
    const { instrument, state, previous = 0, reason = StreamReason.None, fromSec } = event;
    const from = fromSec === undefined ? undefined : stampOf(fromSec);
    tick.instrument = instrument ?? INSTRUMENT_ALL;
    tick.setFromTs(from?.hi ?? STAMP_ABSENT_WORD, from?.lo ?? STAMP_ABSENT_WORD);
    const scope = instrument === undefined ? StreamScope.Ring : StreamScope.Instrument;
    tick.setStream({ state, previousState: previous, reason, scope });
  }
}
