import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';

/** A log of JSON lines in a file, beside the feed: when it cannot be written the feed goes on. */
export class LineFile {
  readonly #stream: WriteStream | undefined;

  /**
   * @param path - Appended to; without one nothing is written.
   * @param onError - Told why it cannot be written, once.
   */
  constructor(path: string | undefined, onError: (error: Error) => void) {
    if (path === undefined) return;
    this.#stream = createWriteStream(path, { flags: 'a' });
    this.#stream.on('error', onError);
  }

  /** Whether there is a file. */
  get isOpen(): boolean {
    return this.#stream !== undefined && !this.#stream.destroyed;
  }

  /** @param line - With its end. */
  write(line: string): void {
    this.#stream?.write(line);
  }

  /** Resolves when all of it is in the file, or cannot be. */
  end(): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve) => {
      if (stream === undefined || stream.destroyed) resolve();
      else stream.end(() => resolve());
    });
  }
}
