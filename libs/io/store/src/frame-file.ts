import { closeSync, openSync, readSync } from 'node:fs';
import {
  FRAME_HEADER_BYTES,
  TickError,
  frameChecksum,
  framePayloadBytes,
  readFrameHeader,
} from '@tickwire/wire-tick';
import type { FrameHeader } from '@tickwire/wire-tick';
import { StoreError } from './errors.ts';

const WINDOW_BYTES = 512 * 1024;

/** One whole frame; the payload is valid until the next read. */
export interface FileFrame {
  readonly header: FrameHeader;
  readonly payload: Uint8Array;
}

/**
 * Reads the frames of one file in order through a window of 512 KiB, larger only while a frame
 * needs it. Checks every checksum.
 */
export class FrameFile {
  readonly path: string;
  readonly #fd: number;
  #window = new Uint8Array(WINDOW_BYTES);
  #windowAt = 0;
  #windowLength = 0;
  #offset = 0;

  constructor(path: string) {
    this.path = path;
    try {
      this.#fd = openSync(path, 'r');
    } catch (cause) {
      throw new StoreError('DISK_FAILED', `cannot read the journal ${path}`, { cause });
    }
  }

  /** Bytes of the whole frames read so far. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next frame that ends at or before `limit`; `undefined` at the end.
   * @param limit - Bytes of the file that may be read.
   * @throws TickError when the bytes at `offset` are no whole frame: the end of what is good.
   */
  next(limit: number): FileFrame | undefined {
    const start = this.#offset;
    if (start >= limit) return undefined;
    this.#fill(start, Math.min(FRAME_HEADER_BYTES, limit - start));
    const header = readFrameHeader(this.#seen(), start - this.#windowAt);
    const length = FRAME_HEADER_BYTES + framePayloadBytes(header);
    if (start + length > limit) throw torn(start, `${length} bytes wanted, ${limit - start} there`);
    this.#fill(start, length);
    const at = start - this.#windowAt;
    const payload = this.#seen().subarray(at + FRAME_HEADER_BYTES, at + length);
    if (payload.length < length - FRAME_HEADER_BYTES) throw torn(start, 'the file is shorter');
    if (frameChecksum(this.#window, at, payload) !== header.checksum) {
      const detail = 'CRC-32 differs';
      throw new TickError('BAD_CHECKSUM', { field: 'payload', offset: start, detail });
    }
    this.#offset = start + length;
    return { header, payload };
  }

  close(): void {
    closeSync(this.#fd);
  }

  #seen(): Uint8Array {
    return this.#window.subarray(0, this.#windowLength);
  }

  /** Brings [start, start + length) into the window, if the file has it. */
  #fill(start: number, length: number): void {
    if (start >= this.#windowAt && start + length <= this.#windowAt + this.#windowLength) return;
    if (length > this.#window.length) this.#window = new Uint8Array(length);
    this.#windowAt = start;
    this.#windowLength = 0;
    while (this.#windowLength < this.#window.length) {
      const room = this.#window.length - this.#windowLength;
      const fileOffset = start + this.#windowLength;
      const got = readSync(this.#fd, this.#window, this.#windowLength, room, fileOffset);
      if (got === 0) return;
      this.#windowLength += got;
    }
  }
}

function torn(offset: number, detail: string): TickError {
  return new TickError('TRUNCATED', { field: 'frame', offset, detail });
}
