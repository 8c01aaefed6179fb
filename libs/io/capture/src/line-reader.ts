import { CaptureError } from './errors.ts';
import type { OnCaptureProblem } from './errors.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Longest line accepted: a full order book is a few MiB. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;

export interface Line {
  readonly bytes: Uint8Array;
  /** 1-based. */
  readonly number: number;
  /** Of its first byte, in the decompressed file. */
  readonly offset: number;
}

/**
 * Cuts pieces of bytes into lines. The bytes of a line are a view of the piece it lies in, or a
 * copy when it spans several; memory is bounded by one piece plus one line.
 *
 *   fill() ─▶ piece ─▶ next() … next() ─▶ undefined ─▶ fill() … ─▶ false: the end
 *
 * Empty lines are not given. A line above the bound is skipped as `OVERSIZE_LINE`.
 */
export class LineReader {
  readonly file: string;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #lineBytesMax: number;
  readonly #onProblem: OnCaptureProblem;
  #piece: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Parts of a line begun in earlier pieces. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #oversize = false;
  #offset = 0;
  #number = 0;
  #ended = false;

  constructor(options: {
    file: string;
    source: AsyncIterable<Uint8Array>;
    onProblem: OnCaptureProblem;
    lineBytesMax?: number;
  }) {
    this.file = options.file;
    this.#source = options.source[Symbol.asyncIterator]();
    this.#onProblem = options.onProblem;
    this.#lineBytesMax = options.lineBytesMax ?? LINE_BYTES_MAX;
  }

  /** The next whole line at hand, or `undefined`: then `fill`. */
  next(): Line | undefined {
    for (;;) {
      const end = this.#piece.indexOf(NEWLINE, this.#at);
      if (end < 0) {
        this.#keepRest();
        return undefined;
      }
      const tail = this.#piece.subarray(this.#at, end);
      this.#at = end + 1;
      const line = this.#finish(tail, 1);
      if (line !== undefined) return line;
    }
  }

  /**
   * Takes the next piece. False at the end of the file; the last line may then still be given by
   * `last`. An error of the source becomes the end, reported as a problem: what was read counts.
   */
  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    try {
      const step = await this.#source.next();
      if (step.done !== true) {
        this.#piece = step.value;
        this.#at = 0;
        return true;
      }
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#onProblem(error);
    }
    this.#ended = true;
    this.#piece = new Uint8Array(0);
    this.#at = 0;
    return false;
  }

  /** The line at the end of a file that does not end in a newline. */
  last(): Line | undefined {
    return this.#begunBytes > 0 || this.#oversize ? this.#finish(new Uint8Array(0), 0) : undefined;
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }

  #keepRest(): void {
    const rest = this.#piece.subarray(this.#at);
    this.#at = this.#piece.length;
    if (rest.length === 0) return;
    this.#begunBytes += rest.length;
    if (this.#begunBytes > this.#lineBytesMax) {
      this.#oversize = true;
      this.#begun = [];
    } else if (!this.#oversize) this.#begun.push(rest);
  }

  /** Ends the line; `undefined` when it is empty or was too long. */
  #finish(tail: Uint8Array, newlineBytes: number): Line | undefined {
    const length = this.#begunBytes + tail.length;
    const offset = this.#offset;
    const begun = this.#begun;
    const oversize = this.#oversize || length > this.#lineBytesMax;
    this.#offset += length + newlineBytes;
    this.#number += 1;
    this.#begun = [];
    this.#begunBytes = 0;
    this.#oversize = false;
    if (oversize) {
      const detail = `${length} bytes, at most ${this.#lineBytesMax} are read`;
      const at = { file: this.file, line: this.#number, offset };
      this.#onProblem(new CaptureError('OVERSIZE_LINE', detail, at));
      return undefined;
    }
    let bytes = begun.length === 0 ? tail : concat([...begun, tail], length);
    if (bytes[bytes.length - 1] === RETURN) bytes = bytes.subarray(0, bytes.length - 1);
    return bytes.length === 0 ? undefined : { bytes, number: this.#number, offset };
  }
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
