import type { LiveRecord, RecordIdentity } from './record-identity.ts';

/** A copy of a record that waits for a replay to reach it. */
export interface HeldRecord extends LiveRecord {
  readonly tsHi: number;
  readonly tsLo: number;
  readonly sequence: number;
  /** That sent it. */
  readonly session: number;
  /** It was handed on, or found to be handed on already. */
  isDone: boolean;
}

/** Copies of records in the order in which they came, bounded by their bytes. */
export class HeldRecords {
  readonly #bytesMax: number;
  #records: HeldRecord[] = [];
  #bytes = 0;
  #count = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Records that wait. */
  get count(): number {
    return this.#count;
  }

  /** A copy; `undefined` when there is no room. */
  add(record: LiveRecord, identity: RecordIdentity, session: number): HeldRecord | undefined {
    const { layout, rtype, length, view, offset } = record;
    if (this.#bytes + length > this.#bytesMax) return undefined;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length).slice();
    const { tsHi, tsLo, sequence } = identity;
    const held: HeldRecord = {
      ...{ layout, rtype, length, view: new DataView(bytes.buffer), offset: 0 },
      ...{ tsHi, tsLo, sequence, session, isDone: false },
    };
    this.#records.push(held);
    this.#bytes += length;
    this.#count += 1;
    return held;
  }

  done(held: HeldRecord): void {
    held.isDone = true;
    this.#count -= 1;
    // The room is given back when all are done: what is held is short-lived.
    if (this.#count > 0) return;
    this.#records = [];
    this.#bytes = 0;
  }

  /** Those that wait, oldest first. */
  waiting(): HeldRecord[] {
    return this.#records.filter(({ isDone }) => !isDone);
  }
}
