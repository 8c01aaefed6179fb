/**
 * What a simulator did, line by line: the oracle that a client under test is compared with. Faults
 * say what was kept from whom on purpose; `sent` lines say what was really put on the way, with
 * the decimals as they were written.
 *
 * Bound: the first `entriesMax` lines are kept; later ones still go to `write` and are counted, and
 * `isWhole` turns false, so that nobody takes a part for the whole.
 */

/** One message given to a connection. */
export interface SentEntry {
  readonly event: 'sent';
  /** ms since the Unix epoch, the venue's clock. */
  readonly atMs: number;
  /** Number of the connection, from 1. */
  readonly connection: number;
  readonly kind: SentKind;
  /** The vendor's symbol; empty when the message is of no instrument. */
  readonly instrument: string;
  /** The venue's sequences that it carries, where it has any. */
  readonly sequenceStart?: number;
  readonly sequenceEnd?: number;
  /**
   * Decimals as the vendor writes them. `trade`: one row [price, size]. `quote`: one [bid, size,
   * ask, size]. `level`: a row [price, size, sequence] for each change.
   */
  readonly values?: readonly (readonly string[])[];
}

export type SentKind = 'trade' | 'quote' | 'level' | 'control' | 'other' | 'injected';

/** A fault that was done. */
export interface FaultEntry {
  /** ms since the Unix epoch, the venue's clock. */
  readonly atMs: number;
  /** Number of the connection, from 1; 0 for REST. */
  readonly connection: number;
  readonly fault: string;
  /** Topic, path or leg it acted on, where there is one. */
  readonly subject?: string;
  /** The vendor's symbol, where there is one. */
  readonly instrument?: string;
  /** Venue sequences that were omitted, doubled or moved. */
  readonly sequenceStart?: number;
  readonly sequenceEnd?: number;
  /** Messages it kept from the client. */
  readonly omitted?: number;
}

/** What a client asked for. */
export interface AskedEntry {
  readonly event: 'asked';
  readonly atMs: number;
  readonly connection: number;
  readonly what: 'subscribe' | 'unsubscribe' | 'heartbeat' | 'other';
  /** `<topic>:<instrument>` of each, as many as the message names. */
  readonly topics: readonly string[];
}

export type LogEntry =
  | SentEntry
  | AskedEntry
  | ({ readonly event: 'fault' } & FaultEntry)
  | { readonly event: 'connected'; readonly atMs: number; readonly connection: number }
  /** An attempt to come in that was turned away, by a fault or by a limit. */
  | { readonly event: 'refused'; readonly atMs: number; readonly reason: string }
  | {
      readonly event: 'closed';
      readonly atMs: number;
      readonly connection: number;
      readonly reason: string;
      /** Messages given to the connection, and those of them the kernel had not taken. */
      readonly sent: number;
      readonly undelivered: number;
    };

export interface SessionLogOptions {
  /** Lines kept in memory; default 1,000,000. */
  readonly entriesMax?: number;
  /** Where each line goes as JSON as well, for example a file. */
  readonly write?: (line: string) => void;
}

export class SessionLog {
  readonly #entriesMax: number;
  readonly #write: ((line: string) => void) | undefined;
  readonly #entries: LogEntry[] = [];
  #total = 0;

  constructor(options: SessionLogOptions = {}) {
    this.#entriesMax = options.entriesMax ?? 1_000_000;
    this.#write = options.write;
  }

  add(entry: LogEntry): void {
    this.#total += 1;
    if (this.#entries.length < this.#entriesMax) this.#entries.push(entry);
    this.#write?.(`${JSON.stringify(entry)}\n`);
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** All lines so far, those beyond `entriesMax` included. */
  get total(): number {
    return this.#total;
  }

  /** Whether `entries` are all there were. */
  get isWhole(): boolean {
    return this.#total === this.#entries.length;
  }

  /** The lines of one event, in their order. */
  of<Event extends LogEntry['event']>(event: Event): Extract<LogEntry, { event: Event }>[] {
    return this.#entries.filter(
      (entry): entry is Extract<LogEntry, { event: Event }> => entry.event === event,
    );
  }

  /** Every venue sequence that a fault kept from a client: `<instrument> <sequence>`, sorted. */
  omitted(): string[] {
    return this.of('fault')
      .filter(({ omitted, sequenceEnd }) => (omitted ?? 0) > 0 && sequenceEnd !== undefined)
      .flatMap(({ instrument = '', sequenceStart = 0, sequenceEnd = 0 }) =>
        sequencesOf(instrument, sequenceStart, sequenceEnd - sequenceStart + 1),
      )
      .sort();
  }
}

/** `<instrument> <sequence>` of each sequence of a hole. */
export function sequencesOf(instrument: string, first: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${instrument} ${first + at}`);
}
