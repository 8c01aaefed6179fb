/** Where a feed's work goes. The application adapts its ring to it. */
import type { NewDirectoryEntry } from '@tickwire/core';
import type { TickBatch } from '@tickwire/wire-tick';
import type { GapRecord } from './gap-ledger.ts';

export interface TickSink {
  /**
   * Takes all ticks of `batch`, in order, as one run; the batch is cleared when this returns.
   * Set `publishDelta` here (`batch.stampPublishDelta`), just before the ring takes the bytes.
   */
  publish(batch: TickBatch, recvMonotonicNs: number): void;
}

export interface FeedSink extends TickSink {
  /** Appends a directory entry: its dense index, or `undefined` when the directory is full. */
  define(entry: NewDirectoryEntry): number | undefined;
  /** A gap was opened or repaired: append the record to the ledger. Rare. */
  gap?(record: Readonly<GapRecord>): void;
}
