import type { XmlElement } from './xml-element.ts';

interface Taken {
  readonly start: number;
  readonly end: number;
  readonly element: XmlElement;
}

/** The bytes of a block or composite: who has which. Offsets may be given in any order. */
export class BlockSpace {
  /** By their starts, none overlapping another. */
  readonly #taken: Taken[] = [];
  #next = 0;
  #end = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Behind the last byte that anything has. */
  get end(): number {
    return this.#end;
  }

  /** Places something at its stated offset, or behind what came before. @returns its offset. */
  place(element: XmlElement, bytes: number): number {
    const stated = element.integer('offset', { min: 0, max: this.#max });
    const start = stated ?? this.#next;
    if (bytes === 0) return start;
    const end = start + bytes;
    if (end > this.#max) {
      throw element.error('TOO_LARGE', `ends at byte ${end}, above ${this.#max}`);
    }
    const index = this.#taken.findLastIndex((other) => other.start < end);
    const before = this.#taken[index];
    if (before !== undefined && before.end > start) {
      const { name: kind, line } = before.element;
      const other = `${kind} ${before.element.required('name')} of line ${line}`;
      throw element.error('OVERLAP', `bytes ${start} to ${end - 1} overlap those of ${other}`);
    }
    this.#taken.splice(index + 1, 0, { start, end, element });
    this.#next = end;
    this.#end = Math.max(this.#end, end);
    return start;
  }
}
