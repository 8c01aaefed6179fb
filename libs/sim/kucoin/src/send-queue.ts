/**
 * The outgoing side of one connection: frames gather during a pass and leave as one write.
 *
 * Bound: the bytes the socket has not taken yet plus the gathered ones. Over it, `flush` writes
 * nothing and says so; the owner closes the connection, as the venue does with a slow client.
 * Nothing is ever left out silently.
 */
import type { Socket } from 'node:net';
import { MESSAGE_KINDS } from './sent-counts.ts';
import type { SentCounts } from './sent-counts.ts';
import type { FrameSlice } from './text-frames.ts';

export type FlushResult = 'ok' | 'over';

export class SendQueue {
  readonly #socket: Socket;
  readonly #counts: SentCounts;
  readonly #bytesMax: number;
  readonly #onGiven: (messages: number) => void;
  readonly #kinds = new Float64Array(MESSAGE_KINDS.length);
  #ranges: FrameSlice[] = [];
  #messages = 0;
  #bytes = 0;
  /** Messages given to the socket; those the kernel has taken. */
  #given = 0;
  #taken = 0;

  constructor(options: {
    socket: Socket;
    counts: SentCounts;
    bytesMax: number;
    /** Told before the bytes leave. */
    onGiven: (messages: number) => void;
  }) {
    this.#socket = options.socket;
    this.#counts = options.counts;
    this.#bytesMax = options.bytesMax;
    this.#onGiven = options.onGiven;
  }

  /** Messages given to the socket so far. */
  get given(): number {
    return this.#given;
  }

  /** Messages given that the kernel has not taken yet. */
  get untaken(): number {
    return this.#given - this.#taken;
  }

  append({ bytes, start, end }: FrameSlice, kind: number): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.bytes === bytes && last.end === start) last.end = end;
    else this.#ranges.push({ bytes, start, end });
    this.#messages += 1;
    this.#bytes += end - start;
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
  }

  /** Forgets what was gathered and not written. Returns how many messages that was. */
  discard(): number {
    const messages = this.#messages;
    this.#clear();
    return messages;
  }

  flush(): FlushResult {
    const messages = this.#messages;
    if (messages === 0) return 'ok';
    if (this.#socket.writableLength + this.#bytes > this.#bytesMax) return 'over';
    this.#counts.addBatch(this.#kinds, messages, this.#bytes);
    this.#given += messages;
    this.#onGiven(messages);
    const chunk = this.#joined();
    this.#clear();
    this.#socket.write(chunk, (error) => {
      if (error === undefined || error === null) this.#taken += messages;
    });
    return 'ok';
  }

  /** One contiguous range goes out as it lies; several are copied into one. */
  #joined(): Buffer {
    const parts = this.#ranges.map(({ bytes, start, end }) => bytes.subarray(start, end));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, this.#bytes);
  }

  #clear(): void {
    this.#ranges = [];
    this.#messages = 0;
    this.#bytes = 0;
    this.#kinds.fill(0);
  }
}
