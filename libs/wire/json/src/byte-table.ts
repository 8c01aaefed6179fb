import { standsAt } from './stands-at.ts';

/**
 * Values by name, a symbol say, looked up with the bytes of the name where they stand in a text:
 * no string is made. Open addressing; grows when half full; never shrinks, so what fills it has to
 * be bounded.
 */
export class ByteTable<V> {
  #keys: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(64).fill(undefined);
  #values: (V | undefined)[] = new Array<V | undefined>(64).fill(undefined);
  #count = 0;

  /** The value of the name that is written at [start, end) of `bytes`. */
  find(bytes: Uint8Array, start: number, end: number): V | undefined {
    return this.#values[this.#slot(bytes, start, end)];
  }

  set(name: string, value: V): void {
    const key = new TextEncoder().encode(name);
    if ((this.#count + 1) * 2 > this.#keys.length) this.#grow();
    const slot = this.#slot(key, 0, key.length);
    if (this.#keys[slot] === undefined) this.#count += 1;
    this.#keys[slot] = key;
    this.#values[slot] = value;
  }

  get(name: string): V | undefined {
    const key = new TextEncoder().encode(name);
    return this.find(key, 0, key.length);
  }

  *values(): Generator<V> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }

  /** Where the name is, or the free place for it. */
  #slot(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const mask = this.#keys.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const key = this.#keys[slot];
      if (key === undefined) return slot;
      if (key.length === end - start && standsAt(key, bytes, start)) return slot;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Array<Uint8Array | undefined>(keys.length * 2).fill(undefined);
    this.#values = new Array<V | undefined>(keys.length * 2).fill(undefined);
    keys.forEach((key, index) => {
      if (key === undefined) return;
      const slot = this.#slot(key, 0, key.length);
      this.#keys[slot] = key;
      this.#values[slot] = values[index];
    });
  }
}
