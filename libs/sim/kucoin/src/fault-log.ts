/**
 * The oracle of the fault kit: what was really done to whom, for a test to compare with what the
 * client noticed. Holds the first `entriesMax` entries; later ones are counted, and still go to
 * the `write` given (a file, say).
 */
export interface FaultEntry {
  /** ms since the Unix epoch, the venue's clock. */
  readonly atMs: number;
  /** Number of the connection, from 1; 0 for REST. */
  readonly connection: number;
  readonly fault: string;
  /** Topic or path it acted on, where there is one. */
  readonly subject?: string;
  /** Level-2 sequences that were omitted, doubled or moved. */
  readonly sequenceStart?: number;
  readonly sequenceEnd?: number;
  /** Messages it kept from the client. */
  readonly omitted?: number;
}

export class FaultLog {
  readonly #entriesMax: number;
  readonly #write: ((line: string) => void) | undefined;
  readonly #entries: FaultEntry[] = [];
  #total = 0;

  constructor(options: { entriesMax: number; write: ((line: string) => void) | undefined }) {
    this.#entriesMax = options.entriesMax;
    this.#write = options.write;
  }

  add(entry: FaultEntry): void {
    this.#total += 1;
    if (this.#entries.length < this.#entriesMax) this.#entries.push(entry);
    this.#write?.(`${JSON.stringify(entry)}\n`);
  }

  get entries(): readonly FaultEntry[] {
    return this.#entries;
  }

  /** All faults so far, those beyond `entriesMax` included. */
  get total(): number {
    return this.#total;
  }
}
