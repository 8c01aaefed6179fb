/**
 * The payloads of ticks. Made from schema/tick.xml by tools/tick-schema/run.ts: change that one.
 *
 * Of a u64 there are two halves, Hi and Lo. What is no whole word is shifted and masked.
 */
import { TickHeader } from './tick-header.ts';

/** What `TickView` is built on; use that. */
export class TickPayload extends TickHeader {
  // TRADE

  /** at priceExp */
  get price(): number {
    return this.readI64(8, 'price');
  }
  set price(mantissa: number) {
    this.writeI64(8, mantissa, 'price');
  }

  /** at sizeExp */
  get size(): number {
    return this.readI64(10, 'size');
  }
  set size(mantissa: number) {
    this.writeI64(10, mantissa, 'size');
  }

  /** the venue's */
  get tradeIdHi(): number {
    return this.readU32(13);
  }
  get tradeIdLo(): number {
    return this.readU32(12);
  }
  setTradeId(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }

  /** codes of the vendor */
  condition(slot: number): number {
    return (this.readU32(14) >>> ((slot & 3) * 8)) & 0xff;
  }
  setCondition(slot: number, code: number): void {
    const shift = (slot & 3) * 8;
    this.writeBits(14, 0xff << shift, (code & 0xff) << shift);
  }

  // QUOTE

  /** at priceExp */
  get bidPrice(): number {
    return this.readI64(8, 'bidPrice');
  }
  set bidPrice(mantissa: number) {
    this.writeI64(8, mantissa, 'bidPrice');
  }

  /** at priceExp */
  get askPrice(): number {
    return this.readI64(10, 'askPrice');
  }
  set askPrice(mantissa: number) {
    this.writeI64(10, mantissa, 'askPrice');
  }

  /** at sizeExp */
  get bidSize(): number {
    return this.readI64(12, 'bidSize');
  }
  set bidSize(mantissa: number) {
    this.writeI64(12, mantissa, 'bidSize');
  }

  /** at sizeExp */
  get askSize(): number {
    return this.readI64(14, 'askSize');
  }
  set askSize(mantissa: number) {
    this.writeI64(14, mantissa, 'askSize');
  }

  // QUOTE_EXT

  /** orders at the best bid */
  get bidOrders(): number {
    return this.readU32(8);
  }

  /** orders at the best offer */
  get askOrders(): number {
    return this.readU32(9);
  }

  /** publisher of the best bid */
  get bidPublisher(): number {
    return this.readU32(10) & 0xffff;
  }

  /** publisher of the best offer */
  get askPublisher(): number {
    return this.readU32(10) >>> 16;
  }

  // LEVEL

  /** orders at that price */
  get orderCount(): number {
    return this.readU32(12);
  }
  set orderCount(value: number) {
    this.writeU32(12, value);
  }

  /** place in the book, for information */
  get level(): number {
    return this.readU32(13) & 0xffff;
  }
  set level(value: number) {
    this.writeBits(13, 0xffff, value & 0xffff);
  }

  // ORDER

  /** the venue's */
  get orderIdHi(): number {
    return this.readU32(13);
  }
  get orderIdLo(): number {
    return this.readU32(12);
  }
  setOrderId(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }

  /** the venue's */
  get priorityHi(): number {
    return this.readU32(15);
  }
  get priorityLo(): number {
    return this.readU32(14);
  }
  setPriority(hi: number, lo: number): void {
    this.writeU64(14, hi, lo);
  }

  // CLEAR

  /** the venue's sequence, all of it */
  get fullSequenceHi(): number {
    return this.readU32(9);
  }
  get fullSequenceLo(): number {
    return this.readU32(8);
  }
  setFullSequence(hi: number, lo: number): void {
    this.writeU64(8, hi, lo);
  }

  // MARK

  /** at markExp */
  get markPrice(): number {
    return this.readI64(8, 'markPrice');
  }
  set markPrice(mantissa: number) {
    this.writeI64(8, mantissa, 'markPrice');
  }

  /** at markExp */
  get indexPrice(): number {
    return this.readI64(10, 'indexPrice');
  }
  set indexPrice(mantissa: number) {
    this.writeI64(10, mantissa, 'indexPrice');
  }

  /** 1e-12 */
  get fundingRateE12(): number {
    return this.readI64(12, 'fundingRateE12');
  }
  set fundingRateE12(mantissa: number) {
    this.writeI64(12, mantissa, 'fundingRateE12');
  }

  /** ns since the Unix epoch */
  get nextFundingTsHi(): number {
    return this.readU32(15);
  }
  get nextFundingTsLo(): number {
    return this.readU32(14);
  }
  setNextFundingTs(hi: number, lo: number): void {
    this.writeU64(14, hi, lo);
  }

  // STAT

  /** at priceExp */
  get value(): number {
    return this.readI64(8, 'value');
  }
  set value(mantissa: number) {
    this.writeI64(8, mantissa, 'value');
  }

  /** at sizeExp */
  get quantity(): number {
    return this.readI64(10, 'quantity');
  }
  set quantity(mantissa: number) {
    this.writeI64(10, mantissa, 'quantity');
  }

  /** ns since the Unix epoch */
  get referenceTsHi(): number {
    return this.readU32(13);
  }
  get referenceTsLo(): number {
    return this.readU32(12);
  }
  setReferenceTs(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }

  /** code of the vendor */
  get statistic(): number {
    return this.readU32(14) & 0xffff;
  }
  set statistic(value: number) {
    this.writeBits(14, 0xffff, value & 0xffff);
  }

  // STATUS

  /** code of the vendor */
  get tradingState(): number {
    return this.readU32(8) & 0xff;
  }

  /** code of the vendor */
  get statusReason(): number {
    return (this.readU32(8) >>> 8) & 0xff;
  }

  /** code of the vendor */
  get session(): number {
    return (this.readU32(8) >>> 16) & 0xff;
  }

  /** code of the vendor */
  get haltResume(): number {
    return this.readU32(8) >>> 24;
  }

  /** at priceExp */
  get limitLow(): number {
    return this.readI64(10, 'limitLow');
  }
  set limitLow(mantissa: number) {
    this.writeI64(10, mantissa, 'limitLow');
  }

  /** at priceExp */
  get limitHigh(): number {
    return this.readI64(12, 'limitHigh');
  }
  set limitHigh(mantissa: number) {
    this.writeI64(12, mantissa, 'limitHigh');
  }

  // IMBALANCE

  /** at priceExp */
  get referencePrice(): number {
    return this.readI64(8, 'referencePrice');
  }
  set referencePrice(mantissa: number) {
    this.writeI64(8, mantissa, 'referencePrice');
  }

  /** at sizeExp */
  get paired(): number {
    return this.readI64(10, 'paired');
  }
  set paired(mantissa: number) {
    this.writeI64(10, mantissa, 'paired');
  }

  /** at sizeExp */
  get imbalance(): number {
    return this.readI64(12, 'imbalance');
  }
  set imbalance(mantissa: number) {
    this.writeI64(12, mantissa, 'imbalance');
  }

  /** code of the vendor */
  get auctionType(): number {
    return this.readU32(14) & 0xff;
  }
  set auctionType(value: number) {
    this.writeBits(14, 0xff, value & 0xff);
  }

  // BAR_PRICE

  /** at priceExp */
  get open(): number {
    return this.readI64(8, 'open');
  }
  set open(mantissa: number) {
    this.writeI64(8, mantissa, 'open');
  }

  /** at priceExp */
  get high(): number {
    return this.readI64(10, 'high');
  }
  set high(mantissa: number) {
    this.writeI64(10, mantissa, 'high');
  }

  /** at priceExp */
  get low(): number {
    return this.readI64(12, 'low');
  }
  set low(mantissa: number) {
    this.writeI64(12, mantissa, 'low');
  }

  /** at priceExp */
  get close(): number {
    return this.readI64(14, 'close');
  }
  set close(mantissa: number) {
    this.writeI64(14, mantissa, 'close');
  }

  // BAR_VOLUME

  /** at sizeExp */
  get volume(): number {
    return this.readI64(8, 'volume');
  }
  set volume(mantissa: number) {
    this.writeI64(8, mantissa, 'volume');
  }

  /** at priceExp + sizeExp + the scale of barFlags */
  get turnover(): number {
    return this.readI64(10, 'turnover');
  }
  set turnover(mantissa: number) {
    this.writeI64(10, mantissa, 'turnover');
  }

  /** trades in the interval */
  get trades(): number {
    return this.readU32(12);
  }
  set trades(value: number) {
    this.writeU32(12, value);
  }

  /** ms */
  get intervalMs(): number {
    return this.readU32(13);
  }
  set intervalMs(value: number) {
    this.writeU32(13, value);
  }

  /** share of the interval in which the feed was live, 1e-4 */
  get coverageE4(): number {
    return this.readU32(14) & 0xffff;
  }
  set coverageE4(value: number) {
    this.writeBits(14, 0xffff, value & 0xffff);
  }

  /** 0 first, then one more for each correction */
  get revision(): number {
    return this.readU32(14) >>> 16;
  }
  set revision(value: number) {
    this.writeBits(14, 0xffff0000, value << 16);
  }

  /** low four bits scale of the turnover, above them BarFlag */
  get barFlags(): number {
    return this.readU32(15) & 0xffff;
  }
  set barFlags(value: number) {
    this.writeBits(15, 0xffff, value & 0xffff);
  }

  // STREAM

  /** first missing sequence; of MOVED_OUT and MOVED_IN the other tick's position */
  get firstMissingHi(): number {
    return this.readU32(9);
  }
  get firstMissingLo(): number {
    return this.readU32(8);
  }
  setFirstMissing(hi: number, lo: number): void {
    this.writeU64(8, hi, lo);
  }

  /** how many; of MOVED_OUT and MOVED_IN the other ring's id */
  get missingCountHi(): number {
    return this.readU32(11);
  }
  get missingCountLo(): number {
    return this.readU32(10);
  }
  setMissingCount(hi: number, lo: number): void {
    this.writeU64(10, hi, lo);
  }

  /** ns since the Unix epoch, the beginning of it */
  get fromTsHi(): number {
    return this.readU32(13);
  }
  get fromTsLo(): number {
    return this.readU32(12);
  }
  setFromTs(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }

  /** from now on */
  get state(): number {
    return this.readU32(14) & 0xff;
  }

  /** until now */
  get previousState(): number {
    return (this.readU32(14) >>> 8) & 0xff;
  }

  /** why */
  get reason(): number {
    return (this.readU32(14) >>> 16) & 0xff;
  }

  /** what it speaks of */
  get scope(): number {
    return this.readU32(14) >>> 24;
  }

  /** entry of the gap ledger */
  get ledgerId(): number {
    return this.readU32(15);
  }
  set ledgerId(value: number) {
    this.writeU32(15, value);
  }
}
