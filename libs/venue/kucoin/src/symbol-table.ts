/**
 * Values by symbol, looked up with the symbol's bytes where they stand in a frame: no string is
 * made. Open addressing; grows when half full; never shrinks.
 */
export class SymbolTable<V> {
  #keys: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(64).fill(undefined);
  #values: (V | undefined)[] = new Array<V | undefined>(64).fill(undefined);
  #count = 0;

  /** The value of the symbol written at [start, end) of `bytes`. */
  find(bytes: Uint8Array, start: number, end: number): V | undefined {
    return this.#values[this.#slot(bytes, start, end)];
  }

  set(symbol: string, value: V): void {
    const key = new TextEncoder().encode(symbol);
    if ((this.#count + 1) * 2 > this.#keys.length) this.#grow();
    const slot = this.#slot(key, 0, key.length);
    if (this.#keys[slot] === undefined) this.#count += 1;
    this.#keys[slot] = key;
    this.#values[slot] = value;
  }

  get(symbol: string): V | undefined {
    const key = new TextEncoder().encode(symbol);
    return this.find(key, 0, key.length);
  }

  *values(): Generator<V> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }

  /** Where the symbol is, or the free place for it. */
  #slot(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const mask = this.#keys.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const key = this.#keys[slot];
      if (key === undefined) return slot;
      if (key.length === end - start && stands(key, bytes, start)) return slot;
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

function stands(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false;
  return true;
}
