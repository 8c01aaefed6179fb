/**
 * Ticks gathered into batches, by count or by time, in a queue of fixed size.
 *
 *   push ─▶ [ head … tail ) ─▶ take, when `isDue`
 *              └ full: the policy decides what goes, and counts it
 *
 * Everything is copied: 64 bytes in, 64 bytes out, into memory made once; a push allocates nothing.
 * Time comes in as a number. At any moment pushed = taken + dropped + waiting.
 */
import { TICK_BYTES } from '@tickwire/core';
import { TickKind } from '@tickwire/wire-tick';
import { BatchError } from './errors.ts';

/**
 * `drop-oldest`, `drop-newest`: as they say. `conflate`: of an instrument's waiting quotes only the
 * newest stays, trades and all else are never conflated; when that makes no room, the oldest goes.
 * `block`: the tick is refused and not counted, and whoever pushes it waits and tries again: only
 * for sources that can wait, such as a file.
 */
export const BATCH_POLICIES = ['drop-oldest', 'drop-newest', 'conflate', 'block'] as const;
export type BatchPolicy = (typeof BATCH_POLICIES)[number];

export interface BatchQueueOptions {
  /** Ticks of a full batch, 1 … 65,536. Default 1,000. */
  readonly count?: number;
  /** A batch is due when its oldest tick has waited for so long, ms. Default 100. */
  readonly maxDelayMs?: number;
  /** Ticks that may wait, at least `count`. Default 10,000. */
  readonly queueTicks?: number;
  readonly policy?: BatchPolicy;
}

export interface BatchDrops {
  /** Ticks that went because the queue was full. */
  readonly full: number;
  /** Quotes that a newer one of the same instrument replaced. */
  readonly conflated: number;
}

export const BATCH_COUNT_MAX = 65_536;
const QUEUE_TICKS_MAX = 2 ** 24;
const KIND_AT = 28;
const INSTRUMENT_AT = 16;
const WORDS = TICK_BYTES / 4;
/** Conflation must free this share of the queue, or it would run for every tick. */
const FREED_SHARE_MIN = 1 / 8;

export class BatchQueue {
  readonly count: number;
  readonly maxDelayMs: number;
  readonly capacity: number;
  readonly policy: BatchPolicy;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #pushedAtMs: Float64Array;
  readonly #words: Int32Array;
  /** The memory that ticks came from last, and the same as words: it is the same one for long. */
  #source: Uint8Array = new Uint8Array(0);
  #sourceWords: Int32Array | undefined;
  /** Of conflation, kept so that it makes none. */
  readonly #seen = new Set<number>();
  #head = 0;
  #waiting = 0;
  #pushed = 0;
  #taken = 0;
  #full = 0;
  #conflated = 0;
  /** Ticks to push before conflation is tried again. */
  #restBeforeConflating = 0;

  /** @throws BatchError `BAD_OPTION` naming the option. */
  constructor(options: BatchQueueOptions = {}) {
    this.count = whole('count', options.count ?? 1_000, { min: 1, max: BATCH_COUNT_MAX });
    const queueTicks = options.queueTicks ?? Math.max(10_000, this.count);
    this.capacity = whole('queueTicks', queueTicks, { min: this.count, max: QUEUE_TICKS_MAX });
    this.maxDelayMs = whole('maxDelayMs', options.maxDelayMs ?? 100, { min: 0, max: 60_000 });
    this.policy = options.policy ?? 'drop-oldest';
    if (!BATCH_POLICIES.includes(this.policy)) {
      throw new BatchError('BAD_OPTION', `policy: ${String(this.policy)} is none`, {
        hint: `Use ${BATCH_POLICIES.join(', ')}`,
      });
    }
    this.#bytes = new Uint8Array(this.capacity * TICK_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#pushedAtMs = new Float64Array(this.capacity);
  }

  /** Ticks that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  get pushed(): number {
    return this.#pushed;
  }

  get taken(): number {
    return this.#taken;
  }

  get dropped(): BatchDrops {
    return { full: this.#full, conflated: this.#conflated };
  }

  /**
   * Takes a copy of the tick at byte `at`.
   * @param nowMs - Monotonic ms.
   * @returns false when there was no room for it: dropped with `drop-newest`, to be pushed again
   *   with `block`.
   */
  push(bytes: Uint8Array, at: number, nowMs: number): boolean {
    const isFull = this.#waiting === this.capacity;
    if (isFull && this.policy === 'block') return false;
    this.#pushed += 1;
    if (isFull && !this.#makeRoom()) {
      this.#full += 1;
      return false;
    }
    const slot = this.#slot(this.#waiting);
    this.#copyIn(bytes, at, slot * TICK_BYTES);
    this.#pushedAtMs[slot] = nowMs;
    this.#waiting += 1;
    if (this.#restBeforeConflating > 0) this.#restBeforeConflating -= 1;
    return true;
  }

  /** Whether a batch should go now: it is full, or its oldest tick has waited long enough. */
  isDue(nowMs: number): boolean {
    return this.#waiting >= this.count || (this.#waiting > 0 && this.dueInMs(nowMs) <= 0);
  }

  /** ms until the oldest tick has waited long enough; `Infinity` when none waits. */
  dueInMs(nowMs: number): number {
    if (this.#waiting === 0) return Number.POSITIVE_INFINITY;
    return (this.#pushedAtMs[this.#head] ?? 0) + this.maxDelayMs - nowMs;
  }

  /** Moves up to `count` of the oldest ticks into `into`; returns how many. */
  take(into: Uint8Array): number {
    const room = Math.floor(into.length / TICK_BYTES);
    const count = Math.min(this.#waiting, this.count, room);
    const first = Math.min(count, this.capacity - this.#head);
    const from = this.#head * TICK_BYTES;
    into.set(this.#bytes.subarray(from, from + first * TICK_BYTES));
    into.set(this.#bytes.subarray(0, (count - first) * TICK_BYTES), first * TICK_BYTES);
    this.#head = (this.#head + count) % this.capacity;
    this.#waiting -= count;
    this.#taken += count;
    return count;
  }

  #slot(index: number): number {
    return (this.#head + index) % this.capacity;
  }

  /** Word by word: a view of the 64 bytes would be garbage for every tick. */
  #copyIn(bytes: Uint8Array, from: number, to: number): void {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceWords =
        bytes.byteOffset % 4 === 0
          ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2)
          : undefined;
    }
    const words = this.#sourceWords;
    if (words === undefined || from % 4 !== 0) {
      for (let at = 0; at < TICK_BYTES; at++) this.#bytes[to + at] = bytes[from + at] as number;
      return;
    }
    const source = from >>> 2;
    const target = to >>> 2;
    for (let at = 0; at < WORDS; at++) this.#words[target + at] = words[source + at] as number;
  }

  #makeRoom(): boolean {
    if (this.policy === 'drop-newest') return false;
    if (this.policy === 'conflate' && this.#restBeforeConflating === 0 && this.#conflate()) {
      return true;
    }
    this.#head = (this.#head + 1) % this.capacity;
    this.#waiting -= 1;
    this.#full += 1;
    return true;
  }

  /** Keeps the newest waiting quote of each instrument, in order; true when that made room. */
  #conflate(): boolean {
    const seen = this.#seen;
    seen.clear();
    const before = this.#waiting;
    let kept = 0;
    // From the newest backwards; what stays is packed against the tail.
    for (let index = before - 1; index >= 0; index--) {
      const slot = this.#slot(index);
      if (this.#isOlderQuote(slot, seen)) continue;
      kept += 1;
      this.#move(slot, this.#slot(before - kept));
    }
    const freed = before - kept;
    this.#head = this.#slot(freed);
    this.#waiting = kept;
    this.#conflated += freed;
    if (freed < this.capacity * FREED_SHARE_MIN) {
      this.#restBeforeConflating = Math.ceil(this.capacity * FREED_SHARE_MIN);
    }
    return freed > 0;
  }

  #isOlderQuote(slot: number, seen: Set<number>): boolean {
    const at = slot * TICK_BYTES;
    if (this.#bytes[at + KIND_AT] !== TickKind.Quote) return false;
    const instrument = this.#view.getUint32(at + INSTRUMENT_AT, true);
    if (seen.has(instrument)) return true;
    seen.add(instrument);
    return false;
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    const at = from * TICK_BYTES;
    this.#bytes.copyWithin(to * TICK_BYTES, at, at + TICK_BYTES);
    this.#pushedAtMs[to] = this.#pushedAtMs[from] ?? 0;
  }
}

function whole(name: string, value: number, range: { min: number; max: number }): number {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new BatchError('BAD_OPTION', `${name}: ${value} is not a whole number`, {
    hint: `Use one from ${range.min} to ${range.max}`,
  });
}
