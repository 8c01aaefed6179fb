import { DatabentoError } from './errors.ts';

const LINE_FEED = 0x0a;

/**
 * Lines of text out of pieces of any size, up to the moment when the connection turns to DBN: what
 * of a piece is behind the last line that was wanted is the caller's.
 */
export class LineReader {
  readonly #line: Uint8Array;
  readonly #decoder = new TextDecoder();
  #length = 0;
  /** From the first byte of the connection to the first of the line. */
  #position = 0;

  /** @param lineBytesMax - A longer line is refused: a server may be anything. */
  constructor(lineBytesMax: number) {
    this.#line = new Uint8Array(lineBytesMax);
  }

  /** Where the line that is being read begins, in bytes from the first of the connection. */
  get position(): number {
    return this.#position;
  }

  /**
   * Reads up to the end of one line.
   * @returns the line without its end, or `undefined` when the piece ends before, and how many
   *   bytes of the piece were taken.
   * @throws DatabentoError `LINE_TOO_LONG`.
   */
  read(piece: Uint8Array): { line: string | undefined; taken: number } {
    const end = piece.indexOf(LINE_FEED);
    const taken = end < 0 ? piece.length : end;
    if (this.#length + taken > this.#line.length) {
      const detail = `a line of more than ${this.#line.length} bytes`;
      const hint = 'check host and port: this is no live gateway';
      throw new DatabentoError('LINE_TOO_LONG', {
        ...{ field: 'line', offset: this.#position, detail, hint },
      });
    }
    this.#line.set(piece.subarray(0, taken), this.#length);
    this.#length += taken;
    if (end < 0) return { line: undefined, taken };
    const line = this.#decoder.decode(this.#line.subarray(0, this.#length)).replace(/\r$/, '');
    this.#position += this.#length + 1;
    this.#length = 0;
    return { line, taken: taken + 1 };
  }
}
