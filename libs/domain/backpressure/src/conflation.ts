/** Which waiting tick is the latest of its instrument and kind. */
import { TickKind } from '@tickwire/wire-tick';

/** Kinds of which only the last value counts. */
const CLASSES = 3;
const QUOTE = 0;
const QUOTE_EXT = 1;
const MARK = 2;
const INSTRUMENTS_MAX = 65_536;
const FIRST_INSTRUMENTS = 1_024;

/** Ticks for each instrument that a conflating queue must hold so that no last value is lost. */
export const LAST_VALUES_PER_INSTRUMENT = CLASSES;

/** The class of a tick of which only the last counts, else −1. */
function classOf(kind: number): number {
  if (kind === TickKind.Quote) return QUOTE;
  if (kind === TickKind.QuoteExt) return QUOTE_EXT;
  return kind === TickKind.Mark ? MARK : -1;
}

/** Where the cell of a tick is, −1 for one that is never conflated. */
export function conflationKey(kind: number, instrument: number): number {
  const found = classOf(kind);
  return found < 0 || instrument >= INSTRUMENTS_MAX ? -1 : instrument * CLASSES + found;
}

/** The key of the extension that goes with a quote, −1 for a key of another kind. */
export function extensionKey(key: number): number {
  return key % CLASSES === QUOTE ? key + QUOTE_EXT : -1;
}

/** The key of the quote that an extension goes with, −1 for a key of another kind. */
export function quoteKey(key: number): number {
  return key % CLASSES === QUOTE_EXT ? key - QUOTE_EXT : -1;
}

/** Key → slot. */
export class LatestSlots {
  /** Slot + 1; 0 for none. */
  #slots = new Int32Array(FIRST_INSTRUMENTS * CLASSES);

  /** −1 when there is none. */
  get(key: number): number {
    return key < this.#slots.length ? this.#slots[key]! - 1 : -1;
  }

  set(key: number, slot: number): void {
    if (key >= this.#slots.length) this.#grow(key);
    this.#slots[key] = slot + 1;
  }

  remove(key: number): void {
    if (key < this.#slots.length) this.#slots[key] = 0;
  }

  clear(): void {
    this.#slots.fill(0);
  }

  #grow(key: number): void {
    const grown = new Int32Array(2 ** Math.ceil(Math.log2(key + 1)));
    grown.set(this.#slots);
    this.#slots = grown;
  }
}
