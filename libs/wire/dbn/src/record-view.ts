import { uint64BigInt } from '@tickwire/wire-sbe';
import { ByteWindow } from './byte-window.ts';
import { TS_OUT_BYTES, WORD_BYTES } from './layouts/index.ts';
import type { RecordLayout } from './layouts/index.ts';

/**
 * A window on one record, in place: `wrap` moves it, nothing is allocated. This is what all records
 * have; the classes of `generated/records.ts` add the fields of each.
 *
 * A u64 is two u32 words, `Hi32` and `Lo32`. An i64 is that as well, and a number: exact within
 * ±2^53, else the nearest. `BigInt` allocates: it is for people.
 */
export class RecordView extends ByteWindow {
  readonly layout: RecordLayout;

  constructor(layout: RecordLayout) {
    super();
    this.layout = layout;
  }

  /** Of the whole record, in bytes. */
  get length(): number {
    return this.$view.getUint8(this.$at) * WORD_BYTES;
  }
  /** `RType`. */
  get rtype(): number {
    return this.$view.getUint8(this.$at + 1);
  }
  get publisherId(): number {
    return this.$view.getUint16(this.$at + 2, true);
  }
  /** Of one day: it may mean another instrument on the next. */
  get instrumentId(): number {
    return this.$view.getUint32(this.$at + 4, true);
  }
  /** ns since the Unix epoch, venue clock; both words 2^32 − 1 when there is none. */
  get tsEventHi32(): number {
    return this.$view.getUint32(this.$at + 12, true);
  }
  get tsEventLo32(): number {
    return this.$view.getUint32(this.$at + 8, true);
  }
  get tsEventBigInt(): bigint {
    return uint64BigInt(this.tsEventHi32, this.tsEventLo32);
  }

  /** Whether the record says when the gateway sent it. */
  get hasTsOut(): boolean {
    return this.length === this.layout.bytes + TS_OUT_BYTES;
  }
  /** ns since the Unix epoch, gateway clock. Only where `hasTsOut`. */
  get tsOutHi32(): number {
    return this.$view.getUint32(this.$at + this.layout.bytes + 4, true);
  }
  get tsOutLo32(): number {
    return this.$view.getUint32(this.$at + this.layout.bytes, true);
  }
  get tsOutBigInt(): bigint {
    return uint64BigInt(this.tsOutHi32, this.tsOutLo32);
  }

  setPublisherId(value: number): this {
    this.$view.setUint16(this.$at + 2, this.unsigned(2, value, 0xffff), true);
    return this;
  }
  setInstrumentId(value: number): this {
    this.$view.setUint32(this.$at + 4, this.unsigned(4, value, 0xffff_ffff), true);
    return this;
  }
  setTsEventWords(hi: number, lo: number): this {
    return this.setWords(8, hi, lo);
  }
  setTsEventBigInt(value: bigint): this {
    return this.setUnsignedBig(8, value);
  }
  setTsOutWords(hi: number, lo: number): this {
    return this.setWords(this.layout.bytes, hi, lo);
  }
}
