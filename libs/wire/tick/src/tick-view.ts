/**
 * One tick as a window on its 64 bytes. The layout is the schema's (schema/tick.xml), written as a
 * table in docs/reference/tick.md, and made into tick-payload.generated.ts.
 *
 * An i64 here is an integer within ±(2^53 − 1) or absent (i64 max, read as `ABSENT`); a u64 is
 * two u32 numbers, Hi and Lo. This module knows bytes only: no I/O, no clock, no log.
 * Moving a field means a new TICK_LAYOUT_VERSION (docs/adr/0002-tick-layout.md).
 */
import {
  QuoteExtShift,
  QuoteExtWord,
  StatusShift,
  StatusWord,
  StreamShift,
  StreamWord,
} from './layout.generated.ts';
import { TickPayload } from './tick-payload.generated.ts';

export { TICK_LAYOUT_VERSION } from './layout.generated.ts';

/** Numbers of one byte and their lowest bits, as one word. */
const placed = (code: number, shift: number): number => (code & 0xff) << shift;

/**
 * A movable window on one tick: `wrap` moves it, nothing is allocated. Getters and setters speak
 * of the payload of the kind in question; asking a tick of another kind reads that kind's bytes,
 * so look at `kind` first.
 *
 * Setters throw TickError `OUT_OF_RANGE` for an i64 that is neither a safe integer nor `ABSENT`;
 * getters throw it when the bytes hold such a value: count it, skip the tick.
 */
export class TickView extends TickPayload {
  // What is set together, of kinds that are rare.

  setQuoteOrders(bid: number, ask: number): void {
    this.writeU32(QuoteExtWord.bidOrders, bid);
    this.writeU32(QuoteExtWord.askOrders, ask);
  }

  setQuotePublishers(bid: number, ask: number): void {
    const { bidPublisher: word, askPublisher: askWord } = QuoteExtWord;
    const { bidPublisher: shift, askPublisher: askShift } = QuoteExtShift;
    this.writeBits(word, 0xffff << shift, (bid & 0xffff) << shift);
    this.writeBits(askWord, 0xffff << askShift, (ask & 0xffff) << askShift);
  }

  setStatus(status: {
    tradingState: number;
    statusReason: number;
    session: number;
    haltResume: number;
  }): void {
    const low =
      placed(status.tradingState, StatusShift.tradingState) |
      placed(status.statusReason, StatusShift.statusReason);
    const high =
      placed(status.session, StatusShift.session) |
      placed(status.haltResume, StatusShift.haltResume);
    this.writeU32(StatusWord.tradingState, low | high);
  }

  setStream(stream: { state: number; previousState: number; reason: number; scope: number }): void {
    const low =
      placed(stream.state, StreamShift.state) |
      placed(stream.previousState, StreamShift.previousState);
    const high =
      placed(stream.reason, StreamShift.reason) | placed(stream.scope, StreamShift.scope);
    this.writeU32(StreamWord.state, low | high);
  }
}
