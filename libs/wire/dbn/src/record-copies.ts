import { RECORD_CLASSES } from './generated/records.ts';
import type { DbnRecord } from './generated/records.ts';
import type { RecordLayout } from './layouts/index.ts';
import type { RecordPlace } from './record-json.ts';

/** Of records that are kept, as many bytes are one piece of memory. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Records that stay what they are, for whoever keeps them or hands them on later. Their bytes lie
 * in pieces of 64 KiB: one that is kept keeps its piece.
 *
 *   const mine = copies.of(decoder);
 */
export class RecordCopies {
  readonly #classes: ReadonlyMap<RecordLayout, (typeof RECORD_CLASSES)[number]>;
  #bytes = new Uint8Array(CHUNK_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;

  constructor() {
    this.#classes = new Map(RECORD_CLASSES.map((Class) => [new Class().layout, Class]));
  }

  /** A copy of the record, `ts_out` included, in a window of its own. */
  of({ view, offset, length, layout }: RecordPlace): DbnRecord {
    if (this.#used + length > CHUNK_BYTES) this.#begin();
    const at = this.#used;
    this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset + offset, length), at);
    this.#used += length;
    return new (this.#classes.get(layout)!)().wrap(this.#view, at);
  }

  #begin(): void {
    this.#bytes = new Uint8Array(CHUNK_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    this.#used = 0;
  }
}
