/** A sink for tests: keeps every tick and entry as the application's ring would. */
import { TICK_BYTES } from '@tickwire/core';
import type { DirectoryEntry, NewDirectoryEntry } from '@tickwire/core';
import type { GapRecord } from '@tickwire/domain-feed';
import { TickView, describeTick } from '@tickwire/wire-tick';
import type { TickBatch, TickJson } from '@tickwire/wire-tick';
import type { KucoinDecodeError, KucoinSink } from '../src/index.ts';

export class CollectingSink implements KucoinSink {
  readonly runs: Uint8Array[] = [];
  readonly entries: DirectoryEntry[] = [];
  readonly gaps: GapRecord[] = [];
  readonly rejects: KucoinDecodeError[] = [];
  tickCount = 0;
  /** Entries that there is room for. */
  capacity: number;
  readonly #keep: boolean;
  #marked = 0;

  constructor(options: { capacity?: number; keep?: boolean } = {}) {
    this.capacity = options.capacity ?? 8192;
    this.#keep = options.keep ?? true;
  }

  publish(batch: TickBatch): void {
    this.tickCount += batch.count;
    if (this.#keep) this.runs.push(batch.bytes.slice(0, batch.count * TICK_BYTES));
  }

  define(entry: NewDirectoryEntry): number | undefined {
    if (this.entries.length >= this.capacity) return undefined;
    const index = this.entries.length;
    this.entries.push({ ...entry, index });
    return index;
  }

  gap(record: Readonly<GapRecord>): void {
    this.gaps.push({ ...record });
  }

  reject(error: KucoinDecodeError): void {
    this.rejects.push(error);
  }

  /** Every tick, each in a view of its own. */
  *ticks(): Generator<TickView> {
    for (const run of this.runs) yield* ticksOf(run);
  }

  /** Hides what came so far from `described` and `hex`. */
  mark(): void {
    this.#marked = this.runs.length;
  }

  described(): TickJson[] {
    const ticks = this.#latest().flatMap((run) => [...ticksOf(run)]);
    return ticks.map((tick) => describeTick(tick, this.entries[tick.instrument]));
  }

  /** Hex of every tick. */
  hex(): string[] {
    return this.#latest().flatMap((run) =>
      Array.from({ length: run.length / TICK_BYTES }, (_, at) =>
        Buffer.from(run.subarray(at * TICK_BYTES, (at + 1) * TICK_BYTES)).toString('hex'),
      ),
    );
  }

  #latest(): Uint8Array[] {
    return this.runs.slice(this.#marked);
  }
}

function* ticksOf(run: Uint8Array): Generator<TickView> {
  const view = new DataView(run.buffer, run.byteOffset, run.byteLength);
  for (let at = 0; at < run.length; at += TICK_BYTES) yield new TickView().wrap(view, at);
}
