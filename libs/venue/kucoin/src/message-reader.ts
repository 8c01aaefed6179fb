/** The fields of the message at hand, by slot, with the vendor's rules for each kind of value. */
import type { StampNs } from '@tickwire/core';
import { KucoinDecodeError } from './errors.ts';
import type { RejectReason } from './errors.ts';
import type { FrameLayout, KnownTopic } from './frame-layout.ts';
import { LevelList } from './level-list.ts';
import { LayoutMemory } from './layout-memory.ts';
import { MessageIndex, ValueKind, fieldOf } from './message-index.ts';
import { NumberScanner } from './scan-number.ts';
import { unescapeFrame } from './unescape-frame.ts';

/** A whole ms beyond it (the year 2248) is no time. */
const TIME_MS_MAX = 2 ** 43 - 1;
const MATCH_TIME_DIGITS = 19;
const TWO_16 = 65_536;
const TWO_32 = 4_294_967_296;

export const TimeRead = { Absent: 0, Read: 1, Impossible: 2 } as const;
export type TimeRead = (typeof TimeRead)[keyof typeof TimeRead];

export class MessageReader {
  readonly scan = new NumberScanner();
  /** Of the message at hand; in it already when `layout.readsLevels`. */
  readonly levels = new LevelList(this.scan);
  /** The bytes the places refer to; what is behind the message in them has no meaning. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The message: as given, or a copy without needless escapes. */
  message: Uint8Array = new Uint8Array(0);
  /** What the frame at hand fits; `undefined` when it was read by the index. */
  layout: FrameLayout | undefined;
  readonly #index = new MessageIndex();
  readonly #layouts = new LayoutMemory(this.levels);
  readonly #wholes = this.#layouts.cells.wholes;
  #kinds: Uint8Array = this.#index.kinds;
  #starts: Int32Array = this.#index.starts;
  #ends: Int32Array = this.#index.ends;

  /** @throws KucoinDecodeError of `MessageIndex.read`. */
  read(bytes: Uint8Array): void {
    this.layout = undefined;
    this.#kinds = this.#index.kinds;
    this.#starts = this.#index.starts;
    this.#ends = this.#index.ends;
    this.bytes = bytes;
    this.message = bytes;
    this.#index.read(bytes);
    if (!this.#index.escaped) return;
    this.bytes = unescapeFrame(bytes);
    this.message = this.bytes;
    this.#index.read(this.bytes);
  }

  /** As `read`, faster when the frame has the layout of one that was learned. */
  readFrame(bytes: Uint8Array): void {
    const layout = this.#layouts.find(bytes);
    if (layout === undefined) {
      this.read(bytes);
      return;
    }
    const { cells } = this.#layouts;
    this.layout = layout;
    this.bytes = cells.bytes;
    this.message = bytes;
    this.#kinds = layout.kinds;
    this.#starts = cells.starts;
    this.#ends = cells.ends;
  }

  /** Learns the layout of the frame just read, a good message of `topic`. */
  learn(topic: KnownTopic): void {
    this.#layouts.learn(this.message, this.#index, topic);
  }

  kind(slot: number): number {
    return this.#kinds[slot] as number;
  }

  start(slot: number): number {
    return this.#starts[slot] as number;
  }

  end(slot: number): number {
    return this.#ends[slot] as number;
  }

  /** Requires a value of `kind` in `slot`. @throws `MISSING_FIELD`, `BAD_TYPE`. */
  need(slot: number, kind: ValueKind): void {
    const found = this.kind(slot);
    if (found === kind) return;
    this.fail(found === ValueKind.Absent ? 'MISSING_FIELD' : 'BAD_TYPE', slot);
  }

  needScalar(slot: number): void {
    const found = this.kind(slot);
    if (found === ValueKind.String || found === ValueKind.Number) return;
    this.fail(found === ValueKind.Absent ? 'MISSING_FIELD' : 'BAD_TYPE', slot);
  }

  /** Text of a string or number; empty when absent. For rare messages only. */
  text(slot: number): string {
    if (this.kind(slot) === ValueKind.Absent) return '';
    return new TextDecoder().decode(this.bytes.subarray(this.start(slot), this.end(slot)));
  }

  /** Whether the string in `slot` is exactly `expected`. */
  is(slot: number, expected: Uint8Array): boolean {
    const start = this.start(slot);
    if (this.end(slot) - start !== expected.length) return false;
    for (let at = 0; at < expected.length; at++) {
      if (this.bytes[start + at] !== expected[at]) return false;
    }
    return true;
  }

  /** A decimal into `scan.mantissa`, `scan.digits`. */
  decimal(slot: number, negative: 'NEGATIVE_PRICE' | 'NEGATIVE_SIZE'): void {
    this.needScalar(slot);
    const failure = this.scan.decimal(this.bytes, this.start(slot), this.end(slot));
    if (failure !== undefined) this.fail(failure === 'NEGATIVE_SIZE' ? negative : failure, slot);
  }

  /** A decimal that may be missing, null or empty: then it is 0. */
  optionalDecimal(slot: number, negative: 'NEGATIVE_PRICE' | 'NEGATIVE_SIZE'): void {
    const kind = this.kind(slot);
    const none = kind === ValueKind.Absent || kind === ValueKind.Null;
    if (none || (kind === ValueKind.String && this.start(slot) === this.end(slot))) {
      this.scan.mantissa = 0;
      this.scan.digits = 0;
    } else this.decimal(slot, negative);
  }

  /** A 64-bit number into `scan.hi`, `scan.lo`. */
  u64(slot: number): void {
    this.needScalar(slot);
    const failure = this.scan.u64(this.bytes, this.start(slot), this.end(slot));
    if (failure !== undefined) this.fail(failure, slot);
  }

  /** A whole number up to 2^53 − 1. */
  integer(slot: number): number {
    if (this.#isRead(slot)) return this.#wholes[slot] as number;
    this.needScalar(slot);
    const failure = this.scan.integer(this.bytes, this.start(slot), this.end(slot));
    if (failure !== undefined) this.fail(failure, slot);
    return this.scan.whole;
  }

  /** Whether the number in `slot` was read when its frame was compared with its layout. */
  #isRead(slot: number): boolean {
    return this.layout !== undefined && this.kind(slot) === ValueKind.Number;
  }

  /** A trade id, decimal or (until 2021) 24 hexadecimal digits, into `scan.hi`, `scan.lo`. */
  tradeId(slot: number): void {
    this.need(slot, ValueKind.String);
    const start = this.start(slot);
    const end = this.end(slot);
    const { scan, bytes } = this;
    const failure =
      end - start === 24 ? scan.hexId(bytes, start, end) : scan.u64(bytes, start, end);
    if (failure !== undefined) this.fail(failure, slot);
  }

  /** ms since the Unix epoch, as number or text. An impossible one does not cost the message. */
  timeMs(slot: number, into: StampNs): TimeRead {
    if (this.#isRead(slot)) this.scan.whole = this.#wholes[slot] as number;
    else {
      const kind = this.kind(slot);
      if (kind === ValueKind.Absent || kind === ValueKind.Null) return TimeRead.Absent;
      this.needScalar(slot);
      const failure = this.scan.integer(this.bytes, this.start(slot), this.end(slot));
      if (failure === 'OUT_OF_RANGE') return TimeRead.Impossible;
      if (failure !== undefined) this.fail(failure, slot);
    }
    if (this.scan.whole > TIME_MS_MAX) return TimeRead.Impossible;
    setStampMs(into, this.scan.whole);
    return TimeRead.Read;
  }

  /**
   * The event time of `/market/match`: ns as 19 digits, where other topics of the same field name
   * write ms. The two must not share a parser.
   */
  timeNs(slot: number, into: StampNs): TimeRead {
    this.needScalar(slot);
    if (this.end(slot) - this.start(slot) !== MATCH_TIME_DIGITS) this.fail('BAD_FIELD', slot);
    this.u64(slot);
    into.hi = this.scan.hi;
    into.lo = this.scan.lo;
    return TimeRead.Read;
  }

  fail(code: RejectReason, slot: number): never {
    // A layout says where values are, not where objects begin.
    if (this.layout !== undefined) this.read(this.message);
    const offset = this.kind(slot) === ValueKind.Absent ? this.message.length : this.start(slot);
    throw new KucoinDecodeError(code, { field: fieldOf(slot), offset });
  }
}

/**
 * As `stampFromMs` of core, with subtractions for its remainders: of doubles those are calls of
 * fmod, 50 ns of a message that takes 900.
 */
function setStampMs(into: StampNs, ms: number): void {
  const upper = Math.floor(ms / TWO_16);
  const high = upper * 1e6; // unit: 2^16 ns
  const highUpper = Math.floor(high / TWO_16);
  const sumLow = (high - highUpper * TWO_16) * TWO_16 + (ms - upper * TWO_16) * 1e6;
  const carry = Math.floor(sumLow / TWO_32);
  into.lo = sumLow - carry * TWO_32;
  into.hi = highUpper + carry;
}
