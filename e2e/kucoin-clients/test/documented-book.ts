/**
 * A book kept by the venue's published procedure, for clients that hand over increments only:
 * keep what comes, fetch a snapshot, leave out what it holds already, apply the rest in order; a
 * hole in the sequence starts again. Shares nothing with Tickwire's own books.
 */
import type { BookImage, Row } from './book-record.ts';

/** The data of one level-2 message. */
export interface Increments {
  readonly symbol: string;
  readonly sequenceStart: number;
  readonly sequenceEnd: number;
  readonly time: number;
  readonly changes: {
    readonly asks: readonly (readonly string[])[];
    readonly bids: readonly (readonly string[])[];
  };
}

export interface Snapshot {
  readonly sequence: string;
  readonly bids: readonly (readonly string[])[];
  readonly asks: readonly (readonly string[])[];
}

export class DocumentedBook {
  /** Snapshots begun because sequences were missing. */
  holes = 0;
  readonly #symbol: string;
  readonly #fetch: () => Promise<Snapshot>;
  readonly #onBook: (image: BookImage, increments: Increments) => void;
  readonly #sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
  #waiting: Increments[] = [];
  #sequence = 0;
  #isSynced = false;
  #isFetching = false;

  constructor(options: {
    symbol: string;
    fetch: () => Promise<Snapshot>;
    onBook: (image: BookImage, increments: Increments) => void;
  }) {
    this.#symbol = options.symbol;
    this.#fetch = options.fetch;
    this.#onBook = options.onBook;
  }

  add(increments: Increments): void {
    if (this.#isSynced && increments.sequenceStart <= this.#sequence + 1) {
      this.#apply(increments);
      return;
    }
    if (this.#isSynced) {
      this.holes += 1;
      this.#isSynced = false;
    }
    this.#waiting.push(increments);
    if (!this.#isFetching) void this.#synchronise();
  }

  async #synchronise(): Promise<void> {
    this.#isFetching = true;
    try {
      this.#start(await this.#fetch());
    } catch {
      // The next message asks again.
    }
    this.#isFetching = false;
  }

  #start(snapshot: Snapshot): void {
    const sequence = Number(snapshot.sequence);
    const later = this.#waiting.filter(({ sequenceEnd }) => sequenceEnd > sequence);
    const [first] = later;
    // Too old for what is kept: the next message fetches another.
    if (first === undefined || first.sequenceStart > sequence + 1) return;
    for (const side of ['bids', 'asks'] as const) {
      this.#sides[side].clear();
      for (const [price = '', size = ''] of snapshot[side]) this.#sides[side].set(price, size);
    }
    this.#sequence = sequence;
    this.#isSynced = true;
    this.#waiting = [];
    for (const increments of later) this.add(increments);
  }

  #apply(increments: Increments): void {
    if (increments.sequenceEnd <= this.#sequence) return;
    for (const side of ['bids', 'asks'] as const) {
      for (const [price = '', size = '', sequence] of increments.changes[side]) {
        if (Number(sequence) <= this.#sequence || price === '0') continue;
        if (size === '0') this.#sides[side].delete(price);
        else this.#sides[side].set(price, size);
      }
    }
    this.#sequence = increments.sequenceEnd;
    this.#onBook(this.#image(), increments);
  }

  #image(): BookImage {
    const { bids, asks } = this.#sides;
    const rows = (side: Map<string, string>, sign: 1 | -1): Row[] =>
      [...side].sort(([a], [b]) => sign * (Number(a) - Number(b)));
    const sequence = this.#sequence;
    return { symbol: this.#symbol, sequence, bids: rows(bids, -1), asks: rows(asks, 1) };
  }
}
