/**
 * Layout of one tick, version 1: 64 bytes, little-endian, every field on its natural alignment.
 *
 *   off size field         type   unit or domain
 *    0   8   tsEvent       u64    ns since the Unix epoch, venue clock; all ones = absent
 *    8   8   tsRecv        u64    ns since the Unix epoch, gateway host clock
 *   16   4   instrument    u32    dense index into the directory of the ring it came from
 *   20   4   sequence      u32    low 32 bits of the venue's sequence
 *   24   2   publishDelta  u16    tsRecv → publication, see publish-delta.ts
 *   26   2   publisher     u16    publisher or exchange within the vendor
 *   28   1   kind          u8     TickKind
 *   29   1   sideAction    u8     low nibble Side, high nibble Action
 *   30   2   flags         u16    TickFlag bits
 *   32  32   payload              by kind:
 *
 *   TRADE       price i64 · size i64 · tradeId u64 · conditions 4×u8 · reserved u32
 *   QUOTE       bidPrice i64 · askPrice i64 · bidSize i64 · askSize i64
 *   QUOTE_EXT   bidOrders u32 · askOrders u32 · bidPublisher u16 · askPublisher u16 ·
 *               conditions 4×u8 · reserved 16
 *   LEVEL       price i64 · size i64 (absolute at that price; 0 = gone) · orderCount u32 ·
 *               level u16 · reserved 10
 *   ORDER       price i64 · size i64 · orderId u64 · priority u64
 *   CLEAR       fullSequence u64 · reserved 24
 *   MARK        markPrice i64 · indexPrice i64 · fundingRateE12 i64 · nextFundingTs u64
 *   STAT        value i64 · quantity i64 · referenceTs u64 · statistic u16 · reserved 6
 *   STATUS      tradingState u8 · statusReason u8 · session u8 · haltResume u8 · reserved u32 ·
 *               limitLow i64 · limitHigh i64 · reserved 8
 *   IMBALANCE   referencePrice i64 · paired i64 · imbalance i64 · auctionType u8 · reserved 7
 *   BAR_PRICE   open i64 · high i64 · low i64 · close i64
 *   BAR_VOLUME  volume i64 · turnover i64 · trades u32 · intervalMs u32 · coverageE4 u16 ·
 *               revision u16 · barFlags u16 · reserved u16
 *   STREAM      firstMissing u64 · missingCount u64 · fromTs u64 · state u8 · previousState u8 ·
 *               reason u8 · scope u8 · ledgerId u32; tsEvent = to-time
 *   CLOCK, PAD  reserved 32
 *
 * An i64 here is an integer within ±(2^53 − 1) or absent (i64 max, read as `ABSENT`); a u64 is
 * two u32 numbers, Hi and Lo. This module knows bytes only: no I/O, no clock, no log.
 * Moving a field means a new TICK_LAYOUT_VERSION (docs/adr/0002-tick-layout.md).
 */
import { TickHeader } from './tick-header.ts';

export const TICK_LAYOUT_VERSION = 1;

/**
 * A movable window on one tick: `wrap` moves it, nothing is allocated. Getters and setters speak
 * of the payload of the kind in question; asking a tick of another kind reads that kind's bytes,
 * so look at `kind` first.
 *
 * Setters throw TickError `OUT_OF_RANGE` for an i64 that is neither a safe integer nor `ABSENT`;
 * getters throw it when the bytes hold such a value: count it, skip the tick.
 */
export class TickView extends TickHeader {
  // TRADE, LEVEL, ORDER

  get price(): number {
    return this.readI64(8, 'price');
  }
  set price(mantissa: number) {
    this.writeI64(8, mantissa, 'price');
  }
  get size(): number {
    return this.readI64(10, 'size');
  }
  set size(mantissa: number) {
    this.writeI64(10, mantissa, 'size');
  }

  // TRADE

  get tradeIdHi(): number {
    return this.readU32(13);
  }
  get tradeIdLo(): number {
    return this.readU32(12);
  }
  setTradeId(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }
  /** One of four vendor condition codes, `slot` 0–3. */
  condition(slot: number): number {
    return (this.readU32(14) >>> ((slot & 3) * 8)) & 0xff;
  }
  setCondition(slot: number, code: number): void {
    const shift = (slot & 3) * 8;
    this.writeBits(14, 0xff << shift, (code & 0xff) << shift);
  }

  // QUOTE

  get bidPrice(): number {
    return this.readI64(8, 'bidPrice');
  }
  set bidPrice(mantissa: number) {
    this.writeI64(8, mantissa, 'bidPrice');
  }
  get askPrice(): number {
    return this.readI64(10, 'askPrice');
  }
  set askPrice(mantissa: number) {
    this.writeI64(10, mantissa, 'askPrice');
  }
  get bidSize(): number {
    return this.readI64(12, 'bidSize');
  }
  set bidSize(mantissa: number) {
    this.writeI64(12, mantissa, 'bidSize');
  }
  get askSize(): number {
    return this.readI64(14, 'askSize');
  }
  set askSize(mantissa: number) {
    this.writeI64(14, mantissa, 'askSize');
  }

  // QUOTE_EXT

  get bidOrders(): number {
    return this.readU32(8);
  }
  get askOrders(): number {
    return this.readU32(9);
  }
  setQuoteOrders(bid: number, ask: number): void {
    this.writeU32(8, bid);
    this.writeU32(9, ask);
  }
  get bidPublisher(): number {
    return this.readU32(10) & 0xffff;
  }
  get askPublisher(): number {
    return this.readU32(10) >>> 16;
  }
  setQuotePublishers(bid: number, ask: number): void {
    this.writeBits(10, 0xffff, bid & 0xffff);
    this.writeBits(10, 0xffff_0000, ask << 16);
  }

  // LEVEL

  get orderCount(): number {
    return this.readU32(12);
  }
  set orderCount(count: number) {
    this.writeU32(12, count);
  }
  get level(): number {
    return this.readU32(13) & 0xffff;
  }
  set level(number: number) {
    this.writeBits(13, 0xffff, number & 0xffff);
  }

  // ORDER

  get orderIdHi(): number {
    return this.readU32(13);
  }
  get orderIdLo(): number {
    return this.readU32(12);
  }
  setOrderId(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }
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

  get markPrice(): number {
    return this.readI64(8, 'markPrice');
  }
  set markPrice(mantissa: number) {
    this.writeI64(8, mantissa, 'markPrice');
  }
  get indexPrice(): number {
    return this.readI64(10, 'indexPrice');
  }
  set indexPrice(mantissa: number) {
    this.writeI64(10, mantissa, 'indexPrice');
  }
  get fundingRateE12(): number {
    return this.readI64(12, 'fundingRateE12');
  }
  set fundingRateE12(rate: number) {
    this.writeI64(12, rate, 'fundingRateE12');
  }
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

  get value(): number {
    return this.readI64(8, 'value');
  }
  set value(mantissa: number) {
    this.writeI64(8, mantissa, 'value');
  }
  get quantity(): number {
    return this.readI64(10, 'quantity');
  }
  set quantity(mantissa: number) {
    this.writeI64(10, mantissa, 'quantity');
  }
  get referenceTsHi(): number {
    return this.readU32(13);
  }
  get referenceTsLo(): number {
    return this.readU32(12);
  }
  setReferenceTs(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }
  get statistic(): number {
    return this.readU32(14) & 0xffff;
  }
  set statistic(code: number) {
    this.writeBits(14, 0xffff, code & 0xffff);
  }

  // STATUS

  get tradingState(): number {
    return this.readU32(8) & 0xff;
  }
  get statusReason(): number {
    return (this.readU32(8) >>> 8) & 0xff;
  }
  get session(): number {
    return (this.readU32(8) >>> 16) & 0xff;
  }
  get haltResume(): number {
    return this.readU32(8) >>> 24;
  }
  setStatus(status: {
    tradingState: number;
    statusReason: number;
    session: number;
    haltResume: number;
  }): void {
    const low = (status.tradingState & 0xff) | ((status.statusReason & 0xff) << 8);
    this.writeU32(8, low | ((status.session & 0xff) << 16) | (status.haltResume << 24));
  }
  get limitLow(): number {
    return this.readI64(10, 'limitLow');
  }
  set limitLow(mantissa: number) {
    this.writeI64(10, mantissa, 'limitLow');
  }
  get limitHigh(): number {
    return this.readI64(12, 'limitHigh');
  }
  set limitHigh(mantissa: number) {
    this.writeI64(12, mantissa, 'limitHigh');
  }

  // IMBALANCE

  get referencePrice(): number {
    return this.readI64(8, 'referencePrice');
  }
  set referencePrice(mantissa: number) {
    this.writeI64(8, mantissa, 'referencePrice');
  }
  get paired(): number {
    return this.readI64(10, 'paired');
  }
  set paired(mantissa: number) {
    this.writeI64(10, mantissa, 'paired');
  }
  get imbalance(): number {
    return this.readI64(12, 'imbalance');
  }
  set imbalance(mantissa: number) {
    this.writeI64(12, mantissa, 'imbalance');
  }
  get auctionType(): number {
    return this.readU32(14) & 0xff;
  }
  set auctionType(code: number) {
    this.writeBits(14, 0xff, code & 0xff);
  }

  // BAR_PRICE

  get open(): number {
    return this.readI64(8, 'open');
  }
  set open(mantissa: number) {
    this.writeI64(8, mantissa, 'open');
  }
  get high(): number {
    return this.readI64(10, 'high');
  }
  set high(mantissa: number) {
    this.writeI64(10, mantissa, 'high');
  }
  get low(): number {
    return this.readI64(12, 'low');
  }
  set low(mantissa: number) {
    this.writeI64(12, mantissa, 'low');
  }
  get close(): number {
    return this.readI64(14, 'close');
  }
  set close(mantissa: number) {
    this.writeI64(14, mantissa, 'close');
  }

  // BAR_VOLUME

  get volume(): number {
    return this.readI64(8, 'volume');
  }
  set volume(mantissa: number) {
    this.writeI64(8, mantissa, 'volume');
  }
  get turnover(): number {
    return this.readI64(10, 'turnover');
  }
  set turnover(mantissa: number) {
    this.writeI64(10, mantissa, 'turnover');
  }
  get trades(): number {
    return this.readU32(12);
  }
  set trades(count: number) {
    this.writeU32(12, count);
  }
  get intervalMs(): number {
    return this.readU32(13);
  }
  set intervalMs(ms: number) {
    this.writeU32(13, ms);
  }
  /** Share of the interval in which the feed was live, in 1e-4. */
  get coverageE4(): number {
    return this.readU32(14) & 0xffff;
  }
  set coverageE4(share: number) {
    this.writeBits(14, 0xffff, share & 0xffff);
  }
  get revision(): number {
    return this.readU32(14) >>> 16;
  }
  set revision(number: number) {
    this.writeBits(14, 0xffff_0000, number << 16);
  }
  get barFlags(): number {
    return this.readU32(15) & 0xffff;
  }
  set barFlags(bits: number) {
    this.writeBits(15, 0xffff, bits & 0xffff);
  }

  // STREAM

  get firstMissingHi(): number {
    return this.readU32(9);
  }
  get firstMissingLo(): number {
    return this.readU32(8);
  }
  setFirstMissing(hi: number, lo: number): void {
    this.writeU64(8, hi, lo);
  }
  /** All ones = unknown. */
  get missingCountHi(): number {
    return this.readU32(11);
  }
  get missingCountLo(): number {
    return this.readU32(10);
  }
  setMissingCount(hi: number, lo: number): void {
    this.writeU64(10, hi, lo);
  }
  get fromTsHi(): number {
    return this.readU32(13);
  }
  get fromTsLo(): number {
    return this.readU32(12);
  }
  setFromTs(hi: number, lo: number): void {
    this.writeU64(12, hi, lo);
  }
  get state(): number {
    return this.readU32(14) & 0xff;
  }
  get previousState(): number {
    return (this.readU32(14) >>> 8) & 0xff;
  }
  get reason(): number {
    return (this.readU32(14) >>> 16) & 0xff;
  }
  get scope(): number {
    return this.readU32(14) >>> 24;
  }
  setStream(stream: { state: number; previousState: number; reason: number; scope: number }): void {
    const low = (stream.state & 0xff) | ((stream.previousState & 0xff) << 8);
    this.writeU32(14, low | ((stream.reason & 0xff) << 16) | (stream.scope << 24));
  }
  get ledgerId(): number {
    return this.readU32(15);
  }
  set ledgerId(id: number) {
    this.writeU32(15, id);
  }
}
