import { TICK_BYTES } from '@tickwire/core';

/** Memory for ticks taken out of a queue, with the position of each in its ring. */
export class TickBuffer {
  readonly capacity: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory. */
  readonly view: DataView<ArrayBuffer>;
  /** The same memory. */
  readonly words: Int32Array<ArrayBuffer>;
  readonly positions: Float64Array<ArrayBuffer>;

  constructor(capacity: number) {
    this.capacity = capacity;
    const memory = new ArrayBuffer(capacity * TICK_BYTES);
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.words = new Int32Array(memory);
    this.positions = new Float64Array(capacity);
  }
}
