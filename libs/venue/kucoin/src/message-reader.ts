/** The fields of the message at hand, by slot, with the vendor's rules for each kind of value. */
import type { StampNs } from '@tickwire/core';
import { JsonReader, ValueKind } from '@tickwire/wire-json';
import type { FieldFault } from '@tickwire/wire-json';
import { KucoinDecodeError, reasonOf } from './errors.ts';
import type { RejectReason } from './errors.ts';
import type { FrameLayout, KnownTopic } from './frame-layout.ts';
import { LevelList } from './level-list.ts';
import { LayoutMemory } from './layout-memory.ts';
import { MESSAGE_FIELDS } from './message-fields.ts';

/** A whole ms beyond it (the year 2248) is no time. */
const TIME_MS_MAX = 2 ** 43 - 1;
const MATCH_TIME_DIGITS = 19;
const TWO_16 = 65_536;
const TWO_32 = 4_294_967_296;

type NegativeReason = 'NEGATIVE_PRICE' | 'NEGATIVE_SIZE';

export const TimeRead = { Absent: 0, Read: 1, Impossible: 2 } as const;
export type TimeRead = (typeof TimeRead)[keyof typeof TimeRead];

export class MessageReader extends JsonReader {
  /** Of the message at hand; in it already when `layout.readsLevels`. */
  readonly levels = new LevelList(this.scan);
  /** The message: as given, or a copy without needless escapes. */
  message: Uint8Array = this.bytes;
  /** What the frame at hand fits; `undefined` when it was read by the index. */
  layout: FrameLayout | undefined;
  readonly #layouts = new LayoutMemory(this.levels);
  readonly #wholes = this.#layouts.cells.wholes;

  constructor() {
    super(MESSAGE_FIELDS, (code, at) => new KucoinDecodeError(reasonOf(code), at));
  }

  /** @throws KucoinDecodeError with the codes of `JsonIndex.read`. */
  override read(bytes: Uint8Array): void {
    this.layout = undefined;
    this.message = bytes;
    super.read(bytes);
    this.message = this.bytes;
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
    this.kinds = layout.kinds;
    this.starts = cells.starts;
    this.ends = cells.ends;
  }

  /** Learns the layout of the frame just read, a good message of `topic`. */
  learn(topic: KnownTopic): void {
    this.#layouts.learn(this.message, this.index, topic);
  }

  /** A decimal into `scan.mantissa`, `scan.digits`; `negative` is the code of one with a minus. */
  override decimal(slot: number, negative: NegativeReason = 'NEGATIVE_SIZE'): void {
    this.needScalar(slot);
    const fault = this.scan.decimal(this.bytes, this.start(slot), this.end(slot));
    if (fault !== undefined) this.fail(fault === 'NEGATIVE' ? negative : fault, slot);
  }

  /** A decimal that may be missing, null or empty: then it is 0. */
  optionalDecimal(slot: number, negative: NegativeReason): void {
    const kind = this.kind(slot);
    const none = kind === ValueKind.Absent || kind === ValueKind.Null;
    if (none || (kind === ValueKind.String && this.start(slot) === this.end(slot))) {
      this.scan.mantissa = 0;
      this.scan.digits = 0;
    } else this.decimal(slot, negative);
  }

  /** As `integer`; one that was read when its frame was compared with its layout is at hand. */
  whole(slot: number): number {
    return this.#isRead(slot) ? (this.#wholes[slot] as number) : this.integer(slot);
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
      if (this.isAbsent(slot)) return TimeRead.Absent;
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

  /** @throws KucoinDecodeError */
  override fail(code: RejectReason | FieldFault, slot: number): never {
    // A layout says where values are, not where objects begin.
    if (this.layout !== undefined) this.read(this.message);
    throw new KucoinDecodeError(reasonOf(code), {
      field: MESSAGE_FIELDS.nameOf(slot),
      offset: this.offsetOf(slot),
    });
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
