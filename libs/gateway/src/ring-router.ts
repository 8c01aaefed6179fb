/**
 * From one normaliser to the rings of several partitions: each symbol has one home at a time.
 *
 * The normaliser knows one index per directory entry. Here that is `ring × 2^16 + index in the
 * ring`: of the first ring it is the ring's own, so a gateway of one ring rewrites nothing.
 */
import { INSTRUMENT_ALL, SUPERSEDES_NONE, TICK_BYTES } from '@tickwire/core';
import type { Counter, NewDirectoryEntry } from '@tickwire/core';
import type { SymbolPosition } from '@tickwire/domain-feed';
import { sequenceMark } from '@tickwire/io-rings';
import { TickBatch } from '@tickwire/wire-tick';
import type { GatewayRing } from './gateway-ring.ts';

const INSTRUMENT_OFFSET = 16;
const RING_SHIFT = 16;
const LOCAL_MASK = 0xffff;
/** No ring has this number: the ticks of a batch are of several. */
const SEVERAL = -1;

export class RingRouter {
  /** By partition. */
  readonly #rings: GatewayRing[] = [];
  readonly #homes = new Map<string, number>();
  readonly #implied: Counter;
  readonly #part = new TickBatch(1_024);

  /** @param implied - Ticks to come, counted apart from those published. */
  constructor(implied: Counter) {
    this.#implied = implied;
  }

  add(ring: GatewayRing): void {
    this.#rings[ring.partition] = ring;
  }

  /** Settles where a symbol lives, before its first entry is defined. */
  setHome(symbol: string, partition: number): void {
    this.#homes.set(symbol, partition);
  }

  homeOf(symbol: string): number | undefined {
    return this.#homes.get(symbol);
  }

  /** Symbols with a home, and it. */
  homes(): IterableIterator<[string, number]> {
    return this.#homes.entries();
  }

  publish(batch: TickBatch, recvMonotonicNs: number): void {
    const partition = this.#rings.length === 1 ? 0 : partitionOf(batch);
    const ring = this.#rings[partition];
    if (ring === undefined) {
      this.#split(batch, recvMonotonicNs);
      return;
    }
    if (partition > 0) localise(batch);
    ring.publish(batch, recvMonotonicNs);
  }

  /** @throws Error when the symbol has no home: a bug. */
  define(entry: NewDirectoryEntry): number | undefined {
    const ring = this.#rings[this.#homes.get(entry.symbol) ?? SEVERAL];
    if (ring === undefined) throw new Error(`no ring for ${entry.symbol}`);
    const { supersedes } = entry;
    const local = supersedes === SUPERSEDES_NONE ? supersedes : supersedes & LOCAL_MASK;
    return toIndex(ring, ring.sink.define({ ...entry, supersedes: local }));
  }

  /** The entry of a symbol in a ring that it comes to; its home is not changed. */
  adopt(entry: NewDirectoryEntry, ring: GatewayRing): number | undefined {
    return toIndex(ring, ring.sink.adopt(entry));
  }

  /** Saves where each symbol stands: written into the rings with their next heartbeats. */
  saveMarks(positions: Iterable<SymbolPosition>): void {
    for (const { index, sequence } of positions) {
      const ring = this.#rings[index >>> RING_SHIFT];
      ring?.producer.saveResume(index & LOCAL_MASK, sequenceMark(sequence));
    }
  }

  /** Rare: changes of state of many symbols at once. What concerns all goes to every ring. */
  #split(batch: TickBatch, recvMonotonicNs: number): void {
    for (const ring of this.#rings) {
      for (let at = 0; at < batch.count; at++) {
        const { instrument, kind } = batch.at(at);
        const isAll = instrument === INSTRUMENT_ALL;
        if (!isAll && instrument >>> RING_SHIFT !== ring.partition) continue;
        const from = at * TICK_BYTES;
        const tick = this.#part.add(kind as Parameters<TickBatch['add']>[0]);
        const bytes = batch.bytes.subarray(from, from + TICK_BYTES);
        this.#part.bytes.set(bytes, (this.#part.count - 1) * TICK_BYTES);
        if (!isAll) tick.instrument = instrument & LOCAL_MASK;
        // Implied once, it goes out as often as there are rings.
        else if (ring.partition > 0) this.#implied.add(1);
      }
      if (this.#part.count > 0) ring.publish(this.#part, recvMonotonicNs);
      this.#part.clear();
    }
  }
}

/** The ring's place in the index that the normaliser knows. */
function toIndex(ring: GatewayRing, index: number | undefined): number | undefined {
  return index === undefined ? undefined : ring.partition * (LOCAL_MASK + 1) + index;
}

/** The partition of all ticks of the batch, `SEVERAL` when it is not one. */
function partitionOf(batch: TickBatch): number {
  const { view } = batch;
  const end = batch.count * TICK_BYTES;
  const partition = view.getUint32(INSTRUMENT_OFFSET, true) >>> RING_SHIFT;
  for (let at = TICK_BYTES + INSTRUMENT_OFFSET; at < end; at += TICK_BYTES) {
    if (view.getUint32(at, true) >>> RING_SHIFT !== partition) return SEVERAL;
  }
  return partition;
}

function localise(batch: TickBatch): void {
  const { view } = batch;
  const end = batch.count * TICK_BYTES;
  for (let at = INSTRUMENT_OFFSET; at < end; at += TICK_BYTES) {
    const index = view.getUint32(at, true);
    if (index !== INSTRUMENT_ALL) view.setUint32(at, index & LOCAL_MASK, true);
  }
}
