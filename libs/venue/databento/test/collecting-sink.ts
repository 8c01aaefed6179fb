/** A sink for tests: keeps every tick, entry and ledger record as the application would. */
import { TICK_BYTES } from '@tickwire/core';
import type { DirectoryEntry, NewDirectoryEntry } from '@tickwire/core';
import type { FeedSink, GapRecord } from '@tickwire/domain-feed';
import { TickView, describeTick } from '@tickwire/wire-tick';
import type { TickBatch, TickJson } from '@tickwire/wire-tick';

export class CollectingSink implements FeedSink {
  readonly entries: DirectoryEntry[] = [];
  readonly gaps: GapRecord[] = [];
  readonly #runs: Uint8Array[] = [];

  publish(batch: TickBatch): void {
    this.#runs.push(batch.bytes.slice(0, batch.count * TICK_BYTES));
  }

  define(entry: NewDirectoryEntry): number {
    const index = this.entries.length;
    this.entries.push({ ...entry, index });
    return index;
  }

  gap(record: Readonly<GapRecord>): void {
    this.gaps.push({ ...record });
  }

  *ticks(): Generator<TickView> {
    for (const run of this.#runs) {
      const view = new DataView(run.buffer, run.byteOffset, run.byteLength);
      for (let at = 0; at < run.length; at += TICK_BYTES) yield new TickView().wrap(view, at);
    }
  }

  described(): TickJson[] {
    return [...this.ticks()].map((tick) => describeTick(tick, this.entries[tick.instrument]));
  }
}
