/** Records to ticks, as a gateway does it; the sink costs what a ring does. */
import { TICK_BYTES } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import type { FeedSink, RecvStamp } from '@tickwire/domain-feed';
import { DbnDecoder } from '@tickwire/wire-dbn';
import type { TickBatch } from '@tickwire/wire-tick';
import { DatabentoNormaliser, MERGE_LIMITS, ReplayMerge } from '@tickwire/venue-databento';

/** Of a socket's read. */
const PIECE_BYTES = 64 * 1024;
const RING_TICKS = 1 << 16;
/** Of the receipts: the hour in which the records lie. */
const RECV_HI = 0x1654_e2dc;

/** Copies what is published into memory of a ring's size, as its producer does. */
class RingLikeSink implements FeedSink {
  readonly #memory = new Uint8Array(RING_TICKS * TICK_BYTES);
  #position = 0;
  entries = 0;
  ticks = 0;

  publish(batch: TickBatch): void {
    batch.stampPublishDelta(1_000);
    const { bytes, count } = batch;
    const first = Math.min(count, RING_TICKS - this.#position);
    this.#copy(bytes, { from: 0, count: first });
    if (first < count) this.#copy(bytes, { from: first, count: count - first });
    this.ticks += count;
  }

  define(_entry: NewDirectoryEntry): number {
    return this.entries++;
  }

  #copy(bytes: Uint8Array, { from, count }: { from: number; count: number }): void {
    const part = bytes.subarray(from * TICK_BYTES, (from + count) * TICK_BYTES);
    this.#memory.set(part, this.#position * TICK_BYTES);
    this.#position = (this.#position + count) % RING_TICKS;
  }
}

/** Pieces of a stream to ticks in a ring, by one normaliser that goes on from pass to pass. */
export class NormalisePass {
  readonly #sink = new RingLikeSink();
  readonly #normaliser = new DatabentoNormaliser({
    ...{ sink: this.#sink, flags: 0, hasTradeRecords: false },
  });
  readonly #merge: ReplayMerge | undefined;
  #recv: RecvStamp = { hi: 0, lo: 0, monotonicNs: 0 };

  /** @param options.isMerged - Through `ReplayMerge`, as records of a live session go. */
  constructor(options: { isMerged: boolean }) {
    if (!options.isMerged) return;
    this.#merge = new ReplayMerge({
      ...MERGE_LIMITS,
      deliver: (record) => this.#normaliser.onRecord(record, this.#recv),
      missing: () => undefined,
      sequences: 'unknown',
    });
  }

  /** @returns how many ticks were published. */
  run(stream: Uint8Array): number {
    const { ticks } = this.#sink;
    const take = this.begin();
    for (let at = 0; at < stream.length; at += PIECE_BYTES) {
      take(stream.subarray(at, at + PIECE_BYTES));
    }
    this.#check();
    return this.#sink.ticks - ticks;
  }

  /** A pass whose pieces are given one by one. */
  begin(): (piece: Uint8Array) => void {
    const decoder = new DbnDecoder({ upgrade: 'upgradeToV3' });
    // A stream that begins anew goes back in time: its records are those of a new start.
    this.#merge?.giveUp();
    this.#merge?.lead(1, undefined);
    return (piece) => {
      decoder.push(piece);
      this.#recv = { hi: RECV_HI, lo: 0, monotonicNs: 0 };
      this.#drain(decoder);
    };
  }

  #drain(decoder: DbnDecoder): void {
    const merge = this.#merge;
    if (merge === undefined) {
      while (decoder.next()) this.#normaliser.onRecord(decoder, this.#recv);
    } else while (decoder.next()) merge.take(1, decoder, this.#recv);
    this.#normaliser.publish();
  }

  #check(): void {
    const { records, accepted } = this.#normaliser.counts;
    if (records !== accepted) throw new Error(`${records} records, ${accepted} accepted`);
  }
}
