/** Batches of several workers as one sequence. */
import type { RingDirectoryReader, RingId } from '@tickwire/io-rings';
import type { ConsumerGap } from '../handlers.ts';
import type { RingDirectories } from './ring-directories.ts';
import type { SharedBatch, SharedBatchesReader } from './shared-batches.ts';
import type { WorkerUnit } from './worker-unit.ts';

/** Ticks of one ring, in order, in memory shared with the worker. */
export interface WorkerBatch {
  readonly ring: string;
  readonly ringId: RingId;
  /** `undefined` when the ring was replaced meanwhile. */
  readonly directory: RingDirectoryReader | undefined;
  /** May be 0 when there is only a gap to tell. */
  readonly count: number;
  /** `count` ticks of 64 bytes from byte 0. */
  readonly view: DataView<SharedArrayBuffer>;
  /** The same memory. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Position of each in its ring; not always consecutive. */
  readonly positions: Float64Array<SharedArrayBuffer>;
  /** What is missing right before them. */
  readonly gaps: readonly ConsumerGap[];
}

/** A wait is looked over this often: a worker may have died or been restarted. */
const LOOK_MS = 50;

export async function* mergedBatches(
  units: readonly WorkerUnit[],
  directories: RingDirectories,
): AsyncGenerator<WorkerBatch, void, void> {
  const arrivals = new Arrivals(units);
  for (;;) {
    const isOver = units.every((unit) => unit.isOver);
    let found = 0;
    for (const unit of units) {
      const reader = unit.batches;
      const batch = reader?.peek();
      if (reader === undefined || batch === undefined) continue;
      found++;
      try {
        yield named(unit, batch, directories);
      } finally {
        reader.release();
      }
    }
    if (found > 0) continue;
    if (isOver) return;
    await arrivals.next();
  }
}

function named(unit: WorkerUnit, batch: SharedBatch, directories: RingDirectories): WorkerBatch {
  const { bytes, count, positions, ringId, view } = batch;
  const ring = unit.rings[batch.lane] ?? '';
  const gaps = batch.gaps.map((gap) => ({ ring, ringId, ...gap }));
  const directory = directories.of(ring, ringId);
  return { ring, ringId, directory, count, view, bytes, positions, gaps };
}

/** At most one wait for each worker is under way, however often the loop comes here. */
class Arrivals {
  readonly #units: readonly WorkerUnit[];
  readonly #waits = new Map<SharedBatchesReader, Promise<void>>();

  constructor(units: readonly WorkerUnit[]) {
    this.#units = units;
  }

  async next(): Promise<void> {
    const waits = this.#units.flatMap((unit) => (unit.isOver ? [] : [this.#waitFor(unit)]));
    await Promise.race(waits);
  }

  #waitFor(unit: WorkerUnit): Promise<void> {
    const reader = unit.batches;
    if (reader === undefined || reader.isOver) return unit.change(LOOK_MS);
    const known = this.#waits.get(reader);
    if (known !== undefined) return known;
    const wait = reader.arrival(LOOK_MS).finally(() => this.#waits.delete(reader));
    this.#waits.set(reader, wait);
    return wait;
  }
}
