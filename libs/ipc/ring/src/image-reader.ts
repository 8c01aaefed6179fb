/** A reader's side of an image: copy, check, try again. */
import { TICK_BYTES } from '@tickwire/core';
import { fenceFor } from './fence.ts';
import type { MemoryFence } from './fence.ts';
import { IMAGE_CELL_BYTES, IMAGE_KINDS, ImageOffset, readImageHeader } from './image-layout.ts';
import type { ImageHeader } from './image-layout.ts';
import { PAGE_BYTES } from './layout.ts';

const WORDS_PER_TICK = TICK_BYTES / 4;
const CELL_WORDS = IMAGE_CELL_BYTES / 4;
const CELL_F64 = IMAGE_CELL_BYTES / 8;
const AFTER_F64 = CELL_F64 - 1;
const TICK_WORD = 2;
/** A store takes some 20 ns: who is torn this often reads a cell whose writer died or stopped. */
const ATTEMPTS_MAX = 64;

export const ImageRead = {
  /** No such tick yet, or no such row or kind. */
  None: 0,
  Found: 1,
  /** Being written each time, or left half-written by a writer that died: look again later. */
  Torn: 2,
} as const;
export type ImageRead = (typeof ImageRead)[keyof typeof ImageRead];

export class ImageReader {
  readonly header: ImageHeader;
  /** The tick of the last `read` that found one: 64 bytes, a private copy. */
  readonly view: DataView<ArrayBuffer>;
  /** Its position in the ring. */
  position = 0;
  readonly #cells: Float64Array;
  readonly #words: Int32Array;
  readonly #tick: Int32Array<ArrayBuffer>;
  readonly #fence: MemoryFence | undefined;

  /** @throws RingError as `readImageHeader`. */
  constructor(buffer: ArrayBuffer, options: { readonly arch: string }) {
    this.header = readImageHeader(buffer);
    const { totalBytes } = this.header;
    this.#cells = new Float64Array(buffer, 0, Math.floor(totalBytes / 8));
    this.#words = new Int32Array(buffer, 0, totalBytes / 4);
    this.#tick = new Int32Array(WORDS_PER_TICK);
    this.view = new DataView(this.#tick.buffer);
    this.#fence = fenceFor(options.arch);
  }

  /**
   * Every tick below this position is in the image: with the ring from here on a reader misses
   * nothing. Cells may be newer; their positions tell.
   */
  get through(): number {
    return this.#cells[ImageOffset.through / 8] as number;
  }

  /** Copies the last tick of `kind` of an instrument into `view`. Nothing is allocated. */
  read(instrument: number, kind: number): ImageRead {
    const column = this.header.kinds.indexOf(kind);
    const hasRow = instrument >= 0 && instrument < this.header.capacity;
    if (column < 0 || !hasRow) return ImageRead.None;
    const cell = instrument * IMAGE_KINDS + column;
    const f64At = PAGE_BYTES / 8 + cell * CELL_F64;
    const from = PAGE_BYTES / 4 + cell * CELL_WORDS + TICK_WORD;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const after = this.#cells[f64At + AFTER_F64] as number;
      this.#fence?.full();
      for (let word = 0; word < WORDS_PER_TICK; word++) {
        this.#tick[word] = this.#words[from + word] as number;
      }
      this.#fence?.full();
      if (this.#cells[f64At] !== after) continue;
      if (after === 0) return ImageRead.None;
      this.position = after - 1;
      return ImageRead.Found;
    }
    return ImageRead.Torn;
  }
}
