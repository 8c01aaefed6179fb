/** Bytes that a message without a record counts as. */
const MESSAGE_BYTES = 128;

interface Waiting<Message> {
  resolve(result: IteratorResult<Message, undefined>): void;
  reject(error: unknown): void;
}

/**
 * Messages between a stream that comes by itself and a loop that asks for them. Nothing is dropped:
 * above `bytesMax` the stream is held, and let go at half of it. What is under way then still
 * comes in.
 */
export class MessageQueue<Message> {
  readonly bytesMax: number;
  readonly #hold: (isHeld: boolean) => void;
  /** A message and its bytes, by turns, from `#head` on. */
  #items: { message: Message; bytes: number }[] = [];
  #head = 0;
  #bytes = 0;
  #isHeld = false;
  #waiting: Waiting<Message>[] = [];
  #end: { readonly error: unknown } | undefined;

  constructor(bytesMax: number, hold: (isHeld: boolean) => void) {
    this.bytesMax = bytesMax;
    this.#hold = hold;
  }

  /** Of the messages that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#items.length - this.#head;
  }

  push(message: Message, recordBytes = 0): void {
    if (this.#end !== undefined) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting.resolve({ value: message, done: false });
      return;
    }
    const bytes = MESSAGE_BYTES + recordBytes;
    this.#items.push({ message, bytes });
    this.#bytes += bytes;
    if (!this.#isHeld && this.#bytes > this.bytesMax) this.#setHeld(true);
  }

  /** Nothing comes after what is in it. @param error - Thrown behind it; `undefined`: an end. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const waiting of this.#waiting.splice(0)) this.#finish(waiting);
  }

  /** Forgets what is in it: nobody asks any more. */
  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#bytes = 0;
    if (this.#isHeld) this.#setHeld(false);
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    const item = this.#items[this.#head];
    if (item === undefined) {
      return new Promise((resolve, reject) => {
        const waiting = { resolve, reject };
        if (this.#end === undefined) this.#waiting.push(waiting);
        else this.#finish(waiting);
      });
    }
    this.#bytes -= item.bytes;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    if (this.#isHeld && this.#bytes <= this.bytesMax / 2) this.#setHeld(false);
    return Promise.resolve({ value: item.message, done: false });
  }

  #finish({ resolve, reject }: Waiting<Message>): void {
    const error = this.#end?.error;
    if (error === undefined) resolve({ value: undefined, done: true });
    else reject(error);
  }

  #setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#hold(isHeld);
  }
}
