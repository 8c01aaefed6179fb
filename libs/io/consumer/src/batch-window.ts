import type { RingDirectoryReader, RingId } from '@tickwire/io-rings';
import type { Hand } from './hand.ts';
import type { ConsumerGap, TickBatch } from './handlers.ts';

/** The ticks at hand as a batch. */
export class BatchWindow implements TickBatch {
  gaps: readonly ConsumerGap[] = [];
  readonly #hand: Hand;

  constructor(hand: Hand) {
    this.#hand = hand;
  }

  get ring(): string {
    return this.#hand.lane.name;
  }

  get ringId(): RingId {
    return this.#hand.lane.ringId;
  }

  get directory(): RingDirectoryReader {
    return this.#hand.lane.directory;
  }

  get count(): number {
    return this.#hand.count;
  }

  get view(): DataView<ArrayBuffer> {
    return this.#hand.buffer.view;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#hand.buffer.bytes;
  }

  get positions(): Float64Array<ArrayBuffer> {
    return this.#hand.buffer.positions;
  }
}
