// From the normaliser's ticks to the ring: counts, latencies, directory.
import { HopCounters, STAMP_ABSENT_WORD, recordLatency } from '@tickwire/core';
import type { Clock, CounterTable } from '@tickwire/core';
import type { RingProducer } from '@tickwire/io-rings';
import type { NewDirectoryEntry } from '@tickwire/venue-kucoin';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickBatch, TickView } from '@tickwire/wire-tick';

const TWO_32 = 4294967296;

export class RingSink {
  /** Monotonic ns of the last publication. */
  lastPublishNs = 0;
  readonly #ring: RingProducer;
  readonly #clock: Clock;
  readonly #published;
  readonly #wireLatency: Float64Array;
  readonly #decodeLatency: Float64Array;
  /** Entries of earlier writers of this ring: a restart goes on with them. */
  readonly #known = new Map<string, number>();

  constructor(options: { ring: RingProducer; clock: Clock; stats: CounterTable }) {
    const { ring, clock, stats } = options;
    this.#ring = ring;
    this.#clock = clock;
    this.#published = new HopCounters(stats, 'kucoin.normalise', 'tick').out;
    this.#wireLatency = stats.histogram('latency/wire');
    this.#decodeLatency = stats.histogram('latency/decode');
    for (let index = 1; index < ring.directory.count; index++) {
      const entry = ring.directory.get(index);
      if (entry !== undefined) this.#known.set(keyOf(entry), index);
    }
  }

  publish(batch: TickBatch, recvMonotonicNs: number): void {
    const nowNs = this.#clock.monotonicNs();
    const deltaNs = nowNs - recvMonotonicNs;
    this.#recordWire(batch.at(0));
    recordLatency(this.#decodeLatency, deltaNs, batch.count);
    batch.stampPublishDelta(deltaNs);
    this.#published.add(batch.count);
    this.#ring.publish(batch.bytes, batch.count);
    this.lastPublishNs = nowNs;
  }

  define(entry: NewDirectoryEntry): number | undefined {
    const key = keyOf(entry);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#ring.append(entry);
    if (index < 0) return undefined;
    this.#known.set(key, index);
    return index;
  }

  /** Vendor's event to our receipt, by two wall clocks; images and changes of state have none. */
  #recordWire(tick: TickView): void {
    if (tick.kind === TickKind.Stream || tick.kind === TickKind.Clock) return;
    if ((tick.flags & (TickFlag.Snapshot | TickFlag.BadTs)) !== 0) return;
    const hi = tick.tsEventHi;
    if (hi === STAMP_ABSENT_WORD) return;
    const latencyNs = (tick.tsRecvHi - hi) * TWO_32 + (tick.tsRecvLo - tick.tsEventLo);
    recordLatency(this.#wireLatency, latencyNs);
  }
}

/** Entries are the same when everything but their place is. */
const keyOf = (entry: NewDirectoryEntry): string => {
  const { vendor, symbol, priceExp, sizeExp, tickSize, lotSize, supersedes } = entry;
  return JSON.stringify([vendor, symbol, priceExp, sizeExp, tickSize, lotSize, supersedes]);
};
