/** What a subscription hands to its consumer. */
import type { RingDirectoryReader, RingId, RingReader } from '@tickwire/ipc-ring';

/** Ticks that were overwritten before this reader came to them. */
export interface RingGap {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/**
 * One run: `count` ticks of 64 bytes from byte 0 of `view`. One object serves a whole ring; what it
 * shows is of now and changes with the next run. Report `gap` before the ticks.
 */
export class RingRun {
  readonly #reader: RingReader;

  constructor(reader: RingReader) {
    this.#reader = reader;
  }

  get view(): DataView<ArrayBuffer> {
    return this.#reader.view;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#reader.bytes;
  }

  get count(): number {
    return this.#reader.count;
  }

  /** Position of the first tick; with `ringId` the key of a tick anywhere. */
  get firstPosition(): number {
    return this.#reader.firstPosition;
  }

  /** What was lost right before this run; a run with a gap may have no ticks. */
  get gap(): RingGap | undefined {
    const { gapCount, gapFirst, gapLast } = this.#reader;
    return gapCount === 0 ? undefined : { first: gapFirst, last: gapLast, count: gapCount };
  }

  /** Names the `instrument` of the ticks: an index means nothing in another ring. */
  get directory(): RingDirectoryReader {
    return this.#reader.directory;
  }

  /** Name of the ring: tells the rings of a set apart. */
  get ringName(): string {
    return this.#reader.header.name;
  }

  get ringId(): RingId {
    return this.#reader.header.ringId;
  }
}
