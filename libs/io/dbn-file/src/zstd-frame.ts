import { zstdDecompressor } from './node-zstd.ts';

/**
 * One frame of zstd on its way through Node's decompression. What comes out waits until it is
 * taken, and what goes in waits for that: memory does not follow how far the data are compressed.
 */
export class ZstdFrame {
  readonly #stream = zstdDecompressor();
  #error: Error | undefined;
  #wake = (): void => undefined;
  #isEnded = false;

  /** @throws DbnFileError `NO_ZSTD`. */
  constructor() {
    this.#stream.on('readable', () => this.#wake());
    this.#stream.on('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    this.#stream.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  /** Yields what comes out of a stretch of the frame. @throws the error of zlib. */
  async *write(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    let isTaken = false;
    this.#stream.write(bytes, () => {
      isTaken = true;
      this.#wake();
    });
    // A stream that has ended says nothing more of what it was given.
    yield* this.#until(() => isTaken || this.#isEnded);
  }

  /** Yields the rest when the frame is whole. @throws the error of zlib. */
  async *end(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#until(() => this.#isEnded);
  }

  destroy(): void {
    this.#stream.destroy();
  }

  async *#until(isOver: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const over = isOver();
      const piece = this.#stream.read() as Uint8Array | null;
      if (piece !== null) yield piece;
      else if (this.#error !== undefined) throw this.#error;
      else if (over) return;
      else await woken;
    }
  }
}
