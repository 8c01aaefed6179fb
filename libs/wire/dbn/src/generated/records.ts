// Made by tools/dbn-records/run.ts of the layouts in src/layouts: do not edit.
import { int64BigInt, int64Number, uint64BigInt } from '@tickwire/wire-sbe';
import { ByteWindow } from '../byte-window.ts';
import { RECORD_LAYOUTS } from '../layouts/index.ts';
import { RecordView } from '../record-view.ts';
import { readText, writeText } from '../text-field.ts';

/** One level of a book: bid and ask. */
export class LevelView extends ByteWindow {
  /** Bid. In units of 1e-9. Null when there is none. */
  get bidPxHi32(): number {
    return this.$view.getUint32(this.$at + 4, true);
  }
  get bidPxLo32(): number {
    return this.$view.getUint32(this.$at + 0, true);
  }
  get bidPx(): number | null {
    const hi = this.bidPxHi32;
    const lo = this.bidPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setBidPx(value: number | null): this {
    return this.setSafe(0, value);
  }
  get bidPxBigInt(): bigint | null {
    const hi = this.bidPxHi32;
    const lo = this.bidPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setBidPxWords(hi: number, lo: number): this {
    return this.setWords(0, hi, lo);
  }
  setBidPxBigInt(value: bigint | null): this {
    return this.setSignedBig(0, value);
  }
  /** Ask. In units of 1e-9. Null when there is none. */
  get askPxHi32(): number {
    return this.$view.getUint32(this.$at + 12, true);
  }
  get askPxLo32(): number {
    return this.$view.getUint32(this.$at + 8, true);
  }
  get askPx(): number | null {
    const hi = this.askPxHi32;
    const lo = this.askPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setAskPx(value: number | null): this {
    return this.setSafe(8, value);
  }
  get askPxBigInt(): bigint | null {
    const hi = this.askPxHi32;
    const lo = this.askPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setAskPxWords(hi: number, lo: number): this {
    return this.setWords(8, hi, lo);
  }
  setAskPxBigInt(value: bigint | null): this {
    return this.setSignedBig(8, value);
  }
  /** Size of the bid. */
  get bidSz(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  setBidSz(value: number): this {
    this.$view.setUint32(this.$at + 16, this.unsigned(16, value, 4294967295), true);
    return this;
  }
  /** Size of the ask. */
  get askSz(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  setAskSz(value: number): this {
    this.$view.setUint32(this.$at + 20, this.unsigned(20, value, 4294967295), true);
    return this;
  }
  /** Orders of the bid. */
  get bidCt(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  setBidCt(value: number): this {
    this.$view.setUint32(this.$at + 24, this.unsigned(24, value, 4294967295), true);
    return this;
  }
  /** Orders of the ask. */
  get askCt(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  setAskCt(value: number): this {
    this.$view.setUint32(this.$at + 28, this.unsigned(28, value, 4294967295), true);
    return this;
  }
}

/** One level of the book of several venues. */
export class ConsolidatedLevelView extends ByteWindow {
  /** Bid. In units of 1e-9. Null when there is none. */
  get bidPxHi32(): number {
    return this.$view.getUint32(this.$at + 4, true);
  }
  get bidPxLo32(): number {
    return this.$view.getUint32(this.$at + 0, true);
  }
  get bidPx(): number | null {
    const hi = this.bidPxHi32;
    const lo = this.bidPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setBidPx(value: number | null): this {
    return this.setSafe(0, value);
  }
  get bidPxBigInt(): bigint | null {
    const hi = this.bidPxHi32;
    const lo = this.bidPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setBidPxWords(hi: number, lo: number): this {
    return this.setWords(0, hi, lo);
  }
  setBidPxBigInt(value: bigint | null): this {
    return this.setSignedBig(0, value);
  }
  /** Ask. In units of 1e-9. Null when there is none. */
  get askPxHi32(): number {
    return this.$view.getUint32(this.$at + 12, true);
  }
  get askPxLo32(): number {
    return this.$view.getUint32(this.$at + 8, true);
  }
  get askPx(): number | null {
    const hi = this.askPxHi32;
    const lo = this.askPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setAskPx(value: number | null): this {
    return this.setSafe(8, value);
  }
  get askPxBigInt(): bigint | null {
    const hi = this.askPxHi32;
    const lo = this.askPxLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setAskPxWords(hi: number, lo: number): this {
    return this.setWords(8, hi, lo);
  }
  setAskPxBigInt(value: bigint | null): this {
    return this.setSignedBig(8, value);
  }
  /** Size of the bid. */
  get bidSz(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  setBidSz(value: number): this {
    this.$view.setUint32(this.$at + 16, this.unsigned(16, value, 4294967295), true);
    return this;
  }
  /** Size of the ask. */
  get askSz(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  setAskSz(value: number): this {
    this.$view.setUint32(this.$at + 20, this.unsigned(20, value, 4294967295), true);
    return this;
  }
  /** Publisher that has the bid. */
  get bidPb(): number {
    return this.$view.getUint16(this.$at + 24, true);
  }
  setBidPb(value: number): this {
    this.$view.setUint16(this.$at + 24, this.unsigned(24, value, 65535), true);
    return this;
  }

  /** Publisher that has the ask. */
  get askPb(): number {
    return this.$view.getUint16(this.$at + 28, true);
  }
  setAskPb(value: number): this {
    this.$view.setUint16(this.$at + 28, this.unsigned(28, value, 65535), true);
    return this;
  }
}

/** One order: added, changed, cancelled, filled or traded against. 56 bytes, versions 1 to 3. */
export class MboRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[0]!);
  }
  /** The venue's id of the order. */
  get orderIdHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get orderIdLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get orderIdBigInt(): bigint {
    const hi = this.orderIdHi32;
    const lo = this.orderIdLo32;
    return uint64BigInt(hi, lo);
  }
  setOrderIdWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setOrderIdBigInt(value: bigint): this {
    return this.setUnsignedBig(16, value);
  }
  /** Of the order or trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(24, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(24, value);
  }
  /** Of the order or trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 32, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 32,
      value === null ? 4294967295 : this.unsigned(32, value, 4294967295),
      true,
    );
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 36);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 36, this.unsigned(36, value, 255));
    return this;
  }
  /** The vendor's channel of the venue, from 0. Null when there is none. */
  get channelId(): number | null {
    const value = this.$view.getUint8(this.$at + 37);
    return value === 255 ? null : value;
  }
  setChannelId(value: number | null): this {
    this.$view.setUint8(this.$at + 37, value === null ? 255 : this.unsigned(37, value, 255));
    return this;
  }
  /** What happened: `Action`. The code of a character. */
  get action(): number {
    return this.$view.getUint8(this.$at + 38);
  }
  setAction(value: number): this {
    this.$view.setUint8(this.$at + 38, this.unsigned(38, value, 255));
    return this;
  }
  /** Of the order, or of the aggressor of a trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 39);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 39, this.unsigned(39, value, 255));
    return this;
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(40, value);
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 48, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 48, this.signed(48, value, 2147483647), true);
    return this;
  }
  /** The venue's number of the message. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 52, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 52, this.unsigned(52, value, 4294967295), true);
    return this;
  }
}

/** A trade (schema trades). 48 bytes, versions 1 to 3. */
export class TradeRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[1]!);
  }
  /** Of the order or trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(16, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Of the order or trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 24, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 24,
      value === null ? 4294967295 : this.unsigned(24, value, 4294967295),
      true,
    );
    return this;
  }
  /** What happened: `Action`. The code of a character. */
  get action(): number {
    return this.$view.getUint8(this.$at + 28);
  }
  setAction(value: number): this {
    this.$view.setUint8(this.$at + 28, this.unsigned(28, value, 255));
    return this;
  }
  /** Of the order, or of the aggressor of a trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 29);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 29, this.unsigned(29, value, 255));
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** Of the level that changed, 0 the best. */
  get depth(): number {
    return this.$view.getUint8(this.$at + 31);
  }
  setDepth(value: number): this {
    this.$view.setUint8(this.$at + 31, this.unsigned(31, value, 255));
    return this;
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 40, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 40, this.signed(40, value, 2147483647), true);
    return this;
  }
  /** The venue's number of the message. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 44, this.unsigned(44, value, 4294967295), true);
    return this;
  }
}

/** A change of the best bid or ask, or a trade, with both: after it, in tbbo before it. 80 bytes, versions 1 to 3. */
export class Mbp1Record extends RecordView {
  readonly #level = new LevelView();
  constructor() {
    super(RECORD_LAYOUTS[2]!);
  }
  /** Of the order or trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(16, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Of the order or trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 24, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 24,
      value === null ? 4294967295 : this.unsigned(24, value, 4294967295),
      true,
    );
    return this;
  }
  /** What happened: `Action`. The code of a character. */
  get action(): number {
    return this.$view.getUint8(this.$at + 28);
  }
  setAction(value: number): this {
    this.$view.setUint8(this.$at + 28, this.unsigned(28, value, 255));
    return this;
  }
  /** Of the order, or of the aggressor of a trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 29);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 29, this.unsigned(29, value, 255));
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** Of the level that changed, 0 the best. */
  get depth(): number {
    return this.$view.getUint8(this.$at + 31);
  }
  setDepth(value: number): this {
    this.$view.setUint8(this.$at + 31, this.unsigned(31, value, 255));
    return this;
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 40, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 40, this.signed(40, value, 2147483647), true);
    return this;
  }
  /** The venue's number of the message. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 44, this.unsigned(44, value, 4294967295), true);
    return this;
  }
  /**
   * Levels of the book, the best first. The window that it gives is the same each time.
   * @param index - 0 … 0.
   */
  level(index: number): LevelView {
    if (!(index >= 0 && index < 1)) throw new RangeError(`level ${index} of 1`);
    return this.#level.wrap(this.$view, this.$at + 48 + 32 * index);
  }
}

/** A change within the best ten levels, or a trade, and the ten levels after it. 368 bytes, versions 1 to 3. */
export class Mbp10Record extends RecordView {
  readonly #level = new LevelView();
  constructor() {
    super(RECORD_LAYOUTS[3]!);
  }
  /** Of the order or trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(16, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Of the order or trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 24, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 24,
      value === null ? 4294967295 : this.unsigned(24, value, 4294967295),
      true,
    );
    return this;
  }
  /** What happened: `Action`. The code of a character. */
  get action(): number {
    return this.$view.getUint8(this.$at + 28);
  }
  setAction(value: number): this {
    this.$view.setUint8(this.$at + 28, this.unsigned(28, value, 255));
    return this;
  }
  /** Of the order, or of the aggressor of a trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 29);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 29, this.unsigned(29, value, 255));
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** Of the level that changed, 0 the best. */
  get depth(): number {
    return this.$view.getUint8(this.$at + 31);
  }
  setDepth(value: number): this {
    this.$view.setUint8(this.$at + 31, this.unsigned(31, value, 255));
    return this;
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 40, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 40, this.signed(40, value, 2147483647), true);
    return this;
  }
  /** The venue's number of the message. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 44, this.unsigned(44, value, 4294967295), true);
    return this;
  }
  /**
   * Levels of the book, the best first. The window that it gives is the same each time.
   * @param index - 0 … 9.
   */
  level(index: number): LevelView {
    if (!(index >= 0 && index < 10)) throw new RangeError(`level ${index} of 10`);
    return this.#level.wrap(this.$view, this.$at + 48 + 32 * index);
  }
}

/** The best bid and ask and the last trade, at the end of each second or minute. 80 bytes, versions 1 to 3. */
export class BboRecord extends RecordView {
  readonly #level = new LevelView();
  constructor() {
    super(RECORD_LAYOUTS[4]!);
  }
  /** Of the last trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(16, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Of the last trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 24, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 24,
      value === null ? 4294967295 : this.unsigned(24, value, 4294967295),
      true,
    );
    return this;
  }
  /** Of the aggressor of the last trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 29);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 29, this.unsigned(29, value, 255));
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** End of the interval. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /** The venue's number of the last message that changed it. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 44, this.unsigned(44, value, 4294967295), true);
    return this;
  }
  /**
   * Levels of the book, the best first. The window that it gives is the same each time.
   * @param index - 0 … 0.
   */
  level(index: number): LevelView {
    if (!(index >= 0 && index < 1)) throw new RangeError(`level ${index} of 1`);
    return this.#level.wrap(this.$view, this.$at + 48 + 32 * index);
  }
}

/** As `Mbp1` over all venues of a dataset (cmbp-1, tcbbo). 80 bytes, versions 1 to 3. */
export class Cmbp1Record extends RecordView {
  readonly #level = new ConsolidatedLevelView();
  constructor() {
    super(RECORD_LAYOUTS[5]!);
  }
  /** Of the order or trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(16, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Of the order or trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 24, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 24,
      value === null ? 4294967295 : this.unsigned(24, value, 4294967295),
      true,
    );
    return this;
  }
  /** What happened: `Action`. The code of a character. */
  get action(): number {
    return this.$view.getUint8(this.$at + 28);
  }
  setAction(value: number): this {
    this.$view.setUint8(this.$at + 28, this.unsigned(28, value, 255));
    return this;
  }
  /** Of the order, or of the aggressor of a trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 29);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 29, this.unsigned(29, value, 255));
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 40, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 40, this.signed(40, value, 2147483647), true);
    return this;
  }
  /**
   * Levels of the book of all venues, the best first. The window that it gives is the same each time.
   * @param index - 0 … 0.
   */
  level(index: number): ConsolidatedLevelView {
    if (!(index >= 0 && index < 1)) throw new RangeError(`level ${index} of 1`);
    return this.#level.wrap(this.$view, this.$at + 48 + 32 * index);
  }
}

/** As `Bbo` over all venues of a dataset. 80 bytes, versions 1 to 3. */
export class CbboRecord extends RecordView {
  readonly #level = new ConsolidatedLevelView();
  constructor() {
    super(RECORD_LAYOUTS[6]!);
  }
  /** Of the last trade. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(16, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Of the last trade. Null when there is none. */
  get size(): number | null {
    const value = this.$view.getUint32(this.$at + 24, true);
    return value === 4294967295 ? null : value;
  }
  setSize(value: number | null): this {
    this.$view.setUint32(
      this.$at + 24,
      value === null ? 4294967295 : this.unsigned(24, value, 4294967295),
      true,
    );
    return this;
  }
  /** Of the aggressor of the last trade: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 29);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 29, this.unsigned(29, value, 255));
    return this;
  }
  /** Bits of `RecordFlag`. */
  get flags(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setFlags(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** End of the interval. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /**
   * Levels of the book of all venues, the best first. The window that it gives is the same each time.
   * @param index - 0 … 0.
   */
  level(index: number): ConsolidatedLevelView {
    if (!(index >= 0 && index < 1)) throw new RangeError(`level ${index} of 1`);
    return this.#level.wrap(this.$view, this.$at + 48 + 32 * index);
  }
}

/** A bar; its `ts_event` is where the interval begins. 56 bytes, versions 1 to 3. */
export class OhlcvRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[7]!);
  }
  /** First price. In units of 1e-9. Null when there is none. */
  get openHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get openLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }
  get open(): number | null {
    const hi = this.openHi32;
    const lo = this.openLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setOpen(value: number | null): this {
    return this.setSafe(16, value);
  }
  get openBigInt(): bigint | null {
    const hi = this.openHi32;
    const lo = this.openLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setOpenWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setOpenBigInt(value: bigint | null): this {
    return this.setSignedBig(16, value);
  }
  /** Highest price. In units of 1e-9. Null when there is none. */
  get highHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get highLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  get high(): number | null {
    const hi = this.highHi32;
    const lo = this.highLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setHigh(value: number | null): this {
    return this.setSafe(24, value);
  }
  get highBigInt(): bigint | null {
    const hi = this.highHi32;
    const lo = this.highLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setHighWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setHighBigInt(value: bigint | null): this {
    return this.setSignedBig(24, value);
  }
  /** Lowest price. In units of 1e-9. Null when there is none. */
  get lowHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get lowLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }
  get low(): number | null {
    const hi = this.lowHi32;
    const lo = this.lowLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLow(value: number | null): this {
    return this.setSafe(32, value);
  }
  get lowBigInt(): bigint | null {
    const hi = this.lowHi32;
    const lo = this.lowLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLowWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setLowBigInt(value: bigint | null): this {
    return this.setSignedBig(32, value);
  }
  /** Last price. In units of 1e-9. Null when there is none. */
  get closeHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get closeLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }
  get close(): number | null {
    const hi = this.closeHi32;
    const lo = this.closeLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setClose(value: number | null): this {
    return this.setSafe(40, value);
  }
  get closeBigInt(): bigint | null {
    const hi = this.closeHi32;
    const lo = this.closeLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setCloseWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setCloseBigInt(value: bigint | null): this {
    return this.setSignedBig(40, value);
  }
  /** Sum of the sizes traded. */
  get volumeHi32(): number {
    return this.$view.getUint32(this.$at + 52, true);
  }
  get volumeLo32(): number {
    return this.$view.getUint32(this.$at + 48, true);
  }

  get volumeBigInt(): bigint {
    const hi = this.volumeHi32;
    const lo = this.volumeLo32;
    return uint64BigInt(hi, lo);
  }
  setVolumeWords(hi: number, lo: number): this {
    return this.setWords(48, hi, lo);
  }
  setVolumeBigInt(value: bigint): this {
    return this.setUnsignedBig(48, value);
  }
}

/** What an instrument is. 360 bytes, version 1. */
export class DefinitionV1Record extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[8]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** Tick size. In units of 1e-9. Null when there is none. */
  get minPriceIncrementHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get minPriceIncrementLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  get minPriceIncrement(): number | null {
    const hi = this.minPriceIncrementHi32;
    const lo = this.minPriceIncrementLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMinPriceIncrement(value: number | null): this {
    return this.setSafe(24, value);
  }
  get minPriceIncrementBigInt(): bigint | null {
    const hi = this.minPriceIncrementHi32;
    const lo = this.minPriceIncrementLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMinPriceIncrementWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setMinPriceIncrementBigInt(value: bigint | null): this {
    return this.setSignedBig(24, value);
  }
  /** From the venue's price to the one for people. In units of 1e-9. Null when there is none. */
  get displayFactorHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get displayFactorLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }
  get displayFactor(): number | null {
    const hi = this.displayFactorHi32;
    const lo = this.displayFactorLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setDisplayFactor(value: number | null): this {
    return this.setSafe(32, value);
  }
  get displayFactorBigInt(): bigint | null {
    const hi = this.displayFactorHi32;
    const lo = this.displayFactorLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setDisplayFactorWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setDisplayFactorBigInt(value: bigint | null): this {
    return this.setSignedBig(32, value);
  }
  /** Last time at which it can trade. ns since the Unix epoch. Null when there is none. */
  get expirationHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get expirationLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }

  get expirationBigInt(): bigint | null {
    const hi = this.expirationHi32;
    const lo = this.expirationLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setExpirationWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setExpirationBigInt(value: bigint | null): this {
    return this.setUnsignedBig(40, value);
  }
  /** First time at which it can trade. ns since the Unix epoch. Null when there is none. */
  get activationHi32(): number {
    return this.$view.getUint32(this.$at + 52, true);
  }
  get activationLo32(): number {
    return this.$view.getUint32(this.$at + 48, true);
  }

  get activationBigInt(): bigint | null {
    const hi = this.activationHi32;
    const lo = this.activationLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setActivationWords(hi: number, lo: number): this {
    return this.setWords(48, hi, lo);
  }
  setActivationBigInt(value: bigint | null): this {
    return this.setUnsignedBig(48, value);
  }
  /** Highest price allowed. In units of 1e-9. Null when there is none. */
  get highLimitPriceHi32(): number {
    return this.$view.getUint32(this.$at + 60, true);
  }
  get highLimitPriceLo32(): number {
    return this.$view.getUint32(this.$at + 56, true);
  }
  get highLimitPrice(): number | null {
    const hi = this.highLimitPriceHi32;
    const lo = this.highLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setHighLimitPrice(value: number | null): this {
    return this.setSafe(56, value);
  }
  get highLimitPriceBigInt(): bigint | null {
    const hi = this.highLimitPriceHi32;
    const lo = this.highLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setHighLimitPriceWords(hi: number, lo: number): this {
    return this.setWords(56, hi, lo);
  }
  setHighLimitPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(56, value);
  }
  /** Lowest price allowed. In units of 1e-9. Null when there is none. */
  get lowLimitPriceHi32(): number {
    return this.$view.getUint32(this.$at + 68, true);
  }
  get lowLimitPriceLo32(): number {
    return this.$view.getUint32(this.$at + 64, true);
  }
  get lowLimitPrice(): number | null {
    const hi = this.lowLimitPriceHi32;
    const lo = this.lowLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLowLimitPrice(value: number | null): this {
    return this.setSafe(64, value);
  }
  get lowLimitPriceBigInt(): bigint | null {
    const hi = this.lowLimitPriceHi32;
    const lo = this.lowLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLowLimitPriceWords(hi: number, lo: number): this {
    return this.setWords(64, hi, lo);
  }
  setLowLimitPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(64, value);
  }
  /** For price banding. In units of 1e-9. Null when there is none. */
  get maxPriceVariationHi32(): number {
    return this.$view.getUint32(this.$at + 76, true);
  }
  get maxPriceVariationLo32(): number {
    return this.$view.getUint32(this.$at + 72, true);
  }
  get maxPriceVariation(): number | null {
    const hi = this.maxPriceVariationHi32;
    const lo = this.maxPriceVariationLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMaxPriceVariation(value: number | null): this {
    return this.setSafe(72, value);
  }
  get maxPriceVariationBigInt(): bigint | null {
    const hi = this.maxPriceVariationHi32;
    const lo = this.maxPriceVariationLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMaxPriceVariationWords(hi: number, lo: number): this {
    return this.setWords(72, hi, lo);
  }
  setMaxPriceVariationBigInt(value: bigint | null): this {
    return this.setSignedBig(72, value);
  }
  /** Settlement of the session. In units of 1e-9. Null when there is none. */
  get tradingReferencePriceHi32(): number {
    return this.$view.getUint32(this.$at + 84, true);
  }
  get tradingReferencePriceLo32(): number {
    return this.$view.getUint32(this.$at + 80, true);
  }
  get tradingReferencePrice(): number | null {
    const hi = this.tradingReferencePriceHi32;
    const lo = this.tradingReferencePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setTradingReferencePrice(value: number | null): this {
    return this.setSafe(80, value);
  }
  get tradingReferencePriceBigInt(): bigint | null {
    const hi = this.tradingReferencePriceHi32;
    const lo = this.tradingReferencePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setTradingReferencePriceWords(hi: number, lo: number): this {
    return this.setWords(80, hi, lo);
  }
  setTradingReferencePriceBigInt(value: bigint | null): this {
    return this.setSignedBig(80, value);
  }
  /** Contract size, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get unitOfMeasureQtyHi32(): number {
    return this.$view.getUint32(this.$at + 92, true);
  }
  get unitOfMeasureQtyLo32(): number {
    return this.$view.getUint32(this.$at + 88, true);
  }
  get unitOfMeasureQty(): number | null {
    const hi = this.unitOfMeasureQtyHi32;
    const lo = this.unitOfMeasureQtyLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setUnitOfMeasureQty(value: number | null): this {
    return this.setSafe(88, value);
  }
  get unitOfMeasureQtyBigInt(): bigint | null {
    const hi = this.unitOfMeasureQtyHi32;
    const lo = this.unitOfMeasureQtyLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setUnitOfMeasureQtyWords(hi: number, lo: number): this {
    return this.setWords(88, hi, lo);
  }
  setUnitOfMeasureQtyBigInt(value: bigint | null): this {
    return this.setSignedBig(88, value);
  }
  /** Value of a tick, for US futures. In units of 1e-9. Null when there is none. */
  get minPriceIncrementAmountHi32(): number {
    return this.$view.getUint32(this.$at + 100, true);
  }
  get minPriceIncrementAmountLo32(): number {
    return this.$view.getUint32(this.$at + 96, true);
  }
  get minPriceIncrementAmount(): number | null {
    const hi = this.minPriceIncrementAmountHi32;
    const lo = this.minPriceIncrementAmountLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMinPriceIncrementAmount(value: number | null): this {
    return this.setSafe(96, value);
  }
  get minPriceIncrementAmountBigInt(): bigint | null {
    const hi = this.minPriceIncrementAmountHi32;
    const lo = this.minPriceIncrementAmountLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMinPriceIncrementAmountWords(hi: number, lo: number): this {
    return this.setWords(96, hi, lo);
  }
  setMinPriceIncrementAmountBigInt(value: bigint | null): this {
    return this.setSignedBig(96, value);
  }
  /** Between legs, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get priceRatioHi32(): number {
    return this.$view.getUint32(this.$at + 108, true);
  }
  get priceRatioLo32(): number {
    return this.$view.getUint32(this.$at + 104, true);
  }
  get priceRatio(): number | null {
    const hi = this.priceRatioHi32;
    const lo = this.priceRatioLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPriceRatio(value: number | null): this {
    return this.setSafe(104, value);
  }
  get priceRatioBigInt(): bigint | null {
    const hi = this.priceRatioHi32;
    const lo = this.priceRatioLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceRatioWords(hi: number, lo: number): this {
    return this.setWords(104, hi, lo);
  }
  setPriceRatioBigInt(value: bigint | null): this {
    return this.setSignedBig(104, value);
  }
  /** Bits of the venue's. Null when there is none. */
  get instAttribValue(): number | null {
    const value = this.$view.getInt32(this.$at + 112, true);
    return value === 2147483647 ? null : value;
  }
  setInstAttribValue(value: number | null): this {
    this.$view.setInt32(
      this.$at + 112,
      value === null ? 2147483647 : this.signed(112, value, 2147483647),
      true,
    );
    return this;
  }
  /** Instrument id of the first underlying. */
  get underlyingId(): number {
    return this.$view.getUint32(this.$at + 116, true);
  }
  setUnderlyingId(value: number): this {
    this.$view.setUint32(this.$at + 116, this.unsigned(116, value, 4294967295), true);
    return this;
  }
  /** The venue's own id. */
  get rawInstrumentId(): number {
    return this.$view.getUint32(this.$at + 120, true);
  }
  setRawInstrumentId(value: number): this {
    this.$view.setUint32(this.$at + 120, this.unsigned(120, value, 4294967295), true);
    return this;
  }
  /** Levels of the implied book. Null when there is none. */
  get marketDepthImplied(): number | null {
    const value = this.$view.getInt32(this.$at + 124, true);
    return value === 2147483647 ? null : value;
  }
  setMarketDepthImplied(value: number | null): this {
    this.$view.setInt32(
      this.$at + 124,
      value === null ? 2147483647 : this.signed(124, value, 2147483647),
      true,
    );
    return this;
  }
  /** Levels of the outright book. Null when there is none. */
  get marketDepth(): number | null {
    const value = this.$view.getInt32(this.$at + 128, true);
    return value === 2147483647 ? null : value;
  }
  setMarketDepth(value: number | null): this {
    this.$view.setInt32(
      this.$at + 128,
      value === null ? 2147483647 : this.signed(128, value, 2147483647),
      true,
    );
    return this;
  }
  /** The venue's segment. Null when there is none. */
  get marketSegmentId(): number | null {
    const value = this.$view.getUint32(this.$at + 132, true);
    return value === 4294967295 ? null : value;
  }
  setMarketSegmentId(value: number | null): this {
    this.$view.setUint32(
      this.$at + 132,
      value === null ? 4294967295 : this.unsigned(132, value, 4294967295),
      true,
    );
    return this;
  }
  /** Largest trade. Null when there is none. */
  get maxTradeVol(): number | null {
    const value = this.$view.getUint32(this.$at + 136, true);
    return value === 4294967295 ? null : value;
  }
  setMaxTradeVol(value: number | null): this {
    this.$view.setUint32(
      this.$at + 136,
      value === null ? 4294967295 : this.unsigned(136, value, 4294967295),
      true,
    );
    return this;
  }
  /** Smallest order. Null when there is none. */
  get minLotSize(): number | null {
    const value = this.$view.getInt32(this.$at + 140, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSize(value: number | null): this {
    this.$view.setInt32(
      this.$at + 140,
      value === null ? 2147483647 : this.signed(140, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest block trade. Null when there is none. */
  get minLotSizeBlock(): number | null {
    const value = this.$view.getInt32(this.$at + 144, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSizeBlock(value: number | null): this {
    this.$view.setInt32(
      this.$at + 144,
      value === null ? 2147483647 : this.signed(144, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest round lot. Null when there is none. */
  get minLotSizeRoundLot(): number | null {
    const value = this.$view.getInt32(this.$at + 148, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSizeRoundLot(value: number | null): this {
    this.$view.setInt32(
      this.$at + 148,
      value === null ? 2147483647 : this.signed(148, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest trade. Null when there is none. */
  get minTradeVol(): number | null {
    const value = this.$view.getUint32(this.$at + 152, true);
    return value === 4294967295 ? null : value;
  }
  setMinTradeVol(value: number | null): this {
    this.$view.setUint32(
      this.$at + 152,
      value === null ? 4294967295 : this.unsigned(152, value, 4294967295),
      true,
    );
    return this;
  }
  /** Deliverables per instrument. Null when there is none. */
  get contractMultiplier(): number | null {
    const value = this.$view.getInt32(this.$at + 160, true);
    return value === 2147483647 ? null : value;
  }
  setContractMultiplier(value: number | null): this {
    this.$view.setInt32(
      this.$at + 160,
      value === null ? 2147483647 : this.signed(160, value, 2147483647),
      true,
    );
    return this;
  }
  /** Contracts that decay each day. Null when there is none. */
  get decayQuantity(): number | null {
    const value = this.$view.getInt32(this.$at + 164, true);
    return value === 2147483647 ? null : value;
  }
  setDecayQuantity(value: number | null): this {
    this.$view.setInt32(
      this.$at + 164,
      value === null ? 2147483647 : this.signed(164, value, 2147483647),
      true,
    );
    return this;
  }
  /** Fixed at its first trade. Null when there is none. */
  get originalContractSize(): number | null {
    const value = this.$view.getInt32(this.$at + 168, true);
    return value === 2147483647 ? null : value;
  }
  setOriginalContractSize(value: number | null): this {
    this.$view.setInt32(
      this.$at + 168,
      value === null ? 2147483647 : this.signed(168, value, 2147483647),
      true,
    );
    return this;
  }
  /** Days since the Unix epoch. Null when there is none. */
  get tradingReferenceDate(): number | null {
    const value = this.$view.getUint16(this.$at + 176, true);
    return value === 65535 ? null : value;
  }
  setTradingReferenceDate(value: number | null): this {
    this.$view.setUint16(
      this.$at + 176,
      value === null ? 65535 : this.unsigned(176, value, 65535),
      true,
    );
    return this;
  }
  /** The venue's channel. Null when there is none. */
  get applId(): number | null {
    const value = this.$view.getInt16(this.$at + 178, true);
    return value === 32767 ? null : value;
  }
  setApplId(value: number | null): this {
    this.$view.setInt16(
      this.$at + 178,
      value === null ? 32767 : this.signed(178, value, 32767),
      true,
    );
    return this;
  }
  /** Calendar year. Null when there is none. */
  get maturityYear(): number | null {
    const value = this.$view.getUint16(this.$at + 180, true);
    return value === 65535 ? null : value;
  }
  setMaturityYear(value: number | null): this {
    this.$view.setUint16(
      this.$at + 180,
      value === null ? 65535 : this.unsigned(180, value, 65535),
      true,
    );
    return this;
  }
  /** Days since the Unix epoch. Null when there is none. */
  get decayStartDate(): number | null {
    const value = this.$view.getUint16(this.$at + 182, true);
    return value === 65535 ? null : value;
  }
  setDecayStartDate(value: number | null): this {
    this.$view.setUint16(
      this.$at + 182,
      value === null ? 65535 : this.unsigned(182, value, 65535),
      true,
    );
    return this;
  }
  /** The vendor's channel of the venue, from 0. Null when there is none. */
  get channelId(): number | null {
    const value = this.$view.getUint16(this.$at + 184, true);
    return value === 65535 ? null : value;
  }
  setChannelId(value: number | null): this {
    this.$view.setUint16(
      this.$at + 184,
      value === null ? 65535 : this.unsigned(184, value, 65535),
      true,
    );
    return this;
  }
  /** Of prices. */
  get currency(): string {
    return readText(this.$view, this.$at + 186, 4);
  }
  setCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 186, bytes: 4, name: 'currency' }, value);
    return this;
  }
  /** Of settlement, where it is another. */
  get settlCurrency(): string {
    return readText(this.$view, this.$at + 190, 4);
  }
  setSettlCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 190, bytes: 4, name: 'settl_currency' }, value);
    return this;
  }
  /** Strategy of a spread. */
  get secsubtype(): string {
    return readText(this.$view, this.$at + 194, 6);
  }
  setSecsubtype(value: string): this {
    writeText(this.$view, { at: this.$at + 194, bytes: 6, name: 'secsubtype' }, value);
    return this;
  }
  /** The venue's symbol. */
  get rawSymbol(): string {
    return readText(this.$view, this.$at + 200, 22);
  }
  setRawSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 200, bytes: 22, name: 'raw_symbol' }, value);
    return this;
  }
  /** The venue's group. */
  get group(): string {
    return readText(this.$view, this.$at + 222, 21);
  }
  setGroup(value: string): this {
    writeText(this.$view, { at: this.$at + 222, bytes: 21, name: 'group' }, value);
    return this;
  }
  /** MIC. */
  get exchange(): string {
    return readText(this.$view, this.$at + 243, 5);
  }
  setExchange(value: string): this {
    writeText(this.$view, { at: this.$at + 243, bytes: 5, name: 'exchange' }, value);
    return this;
  }
  /** Product. */
  get asset(): string {
    return readText(this.$view, this.$at + 248, 7);
  }
  setAsset(value: string): this {
    writeText(this.$view, { at: this.$at + 248, bytes: 7, name: 'asset' }, value);
    return this;
  }
  /** ISO 10962. */
  get cfi(): string {
    return readText(this.$view, this.$at + 255, 7);
  }
  setCfi(value: string): this {
    writeText(this.$view, { at: this.$at + 255, bytes: 7, name: 'cfi' }, value);
    return this;
  }
  /** The venue's type. */
  get securityType(): string {
    return readText(this.$view, this.$at + 262, 7);
  }
  setSecurityType(value: string): this {
    writeText(this.$view, { at: this.$at + 262, bytes: 7, name: 'security_type' }, value);
    return this;
  }
  /** Of the contract. */
  get unitOfMeasure(): string {
    return readText(this.$view, this.$at + 269, 31);
  }
  setUnitOfMeasure(value: string): this {
    writeText(this.$view, { at: this.$at + 269, bytes: 31, name: 'unit_of_measure' }, value);
    return this;
  }
  /** Symbol of the first underlying. */
  get underlying(): string {
    return readText(this.$view, this.$at + 300, 21);
  }
  setUnderlying(value: string): this {
    writeText(this.$view, { at: this.$at + 300, bytes: 21, name: 'underlying' }, value);
    return this;
  }
  /** Of the strike price. */
  get strikePriceCurrency(): string {
    return readText(this.$view, this.$at + 321, 4);
  }
  setStrikePriceCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 321, bytes: 4, name: 'strike_price_currency' }, value);
    return this;
  }
  /** Stock, future, call, put, spread and so on. The code of a character. */
  get instrumentClass(): number {
    return this.$view.getUint8(this.$at + 325);
  }
  setInstrumentClass(value: number): this {
    this.$view.setUint8(this.$at + 325, this.unsigned(325, value, 255));
    return this;
  }
  /** Of an option. In units of 1e-9. Null when there is none. */
  get strikePriceHi32(): number {
    return this.$view.getUint32(this.$at + 332, true);
  }
  get strikePriceLo32(): number {
    return this.$view.getUint32(this.$at + 328, true);
  }
  get strikePrice(): number | null {
    const hi = this.strikePriceHi32;
    const lo = this.strikePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setStrikePrice(value: number | null): this {
    return this.setSafe(328, value);
  }
  get strikePriceBigInt(): bigint | null {
    const hi = this.strikePriceHi32;
    const lo = this.strikePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setStrikePriceWords(hi: number, lo: number): this {
    return this.setWords(328, hi, lo);
  }
  setStrikePriceBigInt(value: bigint | null): this {
    return this.setSignedBig(328, value);
  }
  /** Of the venue. The code of a character. */
  get matchAlgorithm(): number {
    return this.$view.getUint8(this.$at + 342);
  }
  setMatchAlgorithm(value: number): this {
    this.$view.setUint8(this.$at + 342, this.unsigned(342, value, 255));
    return this;
  }
  /** Of the instrument. Null when there is none. */
  get mdSecurityTradingStatus(): number | null {
    const value = this.$view.getUint8(this.$at + 343);
    return value === 255 ? null : value;
  }
  setMdSecurityTradingStatus(value: number | null): this {
    this.$view.setUint8(this.$at + 343, value === null ? 255 : this.unsigned(343, value, 255));
    return this;
  }
  /** Denominator of fractional prices. Null when there is none. */
  get mainFraction(): number | null {
    const value = this.$view.getUint8(this.$at + 344);
    return value === 255 ? null : value;
  }
  setMainFraction(value: number | null): this {
    this.$view.setUint8(this.$at + 344, value === null ? 255 : this.unsigned(344, value, 255));
    return this;
  }
  /** Digits behind the tick mark. Null when there is none. */
  get priceDisplayFormat(): number | null {
    const value = this.$view.getUint8(this.$at + 345);
    return value === 255 ? null : value;
  }
  setPriceDisplayFormat(value: number | null): this {
    this.$view.setUint8(this.$at + 345, value === null ? 255 : this.unsigned(345, value, 255));
    return this;
  }
  /** Bits of the settlement price. Null when there is none. */
  get settlPriceType(): number | null {
    const value = this.$view.getUint8(this.$at + 346);
    return value === 255 ? null : value;
  }
  setSettlPriceType(value: number | null): this {
    this.$view.setUint8(this.$at + 346, value === null ? 255 : this.unsigned(346, value, 255));
    return this;
  }
  /** Denominator of fractions of fractions. Null when there is none. */
  get subFraction(): number | null {
    const value = this.$view.getUint8(this.$at + 347);
    return value === 255 ? null : value;
  }
  setSubFraction(value: number | null): this {
    this.$view.setUint8(this.$at + 347, value === null ? 255 : this.unsigned(347, value, 255));
    return this;
  }
  /** Product complex. Null when there is none. */
  get underlyingProduct(): number | null {
    const value = this.$view.getUint8(this.$at + 348);
    return value === 255 ? null : value;
  }
  setUnderlyingProduct(value: number | null): this {
    this.$view.setUint8(this.$at + 348, value === null ? 255 : this.unsigned(348, value, 255));
    return this;
  }
  /** A added, M modified, D deleted. The code of a character. */
  get securityUpdateAction(): number {
    return this.$view.getUint8(this.$at + 349);
  }
  setSecurityUpdateAction(value: number): this {
    this.$view.setUint8(this.$at + 349, this.unsigned(349, value, 255));
    return this;
  }
  /** Calendar month. Null when there is none. */
  get maturityMonth(): number | null {
    const value = this.$view.getUint8(this.$at + 350);
    return value === 255 ? null : value;
  }
  setMaturityMonth(value: number | null): this {
    this.$view.setUint8(this.$at + 350, value === null ? 255 : this.unsigned(350, value, 255));
    return this;
  }
  /** Day of the month. Null when there is none. */
  get maturityDay(): number | null {
    const value = this.$view.getUint8(this.$at + 351);
    return value === 255 ? null : value;
  }
  setMaturityDay(value: number | null): this {
    this.$view.setUint8(this.$at + 351, value === null ? 255 : this.unsigned(351, value, 255));
    return this;
  }
  /** Week of the month. Null when there is none. */
  get maturityWeek(): number | null {
    const value = this.$view.getUint8(this.$at + 352);
    return value === 255 ? null : value;
  }
  setMaturityWeek(value: number | null): this {
    this.$view.setUint8(this.$at + 352, value === null ? 255 : this.unsigned(352, value, 255));
    return this;
  }
  /** Y or N. The code of a character. */
  get userDefinedInstrument(): number {
    return this.$view.getUint8(this.$at + 353);
  }
  setUserDefinedInstrument(value: number): this {
    this.$view.setUint8(this.$at + 353, this.unsigned(353, value, 255));
    return this;
  }
  /** Of the contract multiplier. Null when there is none. */
  get contractMultiplierUnit(): number | null {
    const value = this.$view.getInt8(this.$at + 354);
    return value === 127 ? null : value;
  }
  setContractMultiplierUnit(value: number | null): this {
    this.$view.setInt8(this.$at + 354, value === null ? 127 : this.signed(354, value, 127));
    return this;
  }
  /** Of electricity. Null when there is none. */
  get flowScheduleType(): number | null {
    const value = this.$view.getInt8(this.$at + 355);
    return value === 127 ? null : value;
  }
  setFlowScheduleType(value: number | null): this {
    this.$view.setInt8(this.$at + 355, value === null ? 127 : this.signed(355, value, 127));
    return this;
  }
  /** Which ticks are allowed. Null when there is none. */
  get tickRule(): number | null {
    const value = this.$view.getUint8(this.$at + 356);
    return value === 255 ? null : value;
  }
  setTickRule(value: number | null): this {
    this.$view.setUint8(this.$at + 356, value === null ? 255 : this.unsigned(356, value, 255));
    return this;
  }
}

/** What an instrument is. 400 bytes, version 2. */
export class DefinitionV2Record extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[9]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** Tick size. In units of 1e-9. Null when there is none. */
  get minPriceIncrementHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get minPriceIncrementLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  get minPriceIncrement(): number | null {
    const hi = this.minPriceIncrementHi32;
    const lo = this.minPriceIncrementLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMinPriceIncrement(value: number | null): this {
    return this.setSafe(24, value);
  }
  get minPriceIncrementBigInt(): bigint | null {
    const hi = this.minPriceIncrementHi32;
    const lo = this.minPriceIncrementLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMinPriceIncrementWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setMinPriceIncrementBigInt(value: bigint | null): this {
    return this.setSignedBig(24, value);
  }
  /** From the venue's price to the one for people. In units of 1e-9. Null when there is none. */
  get displayFactorHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get displayFactorLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }
  get displayFactor(): number | null {
    const hi = this.displayFactorHi32;
    const lo = this.displayFactorLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setDisplayFactor(value: number | null): this {
    return this.setSafe(32, value);
  }
  get displayFactorBigInt(): bigint | null {
    const hi = this.displayFactorHi32;
    const lo = this.displayFactorLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setDisplayFactorWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setDisplayFactorBigInt(value: bigint | null): this {
    return this.setSignedBig(32, value);
  }
  /** Last time at which it can trade. ns since the Unix epoch. Null when there is none. */
  get expirationHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get expirationLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }

  get expirationBigInt(): bigint | null {
    const hi = this.expirationHi32;
    const lo = this.expirationLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setExpirationWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setExpirationBigInt(value: bigint | null): this {
    return this.setUnsignedBig(40, value);
  }
  /** First time at which it can trade. ns since the Unix epoch. Null when there is none. */
  get activationHi32(): number {
    return this.$view.getUint32(this.$at + 52, true);
  }
  get activationLo32(): number {
    return this.$view.getUint32(this.$at + 48, true);
  }

  get activationBigInt(): bigint | null {
    const hi = this.activationHi32;
    const lo = this.activationLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setActivationWords(hi: number, lo: number): this {
    return this.setWords(48, hi, lo);
  }
  setActivationBigInt(value: bigint | null): this {
    return this.setUnsignedBig(48, value);
  }
  /** Highest price allowed. In units of 1e-9. Null when there is none. */
  get highLimitPriceHi32(): number {
    return this.$view.getUint32(this.$at + 60, true);
  }
  get highLimitPriceLo32(): number {
    return this.$view.getUint32(this.$at + 56, true);
  }
  get highLimitPrice(): number | null {
    const hi = this.highLimitPriceHi32;
    const lo = this.highLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setHighLimitPrice(value: number | null): this {
    return this.setSafe(56, value);
  }
  get highLimitPriceBigInt(): bigint | null {
    const hi = this.highLimitPriceHi32;
    const lo = this.highLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setHighLimitPriceWords(hi: number, lo: number): this {
    return this.setWords(56, hi, lo);
  }
  setHighLimitPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(56, value);
  }
  /** Lowest price allowed. In units of 1e-9. Null when there is none. */
  get lowLimitPriceHi32(): number {
    return this.$view.getUint32(this.$at + 68, true);
  }
  get lowLimitPriceLo32(): number {
    return this.$view.getUint32(this.$at + 64, true);
  }
  get lowLimitPrice(): number | null {
    const hi = this.lowLimitPriceHi32;
    const lo = this.lowLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLowLimitPrice(value: number | null): this {
    return this.setSafe(64, value);
  }
  get lowLimitPriceBigInt(): bigint | null {
    const hi = this.lowLimitPriceHi32;
    const lo = this.lowLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLowLimitPriceWords(hi: number, lo: number): this {
    return this.setWords(64, hi, lo);
  }
  setLowLimitPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(64, value);
  }
  /** For price banding. In units of 1e-9. Null when there is none. */
  get maxPriceVariationHi32(): number {
    return this.$view.getUint32(this.$at + 76, true);
  }
  get maxPriceVariationLo32(): number {
    return this.$view.getUint32(this.$at + 72, true);
  }
  get maxPriceVariation(): number | null {
    const hi = this.maxPriceVariationHi32;
    const lo = this.maxPriceVariationLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMaxPriceVariation(value: number | null): this {
    return this.setSafe(72, value);
  }
  get maxPriceVariationBigInt(): bigint | null {
    const hi = this.maxPriceVariationHi32;
    const lo = this.maxPriceVariationLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMaxPriceVariationWords(hi: number, lo: number): this {
    return this.setWords(72, hi, lo);
  }
  setMaxPriceVariationBigInt(value: bigint | null): this {
    return this.setSignedBig(72, value);
  }
  /** Settlement of the session. In units of 1e-9. Null when there is none. */
  get tradingReferencePriceHi32(): number {
    return this.$view.getUint32(this.$at + 84, true);
  }
  get tradingReferencePriceLo32(): number {
    return this.$view.getUint32(this.$at + 80, true);
  }
  get tradingReferencePrice(): number | null {
    const hi = this.tradingReferencePriceHi32;
    const lo = this.tradingReferencePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setTradingReferencePrice(value: number | null): this {
    return this.setSafe(80, value);
  }
  get tradingReferencePriceBigInt(): bigint | null {
    const hi = this.tradingReferencePriceHi32;
    const lo = this.tradingReferencePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setTradingReferencePriceWords(hi: number, lo: number): this {
    return this.setWords(80, hi, lo);
  }
  setTradingReferencePriceBigInt(value: bigint | null): this {
    return this.setSignedBig(80, value);
  }
  /** Contract size, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get unitOfMeasureQtyHi32(): number {
    return this.$view.getUint32(this.$at + 92, true);
  }
  get unitOfMeasureQtyLo32(): number {
    return this.$view.getUint32(this.$at + 88, true);
  }
  get unitOfMeasureQty(): number | null {
    const hi = this.unitOfMeasureQtyHi32;
    const lo = this.unitOfMeasureQtyLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setUnitOfMeasureQty(value: number | null): this {
    return this.setSafe(88, value);
  }
  get unitOfMeasureQtyBigInt(): bigint | null {
    const hi = this.unitOfMeasureQtyHi32;
    const lo = this.unitOfMeasureQtyLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setUnitOfMeasureQtyWords(hi: number, lo: number): this {
    return this.setWords(88, hi, lo);
  }
  setUnitOfMeasureQtyBigInt(value: bigint | null): this {
    return this.setSignedBig(88, value);
  }
  /** Value of a tick, for US futures. In units of 1e-9. Null when there is none. */
  get minPriceIncrementAmountHi32(): number {
    return this.$view.getUint32(this.$at + 100, true);
  }
  get minPriceIncrementAmountLo32(): number {
    return this.$view.getUint32(this.$at + 96, true);
  }
  get minPriceIncrementAmount(): number | null {
    const hi = this.minPriceIncrementAmountHi32;
    const lo = this.minPriceIncrementAmountLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMinPriceIncrementAmount(value: number | null): this {
    return this.setSafe(96, value);
  }
  get minPriceIncrementAmountBigInt(): bigint | null {
    const hi = this.minPriceIncrementAmountHi32;
    const lo = this.minPriceIncrementAmountLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMinPriceIncrementAmountWords(hi: number, lo: number): this {
    return this.setWords(96, hi, lo);
  }
  setMinPriceIncrementAmountBigInt(value: bigint | null): this {
    return this.setSignedBig(96, value);
  }
  /** Between legs, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get priceRatioHi32(): number {
    return this.$view.getUint32(this.$at + 108, true);
  }
  get priceRatioLo32(): number {
    return this.$view.getUint32(this.$at + 104, true);
  }
  get priceRatio(): number | null {
    const hi = this.priceRatioHi32;
    const lo = this.priceRatioLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPriceRatio(value: number | null): this {
    return this.setSafe(104, value);
  }
  get priceRatioBigInt(): bigint | null {
    const hi = this.priceRatioHi32;
    const lo = this.priceRatioLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceRatioWords(hi: number, lo: number): this {
    return this.setWords(104, hi, lo);
  }
  setPriceRatioBigInt(value: bigint | null): this {
    return this.setSignedBig(104, value);
  }
  /** Of an option. In units of 1e-9. Null when there is none. */
  get strikePriceHi32(): number {
    return this.$view.getUint32(this.$at + 116, true);
  }
  get strikePriceLo32(): number {
    return this.$view.getUint32(this.$at + 112, true);
  }
  get strikePrice(): number | null {
    const hi = this.strikePriceHi32;
    const lo = this.strikePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setStrikePrice(value: number | null): this {
    return this.setSafe(112, value);
  }
  get strikePriceBigInt(): bigint | null {
    const hi = this.strikePriceHi32;
    const lo = this.strikePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setStrikePriceWords(hi: number, lo: number): this {
    return this.setWords(112, hi, lo);
  }
  setStrikePriceBigInt(value: bigint | null): this {
    return this.setSignedBig(112, value);
  }
  /** Bits of the venue's. Null when there is none. */
  get instAttribValue(): number | null {
    const value = this.$view.getInt32(this.$at + 120, true);
    return value === 2147483647 ? null : value;
  }
  setInstAttribValue(value: number | null): this {
    this.$view.setInt32(
      this.$at + 120,
      value === null ? 2147483647 : this.signed(120, value, 2147483647),
      true,
    );
    return this;
  }
  /** Instrument id of the first underlying. */
  get underlyingId(): number {
    return this.$view.getUint32(this.$at + 124, true);
  }
  setUnderlyingId(value: number): this {
    this.$view.setUint32(this.$at + 124, this.unsigned(124, value, 4294967295), true);
    return this;
  }
  /** The venue's own id. */
  get rawInstrumentId(): number {
    return this.$view.getUint32(this.$at + 128, true);
  }
  setRawInstrumentId(value: number): this {
    this.$view.setUint32(this.$at + 128, this.unsigned(128, value, 4294967295), true);
    return this;
  }
  /** Levels of the implied book. Null when there is none. */
  get marketDepthImplied(): number | null {
    const value = this.$view.getInt32(this.$at + 132, true);
    return value === 2147483647 ? null : value;
  }
  setMarketDepthImplied(value: number | null): this {
    this.$view.setInt32(
      this.$at + 132,
      value === null ? 2147483647 : this.signed(132, value, 2147483647),
      true,
    );
    return this;
  }
  /** Levels of the outright book. Null when there is none. */
  get marketDepth(): number | null {
    const value = this.$view.getInt32(this.$at + 136, true);
    return value === 2147483647 ? null : value;
  }
  setMarketDepth(value: number | null): this {
    this.$view.setInt32(
      this.$at + 136,
      value === null ? 2147483647 : this.signed(136, value, 2147483647),
      true,
    );
    return this;
  }
  /** The venue's segment. Null when there is none. */
  get marketSegmentId(): number | null {
    const value = this.$view.getUint32(this.$at + 140, true);
    return value === 4294967295 ? null : value;
  }
  setMarketSegmentId(value: number | null): this {
    this.$view.setUint32(
      this.$at + 140,
      value === null ? 4294967295 : this.unsigned(140, value, 4294967295),
      true,
    );
    return this;
  }
  /** Largest trade. Null when there is none. */
  get maxTradeVol(): number | null {
    const value = this.$view.getUint32(this.$at + 144, true);
    return value === 4294967295 ? null : value;
  }
  setMaxTradeVol(value: number | null): this {
    this.$view.setUint32(
      this.$at + 144,
      value === null ? 4294967295 : this.unsigned(144, value, 4294967295),
      true,
    );
    return this;
  }
  /** Smallest order. Null when there is none. */
  get minLotSize(): number | null {
    const value = this.$view.getInt32(this.$at + 148, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSize(value: number | null): this {
    this.$view.setInt32(
      this.$at + 148,
      value === null ? 2147483647 : this.signed(148, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest block trade. Null when there is none. */
  get minLotSizeBlock(): number | null {
    const value = this.$view.getInt32(this.$at + 152, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSizeBlock(value: number | null): this {
    this.$view.setInt32(
      this.$at + 152,
      value === null ? 2147483647 : this.signed(152, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest round lot. Null when there is none. */
  get minLotSizeRoundLot(): number | null {
    const value = this.$view.getInt32(this.$at + 156, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSizeRoundLot(value: number | null): this {
    this.$view.setInt32(
      this.$at + 156,
      value === null ? 2147483647 : this.signed(156, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest trade. Null when there is none. */
  get minTradeVol(): number | null {
    const value = this.$view.getUint32(this.$at + 160, true);
    return value === 4294967295 ? null : value;
  }
  setMinTradeVol(value: number | null): this {
    this.$view.setUint32(
      this.$at + 160,
      value === null ? 4294967295 : this.unsigned(160, value, 4294967295),
      true,
    );
    return this;
  }
  /** Deliverables per instrument. Null when there is none. */
  get contractMultiplier(): number | null {
    const value = this.$view.getInt32(this.$at + 164, true);
    return value === 2147483647 ? null : value;
  }
  setContractMultiplier(value: number | null): this {
    this.$view.setInt32(
      this.$at + 164,
      value === null ? 2147483647 : this.signed(164, value, 2147483647),
      true,
    );
    return this;
  }
  /** Contracts that decay each day. Null when there is none. */
  get decayQuantity(): number | null {
    const value = this.$view.getInt32(this.$at + 168, true);
    return value === 2147483647 ? null : value;
  }
  setDecayQuantity(value: number | null): this {
    this.$view.setInt32(
      this.$at + 168,
      value === null ? 2147483647 : this.signed(168, value, 2147483647),
      true,
    );
    return this;
  }
  /** Fixed at its first trade. Null when there is none. */
  get originalContractSize(): number | null {
    const value = this.$view.getInt32(this.$at + 172, true);
    return value === 2147483647 ? null : value;
  }
  setOriginalContractSize(value: number | null): this {
    this.$view.setInt32(
      this.$at + 172,
      value === null ? 2147483647 : this.signed(172, value, 2147483647),
      true,
    );
    return this;
  }
  /** Days since the Unix epoch. Null when there is none. */
  get tradingReferenceDate(): number | null {
    const value = this.$view.getUint16(this.$at + 176, true);
    return value === 65535 ? null : value;
  }
  setTradingReferenceDate(value: number | null): this {
    this.$view.setUint16(
      this.$at + 176,
      value === null ? 65535 : this.unsigned(176, value, 65535),
      true,
    );
    return this;
  }
  /** The venue's channel. Null when there is none. */
  get applId(): number | null {
    const value = this.$view.getInt16(this.$at + 178, true);
    return value === 32767 ? null : value;
  }
  setApplId(value: number | null): this {
    this.$view.setInt16(
      this.$at + 178,
      value === null ? 32767 : this.signed(178, value, 32767),
      true,
    );
    return this;
  }
  /** Calendar year. Null when there is none. */
  get maturityYear(): number | null {
    const value = this.$view.getUint16(this.$at + 180, true);
    return value === 65535 ? null : value;
  }
  setMaturityYear(value: number | null): this {
    this.$view.setUint16(
      this.$at + 180,
      value === null ? 65535 : this.unsigned(180, value, 65535),
      true,
    );
    return this;
  }
  /** Days since the Unix epoch. Null when there is none. */
  get decayStartDate(): number | null {
    const value = this.$view.getUint16(this.$at + 182, true);
    return value === 65535 ? null : value;
  }
  setDecayStartDate(value: number | null): this {
    this.$view.setUint16(
      this.$at + 182,
      value === null ? 65535 : this.unsigned(182, value, 65535),
      true,
    );
    return this;
  }
  /** The vendor's channel of the venue, from 0. Null when there is none. */
  get channelId(): number | null {
    const value = this.$view.getUint16(this.$at + 184, true);
    return value === 65535 ? null : value;
  }
  setChannelId(value: number | null): this {
    this.$view.setUint16(
      this.$at + 184,
      value === null ? 65535 : this.unsigned(184, value, 65535),
      true,
    );
    return this;
  }
  /** Of prices. */
  get currency(): string {
    return readText(this.$view, this.$at + 186, 4);
  }
  setCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 186, bytes: 4, name: 'currency' }, value);
    return this;
  }
  /** Of settlement, where it is another. */
  get settlCurrency(): string {
    return readText(this.$view, this.$at + 190, 4);
  }
  setSettlCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 190, bytes: 4, name: 'settl_currency' }, value);
    return this;
  }
  /** Strategy of a spread. */
  get secsubtype(): string {
    return readText(this.$view, this.$at + 194, 6);
  }
  setSecsubtype(value: string): this {
    writeText(this.$view, { at: this.$at + 194, bytes: 6, name: 'secsubtype' }, value);
    return this;
  }
  /** The venue's symbol. */
  get rawSymbol(): string {
    return readText(this.$view, this.$at + 200, 71);
  }
  setRawSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 200, bytes: 71, name: 'raw_symbol' }, value);
    return this;
  }
  /** The venue's group. */
  get group(): string {
    return readText(this.$view, this.$at + 271, 21);
  }
  setGroup(value: string): this {
    writeText(this.$view, { at: this.$at + 271, bytes: 21, name: 'group' }, value);
    return this;
  }
  /** MIC. */
  get exchange(): string {
    return readText(this.$view, this.$at + 292, 5);
  }
  setExchange(value: string): this {
    writeText(this.$view, { at: this.$at + 292, bytes: 5, name: 'exchange' }, value);
    return this;
  }
  /** Product. */
  get asset(): string {
    return readText(this.$view, this.$at + 297, 7);
  }
  setAsset(value: string): this {
    writeText(this.$view, { at: this.$at + 297, bytes: 7, name: 'asset' }, value);
    return this;
  }
  /** ISO 10962. */
  get cfi(): string {
    return readText(this.$view, this.$at + 304, 7);
  }
  setCfi(value: string): this {
    writeText(this.$view, { at: this.$at + 304, bytes: 7, name: 'cfi' }, value);
    return this;
  }
  /** The venue's type. */
  get securityType(): string {
    return readText(this.$view, this.$at + 311, 7);
  }
  setSecurityType(value: string): this {
    writeText(this.$view, { at: this.$at + 311, bytes: 7, name: 'security_type' }, value);
    return this;
  }
  /** Of the contract. */
  get unitOfMeasure(): string {
    return readText(this.$view, this.$at + 318, 31);
  }
  setUnitOfMeasure(value: string): this {
    writeText(this.$view, { at: this.$at + 318, bytes: 31, name: 'unit_of_measure' }, value);
    return this;
  }
  /** Symbol of the first underlying. */
  get underlying(): string {
    return readText(this.$view, this.$at + 349, 21);
  }
  setUnderlying(value: string): this {
    writeText(this.$view, { at: this.$at + 349, bytes: 21, name: 'underlying' }, value);
    return this;
  }
  /** Of the strike price. */
  get strikePriceCurrency(): string {
    return readText(this.$view, this.$at + 370, 4);
  }
  setStrikePriceCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 370, bytes: 4, name: 'strike_price_currency' }, value);
    return this;
  }
  /** Stock, future, call, put, spread and so on. The code of a character. */
  get instrumentClass(): number {
    return this.$view.getUint8(this.$at + 374);
  }
  setInstrumentClass(value: number): this {
    this.$view.setUint8(this.$at + 374, this.unsigned(374, value, 255));
    return this;
  }
  /** Of the venue. The code of a character. */
  get matchAlgorithm(): number {
    return this.$view.getUint8(this.$at + 375);
  }
  setMatchAlgorithm(value: number): this {
    this.$view.setUint8(this.$at + 375, this.unsigned(375, value, 255));
    return this;
  }
  /** Of the instrument. Null when there is none. */
  get mdSecurityTradingStatus(): number | null {
    const value = this.$view.getUint8(this.$at + 376);
    return value === 255 ? null : value;
  }
  setMdSecurityTradingStatus(value: number | null): this {
    this.$view.setUint8(this.$at + 376, value === null ? 255 : this.unsigned(376, value, 255));
    return this;
  }
  /** Denominator of fractional prices. Null when there is none. */
  get mainFraction(): number | null {
    const value = this.$view.getUint8(this.$at + 377);
    return value === 255 ? null : value;
  }
  setMainFraction(value: number | null): this {
    this.$view.setUint8(this.$at + 377, value === null ? 255 : this.unsigned(377, value, 255));
    return this;
  }
  /** Digits behind the tick mark. Null when there is none. */
  get priceDisplayFormat(): number | null {
    const value = this.$view.getUint8(this.$at + 378);
    return value === 255 ? null : value;
  }
  setPriceDisplayFormat(value: number | null): this {
    this.$view.setUint8(this.$at + 378, value === null ? 255 : this.unsigned(378, value, 255));
    return this;
  }
  /** Bits of the settlement price. Null when there is none. */
  get settlPriceType(): number | null {
    const value = this.$view.getUint8(this.$at + 379);
    return value === 255 ? null : value;
  }
  setSettlPriceType(value: number | null): this {
    this.$view.setUint8(this.$at + 379, value === null ? 255 : this.unsigned(379, value, 255));
    return this;
  }
  /** Denominator of fractions of fractions. Null when there is none. */
  get subFraction(): number | null {
    const value = this.$view.getUint8(this.$at + 380);
    return value === 255 ? null : value;
  }
  setSubFraction(value: number | null): this {
    this.$view.setUint8(this.$at + 380, value === null ? 255 : this.unsigned(380, value, 255));
    return this;
  }
  /** Product complex. Null when there is none. */
  get underlyingProduct(): number | null {
    const value = this.$view.getUint8(this.$at + 381);
    return value === 255 ? null : value;
  }
  setUnderlyingProduct(value: number | null): this {
    this.$view.setUint8(this.$at + 381, value === null ? 255 : this.unsigned(381, value, 255));
    return this;
  }
  /** A added, M modified, D deleted. The code of a character. */
  get securityUpdateAction(): number {
    return this.$view.getUint8(this.$at + 382);
  }
  setSecurityUpdateAction(value: number): this {
    this.$view.setUint8(this.$at + 382, this.unsigned(382, value, 255));
    return this;
  }
  /** Calendar month. Null when there is none. */
  get maturityMonth(): number | null {
    const value = this.$view.getUint8(this.$at + 383);
    return value === 255 ? null : value;
  }
  setMaturityMonth(value: number | null): this {
    this.$view.setUint8(this.$at + 383, value === null ? 255 : this.unsigned(383, value, 255));
    return this;
  }
  /** Day of the month. Null when there is none. */
  get maturityDay(): number | null {
    const value = this.$view.getUint8(this.$at + 384);
    return value === 255 ? null : value;
  }
  setMaturityDay(value: number | null): this {
    this.$view.setUint8(this.$at + 384, value === null ? 255 : this.unsigned(384, value, 255));
    return this;
  }
  /** Week of the month. Null when there is none. */
  get maturityWeek(): number | null {
    const value = this.$view.getUint8(this.$at + 385);
    return value === 255 ? null : value;
  }
  setMaturityWeek(value: number | null): this {
    this.$view.setUint8(this.$at + 385, value === null ? 255 : this.unsigned(385, value, 255));
    return this;
  }
  /** Y or N. The code of a character. */
  get userDefinedInstrument(): number {
    return this.$view.getUint8(this.$at + 386);
  }
  setUserDefinedInstrument(value: number): this {
    this.$view.setUint8(this.$at + 386, this.unsigned(386, value, 255));
    return this;
  }
  /** Of the contract multiplier. Null when there is none. */
  get contractMultiplierUnit(): number | null {
    const value = this.$view.getInt8(this.$at + 387);
    return value === 127 ? null : value;
  }
  setContractMultiplierUnit(value: number | null): this {
    this.$view.setInt8(this.$at + 387, value === null ? 127 : this.signed(387, value, 127));
    return this;
  }
  /** Of electricity. Null when there is none. */
  get flowScheduleType(): number | null {
    const value = this.$view.getInt8(this.$at + 388);
    return value === 127 ? null : value;
  }
  setFlowScheduleType(value: number | null): this {
    this.$view.setInt8(this.$at + 388, value === null ? 127 : this.signed(388, value, 127));
    return this;
  }
  /** Which ticks are allowed. Null when there is none. */
  get tickRule(): number | null {
    const value = this.$view.getUint8(this.$at + 389);
    return value === 255 ? null : value;
  }
  setTickRule(value: number | null): this {
    this.$view.setUint8(this.$at + 389, value === null ? 255 : this.unsigned(389, value, 255));
    return this;
  }
}

/** What an instrument is; a spread has one record for each of its legs. 520 bytes, version 3. */
export class DefinitionRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[10]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** Tick size. In units of 1e-9. Null when there is none. */
  get minPriceIncrementHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get minPriceIncrementLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  get minPriceIncrement(): number | null {
    const hi = this.minPriceIncrementHi32;
    const lo = this.minPriceIncrementLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMinPriceIncrement(value: number | null): this {
    return this.setSafe(24, value);
  }
  get minPriceIncrementBigInt(): bigint | null {
    const hi = this.minPriceIncrementHi32;
    const lo = this.minPriceIncrementLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMinPriceIncrementWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setMinPriceIncrementBigInt(value: bigint | null): this {
    return this.setSignedBig(24, value);
  }
  /** From the venue's price to the one for people. In units of 1e-9. Null when there is none. */
  get displayFactorHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get displayFactorLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }
  get displayFactor(): number | null {
    const hi = this.displayFactorHi32;
    const lo = this.displayFactorLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setDisplayFactor(value: number | null): this {
    return this.setSafe(32, value);
  }
  get displayFactorBigInt(): bigint | null {
    const hi = this.displayFactorHi32;
    const lo = this.displayFactorLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setDisplayFactorWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setDisplayFactorBigInt(value: bigint | null): this {
    return this.setSignedBig(32, value);
  }
  /** Last time at which it can trade. ns since the Unix epoch. Null when there is none. */
  get expirationHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get expirationLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }

  get expirationBigInt(): bigint | null {
    const hi = this.expirationHi32;
    const lo = this.expirationLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setExpirationWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setExpirationBigInt(value: bigint | null): this {
    return this.setUnsignedBig(40, value);
  }
  /** First time at which it can trade. ns since the Unix epoch. Null when there is none. */
  get activationHi32(): number {
    return this.$view.getUint32(this.$at + 52, true);
  }
  get activationLo32(): number {
    return this.$view.getUint32(this.$at + 48, true);
  }

  get activationBigInt(): bigint | null {
    const hi = this.activationHi32;
    const lo = this.activationLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setActivationWords(hi: number, lo: number): this {
    return this.setWords(48, hi, lo);
  }
  setActivationBigInt(value: bigint | null): this {
    return this.setUnsignedBig(48, value);
  }
  /** Highest price allowed. In units of 1e-9. Null when there is none. */
  get highLimitPriceHi32(): number {
    return this.$view.getUint32(this.$at + 60, true);
  }
  get highLimitPriceLo32(): number {
    return this.$view.getUint32(this.$at + 56, true);
  }
  get highLimitPrice(): number | null {
    const hi = this.highLimitPriceHi32;
    const lo = this.highLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setHighLimitPrice(value: number | null): this {
    return this.setSafe(56, value);
  }
  get highLimitPriceBigInt(): bigint | null {
    const hi = this.highLimitPriceHi32;
    const lo = this.highLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setHighLimitPriceWords(hi: number, lo: number): this {
    return this.setWords(56, hi, lo);
  }
  setHighLimitPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(56, value);
  }
  /** Lowest price allowed. In units of 1e-9. Null when there is none. */
  get lowLimitPriceHi32(): number {
    return this.$view.getUint32(this.$at + 68, true);
  }
  get lowLimitPriceLo32(): number {
    return this.$view.getUint32(this.$at + 64, true);
  }
  get lowLimitPrice(): number | null {
    const hi = this.lowLimitPriceHi32;
    const lo = this.lowLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLowLimitPrice(value: number | null): this {
    return this.setSafe(64, value);
  }
  get lowLimitPriceBigInt(): bigint | null {
    const hi = this.lowLimitPriceHi32;
    const lo = this.lowLimitPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLowLimitPriceWords(hi: number, lo: number): this {
    return this.setWords(64, hi, lo);
  }
  setLowLimitPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(64, value);
  }
  /** For price banding. In units of 1e-9. Null when there is none. */
  get maxPriceVariationHi32(): number {
    return this.$view.getUint32(this.$at + 76, true);
  }
  get maxPriceVariationLo32(): number {
    return this.$view.getUint32(this.$at + 72, true);
  }
  get maxPriceVariation(): number | null {
    const hi = this.maxPriceVariationHi32;
    const lo = this.maxPriceVariationLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMaxPriceVariation(value: number | null): this {
    return this.setSafe(72, value);
  }
  get maxPriceVariationBigInt(): bigint | null {
    const hi = this.maxPriceVariationHi32;
    const lo = this.maxPriceVariationLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMaxPriceVariationWords(hi: number, lo: number): this {
    return this.setWords(72, hi, lo);
  }
  setMaxPriceVariationBigInt(value: bigint | null): this {
    return this.setSignedBig(72, value);
  }
  /** Contract size, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get unitOfMeasureQtyHi32(): number {
    return this.$view.getUint32(this.$at + 84, true);
  }
  get unitOfMeasureQtyLo32(): number {
    return this.$view.getUint32(this.$at + 80, true);
  }
  get unitOfMeasureQty(): number | null {
    const hi = this.unitOfMeasureQtyHi32;
    const lo = this.unitOfMeasureQtyLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setUnitOfMeasureQty(value: number | null): this {
    return this.setSafe(80, value);
  }
  get unitOfMeasureQtyBigInt(): bigint | null {
    const hi = this.unitOfMeasureQtyHi32;
    const lo = this.unitOfMeasureQtyLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setUnitOfMeasureQtyWords(hi: number, lo: number): this {
    return this.setWords(80, hi, lo);
  }
  setUnitOfMeasureQtyBigInt(value: bigint | null): this {
    return this.setSignedBig(80, value);
  }
  /** Value of a tick, for US futures. In units of 1e-9. Null when there is none. */
  get minPriceIncrementAmountHi32(): number {
    return this.$view.getUint32(this.$at + 92, true);
  }
  get minPriceIncrementAmountLo32(): number {
    return this.$view.getUint32(this.$at + 88, true);
  }
  get minPriceIncrementAmount(): number | null {
    const hi = this.minPriceIncrementAmountHi32;
    const lo = this.minPriceIncrementAmountLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setMinPriceIncrementAmount(value: number | null): this {
    return this.setSafe(88, value);
  }
  get minPriceIncrementAmountBigInt(): bigint | null {
    const hi = this.minPriceIncrementAmountHi32;
    const lo = this.minPriceIncrementAmountLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setMinPriceIncrementAmountWords(hi: number, lo: number): this {
    return this.setWords(88, hi, lo);
  }
  setMinPriceIncrementAmountBigInt(value: bigint | null): this {
    return this.setSignedBig(88, value);
  }
  /** Between legs, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get priceRatioHi32(): number {
    return this.$view.getUint32(this.$at + 100, true);
  }
  get priceRatioLo32(): number {
    return this.$view.getUint32(this.$at + 96, true);
  }
  get priceRatio(): number | null {
    const hi = this.priceRatioHi32;
    const lo = this.priceRatioLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPriceRatio(value: number | null): this {
    return this.setSafe(96, value);
  }
  get priceRatioBigInt(): bigint | null {
    const hi = this.priceRatioHi32;
    const lo = this.priceRatioLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceRatioWords(hi: number, lo: number): this {
    return this.setWords(96, hi, lo);
  }
  setPriceRatioBigInt(value: bigint | null): this {
    return this.setSignedBig(96, value);
  }
  /** Of an option. In units of 1e-9. Null when there is none. */
  get strikePriceHi32(): number {
    return this.$view.getUint32(this.$at + 108, true);
  }
  get strikePriceLo32(): number {
    return this.$view.getUint32(this.$at + 104, true);
  }
  get strikePrice(): number | null {
    const hi = this.strikePriceHi32;
    const lo = this.strikePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setStrikePrice(value: number | null): this {
    return this.setSafe(104, value);
  }
  get strikePriceBigInt(): bigint | null {
    const hi = this.strikePriceHi32;
    const lo = this.strikePriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setStrikePriceWords(hi: number, lo: number): this {
    return this.setWords(104, hi, lo);
  }
  setStrikePriceBigInt(value: bigint | null): this {
    return this.setSignedBig(104, value);
  }
  /** The venue's own id. */
  get rawInstrumentIdHi32(): number {
    return this.$view.getUint32(this.$at + 116, true);
  }
  get rawInstrumentIdLo32(): number {
    return this.$view.getUint32(this.$at + 112, true);
  }

  get rawInstrumentIdBigInt(): bigint {
    const hi = this.rawInstrumentIdHi32;
    const lo = this.rawInstrumentIdLo32;
    return uint64BigInt(hi, lo);
  }
  setRawInstrumentIdWords(hi: number, lo: number): this {
    return this.setWords(112, hi, lo);
  }
  setRawInstrumentIdBigInt(value: bigint): this {
    return this.setUnsignedBig(112, value);
  }
  /** Tied price of the leg. In units of 1e-9. Null when there is none. */
  get legPriceHi32(): number {
    return this.$view.getUint32(this.$at + 124, true);
  }
  get legPriceLo32(): number {
    return this.$view.getUint32(this.$at + 120, true);
  }
  get legPrice(): number | null {
    const hi = this.legPriceHi32;
    const lo = this.legPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLegPrice(value: number | null): this {
    return this.setSafe(120, value);
  }
  get legPriceBigInt(): bigint | null {
    const hi = this.legPriceHi32;
    const lo = this.legPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLegPriceWords(hi: number, lo: number): this {
    return this.setWords(120, hi, lo);
  }
  setLegPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(120, value);
  }
  /** Delta of the leg, in units of 1e-9. In units of 1e-9. Null when there is none. */
  get legDeltaHi32(): number {
    return this.$view.getUint32(this.$at + 132, true);
  }
  get legDeltaLo32(): number {
    return this.$view.getUint32(this.$at + 128, true);
  }
  get legDelta(): number | null {
    const hi = this.legDeltaHi32;
    const lo = this.legDeltaLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLegDelta(value: number | null): this {
    return this.setSafe(128, value);
  }
  get legDeltaBigInt(): bigint | null {
    const hi = this.legDeltaHi32;
    const lo = this.legDeltaLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLegDeltaWords(hi: number, lo: number): this {
    return this.setWords(128, hi, lo);
  }
  setLegDeltaBigInt(value: bigint | null): this {
    return this.setSignedBig(128, value);
  }
  /** Bits of the venue's. Null when there is none. */
  get instAttribValue(): number | null {
    const value = this.$view.getInt32(this.$at + 136, true);
    return value === 2147483647 ? null : value;
  }
  setInstAttribValue(value: number | null): this {
    this.$view.setInt32(
      this.$at + 136,
      value === null ? 2147483647 : this.signed(136, value, 2147483647),
      true,
    );
    return this;
  }
  /** Instrument id of the first underlying. */
  get underlyingId(): number {
    return this.$view.getUint32(this.$at + 140, true);
  }
  setUnderlyingId(value: number): this {
    this.$view.setUint32(this.$at + 140, this.unsigned(140, value, 4294967295), true);
    return this;
  }
  /** Levels of the implied book. Null when there is none. */
  get marketDepthImplied(): number | null {
    const value = this.$view.getInt32(this.$at + 144, true);
    return value === 2147483647 ? null : value;
  }
  setMarketDepthImplied(value: number | null): this {
    this.$view.setInt32(
      this.$at + 144,
      value === null ? 2147483647 : this.signed(144, value, 2147483647),
      true,
    );
    return this;
  }
  /** Levels of the outright book. Null when there is none. */
  get marketDepth(): number | null {
    const value = this.$view.getInt32(this.$at + 148, true);
    return value === 2147483647 ? null : value;
  }
  setMarketDepth(value: number | null): this {
    this.$view.setInt32(
      this.$at + 148,
      value === null ? 2147483647 : this.signed(148, value, 2147483647),
      true,
    );
    return this;
  }
  /** The venue's segment. Null when there is none. */
  get marketSegmentId(): number | null {
    const value = this.$view.getUint32(this.$at + 152, true);
    return value === 4294967295 ? null : value;
  }
  setMarketSegmentId(value: number | null): this {
    this.$view.setUint32(
      this.$at + 152,
      value === null ? 4294967295 : this.unsigned(152, value, 4294967295),
      true,
    );
    return this;
  }
  /** Largest trade. Null when there is none. */
  get maxTradeVol(): number | null {
    const value = this.$view.getUint32(this.$at + 156, true);
    return value === 4294967295 ? null : value;
  }
  setMaxTradeVol(value: number | null): this {
    this.$view.setUint32(
      this.$at + 156,
      value === null ? 4294967295 : this.unsigned(156, value, 4294967295),
      true,
    );
    return this;
  }
  /** Smallest order. Null when there is none. */
  get minLotSize(): number | null {
    const value = this.$view.getInt32(this.$at + 160, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSize(value: number | null): this {
    this.$view.setInt32(
      this.$at + 160,
      value === null ? 2147483647 : this.signed(160, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest block trade. Null when there is none. */
  get minLotSizeBlock(): number | null {
    const value = this.$view.getInt32(this.$at + 164, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSizeBlock(value: number | null): this {
    this.$view.setInt32(
      this.$at + 164,
      value === null ? 2147483647 : this.signed(164, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest round lot. Null when there is none. */
  get minLotSizeRoundLot(): number | null {
    const value = this.$view.getInt32(this.$at + 168, true);
    return value === 2147483647 ? null : value;
  }
  setMinLotSizeRoundLot(value: number | null): this {
    this.$view.setInt32(
      this.$at + 168,
      value === null ? 2147483647 : this.signed(168, value, 2147483647),
      true,
    );
    return this;
  }
  /** Smallest trade. Null when there is none. */
  get minTradeVol(): number | null {
    const value = this.$view.getUint32(this.$at + 172, true);
    return value === 4294967295 ? null : value;
  }
  setMinTradeVol(value: number | null): this {
    this.$view.setUint32(
      this.$at + 172,
      value === null ? 4294967295 : this.unsigned(172, value, 4294967295),
      true,
    );
    return this;
  }
  /** Deliverables per instrument. Null when there is none. */
  get contractMultiplier(): number | null {
    const value = this.$view.getInt32(this.$at + 176, true);
    return value === 2147483647 ? null : value;
  }
  setContractMultiplier(value: number | null): this {
    this.$view.setInt32(
      this.$at + 176,
      value === null ? 2147483647 : this.signed(176, value, 2147483647),
      true,
    );
    return this;
  }
  /** Contracts that decay each day. Null when there is none. */
  get decayQuantity(): number | null {
    const value = this.$view.getInt32(this.$at + 180, true);
    return value === 2147483647 ? null : value;
  }
  setDecayQuantity(value: number | null): this {
    this.$view.setInt32(
      this.$at + 180,
      value === null ? 2147483647 : this.signed(180, value, 2147483647),
      true,
    );
    return this;
  }
  /** Fixed at its first trade. Null when there is none. */
  get originalContractSize(): number | null {
    const value = this.$view.getInt32(this.$at + 184, true);
    return value === 2147483647 ? null : value;
  }
  setOriginalContractSize(value: number | null): this {
    this.$view.setInt32(
      this.$at + 184,
      value === null ? 2147483647 : this.signed(184, value, 2147483647),
      true,
    );
    return this;
  }
  /** Of the leg. */
  get legInstrumentId(): number {
    return this.$view.getUint32(this.$at + 188, true);
  }
  setLegInstrumentId(value: number): this {
    this.$view.setUint32(this.$at + 188, this.unsigned(188, value, 4294967295), true);
    return this;
  }
  /** Of the leg. */
  get legRatioPriceNumerator(): number {
    return this.$view.getInt32(this.$at + 192, true);
  }
  setLegRatioPriceNumerator(value: number): this {
    this.$view.setInt32(this.$at + 192, this.signed(192, value, 2147483647), true);
    return this;
  }
  /** Of the leg. */
  get legRatioPriceDenominator(): number {
    return this.$view.getInt32(this.$at + 196, true);
  }
  setLegRatioPriceDenominator(value: number): this {
    this.$view.setInt32(this.$at + 196, this.signed(196, value, 2147483647), true);
    return this;
  }
  /** Of the leg. */
  get legRatioQtyNumerator(): number {
    return this.$view.getInt32(this.$at + 200, true);
  }
  setLegRatioQtyNumerator(value: number): this {
    this.$view.setInt32(this.$at + 200, this.signed(200, value, 2147483647), true);
    return this;
  }
  /** Of the leg. */
  get legRatioQtyDenominator(): number {
    return this.$view.getInt32(this.$at + 204, true);
  }
  setLegRatioQtyDenominator(value: number): this {
    this.$view.setInt32(this.$at + 204, this.signed(204, value, 2147483647), true);
    return this;
  }
  /** Instrument id of what is under the leg. */
  get legUnderlyingId(): number {
    return this.$view.getUint32(this.$at + 208, true);
  }
  setLegUnderlyingId(value: number): this {
    this.$view.setUint32(this.$at + 208, this.unsigned(208, value, 4294967295), true);
    return this;
  }
  /** The venue's channel. Null when there is none. */
  get applId(): number | null {
    const value = this.$view.getInt16(this.$at + 212, true);
    return value === 32767 ? null : value;
  }
  setApplId(value: number | null): this {
    this.$view.setInt16(
      this.$at + 212,
      value === null ? 32767 : this.signed(212, value, 32767),
      true,
    );
    return this;
  }
  /** Calendar year. Null when there is none. */
  get maturityYear(): number | null {
    const value = this.$view.getUint16(this.$at + 214, true);
    return value === 65535 ? null : value;
  }
  setMaturityYear(value: number | null): this {
    this.$view.setUint16(
      this.$at + 214,
      value === null ? 65535 : this.unsigned(214, value, 65535),
      true,
    );
    return this;
  }
  /** Days since the Unix epoch. Null when there is none. */
  get decayStartDate(): number | null {
    const value = this.$view.getUint16(this.$at + 216, true);
    return value === 65535 ? null : value;
  }
  setDecayStartDate(value: number | null): this {
    this.$view.setUint16(
      this.$at + 216,
      value === null ? 65535 : this.unsigned(216, value, 65535),
      true,
    );
    return this;
  }
  /** The vendor's channel of the venue, from 0. Null when there is none. */
  get channelId(): number | null {
    const value = this.$view.getUint16(this.$at + 218, true);
    return value === 65535 ? null : value;
  }
  setChannelId(value: number | null): this {
    this.$view.setUint16(
      this.$at + 218,
      value === null ? 65535 : this.unsigned(218, value, 65535),
      true,
    );
    return this;
  }
  /** How many legs there are; 0 of an outright. */
  get legCount(): number {
    return this.$view.getUint16(this.$at + 220, true);
  }
  setLegCount(value: number): this {
    this.$view.setUint16(this.$at + 220, this.unsigned(220, value, 65535), true);
    return this;
  }
  /** Which leg this record is about, from 0. */
  get legIndex(): number {
    return this.$view.getUint16(this.$at + 222, true);
  }
  setLegIndex(value: number): this {
    this.$view.setUint16(this.$at + 222, this.unsigned(222, value, 65535), true);
    return this;
  }
  /** Of prices. */
  get currency(): string {
    return readText(this.$view, this.$at + 224, 4);
  }
  setCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 224, bytes: 4, name: 'currency' }, value);
    return this;
  }
  /** Of settlement, where it is another. */
  get settlCurrency(): string {
    return readText(this.$view, this.$at + 228, 4);
  }
  setSettlCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 228, bytes: 4, name: 'settl_currency' }, value);
    return this;
  }
  /** Strategy of a spread. */
  get secsubtype(): string {
    return readText(this.$view, this.$at + 232, 6);
  }
  setSecsubtype(value: string): this {
    writeText(this.$view, { at: this.$at + 232, bytes: 6, name: 'secsubtype' }, value);
    return this;
  }
  /** The venue's symbol. */
  get rawSymbol(): string {
    return readText(this.$view, this.$at + 238, 71);
  }
  setRawSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 238, bytes: 71, name: 'raw_symbol' }, value);
    return this;
  }
  /** The venue's group. */
  get group(): string {
    return readText(this.$view, this.$at + 309, 21);
  }
  setGroup(value: string): this {
    writeText(this.$view, { at: this.$at + 309, bytes: 21, name: 'group' }, value);
    return this;
  }
  /** MIC. */
  get exchange(): string {
    return readText(this.$view, this.$at + 330, 5);
  }
  setExchange(value: string): this {
    writeText(this.$view, { at: this.$at + 330, bytes: 5, name: 'exchange' }, value);
    return this;
  }
  /** Product. */
  get asset(): string {
    return readText(this.$view, this.$at + 335, 11);
  }
  setAsset(value: string): this {
    writeText(this.$view, { at: this.$at + 335, bytes: 11, name: 'asset' }, value);
    return this;
  }
  /** ISO 10962. */
  get cfi(): string {
    return readText(this.$view, this.$at + 346, 7);
  }
  setCfi(value: string): this {
    writeText(this.$view, { at: this.$at + 346, bytes: 7, name: 'cfi' }, value);
    return this;
  }
  /** The venue's type. */
  get securityType(): string {
    return readText(this.$view, this.$at + 353, 7);
  }
  setSecurityType(value: string): this {
    writeText(this.$view, { at: this.$at + 353, bytes: 7, name: 'security_type' }, value);
    return this;
  }
  /** Of the contract. */
  get unitOfMeasure(): string {
    return readText(this.$view, this.$at + 360, 31);
  }
  setUnitOfMeasure(value: string): this {
    writeText(this.$view, { at: this.$at + 360, bytes: 31, name: 'unit_of_measure' }, value);
    return this;
  }
  /** Symbol of the first underlying. */
  get underlying(): string {
    return readText(this.$view, this.$at + 391, 21);
  }
  setUnderlying(value: string): this {
    writeText(this.$view, { at: this.$at + 391, bytes: 21, name: 'underlying' }, value);
    return this;
  }
  /** Of the strike price. */
  get strikePriceCurrency(): string {
    return readText(this.$view, this.$at + 412, 4);
  }
  setStrikePriceCurrency(value: string): this {
    writeText(this.$view, { at: this.$at + 412, bytes: 4, name: 'strike_price_currency' }, value);
    return this;
  }
  /** The venue's symbol of the leg. */
  get legRawSymbol(): string {
    return readText(this.$view, this.$at + 416, 71);
  }
  setLegRawSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 416, bytes: 71, name: 'leg_raw_symbol' }, value);
    return this;
  }
  /** Stock, future, call, put, spread and so on. The code of a character. */
  get instrumentClass(): number {
    return this.$view.getUint8(this.$at + 487);
  }
  setInstrumentClass(value: number): this {
    this.$view.setUint8(this.$at + 487, this.unsigned(487, value, 255));
    return this;
  }
  /** Of the venue. The code of a character. */
  get matchAlgorithm(): number {
    return this.$view.getUint8(this.$at + 488);
  }
  setMatchAlgorithm(value: number): this {
    this.$view.setUint8(this.$at + 488, this.unsigned(488, value, 255));
    return this;
  }
  /** Denominator of fractional prices. Null when there is none. */
  get mainFraction(): number | null {
    const value = this.$view.getUint8(this.$at + 489);
    return value === 255 ? null : value;
  }
  setMainFraction(value: number | null): this {
    this.$view.setUint8(this.$at + 489, value === null ? 255 : this.unsigned(489, value, 255));
    return this;
  }
  /** Digits behind the tick mark. Null when there is none. */
  get priceDisplayFormat(): number | null {
    const value = this.$view.getUint8(this.$at + 490);
    return value === 255 ? null : value;
  }
  setPriceDisplayFormat(value: number | null): this {
    this.$view.setUint8(this.$at + 490, value === null ? 255 : this.unsigned(490, value, 255));
    return this;
  }
  /** Denominator of fractions of fractions. Null when there is none. */
  get subFraction(): number | null {
    const value = this.$view.getUint8(this.$at + 491);
    return value === 255 ? null : value;
  }
  setSubFraction(value: number | null): this {
    this.$view.setUint8(this.$at + 491, value === null ? 255 : this.unsigned(491, value, 255));
    return this;
  }
  /** Product complex. Null when there is none. */
  get underlyingProduct(): number | null {
    const value = this.$view.getUint8(this.$at + 492);
    return value === 255 ? null : value;
  }
  setUnderlyingProduct(value: number | null): this {
    this.$view.setUint8(this.$at + 492, value === null ? 255 : this.unsigned(492, value, 255));
    return this;
  }
  /** A added, M modified, D deleted. The code of a character. */
  get securityUpdateAction(): number {
    return this.$view.getUint8(this.$at + 493);
  }
  setSecurityUpdateAction(value: number): this {
    this.$view.setUint8(this.$at + 493, this.unsigned(493, value, 255));
    return this;
  }
  /** Calendar month. Null when there is none. */
  get maturityMonth(): number | null {
    const value = this.$view.getUint8(this.$at + 494);
    return value === 255 ? null : value;
  }
  setMaturityMonth(value: number | null): this {
    this.$view.setUint8(this.$at + 494, value === null ? 255 : this.unsigned(494, value, 255));
    return this;
  }
  /** Day of the month. Null when there is none. */
  get maturityDay(): number | null {
    const value = this.$view.getUint8(this.$at + 495);
    return value === 255 ? null : value;
  }
  setMaturityDay(value: number | null): this {
    this.$view.setUint8(this.$at + 495, value === null ? 255 : this.unsigned(495, value, 255));
    return this;
  }
  /** Week of the month. Null when there is none. */
  get maturityWeek(): number | null {
    const value = this.$view.getUint8(this.$at + 496);
    return value === 255 ? null : value;
  }
  setMaturityWeek(value: number | null): this {
    this.$view.setUint8(this.$at + 496, value === null ? 255 : this.unsigned(496, value, 255));
    return this;
  }
  /** Y or N. The code of a character. */
  get userDefinedInstrument(): number {
    return this.$view.getUint8(this.$at + 497);
  }
  setUserDefinedInstrument(value: number): this {
    this.$view.setUint8(this.$at + 497, this.unsigned(497, value, 255));
    return this;
  }
  /** Of the contract multiplier. Null when there is none. */
  get contractMultiplierUnit(): number | null {
    const value = this.$view.getInt8(this.$at + 498);
    return value === 127 ? null : value;
  }
  setContractMultiplierUnit(value: number | null): this {
    this.$view.setInt8(this.$at + 498, value === null ? 127 : this.signed(498, value, 127));
    return this;
  }
  /** Of electricity. Null when there is none. */
  get flowScheduleType(): number | null {
    const value = this.$view.getInt8(this.$at + 499);
    return value === 127 ? null : value;
  }
  setFlowScheduleType(value: number | null): this {
    this.$view.setInt8(this.$at + 499, value === null ? 127 : this.signed(499, value, 127));
    return this;
  }
  /** Which ticks are allowed. Null when there is none. */
  get tickRule(): number | null {
    const value = this.$view.getUint8(this.$at + 500);
    return value === 255 ? null : value;
  }
  setTickRule(value: number | null): this {
    this.$view.setUint8(this.$at + 500, value === null ? 255 : this.unsigned(500, value, 255));
    return this;
  }
  /** Of the leg. The code of a character. */
  get legInstrumentClass(): number {
    return this.$view.getUint8(this.$at + 501);
  }
  setLegInstrumentClass(value: number): this {
    this.$view.setUint8(this.$at + 501, this.unsigned(501, value, 255));
    return this;
  }
  /** Which side the leg takes when the spread is bought: `Side`. The code of a character. */
  get legSide(): number {
    return this.$view.getUint8(this.$at + 502);
  }
  setLegSide(value: number): this {
    this.$view.setUint8(this.$at + 502, this.unsigned(502, value, 255));
    return this;
  }
}

/** The state of trading of an instrument. 40 bytes, versions 1 to 3. */
export class StatusRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[11]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** What changed: trading, halt, pre-open and so on. */
  get action(): number {
    return this.$view.getUint16(this.$at + 24, true);
  }
  setAction(value: number): this {
    this.$view.setUint16(this.$at + 24, this.unsigned(24, value, 65535), true);
    return this;
  }
  /** Why. */
  get reason(): number {
    return this.$view.getUint16(this.$at + 26, true);
  }
  setReason(value: number): this {
    this.$view.setUint16(this.$at + 26, this.unsigned(26, value, 65535), true);
    return this;
  }
  /** What it means for orders. */
  get tradingEvent(): number {
    return this.$view.getUint16(this.$at + 28, true);
  }
  setTradingEvent(value: number): this {
    this.$view.setUint16(this.$at + 28, this.unsigned(28, value, 65535), true);
    return this;
  }
  /** Y, N or ~ when not known. The code of a character. */
  get isTrading(): number {
    return this.$view.getUint8(this.$at + 30);
  }
  setIsTrading(value: number): this {
    this.$view.setUint8(this.$at + 30, this.unsigned(30, value, 255));
    return this;
  }
  /** Y, N or ~ when not known. The code of a character. */
  get isQuoting(): number {
    return this.$view.getUint8(this.$at + 31);
  }
  setIsQuoting(value: number): this {
    this.$view.setUint8(this.$at + 31, this.unsigned(31, value, 255));
    return this;
  }
  /** Y, N or ~ when not known. The code of a character. */
  get isShortSellRestricted(): number {
    return this.$view.getUint8(this.$at + 32);
  }
  setIsShortSellRestricted(value: number): this {
    this.$view.setUint8(this.$at + 32, this.unsigned(32, value, 255));
    return this;
  }
}

/** The imbalance of an auction. 112 bytes, versions 1 to 3. */
export class ImbalanceRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[12]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** At which the imbalance is reckoned. In units of 1e-9. Null when there is none. */
  get refPriceHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get refPriceLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }
  get refPrice(): number | null {
    const hi = this.refPriceHi32;
    const lo = this.refPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setRefPrice(value: number | null): this {
    return this.setSafe(24, value);
  }
  get refPriceBigInt(): bigint | null {
    const hi = this.refPriceHi32;
    const lo = this.refPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setRefPriceWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setRefPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(24, value);
  }
  /** Not in use. ns since the Unix epoch. Null when there is none. */
  get auctionTimeHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get auctionTimeLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }

  get auctionTimeBigInt(): bigint | null {
    const hi = this.auctionTimeHi32;
    const lo = this.auctionTimeLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setAuctionTimeWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setAuctionTimeBigInt(value: bigint | null): this {
    return this.setUnsignedBig(32, value);
  }
  /** At which auction and continuous orders would clear. In units of 1e-9. Null when there is none. */
  get contBookClrPriceHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get contBookClrPriceLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }
  get contBookClrPrice(): number | null {
    const hi = this.contBookClrPriceHi32;
    const lo = this.contBookClrPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setContBookClrPrice(value: number | null): this {
    return this.setSafe(40, value);
  }
  get contBookClrPriceBigInt(): bigint | null {
    const hi = this.contBookClrPriceHi32;
    const lo = this.contBookClrPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setContBookClrPriceWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setContBookClrPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(40, value);
  }
  /** At which the orders of the auction would clear. In units of 1e-9. Null when there is none. */
  get auctInterestClrPriceHi32(): number {
    return this.$view.getUint32(this.$at + 52, true);
  }
  get auctInterestClrPriceLo32(): number {
    return this.$view.getUint32(this.$at + 48, true);
  }
  get auctInterestClrPrice(): number | null {
    const hi = this.auctInterestClrPriceHi32;
    const lo = this.auctInterestClrPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setAuctInterestClrPrice(value: number | null): this {
    return this.setSafe(48, value);
  }
  get auctInterestClrPriceBigInt(): bigint | null {
    const hi = this.auctInterestClrPriceHi32;
    const lo = this.auctInterestClrPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setAuctInterestClrPriceWords(hi: number, lo: number): this {
    return this.setWords(48, hi, lo);
  }
  setAuctInterestClrPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(48, value);
  }
  /** Not in use. In units of 1e-9. Null when there is none. */
  get ssrFillingPriceHi32(): number {
    return this.$view.getUint32(this.$at + 60, true);
  }
  get ssrFillingPriceLo32(): number {
    return this.$view.getUint32(this.$at + 56, true);
  }
  get ssrFillingPrice(): number | null {
    const hi = this.ssrFillingPriceHi32;
    const lo = this.ssrFillingPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setSsrFillingPrice(value: number | null): this {
    return this.setSafe(56, value);
  }
  get ssrFillingPriceBigInt(): bigint | null {
    const hi = this.ssrFillingPriceHi32;
    const lo = this.ssrFillingPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setSsrFillingPriceWords(hi: number, lo: number): this {
    return this.setWords(56, hi, lo);
  }
  setSsrFillingPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(56, value);
  }
  /** Not in use. In units of 1e-9. Null when there is none. */
  get indMatchPriceHi32(): number {
    return this.$view.getUint32(this.$at + 68, true);
  }
  get indMatchPriceLo32(): number {
    return this.$view.getUint32(this.$at + 64, true);
  }
  get indMatchPrice(): number | null {
    const hi = this.indMatchPriceHi32;
    const lo = this.indMatchPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setIndMatchPrice(value: number | null): this {
    return this.setSafe(64, value);
  }
  get indMatchPriceBigInt(): bigint | null {
    const hi = this.indMatchPriceHi32;
    const lo = this.indMatchPriceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setIndMatchPriceWords(hi: number, lo: number): this {
    return this.setWords(64, hi, lo);
  }
  setIndMatchPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(64, value);
  }
  /** Not in use. In units of 1e-9. Null when there is none. */
  get upperCollarHi32(): number {
    return this.$view.getUint32(this.$at + 76, true);
  }
  get upperCollarLo32(): number {
    return this.$view.getUint32(this.$at + 72, true);
  }
  get upperCollar(): number | null {
    const hi = this.upperCollarHi32;
    const lo = this.upperCollarLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setUpperCollar(value: number | null): this {
    return this.setSafe(72, value);
  }
  get upperCollarBigInt(): bigint | null {
    const hi = this.upperCollarHi32;
    const lo = this.upperCollarLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setUpperCollarWords(hi: number, lo: number): this {
    return this.setWords(72, hi, lo);
  }
  setUpperCollarBigInt(value: bigint | null): this {
    return this.setSignedBig(72, value);
  }
  /** Not in use. In units of 1e-9. Null when there is none. */
  get lowerCollarHi32(): number {
    return this.$view.getUint32(this.$at + 84, true);
  }
  get lowerCollarLo32(): number {
    return this.$view.getUint32(this.$at + 80, true);
  }
  get lowerCollar(): number | null {
    const hi = this.lowerCollarHi32;
    const lo = this.lowerCollarLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setLowerCollar(value: number | null): this {
    return this.setSafe(80, value);
  }
  get lowerCollarBigInt(): bigint | null {
    const hi = this.lowerCollarHi32;
    const lo = this.lowerCollarLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setLowerCollarWords(hi: number, lo: number): this {
    return this.setWords(80, hi, lo);
  }
  setLowerCollarBigInt(value: bigint | null): this {
    return this.setSignedBig(80, value);
  }
  /** Matched at `ref_price`. Null when there is none. */
  get pairedQty(): number | null {
    const value = this.$view.getUint32(this.$at + 88, true);
    return value === 4294967295 ? null : value;
  }
  setPairedQty(value: number | null): this {
    this.$view.setUint32(
      this.$at + 88,
      value === null ? 4294967295 : this.unsigned(88, value, 4294967295),
      true,
    );
    return this;
  }
  /** Not matched at `ref_price`. Null when there is none. */
  get totalImbalanceQty(): number | null {
    const value = this.$view.getUint32(this.$at + 92, true);
    return value === 4294967295 ? null : value;
  }
  setTotalImbalanceQty(value: number | null): this {
    this.$view.setUint32(
      this.$at + 92,
      value === null ? 4294967295 : this.unsigned(92, value, 4294967295),
      true,
    );
    return this;
  }
  /** Not matched, of market orders. Null when there is none. */
  get marketImbalanceQty(): number | null {
    const value = this.$view.getUint32(this.$at + 96, true);
    return value === 4294967295 ? null : value;
  }
  setMarketImbalanceQty(value: number | null): this {
    this.$view.setUint32(
      this.$at + 96,
      value === null ? 4294967295 : this.unsigned(96, value, 4294967295),
      true,
    );
    return this;
  }
  /** Not in use. Null when there is none. */
  get unpairedQty(): number | null {
    const value = this.$view.getUint32(this.$at + 100, true);
    return value === 4294967295 ? null : value;
  }
  setUnpairedQty(value: number | null): this {
    this.$view.setUint32(
      this.$at + 100,
      value === null ? 4294967295 : this.unsigned(100, value, 4294967295),
      true,
    );
    return this;
  }
  /** The venue's kind of the auction. The code of a character. */
  get auctionType(): number {
    return this.$view.getUint8(this.$at + 104);
  }
  setAuctionType(value: number): this {
    this.$view.setUint8(this.$at + 104, this.unsigned(104, value, 255));
    return this;
  }
  /** Of the imbalance: `Side`. The code of a character. */
  get side(): number {
    return this.$view.getUint8(this.$at + 105);
  }
  setSide(value: number): this {
    this.$view.setUint8(this.$at + 105, this.unsigned(105, value, 255));
    return this;
  }
  /** Not in use. */
  get auctionStatus(): number {
    return this.$view.getUint8(this.$at + 106);
  }
  setAuctionStatus(value: number): this {
    this.$view.setUint8(this.$at + 106, this.unsigned(106, value, 255));
    return this;
  }
  /** Not in use. */
  get freezeStatus(): number {
    return this.$view.getUint8(this.$at + 107);
  }
  setFreezeStatus(value: number): this {
    this.$view.setUint8(this.$at + 107, this.unsigned(107, value, 255));
    return this;
  }
  /** Not in use. */
  get numExtensions(): number {
    return this.$view.getUint8(this.$at + 108);
  }
  setNumExtensions(value: number): this {
    this.$view.setUint8(this.$at + 108, this.unsigned(108, value, 255));
    return this;
  }
  /** Not in use. The code of a character. */
  get unpairedSide(): number {
    return this.$view.getUint8(this.$at + 109);
  }
  setUnpairedSide(value: number): this {
    this.$view.setUint8(this.$at + 109, this.unsigned(109, value, 255));
    return this;
  }
  /** Not in use. The code of a character. */
  get significantImbalance(): number {
    return this.$view.getUint8(this.$at + 110);
  }
  setSignificantImbalance(value: number): this {
    this.$view.setUint8(this.$at + 110, this.unsigned(110, value, 255));
    return this;
  }
}

/** A statistic of the venue. 64 bytes, versions 1 to 2. */
export class StatisticsV1Record extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[13]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** What the statistic is of. ns since the Unix epoch. Null when there is none. */
  get tsRefHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get tsRefLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }

  get tsRefBigInt(): bigint | null {
    const hi = this.tsRefHi32;
    const lo = this.tsRefLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRefWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setTsRefBigInt(value: bigint | null): this {
    return this.setUnsignedBig(24, value);
  }
  /** Of the statistic. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(32, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(32, value);
  }
  /** Of the statistic. Null when there is none. */
  get quantity(): number | null {
    const value = this.$view.getInt32(this.$at + 40, true);
    return value === 2147483647 ? null : value;
  }
  setQuantity(value: number | null): this {
    this.$view.setInt32(
      this.$at + 40,
      value === null ? 2147483647 : this.signed(40, value, 2147483647),
      true,
    );
    return this;
  }
  /** The venue's number of the message. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 44, this.unsigned(44, value, 4294967295), true);
    return this;
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 48, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 48, this.signed(48, value, 2147483647), true);
    return this;
  }
  /** Which statistic it is. */
  get statType(): number {
    return this.$view.getUint16(this.$at + 52, true);
  }
  setStatType(value: number): this {
    this.$view.setUint16(this.$at + 52, this.unsigned(52, value, 65535), true);
    return this;
  }
  /** The vendor's channel of the venue, from 0. Null when there is none. */
  get channelId(): number | null {
    const value = this.$view.getUint16(this.$at + 54, true);
    return value === 65535 ? null : value;
  }
  setChannelId(value: number | null): this {
    this.$view.setUint16(
      this.$at + 54,
      value === null ? 65535 : this.unsigned(54, value, 65535),
      true,
    );
    return this;
  }
  /** 1 new, 2 deleted. */
  get updateAction(): number {
    return this.$view.getUint8(this.$at + 56);
  }
  setUpdateAction(value: number): this {
    this.$view.setUint8(this.$at + 56, this.unsigned(56, value, 255));
    return this;
  }
  /** More about some of them. */
  get statFlags(): number {
    return this.$view.getUint8(this.$at + 57);
  }
  setStatFlags(value: number): this {
    this.$view.setUint8(this.$at + 57, this.unsigned(57, value, 255));
    return this;
  }
}

/** A statistic of the venue. 80 bytes, version 3. */
export class StatisticsRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[14]!);
  }
  /** Received by the capture server, by its clock. ns since the Unix epoch. Null when there is none. */
  get tsRecvHi32(): number {
    return this.$view.getUint32(this.$at + 20, true);
  }
  get tsRecvLo32(): number {
    return this.$view.getUint32(this.$at + 16, true);
  }

  get tsRecvBigInt(): bigint | null {
    const hi = this.tsRecvHi32;
    const lo = this.tsRecvLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRecvWords(hi: number, lo: number): this {
    return this.setWords(16, hi, lo);
  }
  setTsRecvBigInt(value: bigint | null): this {
    return this.setUnsignedBig(16, value);
  }
  /** What the statistic is of. ns since the Unix epoch. Null when there is none. */
  get tsRefHi32(): number {
    return this.$view.getUint32(this.$at + 28, true);
  }
  get tsRefLo32(): number {
    return this.$view.getUint32(this.$at + 24, true);
  }

  get tsRefBigInt(): bigint | null {
    const hi = this.tsRefHi32;
    const lo = this.tsRefLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setTsRefWords(hi: number, lo: number): this {
    return this.setWords(24, hi, lo);
  }
  setTsRefBigInt(value: bigint | null): this {
    return this.setUnsignedBig(24, value);
  }
  /** Of the statistic. In units of 1e-9. Null when there is none. */
  get priceHi32(): number {
    return this.$view.getUint32(this.$at + 36, true);
  }
  get priceLo32(): number {
    return this.$view.getUint32(this.$at + 32, true);
  }
  get price(): number | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setPrice(value: number | null): this {
    return this.setSafe(32, value);
  }
  get priceBigInt(): bigint | null {
    const hi = this.priceHi32;
    const lo = this.priceLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setPriceWords(hi: number, lo: number): this {
    return this.setWords(32, hi, lo);
  }
  setPriceBigInt(value: bigint | null): this {
    return this.setSignedBig(32, value);
  }
  /** Of the statistic. Null when there is none. */
  get quantityHi32(): number {
    return this.$view.getUint32(this.$at + 44, true);
  }
  get quantityLo32(): number {
    return this.$view.getUint32(this.$at + 40, true);
  }
  get quantity(): number | null {
    const hi = this.quantityHi32;
    const lo = this.quantityLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64Number(hi, lo);
  }
  setQuantity(value: number | null): this {
    return this.setSafe(40, value);
  }
  get quantityBigInt(): bigint | null {
    const hi = this.quantityHi32;
    const lo = this.quantityLo32;
    if (hi === 2147483647 && lo === 4294967295) return null;
    return int64BigInt(hi, lo);
  }
  setQuantityWords(hi: number, lo: number): this {
    return this.setWords(40, hi, lo);
  }
  setQuantityBigInt(value: bigint | null): this {
    return this.setSignedBig(40, value);
  }
  /** The venue's number of the message. */
  get sequence(): number {
    return this.$view.getUint32(this.$at + 48, true);
  }
  setSequence(value: number): this {
    this.$view.setUint32(this.$at + 48, this.unsigned(48, value, 4294967295), true);
    return this;
  }
  /** ns from the sending by the matching engine to `ts_recv`. */
  get tsInDelta(): number {
    return this.$view.getInt32(this.$at + 52, true);
  }
  setTsInDelta(value: number): this {
    this.$view.setInt32(this.$at + 52, this.signed(52, value, 2147483647), true);
    return this;
  }
  /** Which statistic it is. */
  get statType(): number {
    return this.$view.getUint16(this.$at + 56, true);
  }
  setStatType(value: number): this {
    this.$view.setUint16(this.$at + 56, this.unsigned(56, value, 65535), true);
    return this;
  }
  /** The vendor's channel of the venue, from 0. Null when there is none. */
  get channelId(): number | null {
    const value = this.$view.getUint16(this.$at + 58, true);
    return value === 65535 ? null : value;
  }
  setChannelId(value: number | null): this {
    this.$view.setUint16(
      this.$at + 58,
      value === null ? 65535 : this.unsigned(58, value, 65535),
      true,
    );
    return this;
  }
  /** 1 new, 2 deleted. */
  get updateAction(): number {
    return this.$view.getUint8(this.$at + 60);
  }
  setUpdateAction(value: number): this {
    this.$view.setUint8(this.$at + 60, this.unsigned(60, value, 255));
    return this;
  }
  /** More about some of them. */
  get statFlags(): number {
    return this.$view.getUint8(this.$at + 61);
  }
  setStatFlags(value: number): this {
    this.$view.setUint8(this.$at + 61, this.unsigned(61, value, 255));
    return this;
  }
}

/** An error of the live gateway. 80 bytes, version 1. */
export class ErrorV1Record extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[15]!);
  }
  /** For people. */
  get err(): string {
    return readText(this.$view, this.$at + 16, 64);
  }
  setErr(value: string): this {
    writeText(this.$view, { at: this.$at + 16, bytes: 64, name: 'err' }, value);
    return this;
  }
}

/** An error of the live gateway. 320 bytes, versions 2 to 3. */
export class ErrorRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[16]!);
  }
  /** For people. */
  get err(): string {
    return readText(this.$view, this.$at + 16, 302);
  }
  setErr(value: string): this {
    writeText(this.$view, { at: this.$at + 16, bytes: 302, name: 'err' }, value);
    return this;
  }
  /** `ErrorCode`. Null when there is none. */
  get code(): number | null {
    const value = this.$view.getUint8(this.$at + 318);
    return value === 255 ? null : value;
  }
  setCode(value: number | null): this {
    this.$view.setUint8(this.$at + 318, value === null ? 255 : this.unsigned(318, value, 255));
    return this;
  }
  /** Whether this is the last error about the same request. Null when there is none. */
  get isLast(): number | null {
    const value = this.$view.getUint8(this.$at + 319);
    return value === 255 ? null : value;
  }
  setIsLast(value: number | null): this {
    this.$view.setUint8(this.$at + 319, value === null ? 255 : this.unsigned(319, value, 255));
    return this;
  }
}

/** A message of the live gateway that is no error, heartbeats among them. 80 bytes, version 1. */
export class SystemV1Record extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[17]!);
  }
  /** For people. */
  get msg(): string {
    return readText(this.$view, this.$at + 16, 64);
  }
  setMsg(value: string): this {
    writeText(this.$view, { at: this.$at + 16, bytes: 64, name: 'msg' }, value);
    return this;
  }
}

/** A message of the live gateway that is no error, heartbeats among them. 320 bytes, versions 2 to 3. */
export class SystemRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[18]!);
  }
  /** For people. */
  get msg(): string {
    return readText(this.$view, this.$at + 16, 303);
  }
  setMsg(value: string): this {
    writeText(this.$view, { at: this.$at + 16, bytes: 303, name: 'msg' }, value);
    return this;
  }
  /** `SystemCode`. Null when there is none. */
  get code(): number | null {
    const value = this.$view.getUint8(this.$at + 319);
    return value === 255 ? null : value;
  }
  setCode(value: number | null): this {
    this.$view.setUint8(this.$at + 319, value === null ? 255 : this.unsigned(319, value, 255));
    return this;
  }
}

/** Which instrument a symbol is, in a live stream. 80 bytes, version 1. */
export class SymbolMappingV1Record extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[19]!);
  }
  /** As it was asked for. */
  get stypeInSymbol(): string {
    return readText(this.$view, this.$at + 16, 22);
  }
  setStypeInSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 16, bytes: 22, name: 'stype_in_symbol' }, value);
    return this;
  }
  /** What it is. */
  get stypeOutSymbol(): string {
    return readText(this.$view, this.$at + 38, 22);
  }
  setStypeOutSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 38, bytes: 22, name: 'stype_out_symbol' }, value);
    return this;
  }
  /** From when the mapping holds. ns since the Unix epoch. Null when there is none. */
  get startTsHi32(): number {
    return this.$view.getUint32(this.$at + 68, true);
  }
  get startTsLo32(): number {
    return this.$view.getUint32(this.$at + 64, true);
  }

  get startTsBigInt(): bigint | null {
    const hi = this.startTsHi32;
    const lo = this.startTsLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setStartTsWords(hi: number, lo: number): this {
    return this.setWords(64, hi, lo);
  }
  setStartTsBigInt(value: bigint | null): this {
    return this.setUnsignedBig(64, value);
  }
  /** Before when the mapping holds. ns since the Unix epoch. Null when there is none. */
  get endTsHi32(): number {
    return this.$view.getUint32(this.$at + 76, true);
  }
  get endTsLo32(): number {
    return this.$view.getUint32(this.$at + 72, true);
  }

  get endTsBigInt(): bigint | null {
    const hi = this.endTsHi32;
    const lo = this.endTsLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setEndTsWords(hi: number, lo: number): this {
    return this.setWords(72, hi, lo);
  }
  setEndTsBigInt(value: bigint | null): this {
    return this.setUnsignedBig(72, value);
  }
}

/** Which instrument a symbol is, in a live stream. 176 bytes, versions 2 to 3. */
export class SymbolMappingRecord extends RecordView {
  constructor() {
    super(RECORD_LAYOUTS[20]!);
  }
  /** Type of the symbol that was asked for. Null when there is none. */
  get stypeIn(): number | null {
    const value = this.$view.getUint8(this.$at + 16);
    return value === 255 ? null : value;
  }
  setStypeIn(value: number | null): this {
    this.$view.setUint8(this.$at + 16, value === null ? 255 : this.unsigned(16, value, 255));
    return this;
  }
  /** As it was asked for. */
  get stypeInSymbol(): string {
    return readText(this.$view, this.$at + 17, 71);
  }
  setStypeInSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 17, bytes: 71, name: 'stype_in_symbol' }, value);
    return this;
  }
  /** Type of what it is. Null when there is none. */
  get stypeOut(): number | null {
    const value = this.$view.getUint8(this.$at + 88);
    return value === 255 ? null : value;
  }
  setStypeOut(value: number | null): this {
    this.$view.setUint8(this.$at + 88, value === null ? 255 : this.unsigned(88, value, 255));
    return this;
  }
  /** What it is. */
  get stypeOutSymbol(): string {
    return readText(this.$view, this.$at + 89, 71);
  }
  setStypeOutSymbol(value: string): this {
    writeText(this.$view, { at: this.$at + 89, bytes: 71, name: 'stype_out_symbol' }, value);
    return this;
  }
  /** From when the mapping holds. ns since the Unix epoch. Null when there is none. */
  get startTsHi32(): number {
    return this.$view.getUint32(this.$at + 164, true);
  }
  get startTsLo32(): number {
    return this.$view.getUint32(this.$at + 160, true);
  }

  get startTsBigInt(): bigint | null {
    const hi = this.startTsHi32;
    const lo = this.startTsLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setStartTsWords(hi: number, lo: number): this {
    return this.setWords(160, hi, lo);
  }
  setStartTsBigInt(value: bigint | null): this {
    return this.setUnsignedBig(160, value);
  }
  /** Before when the mapping holds. ns since the Unix epoch. Null when there is none. */
  get endTsHi32(): number {
    return this.$view.getUint32(this.$at + 172, true);
  }
  get endTsLo32(): number {
    return this.$view.getUint32(this.$at + 168, true);
  }

  get endTsBigInt(): bigint | null {
    const hi = this.endTsHi32;
    const lo = this.endTsLo32;
    if (hi === 4294967295 && lo === 4294967295) return null;
    return uint64BigInt(hi, lo);
  }
  setEndTsWords(hi: number, lo: number): this {
    return this.setWords(168, hi, lo);
  }
  setEndTsBigInt(value: bigint | null): this {
    return this.setUnsignedBig(168, value);
  }
}

/** The class of each layout, in the order of `RECORD_LAYOUTS`. */
export const RECORD_CLASSES = [
  MboRecord,
  TradeRecord,
  Mbp1Record,
  Mbp10Record,
  BboRecord,
  Cmbp1Record,
  CbboRecord,
  OhlcvRecord,
  DefinitionV1Record,
  DefinitionV2Record,
  DefinitionRecord,
  StatusRecord,
  ImbalanceRecord,
  StatisticsV1Record,
  StatisticsRecord,
  ErrorV1Record,
  ErrorRecord,
  SystemV1Record,
  SystemRecord,
  SymbolMappingV1Record,
  SymbolMappingRecord,
] as const;

/** Any record; `instanceof` says which. */
export type DbnRecord = InstanceType<(typeof RECORD_CLASSES)[number]>;
