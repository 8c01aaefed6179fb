import type { DirectoryEntry } from '@tickwire/core';
import type { RingDirectoryReader, RingId } from '@tickwire/io-rings';
import type { Hand } from './hand.ts';

/** Where the tick at hand comes from; one object for all, it moves with the tick. */
export class TickOrigin {
  readonly #hand: Hand;

  constructor(hand: Hand) {
    this.#hand = hand;
  }

  /** Name of the ring. */
  get ring(): string {
    return this.#hand.lane.name;
  }

  /** With `position` the key of the tick anywhere. */
  get ringId(): RingId {
    return this.#hand.lane.ringId;
  }

  get position(): number {
    return this.#hand.position;
  }

  get directory(): RingDirectoryReader {
    return this.#hand.lane.directory;
  }

  /** What the directory says of the tick's instrument; `undefined` for the ring as a whole. */
  get entry(): DirectoryEntry | undefined {
    return this.directory.get(this.#hand.instrument);
  }
}
