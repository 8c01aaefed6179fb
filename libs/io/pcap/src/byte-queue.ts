/**
 * Bytes on their way from pieces of a file to whoever takes them in other portions. It holds what
 * was pushed and not taken, in one buffer that is used again.
 */
export class ByteQueue {
  #buffer = new Uint8Array(0);
  #view = new DataView(this.#buffer.buffer);
  #start = 0;
  #end = 0;
  #offset = 0;
  #toSkip = 0;

  /** Copies the piece: the caller may use its buffer again. Bytes taken before become invalid. */
  push(piece: Uint8Array): void {
    const skipped = Math.min(this.#toSkip, piece.length);
    this.#toSkip -= skipped;
    this.#offset += skipped;
    const rest = piece.subarray(skipped);
    if (rest.length === 0) return;
    this.#makeRoom(rest.length);
    this.#buffer.set(rest, this.#end);
    this.#end += rest.length;
  }

  /** How many bytes can be taken. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Whether bytes that are to be skipped have not arrived yet. */
  get isSkipping(): boolean {
    return this.#toSkip > 0;
  }

  /** Of the next byte, from the start of the file. */
  get offset(): number {
    return this.#offset;
  }

  /** What `position` is in `view` when the next byte is at 0. */
  at(position: number): number {
    return this.#start + position;
  }

  /** Over the buffer, whose content moves with `push`. */
  get view(): DataView {
    return this.#view;
  }

  /** A stretch of the waiting bytes, in place: valid until the next `push`. */
  peek(from: number, length: number): Uint8Array {
    return this.#buffer.subarray(this.#start + from, this.#start + from + length);
  }

  /** Goes past bytes, also those that have not arrived yet. */
  skip(bytes: number): void {
    const present = Math.min(bytes, this.length);
    this.#start += present;
    this.#offset += present;
    this.#toSkip += bytes - present;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const waiting = this.#buffer.subarray(this.#start, this.#end);
    if (waiting.length + bytes > this.#buffer.length) {
      const larger = new Uint8Array(2 * (waiting.length + bytes));
      larger.set(waiting);
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
    } else this.#buffer.set(waiting);
    this.#end = waiting.length;
    this.#start = 0;
  }
}
