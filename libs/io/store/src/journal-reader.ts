import { FrameCodec } from '@tickwire/wire-tick';
import { TICK_BYTES } from '@tickwire/core';
import { FrameFile } from './frame-file.ts';
import type { JournalSegments } from './journal-segments.ts';

/** Ticks at consecutive positions; the bytes are valid until the next read. */
export interface JournalRun {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly firstPosition: number;
  readonly epoch: number;
}

/**
 * Reads the durable part of a journal from a position on, each position once, while the writer
 * goes on. The journal is the queue between the ring and the store: reading it needs no memory
 * beyond one window.
 */
export class JournalReader {
  readonly #segments: JournalSegments;
  #index: number;
  #file: FrameFile | undefined;
  #next: number;

  /** @param from - Positions below this are skipped. */
  constructor(segments: JournalSegments, from: number) {
    this.#segments = segments;
    this.#index = segments.first;
    this.#next = from;
  }

  /** Position after the last tick read. */
  get nextPosition(): number {
    return this.#next;
  }

  /**
   * The next run; `undefined` when all that is durable was read.
   * @throws TickError when a durable frame is damaged: the disk lost what it had confirmed.
   */
  next(): JournalRun | undefined {
    for (;;) {
      if (this.#index < this.#segments.first) this.#leave(this.#segments.first);
      const segment = this.#segments.at(this.#index);
      if (segment === undefined) return undefined;
      const run = segment.bytes > 0 ? this.#read(segment) : undefined;
      if (run !== undefined) return run;
      if (this.#segments.at(this.#index + 1) === undefined) return undefined;
      this.#leave(this.#index + 1);
    }
  }

  /**
   * After `next` threw: gives up the rest of that file. Returns the positions that are lost with
   * it, `undefined` when there are none.
   */
  skipDamaged(): { first: number; last: number } | undefined {
    const segment = this.#segments.at(this.#index);
    if (segment === undefined) return undefined;
    const first = this.#next;
    this.#next = Math.max(first, segment.nextPosition);
    this.#leave(this.#index + 1);
    return this.#next > first ? { first, last: this.#next - 1 } : undefined;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #read(segment: { path: string; bytes: number }): JournalRun | undefined {
    const file = (this.#file ??= new FrameFile(segment.path));
    for (;;) {
      const frame = file.next(segment.bytes);
      if (frame === undefined) return undefined;
      if (frame.header.codec !== FrameCodec.Ticks) continue;
      const { firstPosition, count, epoch } = frame.header;
      const skip = Math.max(0, this.#next - firstPosition);
      if (skip >= count) continue;
      this.#next = firstPosition + count;
      return {
        bytes: frame.payload.subarray(skip * TICK_BYTES),
        count: count - skip,
        firstPosition: firstPosition + skip,
        epoch,
      };
    }
  }

  #leave(index: number): void {
    this.close();
    this.#index = index;
  }
}
