/**
 * Results of a worker's handlers for the thread that made it. They travel by `postMessage`; two
 * shared words bound how many are under way.
 */

const Word = { posted: 0, taken: 1 } as const;
const DROPPED = 1;

/** posted = taken + waiting; `dropped` were never posted. In results. */
export interface ResultCounts {
  readonly posted: number;
  readonly taken: number;
  readonly waiting: number;
  /** Refused because `capacity` were under way. */
  readonly dropped: number;
}

/** Words first, then a count. */
export const RESULT_BYTES = 32;

/** Either side of the port. */
export class ResultWindow {
  readonly capacity: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #counts: Float64Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer, capacity: number) {
    this.capacity = capacity;
    this.#words = new Int32Array(memory, 0, 4);
    this.#counts = new Float64Array(memory, 16, 2);
  }

  /** The worker: true when one more may be posted; it counts as posted then. */
  open(): boolean {
    if (this.#waiting >= this.capacity) {
      this.#counts[DROPPED]! += 1;
      return false;
    }
    Atomics.add(this.#words, Word.posted, 1);
    return true;
  }

  /** The worker: resolves when there is room, or may be. */
  async room(timeoutMs: number): Promise<void> {
    const taken = Atomics.load(this.#words, Word.taken);
    if (this.#waiting < this.capacity) return;
    const { async: isAsync, value } = Atomics.waitAsync(this.#words, Word.taken, taken, timeoutMs);
    if (isAsync) await value;
  }

  /** The other side: one was handled. */
  take(): void {
    Atomics.add(this.#words, Word.taken, 1);
    Atomics.notify(this.#words, Word.taken);
  }

  counts(): ResultCounts {
    const posted = Atomics.load(this.#words, Word.posted);
    const taken = Atomics.load(this.#words, Word.taken);
    return { posted, taken, waiting: (posted - taken) | 0, dropped: this.#counts[DROPPED]! };
  }

  get #waiting(): number {
    return (Atomics.load(this.#words, Word.posted) - Atomics.load(this.#words, Word.taken)) | 0;
  }
}
