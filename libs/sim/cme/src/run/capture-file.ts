/** A file that a capture is written to, in large pieces. */
import { closeSync, openSync, writeSync } from 'node:fs';

const PIECE_BYTES = 256 * 1024;

export class CaptureFile {
  readonly #file: number;
  readonly #onError: (error: unknown) => void;
  #piece = new Uint8Array(PIECE_BYTES);
  #filled = 0;
  #hasFailed = false;

  /**
   * Makes the file, or empties it.
   *
   * @param onError - Told once when it cannot be written any more: nothing is written from then on.
   * @throws the error of `open`.
   */
  constructor(path: string, onError: (error: unknown) => void) {
    this.#file = openSync(path, 'w');
    this.#onError = onError;
  }

  readonly write = (bytes: Uint8Array): void => {
    if (this.#filled + bytes.length > this.#piece.length) this.#flush();
    if (bytes.length > this.#piece.length) this.#put(bytes);
    else {
      this.#piece.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
  };

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    this.#put(this.#piece.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #put(bytes: Uint8Array): void {
    if (this.#hasFailed) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    } catch (error) {
      this.#hasFailed = true;
      this.#onError(error);
    }
  }
}
