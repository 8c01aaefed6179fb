/**
 * The half of a tick that every kind shares, and how its integers are read and written. Where the
 * fields of both halves are says the schema; the other half is tick-payload.generated.ts.
 *
 * Fields are reached as 32-bit words of a typed array: with a DataView each store makes the
 * compiler forget what it knew of the view, and a whole tick cost three times as much to write.
 * Words have the byte order of the machine, which is the layout's on every machine that Tickwire
 * runs on (the ring's header has a probe that refuses others).
 */
import { tickIdentity } from './tick-identity.ts';
import type { Hash128 } from './tick-identity.ts';
import { ABSENT, TICK_BYTES } from '@tickwire/core';
import { TickError } from './errors.ts';
import type { Action, Side, TickKind } from './layout.generated.ts';
import { wordsOf } from './tick-words.ts';

const WORDS = TICK_BYTES / 4;
const TWO_32 = 4294967296;
const ABSENT_HI = 0x7fff_ffff;
const ALL_ONES = -1;
const { isSafeInteger } = Number;
const { floor } = Math;
const NO_BYTES = new DataView(new ArrayBuffer(TICK_BYTES));

/** What a copy is written to, for its owner to learn that it is one. */
const NOT_WRITABLE = new Proxy(new Int32Array(0), {
  get: () => {
    throw misaligned();
  },
  set: () => {
    throw misaligned();
  },
});

/**
 * What `TickView` is built on; use that.
 *
 * Its functions are written for what the compiler is willing to inline into one loop: each is one
 * step deep and as short as it can be. A whole tick that does not fit costs twice the time.
 */
export class TickHeader {
  #view: DataView = NO_BYTES;
  /** Read from here. */
  #words: Int32Array = wordsOf(NO_BYTES) as Int32Array;
  /** Written here: the same words, unless they are a copy. */
  #target: Int32Array = this.#words;
  /** Index of the tick's first word. */
  #first = 0;
  /** The last one that a whole tick can begin at; −1 for none. */
  #last = 0;
  #copy: DataView | undefined;

  /**
   * Moves to the tick at `offset` of `view`. A tick that does not lie on 4 bytes is copied: it can
   * be read, and writing it throws TickError `MISALIGNED`.
   * @throws TickError `TRUNCATED` when fewer than 64 bytes follow `offset`.
   */
  wrap(view: DataView, offset: number): this {
    const first = offset >>> 2;
    if (view !== this.#view || first > this.#last || first * 4 !== offset) {
      this.#bind(view, offset);
    } else this.#first = first;
    return this;
  }

  /** Zeroes the tick, then sets its kind and an absent tsEvent: the start of every new tick. */
  begin(kind: TickKind): this {
    const words = this.#target;
    const first = this.#first;
    // Written out: a loop, or `fill`, takes several ns more, and so does writing a word twice. So
    // this alone knows by itself where tsEvent (0 and 1) and kind (7) are; a test compares.
    words[first] = ALL_ONES;
    words[first + 1] = ALL_ONES;
    words[first + 2] = 0;
    words[first + 3] = 0;
    words[first + 4] = 0;
    words[first + 5] = 0;
    words[first + 6] = 0;
    words[first + 7] = kind;
    words[first + 8] = 0;
    words[first + 9] = 0;
    words[first + 10] = 0;
    words[first + 11] = 0;
    words[first + 12] = 0;
    words[first + 13] = 0;
    words[first + 14] = 0;
    words[first + 15] = 0;
    return this;
  }

  // header, made by tools/tick-schema/run.ts: begin

  /** ns since the Unix epoch, the venue's clock; all ones = absent */
  get tsEventHi(): number {
    return this.readU32(1);
  }
  get tsEventLo(): number {
    return this.readU32(0);
  }
  get hasTsEvent(): boolean {
    return (this.readU32(0) & this.readU32(1)) !== -1;
  }
  setTsEvent(hi: number, lo: number): void {
    const target = this.#target;
    target[this.#first] = lo;
    target[this.#first + 1] = hi;
  }

  /** ns since the Unix epoch, the gateway host's clock */
  get tsRecvHi(): number {
    return this.readU32(3);
  }
  get tsRecvLo(): number {
    return this.readU32(2);
  }
  setTsRecv(hi: number, lo: number): void {
    const target = this.#target;
    target[this.#first + 2] = lo;
    target[this.#first + 3] = hi;
  }

  /** dense index into its ring's directory; all ones = the whole channel or ring */
  get instrument(): number {
    return this.readU32(4);
  }
  set instrument(value: number) {
    this.#target[this.#first + 4] = value;
  }

  /** low 32 bits of the venue's sequence */
  get sequence(): number {
    return this.readU32(5);
  }
  set sequence(value: number) {
    this.#target[this.#first + 5] = value;
  }

  /** tsRecv → publication, ns: 12-bit mantissa above a 4-bit exponent, saturates at 134,184,960 */
  get publishDelta(): number {
    return this.readU32(6) & 0xffff;
  }
  set publishDelta(value: number) {
    this.writeBits(6, 0xffff, value & 0xffff);
  }

  /** publisher or exchange within the vendor */
  get publisher(): number {
    return this.readU32(6) >>> 16;
  }
  set publisher(value: number) {
    this.writeBits(6, 0xffff0000, value << 16);
  }

  /** what the payload is */
  get kind(): number {
    return this.readU32(7) & 0xff;
  }

  /** low nibble Side, high nibble Action */
  get side(): number {
    return (this.readU32(7) >>> 8) & 15;
  }
  get action(): number {
    return (this.readU32(7) >>> 12) & 15;
  }
  setSideAction(side: Side, action: Action): void {
    this.writeBits(7, 0xff00, (side << 8) | (action << 12));
  }

  /** TickFlag bits */
  get flags(): number {
    return this.readU32(7) >>> 16;
  }
  set flags(value: number) {
    this.writeBits(7, 0xffff0000, value << 16);
  }

  // header: end

  /** What names this tick anywhere, see `tickIdentity`; written into `into` and returned. */
  identity(into: Hash128): Hash128 {
    const words = this.#words;
    const bytes = new DataView(words.buffer, words.byteOffset, words.byteLength);
    return tickIdentity(bytes, this.#first * 4, into);
  }

  /** A copy of the tick, 64 bytes, for whoever keeps it or sends it on. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset } = this.#words;
    const copy = new Uint8Array(TICK_BYTES);
    copy.set(new Uint8Array(buffer, byteOffset + this.#first * 4, TICK_BYTES));
    return copy;
  }

  // Integers by the word of the tick they begin at, smaller ones as bits of their word.

  protected readU32(word: number): number {
    return (this.#words[this.#first + word] as number) >>> 0;
  }

  /** @param name - Of the field, for the error. */
  protected readI64(word: number, name: string): number {
    const words = this.#words;
    const at = this.#first + word;
    const lo = (words[at] as number) >>> 0;
    const hi = words[at + 1] as number;
    // Safe integers have their high word in −2^21 … 2^21 − 1; −2^53 itself is the one exception.
    if (hi < 0x20_0000 && hi >= -0x20_0000 && (hi !== -0x20_0000 || lo !== 0)) {
      return hi * TWO_32 + lo;
    }
    return absentOrRefuse(hi, lo, { field: name, offset: word * 4 });
  }

  protected writeU32(word: number, value: number): void {
    this.#target[this.#first + word] = value;
  }

  /** Sets those bits of a word that are ones in `mask`; `bits` has no others. */
  protected writeBits(word: number, mask: number, bits: number): void {
    const target = this.#target;
    const at = this.#first + word;
    target[at] = ((target[at] as number) & ~mask) | bits;
  }

  protected writeU64(word: number, hi: number, lo: number): void {
    const target = this.#target;
    const at = this.#first + word;
    target[at] = lo;
    target[at + 1] = hi;
  }

  protected writeI64(word: number, value: number, name: string): void {
    if (!isSafeInteger(value)) return this.#writeAbsent(word, value, name);
    const target = this.#target;
    const at = this.#first + word;
    target[at] = value;
    target[at + 1] = floor(value / TWO_32);
  }

  #writeAbsent(word: number, value: number, name: string): void {
    if (value !== ABSENT) throw outOfRange({ field: name, offset: word * 4 });
    this.writeU64(word, ABSENT_HI, ALL_ONES);
  }

  /** For another view than the last, and an offset that is no multiple of 4, or not there. */
  #bind(view: DataView, offset: number): void {
    const isThere = Number.isInteger(offset) && offset >= 0;
    if (!isThere || offset + TICK_BYTES > view.byteLength) {
      const detail = `64 bytes wanted at ${offset}, ${view.byteLength} there`;
      throw new TickError('TRUNCATED', { field: 'tick', offset: 0, detail });
    }
    const words = offset % 4 === 0 && offset < TWO_32 ? wordsOf(view) : undefined;
    if (words === undefined) return this.#copyIn(view, offset);
    this.#view = view;
    this.#words = words;
    this.#target = words;
    this.#last = words.length - WORDS;
    this.#first = offset / 4;
  }

  #copyIn(view: DataView, offset: number): void {
    this.#copy ??= new DataView(new ArrayBuffer(TICK_BYTES));
    for (let at = 0; at < TICK_BYTES; at += 4) {
      this.#copy.setInt32(at, view.getInt32(offset + at, true), true);
    }
    this.#words = wordsOf(this.#copy) as Int32Array;
    this.#target = NOT_WRITABLE;
    this.#first = 0;
    this.#last = -1; // the next `wrap` binds again
  }
}

function absentOrRefuse(hi: number, lo: number, at: { field: string; offset: number }): number {
  if (hi === ABSENT_HI && lo === 0xffff_ffff) return ABSENT;
  throw outOfRange(at);
}

function misaligned(): TickError {
  const detail = 'a tick that does not start at a multiple of 4 bytes can be read, not written';
  return new TickError('MISALIGNED', { field: 'tick', offset: 0, detail });
}

function outOfRange(at: { field: string; offset: number }): TickError {
  return new TickError('OUT_OF_RANGE', {
    ...at,
    detail: 'neither within ±(2^53 − 1) nor absent',
  });
}
