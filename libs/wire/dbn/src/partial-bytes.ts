const NOTHING = new Uint8Array(0);

/**
 * What has come of something that is not whole yet. Its buffer is used again, and grows with what
 * comes, never with what is merely stated.
 */
export class PartialBytes {
  readonly #keptBytes: number;
  #buffer: Uint8Array;
  /** Over the buffer: what is held begins at 0. */
  view: DataView;
  /** How many bytes have come. */
  length = 0;
  /** How many there will be. */
  wanted = 0;

  /** @param keptBytes - What fits without growing. */
  constructor(keptBytes: number) {
    this.#keptBytes = keptBytes;
    this.#buffer = new Uint8Array(keptBytes);
    this.view = new DataView(this.#buffer.buffer);
  }

  /** Forgets what is held: `wanted` bytes of the next thing will come. */
  begin(wanted: number): void {
    this.length = 0;
    this.wanted = wanted;
  }

  append(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#buffer.set(bytes, this.length);
    this.length = needed;
  }

  /** What has come, in place. */
  get bytes(): Uint8Array {
    return this.length === 0 ? NOTHING : this.#buffer.subarray(0, this.length);
  }

  /** Forgets what is held and gives back what it had grown by. */
  release(): void {
    this.begin(0);
    if (this.#buffer.length > this.#keptBytes) this.#resize(this.#keptBytes);
  }

  #grow(needed: number): void {
    const held = this.bytes;
    // Twice as much, so that pieces cost the same however many there are; never past the end.
    this.#resize(Math.max(needed, Math.min(2 * needed, this.wanted)));
    this.#buffer.set(held);
  }

  #resize(bytes: number): void {
    this.#buffer = new Uint8Array(bytes);
    this.view = new DataView(this.#buffer.buffer);
  }
}
