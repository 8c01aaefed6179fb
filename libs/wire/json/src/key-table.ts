import { standsAt } from './stands-at.ts';

const PLACES_MIN = 256;
const PLACES_PER_KEY = 8;

/** Keys by their bytes: found by a hash of the length and three of the bytes, then compared. */
export class KeyTable {
  /** The keys, by number. */
  readonly bytes: readonly Uint8Array[];
  /** Numbers by hash; a key whose place is taken has the next free one. */
  readonly #numbers: Int16Array;
  readonly #mask: number;
  readonly #lengthMin: number;
  readonly #lengthMax: number;

  constructor(keys: readonly string[]) {
    this.bytes = keys.map((key) => new TextEncoder().encode(key));
    const lengths = this.bytes.map(({ length }) => length);
    this.#lengthMin = Math.min(...lengths);
    this.#lengthMax = Math.max(...lengths);
    let places = PLACES_MIN;
    while (places < keys.length * PLACES_PER_KEY) places *= 2;
    this.#mask = places - 1;
    this.#numbers = new Int16Array(places).fill(-1);
    this.bytes.forEach((key, number) => {
      let at = hashOf(key, 0, key.length) & this.#mask;
      while (this.#numbers[at] !== -1) at = (at + 1) & this.#mask;
      this.#numbers[at] = number;
    });
  }

  /** The number of the key of `length` bytes at `start`; −1 when it is none of them. */
  find(bytes: Uint8Array, start: number, length: number): number {
    if (length < this.#lengthMin || length > this.#lengthMax) return -1;
    const mask = this.#mask;
    for (let at = hashOf(bytes, start, length) & mask; ; at = (at + 1) & mask) {
      const number = this.#numbers[at] as number;
      if (number < 0) return -1;
      const key = this.bytes[number] as Uint8Array;
      if (key.length === length && standsAt(key, bytes, start)) return number;
    }
  }
}

function hashOf(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] as number;
  const middle = bytes[start + (length >>> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return length * 5 + first * 3 + middle * 7 + last * 11;
}
