/**
 * The price levels of one message, read into columns that are used again: a message is read as a
 * whole before the first tick of it is made, so a bad one leaves nothing behind.
 */
import type { DecimalFault, NumberScanner } from '@tickwire/wire-json';
import { KucoinDecodeError, reasonOf } from './errors.ts';
import type { RejectReason } from './errors.ts';

/** Levels of one message at most; a full snapshot of a busy market has some 20,000. */
export const MESSAGE_LEVELS_MAX = 262_144;

const QUOTE = 0x22;

export interface LevelColumns {
  /** Field name for errors. */
  readonly field: string;
  readonly isBid: boolean;
  /** Whether a sequence follows price and size. */
  readonly sequenced: boolean;
}

export const DELTA_ASKS = { field: 'data.changes.asks', isBid: false, sequenced: true };
export const DELTA_BIDS = { field: 'data.changes.bids', isBid: true, sequenced: true };

export class LevelList {
  count = 0;
  /** 1 = bid, 0 = ask. */
  isBid = new Uint8Array(64);
  /** Values as written: mantissa × 10^−digits. Price 0 only moves the sequence. */
  prices = new Float64Array(64);
  priceDigits = new Uint8Array(64);
  sizes = new Float64Array(64);
  sizeDigits = new Uint8Array(64);
  /** Of deltas only. */
  sequences = new Float64Array(64);
  /** Most digits behind the point in the list. */
  priceDigitsMax = 0;
  sizeDigitsMax = 0;
  /** Deltas in the order of their sequences: indexes of the columns. */
  order = new Int32Array(64);

  readonly scan: NumberScanner;

  constructor(scan: NumberScanner) {
    this.scan = scan;
  }

  clear(): void {
    this.count = 0;
    this.priceDigitsMax = 0;
    this.sizeDigitsMax = 0;
  }

  /**
   * Appends `[[price, size(, sequence)], …]` which begins at `start` and has passed as JSON.
   * @throws KucoinDecodeError `BAD_TYPE`, `BAD_FIELD`, `OUT_OF_RANGE`, `NEGATIVE_…`.
   */
  append(bytes: Uint8Array, start: number, what: Readonly<LevelColumns>): void {
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === 0x5d) return;
    for (;;) {
      if (bytes[at] !== 0x5b) fail('BAD_TYPE', what.field, at);
      at = this.#level(bytes, skipSpace(bytes, at + 1), what);
      at = skipSpace(bytes, at);
      if (bytes[at] === 0x5d) return;
      at = skipSpace(bytes, at + 1);
    }
  }

  /**
   * As `append`, of levels as the vendor writes them: behind the list, or −1 when one is not so.
   * Then there may be some of its levels in the columns: clear them.
   */
  appendPlain(bytes: Uint8Array, start: number, what: Readonly<LevelColumns>): number {
    if (bytes[start] !== 0x5b) return -1;
    let at = start + 1;
    if (bytes[at] === 0x5d) return at + 1;
    for (;;) {
      if (bytes[at] !== 0x5b) return -1;
      if (this.count === this.prices.length) this.#grow(what.field, at);
      at = this.#plainLevel(bytes, at + 1, what);
      if (at < 0) return -1;
      if (bytes[at] === 0x5d) return at + 1;
      if (bytes[at] !== 0x2c) return -1;
      at += 1;
    }
  }

  /** `price, size` of level 1, written without an inner array. */
  appendOne(bytes: Uint8Array, start: number, what: Readonly<LevelColumns>): void {
    const at = skipSpace(bytes, start + 1);
    if (bytes[at] !== 0x5d) this.#level(bytes, at, what);
  }

  /** Puts `order` right: ascending sequences, as given where they are equal. */
  sortBySequence(): void {
    const { order, sequences, count } = this;
    for (let at = 0; at < count; at++) order[at] = at;
    if (count > 64) {
      order.subarray(0, count).sort((a, b) => (sequences[a] ?? 0) - (sequences[b] ?? 0) || a - b);
      return;
    }
    for (let at = 1; at < count; at++) {
      const sequence = sequences[at] as number;
      let to = at;
      while (to > 0 && (sequences[order[to - 1] as number] as number) > sequence) {
        order[to] = order[to - 1] as number;
        to -= 1;
      }
      order[to] = at;
    }
  }

  /** Reads one level whose first value is at `from`; the place behind its `]`. */
  #level(bytes: Uint8Array, from: number, what: Readonly<LevelColumns>): number {
    if (this.count === this.prices.length) this.#grow(what.field, from);
    const behind = this.#plainLevel(bytes, from, what);
    return behind < 0 ? this.#anyLevel(bytes, from, what) : behind;
  }

  /**
   * A level as the vendor writes it, `"price","size","sequence"]` of plain digits, in one pass; −1
   * when it is not so, and only its row is written then.
   */
  #plainLevel(bytes: Uint8Array, from: number, what: Readonly<LevelColumns>): number {
    const scan = this.scan;
    const row = this.count;
    const end = bytes.length;
    if (bytes[from] !== QUOTE) return -1;
    let at = scan.plainDecimal(bytes, from + 1, end);
    if (at < 0 || !partsStrings(bytes, at)) return -1;
    const priceDigits = scan.digits;
    this.prices[row] = scan.mantissa;
    this.priceDigits[row] = priceDigits;
    at = scan.plainDecimal(bytes, at + 3, end);
    if (at < 0) return -1;
    const sizeDigits = scan.digits;
    this.sizes[row] = scan.mantissa;
    this.sizeDigits[row] = sizeDigits;
    if (what.sequenced) {
      if (!partsStrings(bytes, at)) return -1;
      at = scan.plainInteger(bytes, at + 3, end);
      if (at < 0) return -1;
      this.sequences[row] = scan.whole;
    }
    if (bytes[at] !== QUOTE || bytes[at + 1] !== 0x5d) return -1;
    if (priceDigits > this.priceDigitsMax) this.priceDigitsMax = priceDigits;
    if (sizeDigits > this.sizeDigitsMax) this.sizeDigitsMax = sizeDigits;
    this.isBid[row] = what.isBid ? 1 : 0;
    this.count = row + 1;
    return at + 2;
  }

  #anyLevel(bytes: Uint8Array, from: number, what: Readonly<LevelColumns>): number {
    let at = from;
    const scan = this.scan;
    const row = this.count;
    let end = scalarEnd(bytes, at, what.field);
    const badPrice = this.#decimal(bytes, at, end);
    if (badPrice !== undefined) {
      fail(badPrice === 'NEGATIVE' ? 'NEGATIVE_PRICE' : badPrice, what.field, at);
    }
    this.prices[row] = scan.mantissa;
    this.priceDigits[row] = scan.digits;
    if (scan.digits > this.priceDigitsMax) this.priceDigitsMax = scan.digits;
    at = nextValue(bytes, end, what.field);
    end = scalarEnd(bytes, at, what.field);
    const badSize = this.#decimal(bytes, at, end);
    if (badSize !== undefined) fail(reasonOf(badSize), what.field, at);
    this.sizes[row] = scan.mantissa;
    this.sizeDigits[row] = scan.digits;
    if (scan.digits > this.sizeDigitsMax) this.sizeDigitsMax = scan.digits;
    if (what.sequenced) {
      at = nextValue(bytes, end, what.field);
      end = scalarEnd(bytes, at, what.field);
      const quoted = bytes[at] === QUOTE ? 1 : 0;
      const failure = scan.integer(bytes, at + quoted, end - quoted);
      if (failure !== undefined) fail(failure, what.field, at);
      this.sequences[row] = scan.whole;
    }
    this.isBid[row] = what.isBid ? 1 : 0;
    this.count = row + 1;
    const behind = skipSpace(bytes, end);
    if (bytes[behind] !== 0x5d) fail('BAD_FIELD', what.field, behind);
    return behind + 1;
  }

  #decimal(bytes: Uint8Array, at: number, end: number): DecimalFault | undefined {
    const quoted = bytes[at] === QUOTE ? 1 : 0;
    return this.scan.decimal(bytes, at + quoted, end - quoted);
  }

  #grow(field: string, offset: number): void {
    const capacity = this.prices.length * 2;
    if (capacity > MESSAGE_LEVELS_MAX) fail('OUT_OF_RANGE', field, offset);
    const larger = <T extends Uint8Array | Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.isBid = larger(this.isBid, new Uint8Array(capacity));
    this.prices = larger(this.prices, new Float64Array(capacity));
    this.priceDigits = larger(this.priceDigits, new Uint8Array(capacity));
    this.sizes = larger(this.sizes, new Float64Array(capacity));
    this.sizeDigits = larger(this.sizeDigits, new Uint8Array(capacity));
    this.sequences = larger(this.sequences, new Float64Array(capacity));
    this.order = new Int32Array(capacity);
  }
}

/** Whether one string ends at `at` and the next begins: `","`. */
const partsStrings = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === QUOTE && bytes[at + 1] === 0x2c && bytes[at + 2] === QUOTE;

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] as number) <= 0x20) at += 1;
  return at;
}

/** Behind the string or number at `at`: quotes included. */
function scalarEnd(bytes: Uint8Array, at: number, field: string): number {
  let end = at;
  if (bytes[at] === QUOTE) {
    end += 1;
    while (bytes[end] !== QUOTE) {
      if (bytes[end] === 0x5c) fail('BAD_FIELD', field, end);
      end += 1;
    }
    return end + 1;
  }
  const first = bytes[at] as number;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) fail('BAD_TYPE', field, at);
  for (;;) {
    const byte = bytes[end] as number;
    if (byte === 0x2c || byte === 0x5d || byte <= 0x20) return end;
    end += 1;
  }
}

function nextValue(bytes: Uint8Array, from: number, field: string): number {
  const at = skipSpace(bytes, from);
  if (bytes[at] !== 0x2c) fail('MISSING_FIELD', field, at);
  return skipSpace(bytes, at + 1);
}

function fail(code: RejectReason, field: string, offset: number): never {
  throw new KucoinDecodeError(code, { field, offset });
}
