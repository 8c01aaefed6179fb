/**
 * The directory: append-only. Entry first, then the count, then the first tick that uses it, so a
 * reader that holds a tick can always name its instrument. Entries never change.
 */
import type { DirectoryEntry, NewDirectoryEntry } from '@tickwire/core';
import { decodeDirectoryEntry, encodeDirectoryEntry } from './directory-entry.ts';
import { RingError } from './errors.ts';
import { CursorWord, DIRECTORY_ENTRY_BYTES, PAGE_BYTES } from './layout.ts';
import type { RingPlan } from './layout.ts';

/** The readers' side: decodes each entry once. */
export class RingDirectoryReader {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #plan: RingPlan;
  readonly #known: DirectoryEntry[] = [];

  constructor(buffer: ArrayBuffer, plan: RingPlan) {
    this.#bytes = new Uint8Array(buffer);
    this.#words = cursorWords(buffer, plan);
    this.#plan = plan;
  }

  /**
   * Entries readable now.
   * @throws RingError `BAD_ENTRY` when the file states more than its capacity.
   */
  get count(): number {
    const count = Atomics.load(this.#words, CursorWord.directoryCount) >>> 0;
    if (count > this.#plan.directoryCapacity) {
      throw new RingError(
        'BAD_ENTRY',
        `${count} entries, capacity ${this.#plan.directoryCapacity}`,
        {
          field: 'directoryCount',
          offset: this.#plan.cursorsOffset + CursorWord.directoryCount * 4,
        },
      );
    }
    return count;
  }

  /**
   * The entry of a dense index, `undefined` when there is none yet.
   * @throws RingError `BAD_ENTRY` when its bytes are out of their domain: skip the instrument.
   */
  get(index: number): DirectoryEntry | undefined {
    const known = this.#known[index];
    if (known !== undefined) return known;
    if (!Number.isInteger(index) || index < 0 || index >= this.count) return undefined;
    const offset = this.#plan.directoryOffset + index * DIRECTORY_ENTRY_BYTES;
    const entry = decodeDirectoryEntry(
      this.#bytes.subarray(offset, offset + DIRECTORY_ENTRY_BYTES),
    );
    if (entry.index !== index) {
      const message = `entry ${index} says that it is ${entry.index}`;
      throw new RingError('BAD_ENTRY', message, { field: 'index', offset });
    }
    this.#known[index] = entry;
    return entry;
  }
}

/** The writer's side. */
export class DirectoryAppender {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #plan: RingPlan;
  #count: number;

  constructor(buffer: ArrayBuffer, plan: RingPlan) {
    this.#bytes = new Uint8Array(buffer);
    this.#words = cursorWords(buffer, plan);
    this.#plan = plan;
    this.#count = new RingDirectoryReader(buffer, plan).count;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Appends and returns the dense index, or −1 when the directory is full: the symbol is refused.
   * @throws RingError `BAD_ENTRY` when a field is outside its domain; nothing is written.
   */
  append(entry: NewDirectoryEntry): number {
    const index = this.#count;
    if (index >= this.#plan.directoryCapacity) return -1;
    const encoded = encodeDirectoryEntry({ ...entry, index });
    this.#bytes.set(encoded, this.#plan.directoryOffset + index * DIRECTORY_ENTRY_BYTES);
    this.#count = index + 1;
    // Sequentially consistent: the entry's bytes are visible before the count on any machine.
    Atomics.store(this.#words, CursorWord.directoryCount, this.#count);
    return index;
  }
}

function cursorWords(buffer: ArrayBuffer, plan: RingPlan): Int32Array {
  return new Int32Array(buffer, plan.cursorsOffset, PAGE_BYTES / 4);
}
