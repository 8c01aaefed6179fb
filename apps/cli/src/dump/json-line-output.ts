/** Where the lines of a dump go. */
export interface LineStream {
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

const BUFFER_CHARS = 64 * 1024;

/**
 * JSON lines to a pipe at the reader's pace: lines are gathered, and when the pipe is full `flush`
 * waits. A bound on the lines ends the dump early.
 */
export class JsonLineOutput {
  readonly #stream: LineStream;
  readonly #limit: number;
  #buffer = '';
  #lines = 0;

  /** @param limit - Lines at most; `Infinity` for all. */
  constructor(stream: LineStream, limit: number) {
    this.#stream = stream;
    this.#limit = limit;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Whether the limit is reached: further lines are not written. */
  get isFull(): boolean {
    return this.#lines >= this.#limit;
  }

  /** Takes one line of JSON without its newline. */
  line(json: string): void {
    if (this.isFull) return;
    this.#lines += 1;
    this.#buffer += `${json}\n`;
  }

  /** Whether enough has gathered that `flush` is due. */
  get isDue(): boolean {
    return this.#buffer.length >= BUFFER_CHARS;
  }

  /** Writes what has gathered; resolves when the stream can take more. */
  async flush(): Promise<void> {
    if (this.#buffer === '') return;
    const text = this.#buffer;
    this.#buffer = '';
    if (this.#stream.write(text)) return;
    await new Promise<void>((resolve) => void this.#stream.once('drain', resolve));
  }
}
