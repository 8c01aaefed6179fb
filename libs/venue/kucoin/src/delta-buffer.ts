/** Book changes that wait for their snapshot, in order of receipt: a bounded queue of copies. */
import type { RecvStamp } from '@tickwire/domain-feed';

export interface BufferedDelta {
  readonly bytes: Uint8Array;
  readonly recv: RecvStamp;
}

export class DeltaBuffer {
  readonly #messagesMax: number;
  readonly #bytesMax: number;
  #queue: BufferedDelta[] = [];
  #bytes = 0;

  constructor(bounds: { messagesMax: number; bytesMax: number }) {
    this.#messagesMax = bounds.messagesMax;
    this.#bytesMax = bounds.bytesMax;
  }

  get count(): number {
    return this.#queue.length;
  }

  /** Keeps a copy; false when it does not fit. */
  push(bytes: Uint8Array, recv: Readonly<RecvStamp>): boolean {
    if (this.#queue.length >= this.#messagesMax || this.#bytes + bytes.length > this.#bytesMax) {
      return false;
    }
    // Not slice(): of a Buffer that is a view on memory which its owner uses again.
    this.#queue.push({ bytes: new Uint8Array(bytes), recv: { ...recv } });
    this.#bytes += bytes.length;
    return true;
  }

  /** Empties the queue and gives what was in it. */
  take(): BufferedDelta[] {
    const taken = this.#queue;
    this.#queue = [];
    this.#bytes = 0;
    return taken;
  }
}
