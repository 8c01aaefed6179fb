/** The layouts of the messages of late: most frames fit one of them. */
import type { JsonIndex } from '@tickwire/wire-json';
import { FrameLayout } from './frame-layout.ts';
import type { FrameCells, KnownTopic } from './frame-layout.ts';
import type { LevelList } from './level-list.ts';
import { FIELD_COUNT } from './message-fields.ts';

/** Larger frames are rare, and no layout is tried on them. */
export const FITTED_BYTES_MAX = 4096;
/** One for each topic, and as many again for an older or newer form of it. */
const LAYOUTS_MAX = 8;
/** Frames that fit none before one of the layouts is given up for a new one. */
const MISSES_BEFORE_CHANGE = 256;

export class LayoutMemory {
  /** The frame at hand, a copy: a NUL behind it and room for a word that begins in it. */
  readonly cells: FrameCells;
  readonly #layouts: FrameLayout[] = [];
  #latest = 0;
  #next = 0;
  #misses = 0;

  constructor(levels: LevelList) {
    const bytes = new Uint8Array(FITTED_BYTES_MAX + 16);
    this.cells = {
      bytes,
      view: new DataView(bytes.buffer),
      starts: new Int32Array(FIELD_COUNT + 1),
      ends: new Int32Array(FIELD_COUNT + 1),
      wholes: new Float64Array(FIELD_COUNT + 1),
      levels,
      scan: levels.scan,
    };
  }

  /** The layout that `frame` fits; its fields are then in `cells`. */
  find(frame: Uint8Array): FrameLayout | undefined {
    const { length } = frame;
    const count = this.#layouts.length;
    if (count === 0 || length > FITTED_BYTES_MAX) return undefined;
    this.#copy(frame);
    let at = this.#latest;
    for (let tried = 0; tried < count; tried++) {
      const layout = this.#layouts[at] as FrameLayout;
      if (layout.fits(this.cells, length)) {
        this.#latest = at;
        return layout;
      }
      at = at + 1 === count ? 0 : at + 1;
    }
    this.#misses += 1;
    return undefined;
  }

  /** Learns the layout of `frame`, a good message of `topic` that `index` has just read. */
  learn(frame: Uint8Array, index: JsonIndex, topic: KnownTopic): void {
    if (frame.length > FITTED_BYTES_MAX) return;
    const isFull = this.#layouts.length === LAYOUTS_MAX;
    if (isFull && this.#misses < MISSES_BEFORE_CHANGE) return;
    this.#copy(frame);
    const layout = FrameLayout.learn(this.cells, index, topic);
    this.#misses = 0;
    if (layout === undefined) return;
    if (isFull) this.#next = (this.#next + 1) % LAYOUTS_MAX;
    else this.#next = this.#layouts.length;
    this.#layouts[this.#next] = layout;
  }

  #copy(frame: Uint8Array): void {
    const { bytes } = this.cells;
    bytes.set(frame);
    bytes[frame.length] = 0;
  }
}
