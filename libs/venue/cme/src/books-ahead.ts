import type { CmeInstrument } from './instrument.ts';

/**
 * Instruments whose snapshots go up to packets that have not come, by those packets. A channel that
 * is far behind its snapshots has many, and asks with each packet: what is not reached yet costs
 * one comparison, however many wait.
 */
export class BooksAhead {
  /** Ascending by sequence; both lists are of one length, and done with before `#head`. */
  readonly #sequences: number[] = [];
  readonly #instruments: CmeInstrument[] = [];
  #head = 0;
  /** How many wait. A field: it is asked for with every packet. */
  count = 0;

  /** Snapshots come nearly in order: one more goes in at the end or a few places before it. */
  add(instrument: CmeInstrument, sequence: number): void {
    let at = this.#sequences.length;
    while (at > this.#head && this.#sequences[at - 1]! > sequence) at--;
    this.#sequences.splice(at, 0, sequence);
    this.#instruments.splice(at, 0, instrument);
    this.count += 1;
  }

  /** The next one whose packet has been gone through; `undefined`: none. It is not given again. */
  take(sequence: number): CmeInstrument | undefined {
    const head = this.#head;
    if (this.count === 0 || this.#sequences[head]! > sequence) return undefined;
    const instrument = this.#instruments[head]!;
    this.#head += 1;
    this.count -= 1;
    if (this.count === 0) this.clear();
    return instrument;
  }

  clear(): void {
    this.#sequences.length = 0;
    this.#instruments.length = 0;
    this.#head = 0;
    this.count = 0;
  }
}
