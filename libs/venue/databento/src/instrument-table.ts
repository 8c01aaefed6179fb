/**
 * Instruments by the vendor's id, as rows of four words in one buffer, by open addressing, at most
 * half full: a look-up reads one line of the cache, and allocates nothing.
 *
 *   row   id, start hi, start lo (from when on the id means this), 1 + place of the instrument
 */
import type { Instrument } from './instruments.ts';

const WORDS = 4;
const FIRST_ROWS = 1024;

export class InstrumentTable {
  #rows = new Uint32Array(WORDS * FIRST_ROWS);
  #mask = FIRST_ROWS - 1;
  #count = 0;
  readonly #instruments: (Instrument | undefined)[] = [];

  /** What `id` means at a time; `undefined` when that is not known here. */
  find(id: number, hi: number, lo: number): Instrument | undefined {
    const rows = this.#rows;
    const mask = this.#mask;
    for (let row = hash(id) & mask; ; row = (row + 1) & mask) {
      const at = row * WORDS;
      const place = rows[at + 3]!;
      if (place === 0) return undefined;
      if (rows[at] !== id) continue;
      const startHi = rows[at + 1]!;
      const isBefore = hi < startHi || (hi === startHi && lo < rows[at + 2]!);
      return isBefore ? undefined : this.#instruments[place - 1];
    }
  }

  /** From `start` on `id` means `instrument`, until it is set again. */
  set(id: number, instrument: Instrument, start: { startHi: number; startLo: number }): void {
    const at = this.#rowOf(id) * WORDS;
    const rows = this.#rows;
    rows[at + 1] = start.startHi;
    rows[at + 2] = start.startLo;
    if (rows[at + 3] !== 0) this.#instruments[rows[at + 3]! - 1] = instrument;
    else {
      rows[at] = id;
      rows[at + 3] = this.#instruments.push(instrument);
      this.#count += 1;
      if (2 * this.#count > this.#mask) this.#grow();
    }
  }

  /** `id` means something else: it is not known here until it is set again. */
  forget(id: number): void {
    const place = this.#rows[this.#rowOf(id) * WORDS + 3]!;
    // The row stays: others may lie behind it.
    if (place !== 0) this.#instruments[place - 1] = undefined;
  }

  /** The row of an id, or the free one that it would have. */
  #rowOf(id: number): number {
    const rows = this.#rows;
    let row = hash(id) & this.#mask;
    while (rows[row * WORDS + 3] !== 0 && rows[row * WORDS] !== id) row = (row + 1) & this.#mask;
    return row;
  }

  #grow(): void {
    const before = this.#rows;
    this.#mask = 2 * this.#mask + 1;
    this.#rows = new Uint32Array(WORDS * (this.#mask + 1));
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at + 3] === 0) continue;
      this.#rows.set(before.subarray(at, at + WORDS), this.#rowOf(before[at]!) * WORDS);
    }
  }
}

/** Ids of a venue are often one behind the other, or differ in their higher bits. */
function hash(id: number): number {
  const mixed = Math.imul(id, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
