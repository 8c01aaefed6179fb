/**
 * The outgoing side of one connection: frames gather during a pass and leave as one write. The
 * policy for a client that reads too slowly is to disconnect it; `DroppingQueue` has others.
 *
 * Bound: the bytes the socket has not taken yet plus the gathered ones. Over it, `flush` writes
 * nothing and says so; the owner closes the connection, as the venue does with a slow client.
 * Nothing is ever left out silently.
 */
import type { SentTraffic } from './client-session.ts';
import type { FrameSlice } from './frame-writer.ts';

export type FlushResult = 'ok' | 'over';

/** The outgoing side of a connection, whatever it does with a client that reads too slowly. */
export interface OutgoingQueue {
  /** Messages given to the socket so far. */
  readonly given: number;
  /** Messages given that the kernel has not taken yet. */
  readonly untaken: number;
  /** Gathers a frame; `line` is how the log shows it. */
  append(frame: FrameSlice, kind: number, line?: SentTraffic): void;
  /** Forgets what was gathered and not written. Returns how many messages that was. */
  discard(): number;
  /** Writes what was gathered; `over` = the client is to be disconnected. */
  flush(): FlushResult;
}

/** The part of a socket that a queue writes to. */
export interface QueueSocket {
  readonly writableLength: number;
  write(chunk: Uint8Array, written: (error?: Error | null) => void): boolean;
  on(event: 'drain', run: () => void): unknown;
}

export interface QueueOptions {
  readonly socket: QueueSocket;
  readonly counts: BatchCounts;
  /** Kinds of message that are counted each. */
  readonly kinds: number;
  readonly bytesMax: number;
  /** Told before the bytes leave. */
  readonly onGiven: (messages: number, lines: readonly SentTraffic[]) => void;
}

/** Counts of all connections: told before the bytes leave. */
export interface BatchCounts {
  /** @param kinds - Messages by kind of message; reused by the next call. */
  addBatch(kinds: Float64Array, messages: number, bytes: number): void;
}

export class SendQueue implements OutgoingQueue {
  readonly #socket: QueueSocket;
  readonly #counts: BatchCounts;
  readonly #bytesMax: number;
  readonly #onGiven: QueueOptions['onGiven'];
  readonly #kinds: Float64Array;
  #ranges: FrameSlice[] = [];
  #lines: SentTraffic[] = [];
  #messages = 0;
  #bytes = 0;
  /** Messages given to the socket; those the kernel has taken. */
  #given = 0;
  #taken = 0;

  constructor(options: QueueOptions) {
    this.#socket = options.socket;
    this.#counts = options.counts;
    this.#kinds = new Float64Array(options.kinds);
    this.#bytesMax = options.bytesMax;
    this.#onGiven = options.onGiven;
  }

  get given(): number {
    return this.#given;
  }

  get untaken(): number {
    return this.#given - this.#taken;
  }

  append({ bytes, start, end }: FrameSlice, kind: number, line?: SentTraffic): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.bytes === bytes && last.end === start) last.end = end;
    else this.#ranges.push({ bytes, start, end });
    if (line !== undefined) this.#lines.push(line);
    this.#messages += 1;
    this.#bytes += end - start;
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
  }

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
    this.#onGiven(messages, this.#lines);
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
    this.#lines = [];
    this.#messages = 0;
    this.#bytes = 0;
    this.#kinds.fill(0);
  }
}
