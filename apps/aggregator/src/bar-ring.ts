import {
  ABSENT,
  INSTRUMENT_ALL,
  SUPERSEDES_NONE,
  StreamReason,
  StreamScope,
  StreamState,
} from '@tickwire/core';
import type { DirectoryEntry, NewDirectoryEntry } from '@tickwire/core';
import type { ClosedBar } from '@tickwire/domain-bars';
import { createRing, formatRingId } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { barKey, readEarlierBars } from './earlier-bars.ts';

const TICKS_PER_BAR = 2;
/** Vendor of rings that we derive ourselves: nobody aggregates them again. */
export const OWN_VENDOR = 'tickwire';

export interface BarRingOptions {
  readonly dir: string;
  readonly name: string;
  readonly slotCount: number;
  readonly clock: HostClock;
}

/** The ring that bars are written to: one directory entry per instrument and set of exponents. */
export class BarRing {
  /** 16 hexadecimal digits. */
  readonly ringId: string;
  readonly #producer: RingProducer;
  readonly #batch = new TickBatch(TICKS_PER_BAR);
  readonly #indexes = new Map<string, number>();
  readonly #newest = new Map<string, number>();
  /** Bars of an earlier life of this process; empty in a new ring. */
  readonly #earlier: ReadonlyMap<string, number>;

  constructor(producer: RingProducer, earlier: ReadonlyMap<string, number>) {
    this.#producer = producer;
    this.#earlier = earlier;
    this.ringId = formatRingId(producer.ringId);
    for (let index = 1; index < producer.directory.count; index++) {
      const entry = producer.directory.get(index);
      if (entry !== undefined) this.#remember(entry, index);
    }
  }

  /** Makes the ring, or goes on with one whose writer was killed. */
  static async open(options: BarRingOptions): Promise<BarRing> {
    const { dir, name, slotCount, clock } = options;
    const producer = createRing({
      ...{ dir, name, slotCount, clock },
      vendor: OWN_VENDOR,
      takeoverTick: (epoch) => takeoverTick(epoch, clock),
    });
    const earlier = producer.epoch > 1 ? await readEarlierBars(dir, name) : new Map();
    return new BarRing(producer, earlier);
  }

  /** Index of a bar's instrument in this ring; −1 when the directory is full. */
  indexOf(source: DirectoryEntry, bar: ClosedBar): number {
    const { priceExp, sizeExp } = bar;
    const known = this.#indexes.get(entryKey({ ...source, priceExp, sizeExp }));
    if (known !== undefined) return known;
    const entry: NewDirectoryEntry = {
      ...source,
      priceExp,
      sizeExp,
      // These are mantissas at the source's exponents, which may be others.
      tickSize: ABSENT,
      lotSize: ABSENT,
      supersedes: this.#newest.get(instrumentKey(source)) ?? SUPERSEDES_NONE,
    };
    const index = this.#producer.append(entry);
    this.#remember(entry, index); // −1 too: full today is full for ever
    return index;
  }

  /** Position of a bar that is there from before a restart; `undefined` when it is not. */
  find(bar: ClosedBar, index: number): number | undefined {
    const { intervalMs, startMs, revision } = bar;
    return this.#earlier.get(barKey({ index, intervalMs, startMs, revision }));
  }

  /** Writes a bar; returns the position of its first tick. */
  put(bar: ClosedBar, index: number): number {
    const position = this.#producer.position;
    this.#batch.clear();
    bar.writeTo(this.#batch, index);
    this.#producer.publish(this.#batch.bytes, TICKS_PER_BAR);
    return position;
  }

  close(): void {
    this.#producer.close();
  }

  #remember(entry: NewDirectoryEntry, index: number): void {
    this.#indexes.set(entryKey(entry), index);
    if (index >= 0) this.#newest.set(instrumentKey(entry), index);
  }
}

const instrumentKey = (entry: NewDirectoryEntry): string =>
  JSON.stringify([entry.vendor, entry.venue, entry.symbol]);

const entryKey = (entry: NewDirectoryEntry): string =>
  JSON.stringify([entry.vendor, entry.venue, entry.symbol, entry.priceExp, entry.sizeExp]);

function takeoverTick(epoch: number, clock: HostClock): Uint8Array {
  const batch = new TickBatch(1);
  const tick = batch.add(TickKind.Stream);
  const now = { hi: 0, lo: 0 };
  clock.wallNs(clock.monotonicNs(), now);
  tick.setTsRecv(now.hi, now.lo);
  tick.instrument = INSTRUMENT_ALL;
  tick.sequence = epoch;
  tick.setFromTs(0xffff_ffff, 0xffff_ffff);
  tick.setMissingCount(0, 0);
  tick.setStream({
    state: StreamState.Live,
    previousState: StreamState.Unknown,
    reason: StreamReason.WriterRestarted,
    scope: StreamScope.Ring,
  });
  return batch.bytes;
}
