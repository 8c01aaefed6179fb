/** The writer's side of an image: the last tick of each kind and instrument, in place. */
import { INSTRUMENT_ALL, TICK_BYTES, TICK_KIND_OFFSET } from '@tickwire/core';
import { fenceFor } from './fence.ts';
import type { MemoryFence } from './fence.ts';
import { IMAGE_CELL_BYTES, IMAGE_KINDS, ImageOffset, readImageHeader } from './image-layout.ts';
import type { ImageHeader } from './image-layout.ts';
import { PAGE_BYTES } from './layout.ts';

const NO_COLUMN = -1;
const WORDS_PER_TICK = TICK_BYTES / 4;
const INSTRUMENT_WORD = 4;
const CELL_WORDS = IMAGE_CELL_BYTES / 4;
const CELL_F64 = IMAGE_CELL_BYTES / 8;
const AFTER_F64 = CELL_F64 - 1;
const TICK_WORD = 2;
const THROUGH_F64 = ImageOffset.through / 8;
const EPOCH_WORD = ImageOffset.epoch / 4;

/** The one writer of an image: the writer of its ring, who holds the locks of both. */
export class ImageWriter {
  readonly header: ImageHeader;
  /** Ticks of instruments that the image has no row for. */
  outside = 0;
  readonly #cells: Float64Array;
  readonly #words: Int32Array;
  readonly #columns = new Int8Array(256).fill(NO_COLUMN);
  readonly #capacity: number;
  readonly #fence: MemoryFence | undefined;
  #source: Uint8Array | undefined;
  #sourceWords: Int32Array | undefined;

  /** @throws RingError as `readImageHeader`. */
  constructor(buffer: ArrayBuffer, options: { readonly arch: string; readonly epoch: number }) {
    this.header = readImageHeader(buffer);
    const { capacity, kinds, totalBytes } = this.header;
    this.#capacity = capacity;
    this.#cells = new Float64Array(buffer, 0, Math.floor(totalBytes / 8));
    this.#words = new Int32Array(buffer, 0, totalBytes / 4);
    kinds.forEach((kind, column) => (this.#columns[kind] = column));
    this.#fence = fenceFor(options.arch);
    Atomics.store(this.#words, EPOCH_WORD, options.epoch);
  }

  /** Every tick of the ring below this position is in the image. */
  get through(): number {
    return this.#cells[THROUGH_F64] as number;
  }

  /**
   * Keeps what is to be kept of the first `count` ticks of `bytes`, which are in the ring from
   * position `first` on. Give the same `bytes` object each time, as to the ring's writer.
   */
  update(bytes: Uint8Array, count: number, first: number): void {
    if (bytes !== this.#source) this.#bind(bytes);
    const columns = this.#columns;
    let kindAt = TICK_KIND_OFFSET;
    for (let tick = 0; tick < count; tick++) {
      const column = columns[bytes[kindAt] as number] as number;
      kindAt += TICK_BYTES;
      if (column !== NO_COLUMN) this.#store(tick * WORDS_PER_TICK, column, first + tick + 1);
    }
    this.#cells[THROUGH_F64] = first + count;
  }

  /** There are no ticks to be kept below `position`: what was there were PADs. */
  skipTo(position: number): void {
    this.#cells[THROUGH_F64] = position;
  }

  /**
   * Empties the cells that a killed writer left half-written and that no tick of the ring has set
   * right since. Returns how many.
   */
  clearTorn(): number {
    let cleared = 0;
    const end = PAGE_BYTES / 8 + this.#capacity * IMAGE_KINDS * CELL_F64;
    for (let at = PAGE_BYTES / 8; at < end; at += CELL_F64) {
      if (this.#cells[at] === this.#cells[at + AFTER_F64]) continue;
      this.#cells[at + AFTER_F64] = 0;
      this.#fence?.full();
      this.#cells[at] = 0;
      cleared += 1;
    }
    return cleared;
  }

  #store(from: number, column: number, stamp: number): void {
    const source = this.#sourceWords as Int32Array;
    const stated = (source[from + INSTRUMENT_WORD] as number) >>> 0;
    const row = stated === INSTRUMENT_ALL ? 0 : stated;
    if (row >= this.#capacity) {
      this.outside += 1;
      return;
    }
    const cell = row * IMAGE_KINDS + column;
    const f64At = PAGE_BYTES / 8 + cell * CELL_F64;
    let to = PAGE_BYTES / 4 + cell * CELL_WORDS + TICK_WORD;
    const words = this.#words;
    this.#cells[f64At] = stamp;
    this.#fence?.full();
    const end = to + WORDS_PER_TICK;
    let at = from;
    while (to < end) {
      words[to] = source[at] as number;
      words[to + 1] = source[at + 1] as number;
      words[to + 2] = source[at + 2] as number;
      words[to + 3] = source[at + 3] as number;
      to += 4;
      at += 4;
    }
    this.#fence?.full();
    this.#cells[f64At + AFTER_F64] = stamp;
  }

  /** Whole words where the bytes are aligned for it; else of a copy, made for each call. */
  #bind(bytes: Uint8Array): void {
    const aligned = bytes.byteOffset % 4 === 0;
    const from = aligned ? bytes : bytes.slice();
    this.#source = aligned ? bytes : undefined;
    this.#sourceWords = new Int32Array(from.buffer, from.byteOffset, from.byteLength >>> 2);
  }
}
