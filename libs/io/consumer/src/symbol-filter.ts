import { INSTRUMENT_ALL } from '@tickwire/core';
import type { RingDirectoryReader } from '@tickwire/io-rings';

const UNKNOWN = 0;
const WANTED = 1;
const UNWANTED = 2;
/** Entry 0 of a directory is the ring itself. */
const RING_ENTRY = 0;
const FIRST_INSTRUMENTS = 1_024;

/**
 * Which instruments of a ring are wanted, by the vendor's symbol or the canonical one. What
 * concerns the whole ring always is. Each index is looked up once.
 */
export class SymbolFilter {
  readonly #symbols: ReadonlySet<string>;
  #states = new Uint8Array(FIRST_INSTRUMENTS);
  #directory: RingDirectoryReader | undefined;

  constructor(symbols: Iterable<string>) {
    this.#symbols = new Set(symbols);
  }

  wants(instrument: number, directory: RingDirectoryReader): boolean {
    if (directory !== this.#directory) this.#startAnew(directory);
    const state = this.#states[instrument] ?? UNKNOWN;
    return state === UNKNOWN ? this.#lookUp(instrument, directory) : state === WANTED;
  }

  #startAnew(directory: RingDirectoryReader): void {
    this.#directory = directory;
    this.#states.fill(UNKNOWN);
  }

  #lookUp(instrument: number, directory: RingDirectoryReader): boolean {
    if (instrument === INSTRUMENT_ALL || instrument === RING_ENTRY) return true;
    const entry = directory.get(instrument);
    if (entry === undefined) return false;
    const { symbol, canonicalSymbol } = entry;
    const isWanted = this.#symbols.has(symbol) || this.#symbols.has(canonicalSymbol);
    if (instrument >= this.#states.length) this.#grow(instrument);
    this.#states[instrument] = isWanted ? WANTED : UNWANTED;
    return isWanted;
  }

  #grow(instrument: number): void {
    const grown = new Uint8Array(2 ** Math.ceil(Math.log2(instrument + 1)));
    grown.set(this.#states);
    this.#states = grown;
  }
}
