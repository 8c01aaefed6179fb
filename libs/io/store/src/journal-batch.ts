import { TICK_BYTES, recordLatency } from '@tickwire/core';
import type { RingId } from '@tickwire/ipc-ring';
import {
  DIRECTORY_ENTRY_BYTES,
  FRAME_HEADER_BYTES,
  FrameCodec,
  writeFrame,
} from '@tickwire/wire-tick';

/** Ticks in the longest frame of a journal: a torn tail costs no more than this. */
export const JOURNAL_FRAME_TICKS_MAX = 4_096;
/** Directory entries in one frame at most. */
export const JOURNAL_FRAME_ENTRIES_MAX = 1_024;
const RUNS_TIMED_MAX = 4_096;

/** A stretch of consecutive ticks, valid during the call that gets it. */
export interface TickRun {
  /** `count` ticks from byte 0. */
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly firstPosition: number;
  /** Of the ring's writer. */
  readonly epoch: number;
  /** Monotonic ns at which the run was published; `undefined` = not to be timed (replays). */
  readonly publishedNs: number | undefined;
}

/**
 * What one group commit writes: frames in the making, in one fixed buffer. Consecutive runs of
 * one epoch share a frame; a hole starts a new one.
 */
export class JournalBatch {
  readonly bytes: Uint8Array;
  readonly #ringId: RingId;
  readonly #publishedNs = new Float64Array(RUNS_TIMED_MAX);
  readonly #runTicks = new Int32Array(RUNS_TIMED_MAX);
  #runs = 0;
  #used = 0;
  #ticks = 0;
  #first = 0;
  #next = 0;
  #frameAt = -1;
  #frameFirst = 0;
  #frameEpoch = 0;
  #frameEntries = 0;

  constructor(ringId: RingId, capacityBytes: number) {
    this.#ringId = ringId;
    this.bytes = new Uint8Array(capacityBytes);
  }

  /** Bytes of whole and open frames so far. */
  get used(): number {
    return this.#used;
  }

  get ticks(): number {
    return this.#ticks;
  }

  /** Position of the first tick; meaningless while `ticks` is 0. */
  get firstPosition(): number {
    return this.#first;
  }

  /** Position after the last tick; meaningless while `ticks` is 0. */
  get nextPosition(): number {
    return this.#next;
  }

  /** Adds a run; `false` when it does not fit: commit first. */
  addTicks(run: TickRun, entryCount: number): boolean {
    const length = run.count * TICK_BYTES;
    if (!this.#extends(run, entryCount)) {
      if (this.#used + FRAME_HEADER_BYTES + length > this.bytes.length) return false;
      this.#seal();
      this.#frameAt = this.#used;
      this.#frameFirst = run.firstPosition;
      this.#frameEpoch = run.epoch;
      this.#frameEntries = entryCount;
      this.#used += FRAME_HEADER_BYTES;
    } else if (this.#used + length > this.bytes.length) return false;
    this.bytes.set(run.bytes.subarray(0, length), this.#used);
    this.#used += length;
    if (this.#ticks === 0) this.#first = run.firstPosition;
    this.#ticks += run.count;
    this.#next = run.firstPosition + run.count;
    this.#time(run);
    return true;
  }

  /** Adds directory entries as a frame of their own; `false` when they do not fit. */
  addEntries(firstIndex: number, entries: Uint8Array): boolean {
    if (this.#used + FRAME_HEADER_BYTES + entries.length > this.bytes.length) return false;
    this.#seal();
    const count = entries.length / DIRECTORY_ENTRY_BYTES;
    this.#used = writeFrame(this.bytes, this.#used, {
      codec: FrameCodec.Directory,
      ringIdHi: this.#ringId.hi,
      ringIdLo: this.#ringId.lo,
      epoch: 0,
      count,
      firstPosition: firstIndex,
      directoryCount: firstIndex + count,
      payload: entries,
    });
    return true;
  }

  /** Completes the last frame: nothing may be added after it. Returns the bytes to write. */
  finish(): Uint8Array {
    this.#seal();
    return this.bytes.subarray(0, this.#used);
  }

  /** Records publish → now for the ticks in it. */
  recordLatency(histogram: Float64Array, nowNs: number): void {
    for (let run = 0; run < this.#runs; run++) {
      const latencyNs = nowNs - (this.#publishedNs[run] ?? 0);
      recordLatency(histogram, latencyNs, this.#runTicks[run] ?? 0);
    }
  }

  clear(): void {
    this.#used = 0;
    this.#ticks = 0;
    this.#runs = 0;
    this.#frameAt = -1;
  }

  #extends(run: TickRun, entryCount: number): boolean {
    if (this.#frameAt < 0 || run.epoch !== this.#frameEpoch) return false;
    const frameTicks = (this.#used - this.#frameAt - FRAME_HEADER_BYTES) / TICK_BYTES;
    return (
      entryCount === this.#frameEntries &&
      run.firstPosition === this.#frameFirst + frameTicks &&
      frameTicks + run.count <= JOURNAL_FRAME_TICKS_MAX
    );
  }

  #seal(): void {
    if (this.#frameAt < 0) return;
    const payloadAt = this.#frameAt + FRAME_HEADER_BYTES;
    writeFrame(this.bytes, this.#frameAt, {
      codec: FrameCodec.Ticks,
      ringIdHi: this.#ringId.hi,
      ringIdLo: this.#ringId.lo,
      epoch: this.#frameEpoch,
      count: (this.#used - payloadAt) / TICK_BYTES,
      firstPosition: this.#frameFirst,
      directoryCount: this.#frameEntries,
      payload: this.bytes.subarray(payloadAt, this.#used), // already in place: copied onto itself
    });
    this.#frameAt = -1;
  }

  #time(run: TickRun): void {
    if (run.publishedNs === undefined) return;
    // More runs than slots: the last slot keeps its (older) stamp, so latency is overstated.
    const slot = Math.min(this.#runs, RUNS_TIMED_MAX - 1);
    if (slot === this.#runs) {
      this.#publishedNs[slot] = run.publishedNs;
      this.#runTicks[slot] = 0;
      this.#runs += 1;
    }
    this.#runTicks[slot] = (this.#runTicks[slot] ?? 0) + run.count;
  }
}
