/**
 * Batches from a worker to the thread that made it, in shared memory: a circle of a few places,
 * one writer, one reader.
 *
 *   words   0 written · 1 taken · 2 closed            Int32, futex words of both sides
 *   counts  ticks written, ticks taken                Float64
 *   place   head: lane, ticks, ring id, gaps          Float64 × 16
 *           positions                                 Float64 × batchTicks
 *           ticks                                     64 bytes × batchTicks
 *
 * A full circle is a return value: the worker waits and its own queue drops by its policy. Nothing
 * is lost between the two sides.
 */
import { TICK_BYTES } from '@tickwire/core';
import type { RingId } from '@tickwire/io-rings';
import type { ConsumerGap, TickBatch } from '../handlers.ts';

const Word = { written: 0, taken: 1, closed: 2 } as const;
const Head = { lane: 0, ticks: 1, ringIdHi: 2, ringIdLo: 3, gaps: 4, firstGap: 5 } as const;
const HEAD_CELLS = 16;
const GAP_CELLS = 4;
const WORDS_BYTES = 64;
const COUNTS_BYTES = 64;
const CAUSES = ['ring', 'queue'] as const;

export interface SharedBatchesPlan {
  /** Places in the circle. */
  readonly places: number;
  /** Ticks of the longest batch. */
  readonly batchTicks: number;
}

/** Ticks that were written and taken; the difference waits in the circle. */
export interface SharedBatchesCounts {
  readonly written: number;
  readonly taken: number;
  readonly waiting: number;
}

/** One place, as both sides see it. */
interface Place {
  readonly head: Float64Array<SharedArrayBuffer>;
  readonly positions: Float64Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly view: DataView<SharedArrayBuffer>;
}

export function sharedBatchesBytes(plan: SharedBatchesPlan): number {
  return WORDS_BYTES + COUNTS_BYTES + plan.places * placeBytes(plan);
}

const placeBytes = ({ batchTicks }: SharedBatchesPlan): number =>
  HEAD_CELLS * 8 + batchTicks * (8 + TICK_BYTES);

class Circle {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly counts: Float64Array<SharedArrayBuffer>;
  readonly places: readonly Place[];

  constructor(memory: SharedArrayBuffer, plan: SharedBatchesPlan) {
    this.words = new Int32Array(memory, 0, WORDS_BYTES / 4);
    this.counts = new Float64Array(memory, WORDS_BYTES, COUNTS_BYTES / 8);
    this.places = Array.from({ length: plan.places }, (_, index) => {
      const at = WORDS_BYTES + COUNTS_BYTES + index * placeBytes(plan);
      const positionsAt = at + HEAD_CELLS * 8;
      const bytesAt = positionsAt + plan.batchTicks * 8;
      const byteCount = plan.batchTicks * TICK_BYTES;
      return {
        head: new Float64Array(memory, at, HEAD_CELLS),
        positions: new Float64Array(memory, positionsAt, plan.batchTicks),
        bytes: new Uint8Array(memory, bytesAt, byteCount),
        view: new DataView(memory, bytesAt, byteCount),
      };
    });
  }

  at(number: number): Place {
    return this.places[(number >>> 0) % this.places.length]!;
  }

  get waiting(): number {
    return (this.words[Word.written]! - this.words[Word.taken]!) | 0;
  }
}

/** The worker's side. */
export class SharedBatchesWriter {
  readonly #circle: Circle;

  constructor(memory: SharedArrayBuffer, plan: SharedBatchesPlan) {
    this.#circle = new Circle(memory, plan);
  }

  /** False when the circle is full: nothing was taken; wait for `room`. */
  write(batch: TickBatch, lane: number): boolean {
    const { counts, words } = this.#circle;
    const written = Atomics.load(words, Word.written);
    if (((written - Atomics.load(words, Word.taken)) | 0) >= this.#circle.places.length) {
      return false;
    }
    const { head, positions, bytes } = this.#circle.at(written);
    head[Head.lane] = lane;
    head[Head.ticks] = batch.count;
    head[Head.ringIdHi] = batch.ringId.hi;
    head[Head.ringIdLo] = batch.ringId.lo;
    writeGaps(head, batch.gaps);
    positions.set(batch.positions.subarray(0, batch.count));
    bytes.set(batch.bytes.subarray(0, batch.count * TICK_BYTES));
    counts[0]! += batch.count;
    Atomics.store(words, Word.written, (written + 1) | 0);
    Atomics.notify(words, Word.written);
    return true;
  }

  /** Resolves when there is room, or may be. */
  async room(timeoutMs: number): Promise<void> {
    const { places, words } = this.#circle;
    const taken = Atomics.load(words, Word.taken);
    if (((Atomics.load(words, Word.written) - taken) | 0) < places.length) return;
    await waitForChange(words, { word: Word.taken, from: taken, timeoutMs });
  }

  /** Nothing more comes. */
  close(): void {
    const { words } = this.#circle;
    Atomics.store(words, Word.closed, 1);
    Atomics.notify(words, Word.written);
  }
}

/** What the reader hands out: in place, until the next one is asked for. */
export interface SharedBatch {
  readonly lane: number;
  readonly ringId: RingId;
  readonly count: number;
  readonly view: DataView<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly positions: Float64Array<SharedArrayBuffer>;
  readonly gaps: readonly Omit<ConsumerGap, 'ring' | 'ringId'>[];
}

/** The side of the thread that made the worker. */
export class SharedBatchesReader {
  readonly #circle: Circle;

  constructor(memory: SharedArrayBuffer, plan: SharedBatchesPlan) {
    this.#circle = new Circle(memory, plan);
  }

  /** Exact when the worker rests. */
  counts(): SharedBatchesCounts {
    const { counts, words } = this.#circle;
    let waiting = 0;
    const first = Atomics.load(words, Word.taken);
    for (let ahead = 0; ahead < this.#circle.waiting; ahead++) {
      waiting += this.#circle.at(first + ahead).head[Head.ticks]!;
    }
    return { written: counts[0]!, taken: counts[1]!, waiting };
  }

  /** The oldest batch; `undefined` when there is none. It stays until `release`. */
  peek(): SharedBatch | undefined {
    const { words } = this.#circle;
    const taken = Atomics.load(words, Word.taken);
    if (Atomics.load(words, Word.written) === taken) return undefined;
    const { head, positions, bytes, view } = this.#circle.at(taken);
    const [lane = 0, count = 0, hi = 0, lo = 0] = head;
    return { lane, count, ringId: { hi, lo }, positions, bytes, view, gaps: readGaps(head) };
  }

  /** Gives the place of the oldest batch back. */
  release(): void {
    const { counts, words } = this.#circle;
    const taken = Atomics.load(words, Word.taken);
    counts[1]! += this.#circle.at(taken).head[Head.ticks]!;
    Atomics.store(words, Word.taken, (taken + 1) | 0);
    Atomics.notify(words, Word.taken);
  }

  /** Whether the worker said that nothing more comes and all was taken. */
  get isOver(): boolean {
    const { words } = this.#circle;
    return Atomics.load(words, Word.closed) === 1 && this.#circle.waiting === 0;
  }

  /** The worker is gone: ends the waits on both sides. */
  close(): void {
    const { words } = this.#circle;
    Atomics.store(words, Word.closed, 1);
    Atomics.notify(words, Word.written);
  }

  /** Resolves when there is a batch, or may be. */
  async arrival(timeoutMs: number): Promise<void> {
    const { words } = this.#circle;
    const written = Atomics.load(words, Word.written);
    const isOver = Atomics.load(words, Word.closed) === 1;
    if (isOver || written !== Atomics.load(words, Word.taken)) return;
    await waitForChange(words, { word: Word.written, from: written, timeoutMs });
  }
}

async function waitForChange(
  words: Int32Array<SharedArrayBuffer>,
  wait: { readonly word: number; readonly from: number; readonly timeoutMs: number },
): Promise<void> {
  const { async: isAsync, value } = Atomics.waitAsync(words, wait.word, wait.from, wait.timeoutMs);
  if (isAsync) await value;
}

function writeGaps(head: Float64Array, gaps: readonly ConsumerGap[]): void {
  head[Head.gaps] = gaps.length;
  for (const [index, gap] of gaps.entries()) {
    const at = Head.firstGap + index * GAP_CELLS;
    head[at] = CAUSES.indexOf(gap.cause);
    head[at + 1] = gap.first;
    head[at + 2] = gap.last;
    head[at + 3] = gap.count;
  }
}

function readGaps(head: Float64Array): SharedBatch['gaps'] {
  return Array.from({ length: head[Head.gaps]! }, (_, index) => {
    const at = Head.firstGap + index * GAP_CELLS;
    const [cause = 0, first = 0, last = 0, count = 0] = head.subarray(at, at + GAP_CELLS);
    return { cause: CAUSES[cause] ?? 'ring', first, last, count };
  });
}
