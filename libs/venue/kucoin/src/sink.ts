/** Where the normaliser's work goes. Owned by the venue; the application adapts its ring to it. */
import type { DirectoryEntry, StampNs } from '@tickwire/core';
import type { TickBatch } from '@tickwire/wire-tick';
import type { KucoinDecodeError } from './errors.ts';
import type { GapRecord } from './gap-ledger.ts';

/** When a frame came in. Callers may use one object again and again: it is read at once. */
export interface RecvStamp extends StampNs {
  /** The same moment on the monotonic clock, ns: latency is measured from here. */
  monotonicNs: number;
}

/** A directory entry before it has its place. */
export type NewDirectoryEntry = Omit<DirectoryEntry, 'index'>;

export interface KucoinSink {
  /**
   * Takes all ticks of `batch`, in order, as one run; the batch is cleared when this returns.
   * Set `publishDelta` here (`batch.stampPublishDelta`), just before the ring takes the bytes.
   */
  publish(batch: TickBatch, recvMonotonicNs: number): void;
  /** Appends a directory entry: its dense index, or `undefined` when the directory is full. */
  define(entry: NewDirectoryEntry): number | undefined;
  /** A gap was opened or repaired: append the record to the ledger. Rare. */
  gap?(record: Readonly<GapRecord>): void;
  /** A frame or REST answer was refused. `bytes` is valid during the call only. */
  reject?(error: KucoinDecodeError, bytes: Uint8Array, recv: Readonly<RecvStamp>): void;
}
