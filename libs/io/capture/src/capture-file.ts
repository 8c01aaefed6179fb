import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

const BUFFER_BYTES = 256 * 1024;

/**
 * An append-only file behind one buffer, written synchronously when the buffer is full: memory is
 * bounded and the order is the caller's.
 */
export class CaptureFile {
  readonly path: string;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = 0;
  #bytes = 0;
  #open = true;

  /** Creates the file. @throws the system's error (`EEXIST` when it exists already). */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'wx', 0o640);
  }

  /** Bytes written and waiting. */
  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#used + bytes.length > BUFFER_BYTES) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#writeAll(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  flush(): void {
    if (this.#used === 0) return;
    this.#writeAll(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** Writes what waits, makes it durable and closes. Once only; further calls do nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.flush();
      fsyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }

  #writeAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
  }
}
