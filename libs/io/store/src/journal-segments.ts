import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from './disk.ts';

/** One file of the journal. */
export interface Segment {
  readonly path: string;
  /** Durable bytes: readers go no further. */
  bytes: number;
  /** Durable ticks. */
  ticks: number;
  /** Position after the last durable tick. */
  nextPosition: number;
}

/** The files of one ring's journal in the order of their positions; the last one may grow. */
export class JournalSegments {
  readonly #segments: Segment[] = [];
  #growing: Segment | undefined;
  #removed = 0;

  /** Adds a segment behind the others. */
  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** Marks the one that is being written: it is never removed. */
  setGrowing(segment: Segment | undefined): void {
    this.#growing = segment;
  }

  /** The segment with the number `index`, which stays its number for ever. */
  at(index: number): Segment | undefined {
    return index < this.#removed ? undefined : this.#segments[index - this.#removed];
  }

  /** Number of the oldest segment that is still there. */
  get first(): number {
    return this.#removed;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  get count(): number {
    return this.#segments.length;
  }

  /** Removes the files whose ticks all lie below `position`. */
  release(position: number): void {
    for (;;) {
      const oldest = this.#segments[0];
      if (oldest === undefined || oldest === this.#growing || oldest.nextPosition > position) {
        return;
      }
      rmSync(oldest.path, { force: true });
      syncDirectory(dirname(oldest.path));
      this.#segments.shift();
      this.#removed += 1;
    }
  }
}
