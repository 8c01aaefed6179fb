/**
 * The outgoing side of a connection to a client that may read slowly and stays: what does not fit
 * is left out by a named policy, and told.
 *
 *   drop-newest   what came last is left out: the client sees an old part without a hole in it
 *   drop-oldest   what has waited longest is left out: the client sees the newest
 *
 * Bound: `bytesMax` wait beside what the socket was given, and that is given only when the kernel
 * has taken all of the batch before.
 */
import type { SentTraffic } from './client-session.ts';
import type { FrameSlice } from './frame-writer.ts';
import type { FlushResult, OutgoingQueue, QueueOptions, QueueSocket } from './send-queue.ts';

export type DropPolicy = 'drop-newest' | 'drop-oldest';

interface Waiting {
  readonly bytes: Buffer;
  readonly kind: number;
  readonly line: SentTraffic | undefined;
}

export interface DroppingQueueOptions extends QueueOptions {
  readonly policy: DropPolicy;
  /** Told of each message that is left out. */
  readonly onDropped: (line: SentTraffic | undefined) => void;
}

export class DroppingQueue implements OutgoingQueue {
  readonly #options: DroppingQueueOptions;
  readonly #socket: QueueSocket;
  readonly #kinds: Float64Array;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #given = 0;
  #taken = 0;

  constructor(options: DroppingQueueOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#kinds = new Float64Array(options.kinds);
    this.#socket.on('drain', () => this.flush());
  }

  get given(): number {
    return this.#given;
  }

  get untaken(): number {
    return this.#given - this.#taken;
  }

  append({ bytes, start, end }: FrameSlice, kind: number, line?: SentTraffic): void {
    this.#waiting.push({ bytes: bytes.subarray(start, end), kind, line });
    this.#bytes += end - start;
  }

  discard(): number {
    const messages = this.#waiting.length;
    this.#waiting = [];
    this.#bytes = 0;
    return messages;
  }

  flush(): FlushResult {
    if (this.#socket.writableLength === 0 && this.#bytes <= this.#options.bytesMax) {
      this.#write();
      return 'ok';
    }
    while (this.#bytes > this.#options.bytesMax) this.#drop();
    if (this.#socket.writableLength === 0) this.#write();
    return 'ok';
  }

  #drop(): void {
    const { policy, onDropped } = this.#options;
    const left = policy === 'drop-oldest' ? this.#waiting.shift() : this.#waiting.pop();
    if (left === undefined) return;
    this.#bytes -= left.bytes.length;
    onDropped(left.line);
  }

  #write(): void {
    const waiting = this.#waiting;
    const messages = waiting.length;
    if (messages === 0) return;
    const { counts, onGiven } = this.#options;
    for (const { kind } of waiting) this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
    counts.addBatch(this.#kinds, messages, this.#bytes);
    this.#kinds.fill(0);
    this.#given += messages;
    onGiven(
      messages,
      waiting.flatMap(({ line }) => line ?? []),
    );
    const chunk = Buffer.concat(waiting.map(({ bytes }) => bytes));
    this.discard();
    this.#socket.write(chunk, (error) => {
      if (error === undefined || error === null) this.#taken += messages;
    });
  }
}
