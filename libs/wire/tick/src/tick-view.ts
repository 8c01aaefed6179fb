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
    return this.readI64(32, 'price');
  }
  set price(mantissa: number) {
    this.writeI64(32, mantissa, 'price');
  }
  get size(): number {
    return this.readI64(40, 'size');
  }
  set size(mantissa: number) {
    this.writeI64(40, mantissa, 'size');
  }

  // TRADE

  get tradeIdHi(): number {
    return this.view.getUint32(this.at + 52, true);
  }
  get tradeIdLo(): number {
    return this.view.getUint32(this.at + 48, true);
  }
  setTradeId(hi: number, lo: number): void {
    this.writeU64(48, hi, lo);
  }
  /** One of four vendor condition codes, `slot` 0–3. */
  condition(slot: number): number {
    return this.view.getUint8(this.at + 56 + (slot & 3));
  }
  setCondition(slot: number, code: number): void {
    this.view.setUint8(this.at + 56 + (slot & 3), code);
  }

  // QUOTE

  get bidPrice(): number {
    return this.readI64(32, 'bidPrice');
  }
  set bidPrice(mantissa: number) {
    this.writeI64(32, mantissa, 'bidPrice');
  }
  get askPrice(): number {
    return this.readI64(40, 'askPrice');
  }
  set askPrice(mantissa: number) {
    this.writeI64(40, mantissa, 'askPrice');
  }
  get bidSize(): number {
    return this.readI64(48, 'bidSize');
  }
  set bidSize(mantissa: number) {
    this.writeI64(48, mantissa, 'bidSize');
  }
  get askSize(): number {
    return this.readI64(56, 'askSize');
  }
  set askSize(mantissa: number) {
    this.writeI64(56, mantissa, 'askSize');
  }

  // QUOTE_EXT

  get bidOrders(): number {
    return this.view.getUint32(this.at + 32, true);
  }
  get askOrders(): number {
    return this.view.getUint32(this.at + 36, true);
  }
  setQuoteOrders(bid: number, ask: number): void {
    this.view.setUint32(this.at + 32, bid, true);
    this.view.setUint32(this.at + 36, ask, true);
  }
  get bidPublisher(): number {
    return this.view.getUint16(this.at + 40, true);
  }
  get askPublisher(): number {
    return this.view.getUint16(this.at + 42, true);
  }
  setQuotePublishers(bid: number, ask: number): void {
    this.view.setUint16(this.at + 40, bid, true);
    this.view.setUint16(this.at + 42, ask, true);
  }

  // LEVEL

  get orderCount(): number {
    return this.view.getUint32(this.at + 48, true);
  }
  set orderCount(count: number) {
    this.view.setUint32(this.at + 48, count, true);
  }
  get level(): number {
    return this.view.getUint16(this.at + 52, true);
  }
  set level(number: number) {
    this.view.setUint16(this.at + 52, number, true);
  }

  // ORDER

  get orderIdHi(): number {
    return this.view.getUint32(this.at + 52, true);
  }
  get orderIdLo(): number {
    return this.view.getUint32(this.at + 48, true);
  }
  setOrderId(hi: number, lo: number): void {
    this.writeU64(48, hi, lo);
  }
  get priorityHi(): number {
    return this.view.getUint32(this.at + 60, true);
  }
  get priorityLo(): number {
    return this.view.getUint32(this.at + 56, true);
  }
  setPriority(hi: number, lo: number): void {
    this.writeU64(56, hi, lo);
  }

  // CLEAR

  get fullSequenceHi(): number {
    return this.view.getUint32(this.at + 36, true);
  }
  get fullSequenceLo(): number {
    return this.view.getUint32(this.at + 32, true);
  }
  setFullSequence(hi: number, lo: number): void {
    this.writeU64(32, hi, lo);
  }

  // MARK

  get markPrice(): number {
    return this.readI64(32, 'markPrice');
  }
  set markPrice(mantissa: number) {
    this.writeI64(32, mantissa, 'markPrice');
  }
  get indexPrice(): number {
    return this.readI64(40, 'indexPrice');
  }
  set indexPrice(mantissa: number) {
    this.writeI64(40, mantissa, 'indexPrice');
  }
  get fundingRateE12(): number {
    return this.readI64(48, 'fundingRateE12');
  }
  set fundingRateE12(rate: number) {
    this.writeI64(48, rate, 'fundingRateE12');
  }
  get nextFundingTsHi(): number {
    return this.view.getUint32(this.at + 60, true);
  }
  get nextFundingTsLo(): number {
    return this.view.getUint32(this.at + 56, true);
  }
  setNextFundingTs(hi: number, lo: number): void {
    this.writeU64(56, hi, lo);
  }

  // STAT

  get value(): number {
    return this.readI64(32, 'value');
  }
  set value(mantissa: number) {
    this.writeI64(32, mantissa, 'value');
  }
  get quantity(): number {
    return this.readI64(40, 'quantity');
  }
  set quantity(mantissa: number) {
    this.writeI64(40, mantissa, 'quantity');
  }
  get referenceTsHi(): number {
    return this.view.getUint32(this.at + 52, true);
  }
  get referenceTsLo(): number {
    return this.view.getUint32(this.at + 48, true);
  }
  setReferenceTs(hi: number, lo: number): void {
    this.writeU64(48, hi, lo);
  }
  get statistic(): number {
    return this.view.getUint16(this.at + 56, true);
  }
  set statistic(code: number) {
    this.view.setUint16(this.at + 56, code, true);
  }

  // STATUS

  get tradingState(): number {
    return this.view.getUint8(this.at + 32);
  }
  get statusReason(): number {
    return this.view.getUint8(this.at + 33);
  }
  get session(): number {
    return this.view.getUint8(this.at + 34);
  }
  get haltResume(): number {
    return this.view.getUint8(this.at + 35);
  }
  setStatus(status: {
    tradingState: number;
    statusReason: number;
    session: number;
    haltResume: number;
  }): void {
    this.view.setUint8(this.at + 32, status.tradingState);
    this.view.setUint8(this.at + 33, status.statusReason);
    this.view.setUint8(this.at + 34, status.session);
    this.view.setUint8(this.at + 35, status.haltResume);
  }
  get limitLow(): number {
    return this.readI64(40, 'limitLow');
  }
  set limitLow(mantissa: number) {
    this.writeI64(40, mantissa, 'limitLow');
  }
  get limitHigh(): number {
    return this.readI64(48, 'limitHigh');
  }
  set limitHigh(mantissa: number) {
    this.writeI64(48, mantissa, 'limitHigh');
  }

  // IMBALANCE

  get referencePrice(): number {
    return this.readI64(32, 'referencePrice');
  }
  set referencePrice(mantissa: number) {
    this.writeI64(32, mantissa, 'referencePrice');
  }
  get paired(): number {
    return this.readI64(40, 'paired');
  }
  set paired(mantissa: number) {
    this.writeI64(40, mantissa, 'paired');
  }
  get imbalance(): number {
    return this.readI64(48, 'imbalance');
  }
  set imbalance(mantissa: number) {
    this.writeI64(48, mantissa, 'imbalance');
  }
  get auctionType(): number {
    return this.view.getUint8(this.at + 56);
  }
  set auctionType(code: number) {
    this.view.setUint8(this.at + 56, code);
  }

  // BAR_PRICE

  get open(): number {
    return this.readI64(32, 'open');
  }
  set open(mantissa: number) {
    this.writeI64(32, mantissa, 'open');
  }
  get high(): number {
    return this.readI64(40, 'high');
  }
  set high(mantissa: number) {
    this.writeI64(40, mantissa, 'high');
  }
  get low(): number {
    return this.readI64(48, 'low');
  }
  set low(mantissa: number) {
    this.writeI64(48, mantissa, 'low');
  }
  get close(): number {
    return this.readI64(56, 'close');
  }
  set close(mantissa: number) {
    this.writeI64(56, mantissa, 'close');
  }

  // BAR_VOLUME

  get volume(): number {
    return this.readI64(32, 'volume');
  }
  set volume(mantissa: number) {
    this.writeI64(32, mantissa, 'volume');
  }
  get turnover(): number {
    return this.readI64(40, 'turnover');
  }
  set turnover(mantissa: number) {
    this.writeI64(40, mantissa, 'turnover');
  }
  get trades(): number {
    return this.view.getUint32(this.at + 48, true);
  }
  set trades(count: number) {
    this.view.setUint32(this.at + 48, count, true);
  }
  get intervalMs(): number {
    return this.view.getUint32(this.at + 52, true);
  }
  set intervalMs(ms: number) {
    this.view.setUint32(this.at + 52, ms, true);
  }
  /** Share of the interval in which the feed was live, in 1e-4. */
  get coverageE4(): number {
    return this.view.getUint16(this.at + 56, true);
  }
  set coverageE4(share: number) {
    this.view.setUint16(this.at + 56, share, true);
  }
  get revision(): number {
    return this.view.getUint16(this.at + 58, true);
  }
  set revision(number: number) {
    this.view.setUint16(this.at + 58, number, true);
  }
  get barFlags(): number {
    return this.view.getUint16(this.at + 60, true);
  }
  set barFlags(bits: number) {
    this.view.setUint16(this.at + 60, bits, true);
  }

  // STREAM

  get firstMissingHi(): number {
    return this.view.getUint32(this.at + 36, true);
  }
  get firstMissingLo(): number {
    return this.view.getUint32(this.at + 32, true);
  }
  setFirstMissing(hi: number, lo: number): void {
    this.writeU64(32, hi, lo);
  }
  /** All ones = unknown. */
  get missingCountHi(): number {
    return this.view.getUint32(this.at + 44, true);
  }
  get missingCountLo(): number {
    return this.view.getUint32(this.at + 40, true);
  }
  setMissingCount(hi: number, lo: number): void {
    this.writeU64(40, hi, lo);
  }
  get fromTsHi(): number {
    return this.view.getUint32(this.at + 52, true);
  }
  get fromTsLo(): number {
    return this.view.getUint32(this.at + 48, true);
  }
  setFromTs(hi: number, lo: number): void {
    this.writeU64(48, hi, lo);
  }
  get state(): number {
    return this.view.getUint8(this.at + 56);
  }
  get previousState(): number {
    return this.view.getUint8(this.at + 57);
  }
  get reason(): number {
    return this.view.getUint8(this.at + 58);
  }
  get scope(): number {
    return this.view.getUint8(this.at + 59);
  }
  setStream(stream: { state: number; previousState: number; reason: number; scope: number }): void {
    this.view.setUint8(this.at + 56, stream.state);
    this.view.setUint8(this.at + 57, stream.previousState);
    this.view.setUint8(this.at + 58, stream.reason);
    this.view.setUint8(this.at + 59, stream.scope);
  }
  get ledgerId(): number {
    return this.view.getUint32(this.at + 60, true);
  }
  set ledgerId(id: number) {
    this.view.setUint32(this.at + 60, id, true);
  }
}
