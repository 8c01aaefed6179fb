// From the normaliser's ticks to the ring: counts, latencies, directory.
import { STAMP_ABSENT_WORD, SUPERSEDES_NONE, recordLatency } from '@tickwire/core';
import type { Clock, CounterTable, NewDirectoryEntry } from '@tickwire/core';
import { publishedAt } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import type { TickTracer } from '@tickwire/io-service';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickBatch, TickView } from '@tickwire/wire-tick';
import { gatewayHops } from './gateway-hops.ts';

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
  /** Entries of each symbol, oldest first. */
  readonly #ofSymbol = new Map<string, number[]>();
  readonly #tracer: TickTracer;
  /** Ticks before the next one that is traced. */
  #untilSampled: number;

  constructor(options: {
    ring: RingProducer;
    clock: Clock;
    stats: CounterTable;
    tracer: TickTracer;
    /** Of whose hop the ticks are counted as published. */
    vendor: string;
  }) {
    const { ring, clock, stats, tracer, vendor } = options;
    this.#tracer = tracer;
    this.#untilSampled = tracer.sampleEvery - 1;
    this.#ring = ring;
    this.#clock = clock;
    this.#published = gatewayHops(stats, vendor).normalise.out;
    this.#wireLatency = stats.histogram('latency/wire');
    this.#decodeLatency = stats.histogram('latency/decode');
    for (let index = 1; index < ring.directory.count; index++) {
      const entry = ring.directory.get(index);
      if (entry !== undefined) this.#know(entry, index);
    }
  }

  publish(batch: TickBatch, recvMonotonicNs: number): void {
    const nowNs = this.#clock.monotonicNs();
    const deltaNs = nowNs - recvMonotonicNs;
    this.#recordWire(batch.at(0));
    recordLatency(this.#decodeLatency, deltaNs, batch.count);
    batch.stampPublishDelta(deltaNs);
    const sampled = this.#tracer.sampleEvery === 0 ? -1 : this.#sample(batch);
    this.#published.add(batch.count);
    this.#ring.publish(batch.bytes, batch.count);
    this.lastPublishNs = nowNs;
    if (sampled >= 0) this.#trace(batch.at(sampled));
  }

  define(entry: NewDirectoryEntry): number | undefined {
    const key = keyOf(entry);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.#ring.append(entry);
    if (index < 0) return undefined;
    this.#know(entry, index);
    return index;
  }

  /**
   * The entry of a symbol that comes from another ring: the newest one of it here that differs in
   * nothing but its place, else a new one, which supersedes what there is of the symbol.
   */
  adopt(entry: NewDirectoryEntry): number | undefined {
    const indexes = this.#ofSymbol.get(entry.symbol) ?? [];
    const wanted = keyOf({ ...entry, supersedes: SUPERSEDES_NONE });
    for (let at = indexes.length - 1; at >= 0; at--) {
      const known = this.#ring.directory.get(indexes[at] as number);
      if (known === undefined) continue;
      if (keyOf({ ...known, supersedes: SUPERSEDES_NONE }) === wanted) return known.index;
    }
    return this.define({ ...entry, supersedes: indexes.at(-1) ?? SUPERSEDES_NONE });
  }

  #know(entry: NewDirectoryEntry, index: number): void {
    this.#known.set(keyOf(entry), index);
    const indexes = this.#ofSymbol.get(entry.symbol);
    if (indexes === undefined) this.#ofSymbol.set(entry.symbol, [index]);
    else indexes.push(index);
  }

  /**
   * Flags the tick whose turn it is, if it is in this batch; at most one a batch. When the turn is
   * that of a tick which is no market data, the next one that is takes it.
   */
  #sample(batch: TickBatch): number {
    let index = this.#untilSampled;
    while (index < batch.count && isOwn(batch.at(index).kind)) index++;
    if (index >= batch.count) {
      this.#untilSampled = Math.max(0, this.#untilSampled - batch.count);
      return -1;
    }
    this.#untilSampled = Math.max(0, index + this.#tracer.sampleEvery - batch.count);
    batch.at(index).flags |= TickFlag.Sampled;
    return index;
  }

  #trace(tick: TickView): void {
    const symbol = this.#ring.directory.get(tick.instrument)?.symbol ?? '';
    this.#tracer.span(tick, {
      stage: 'decode',
      start: { hi: tick.tsRecvHi, lo: tick.tsRecvLo },
      end: publishedAt(tick),
      attributes: { symbol, ring: this.#ring.name },
    });
  }

  /** Vendor's event to our receipt, by two wall clocks; images and changes of state have none. */
  #recordWire(tick: TickView): void {
    if (isOwn(tick.kind)) return;
    if ((tick.flags & (TickFlag.Snapshot | TickFlag.BadTs)) !== 0) return;
    const hi = tick.tsEventHi;
    if (hi === STAMP_ABSENT_WORD) return;
    const latencyNs = (tick.tsRecvHi - hi) * TWO_32 + (tick.tsRecvLo - tick.tsEventLo);
    recordLatency(this.#wireLatency, latencyNs);
  }
}

/** Made by the gateway itself: nothing of the vendor's is in it. */
const isOwn = (kind: number): boolean => kind === TickKind.Stream || kind === TickKind.Clock;

/** Entries are the same when everything but their place is. */
const keyOf = (entry: NewDirectoryEntry): string => {
  const { vendor, symbol, priceExp, sizeExp, tickSize, lotSize, supersedes } = entry;
  return JSON.stringify([vendor, symbol, priceExp, sizeExp, tickSize, lotSize, supersedes]);
};
