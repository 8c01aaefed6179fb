import { TICK_BYTES } from '@tickwire/core';
import { TickError } from './errors.ts';
import { HeaderWord } from './layout.generated.ts';
import { packPublishDelta } from './publish-delta.ts';
import { TickView } from './tick-view.ts';
import type { TickKind } from './kind.ts';

/** In bytes; it is the low half of its word. */
const DELTA_AT = HeaderWord.publishDelta * 4;

/**
 * A private, fixed stretch of ticks in the making: a gateway fills it while it reads a frame, then
 * publishes it in one claim; a frame found bad half-way is taken back with `truncate`, so no part
 * of it is ever seen. When full, the owner publishes and goes on (`room` says when).
 */
export class TickBatch {
  readonly capacity: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #tick = new TickView();
  #count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.bytes = new Uint8Array(capacity * TICK_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }

  get count(): number {
    return this.#count;
  }

  get room(): number {
    return this.capacity - this.#count;
  }

  /**
   * The next tick, begun as `kind`. The view is the batch's own: valid until the next call.
   * @throws TickError `BATCH_FULL`; publish first.
   */
  add(kind: TickKind): TickView {
    if (this.#count === this.capacity) {
      const detail = `${this.capacity} ticks are in it: publish first`;
      throw new TickError('BATCH_FULL', { field: 'batch', offset: 0, detail });
    }
    const tick = this.#tick.wrap(this.view, this.#count * TICK_BYTES).begin(kind);
    this.#count += 1;
    return tick;
  }

  /** The tick at `index` (0 … count − 1), in the batch's own view. */
  at(index: number): TickView {
    return this.#tick.wrap(this.view, index * TICK_BYTES);
  }

  /** Forgets all ticks from `count` on. */
  truncate(count: number): void {
    if (count < this.#count) this.#count = Math.max(0, count);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Stamps the time from receipt to publication into every tick: call just before publishing. */
  stampPublishDelta(deltaNs: number): void {
    const packed = packPublishDelta(deltaNs);
    const end = this.#count * TICK_BYTES;
    for (let at = DELTA_AT; at < end; at += TICK_BYTES) this.view.setUint16(at, packed, true);
  }
}
