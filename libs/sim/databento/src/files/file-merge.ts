/**
 * Records of several files in the order of their times; of equal ones, in that of the files. A
 * file is opened when its first record may be next, so files of other days take nothing.
 *
 * Bound: a piece of 64 KiB of each file that overlaps with now, and what it unpacks to.
 */
import { FileCursor } from './file-cursor.ts';
import type { ScannedFile } from './file-dataset.ts';
import type { RecordTimes } from './record-times.ts';

const NS_PER_MS = 1e6;

export class FileMerge {
  readonly #cursors: FileCursor[];
  #current: FileCursor | undefined;
  /** No other file has a record before this. */
  #othersNs = -Infinity;

  constructor(
    files: readonly ScannedFile[],
    of: { readonly times: RecordTimes; readonly opensAtMs: number },
  ) {
    this.#cursors = files
      .filter(({ records }) => records > 0)
      .map(({ path, firstMs }) => {
        const fromNs = Number.isFinite(firstMs) ? (firstMs - of.opensAtMs) * NS_PER_MS : 0;
        return new FileCursor(path, { times: of.times, fromNs });
      });
  }

  /** The file whose record is next; undefined before `load` and at the end. */
  get current(): FileCursor | undefined {
    return this.#current?.isStanding === true ? this.#current : undefined;
  }

  /** Reads until `current` stands on the next record. False at the end of all files. */
  async load(): Promise<boolean> {
    for (;;) {
      const next = this.#select();
      if (next === undefined) return false;
      if (next.isStanding) return true;
      await next.load();
    }
  }

  /** Moves to the next record without reading. False when it has to be loaded. */
  advance(): boolean {
    const current = this.#current;
    if (current?.next() !== true) return false;
    if (current.timeNs < this.#othersNs) return true;
    return this.#select()?.isStanding === true;
  }

  async close(): Promise<void> {
    for (const cursor of this.#cursors) await cursor.close();
  }

  /** Puts `current` on the file of the earliest record. */
  #select(): FileCursor | undefined {
    let first: FileCursor | undefined;
    this.#othersNs = Infinity;
    for (const cursor of this.#cursors) {
      if (cursor.isEnded) continue;
      if (first === undefined) first = cursor;
      else if (cursor.timeNs < first.timeNs) {
        this.#othersNs = first.timeNs;
        first = cursor;
      } else this.#othersNs = Math.min(this.#othersNs, cursor.timeNs);
    }
    this.#current = first;
    return first;
  }
}
