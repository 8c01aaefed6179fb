/** Ticks and directory entries for the tests of the store: seeded, self-describing. */
import { ABSENT, AssetClass, SUPERSEDES_NONE, TICK_BYTES, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { encodeDirectoryEntry } from '@tickwire/ipc-ring';
import type { RingId } from '@tickwire/ipc-ring';
import { Action, Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import type { TickRun } from '../src/journal-batch.ts';
import type { RingStore } from '../src/ring-store.ts';
import { TickStore } from '../src/tick-store.ts';
import type { TickStoreOptions } from '../src/tick-store.ts';

export const RING: RingId = { hi: 0x0123_4567, lo: 0x89ab_cdef };
export const RING_TEXT = '0123456789abcdef';
/** 2026-11-21T12:00:00Z. */
export const NOON_NS = 1_795_262_400_000_000_000n;

export function sampleEntry(index: number, change: Partial<DirectoryEntry> = {}): DirectoryEntry {
  return {
    index,
    vendor: 'kucoin',
    venue: 'KUCOIN',
    symbol: `SYM${index}-USDT`,
    canonicalSymbol: `SYM${index}/USDT`,
    assetClass: AssetClass.Spot,
    currency: 'USDT',
    priceExp: -8,
    sizeExp: -6,
    markExp: -8,
    textForm: TextForm.Stripped,
    tickSize: 1,
    lotSize: ABSENT,
    multiplierE9: ABSENT,
    expirySec: ABSENT,
    supersedes: SUPERSEDES_NONE,
    ...change,
  };
}

export function encodedEntries(entries: readonly DirectoryEntry[]): Uint8Array {
  return Buffer.concat(entries.map((entry) => encodeDirectoryEntry(entry)));
}

/** The tick that belongs to `position`, and to it alone: trades, every hundredth a quote. */
export function writeSampleTick(into: Uint8Array, at: number, position: number): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const isTrade = position % 100 !== 0;
  const tick = new TickView().wrap(view, at).begin(isTrade ? TickKind.Trade : TickKind.Quote);
  const ns = NOON_NS + BigInt(position) * 1_000n;
  const hi = Number(ns >> 32n);
  const lo = Number(ns & 0xffff_ffffn);
  tick.setTsRecv(hi, lo);
  if (position % 7 !== 0) tick.setTsEvent(hi, lo);
  tick.instrument = 1 + (position % 3);
  tick.sequence = position >>> 0;
  tick.publishDelta = position & 0xffff;
  tick.setSideAction(position % 2 === 0 ? Side.Bid : Side.Ask, Action.Trade);
  tick.flags = TickFlag.Last;
  if (isTrade) {
    tick.price = 1_000_000 + position;
    tick.size = (position % 1_000) + 1;
    tick.setTradeId(0, position >>> 0);
  } else {
    tick.bidPrice = position;
    tick.askPrice = position + 1;
    tick.bidSize = ABSENT;
    tick.askSize = 5;
  }
}

export function sampleRun(firstPosition: number, count: number, epoch = 1): TickRun {
  const bytes = new Uint8Array(count * TICK_BYTES);
  for (let at = 0; at < count; at++) writeSampleTick(bytes, at * TICK_BYTES, firstPosition + at);
  return { bytes, count, firstPosition, epoch, publishedNs: undefined };
}

export function openTestStore(
  dataDir: string,
  change: Partial<TickStoreOptions> = {},
): Promise<TickStore> {
  return TickStore.open({ dataDir, statsId: 7, budgetBytes: 2 ** 40, nowMs: () => 0, ...change });
}

/** Opens the ring `kucoin.0`, its counting begun where it resumes, with three instruments. */
export async function openTestRing(
  store: TickStore,
  ring: { ringId?: RingId; name?: string; vendor?: string } = {},
): Promise<RingStore> {
  const kept = await store.ring({
    ringId: ring.ringId ?? RING,
    name: ring.name ?? 'kucoin.0',
    vendor: ring.vendor ?? 'kucoin',
  });
  kept.attach(kept.resumePosition ?? 0);
  if (kept.entryCount === 0) {
    kept.appendEntries(encodedEntries([0, 1, 2, 3].map((index) => sampleEntry(index))));
  }
  return kept;
}

export async function appendAll(kept: RingStore, run: TickRun): Promise<void> {
  while (!kept.append(run)) await kept.commit();
}
