/** A live stream cut into its parts: lines of text, metadata, records. */
import { Buffer } from 'node:buffer';

const PRELUDE_BYTES = 8;
const WORD_BYTES = 4;

export interface FrameHandlers {
  /** Lines and metadata: passed on as they are. */
  other(bytes: Uint8Array): void;
  /** One record. */
  record(bytes: Buffer): void;
}

export class RecordFrames {
  readonly #handlers: FrameHandlers;
  #state: 'lines' | 'metadata' | 'records' = 'lines';
  #rest = Buffer.alloc(0);

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers;
  }

  push(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#next());
  }

  #next(): boolean {
    const rest = this.#rest;
    const length = this.#length(rest);
    if (length === 0 || rest.length < length) return false;
    const part = rest.subarray(0, length);
    this.#rest = rest.subarray(length);
    if (this.#state === 'records') this.#handlers.record(part);
    else this.#handlers.other(part);
    if (this.#state === 'metadata') this.#state = 'records';
    if (this.#state === 'lines' && part.includes('success=1')) this.#state = 'metadata';
    return true;
  }

  /** Of the next part; 0 while that is not known. */
  #length(rest: Buffer): number {
    if (this.#state === 'lines') return rest.indexOf('\n') + 1;
    if (this.#state === 'records') return (rest[0] ?? 0) * WORD_BYTES;
    return rest.length < PRELUDE_BYTES ? 0 : PRELUDE_BYTES + rest.readUInt32LE(4);
  }
}
