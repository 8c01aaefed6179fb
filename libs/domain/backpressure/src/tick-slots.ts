/** A circle of tick slots, each with the position its tick had in its ring. */
import { TICK_BYTES, TICK_KIND_OFFSET } from '@tickwire/core';
import type { TickBuffer } from './tick-buffer.ts';

const INSTRUMENT_WORD = 4;
const WORDS = TICK_BYTES / 4;
/** Up to so many ticks are copied word by word: a view for them would cost more. */
const WORDWISE_MAX = 4;

/** Where ticks come from: a run of a ring, a frame, a file. */
export interface TickRun {
  /** Ticks from byte 0; 4-byte aligned in its buffer. */
  readonly bytes: Uint8Array;
  /** Position of the first of them. */
  readonly firstPosition: number;
}

export class TickSlots {
  readonly count: number;
  readonly mask: number;
  readonly positions: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  /** The memory that ticks came from last, as words: it is the same for long. */
  #source: Uint8Array = new Uint8Array(0);
  #sourceWords: Int32Array = new Int32Array(0);

  /** @param countMin - The next power of two is made. */
  constructor(countMin: number) {
    this.count = 2 ** Math.ceil(Math.log2(Math.max(2, countMin)));
    this.mask = this.count - 1;
    this.positions = new Float64Array(this.count);
    this.#bytes = new Uint8Array(this.count * TICK_BYTES);
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  kind(slot: number): number {
    return this.#bytes[slot * TICK_BYTES + TICK_KIND_OFFSET]!;
  }

  instrument(slot: number): number {
    return this.#words[slot * WORDS + INSTRUMENT_WORD]! >>> 0;
  }

  kindOf(run: TickRun, index: number): number {
    return run.bytes[index * TICK_BYTES + TICK_KIND_OFFSET]!;
  }

  instrumentOf(run: TickRun, index: number): number {
    return this.#wordsOf(run.bytes)[index * WORDS + INSTRUMENT_WORD]! >>> 0;
  }

  /** Copies ticks of a run into the slots from `slot` on, around the end of the circle. */
  write(
    slot: number,
    run: TickRun,
    range: { readonly from: number; readonly count: number },
  ): void {
    const { from, count } = range;
    const first = Math.min(count, this.count - slot);
    this.#writePiece(slot, run.bytes, { from, count: first });
    this.#writePiece(0, run.bytes, { from: from + first, count: count - first });
    const { positions, mask } = this;
    const position = run.firstPosition + from;
    for (let index = 0; index < count; index++) positions[(slot + index) & mask] = position + index;
  }

  /** One tick, without an object. */
  writeTick(slot: number, run: TickRun, index: number): void {
    this.#copyWords(slot * WORDS, this.#wordsOf(run.bytes), index * WORDS);
    this.positions[slot] = run.firstPosition + index;
  }

  /** Copies the ticks of `count` slots from `slot` on to the start of `into`. */
  read(slot: number, count: number, into: TickBuffer): void {
    const first = Math.min(count, this.count - slot);
    const at = slot * TICK_BYTES;
    into.bytes.set(this.#bytes.subarray(at, at + first * TICK_BYTES));
    into.positions.set(this.positions.subarray(slot, slot + first));
    if (count === first) return;
    into.bytes.set(this.#bytes.subarray(0, (count - first) * TICK_BYTES), first * TICK_BYTES);
    into.positions.set(this.positions.subarray(0, count - first), first);
  }

  /** Copies one tick to place `index` of `into`. */
  readTick(slot: number, into: TickBuffer, index: number): void {
    const from = slot * WORDS;
    const to = index * WORDS;
    for (let word = 0; word < WORDS; word++) into.words[to + word] = this.#words[from + word]!;
    into.positions[index] = this.positions[slot]!;
  }

  move(from: number, to: number): void {
    if (from === to) return;
    const at = from * TICK_BYTES;
    this.#bytes.copyWithin(to * TICK_BYTES, at, at + TICK_BYTES);
    this.positions[to] = this.positions[from]!;
  }

  #writePiece(slot: number, bytes: Uint8Array, range: { from: number; count: number }): void {
    const { from, count } = range;
    if (count > WORDWISE_MAX) {
      const at = from * TICK_BYTES;
      this.#bytes.set(bytes.subarray(at, at + count * TICK_BYTES), slot * TICK_BYTES);
      return;
    }
    const words = this.#wordsOf(bytes);
    for (let index = 0; index < count; index++) {
      this.#copyWords((slot + index) * WORDS, words, (from + index) * WORDS);
    }
  }

  #copyWords(to: number, words: Int32Array, from: number): void {
    for (let word = 0; word < WORDS; word++) this.#words[to + word] = words[from + word]!;
  }

  #wordsOf(bytes: Uint8Array): Int32Array {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceWords = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
    }
    return this.#sourceWords;
  }
}
