/**
 * The oracle of the fault kit: what was really done to whom, for a test to compare with what the
 * client noticed. Holds the first `entriesMax` entries; later ones are counted, and still go to
 * the `write` given (a file, say).
 */
import type { FaultEntry, SessionLog } from './session-log.ts';

export class FaultLog {
  readonly #entriesMax: number;
  readonly #write: ((line: string) => void) | undefined;
  readonly #session: SessionLog | undefined;
  readonly #entries: FaultEntry[] = [];
  #total = 0;

  constructor(options: {
    entriesMax: number;
    write: ((line: string) => void) | undefined;
    /** Gets each fault as well, in order with everything else. */
    session?: SessionLog | undefined;
  }) {
    this.#entriesMax = options.entriesMax;
    this.#write = options.write;
    this.#session = options.session;
  }

  add(entry: FaultEntry): void {
    this.#total += 1;
    if (this.#entries.length < this.#entriesMax) this.#entries.push(entry);
    this.#write?.(`${JSON.stringify(entry)}\n`);
    this.#session?.add({ event: 'fault', ...entry });
  }

  get entries(): readonly FaultEntry[] {
    return this.#entries;
  }

  /** All faults so far, those beyond `entriesMax` included. */
  get total(): number {
    return this.#total;
  }
}
