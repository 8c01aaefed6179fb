import { ABSENT, STAMP_ABSENT_WORD } from '@tickwire/core';
import { TickError, TickFlag } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { BarCounts } from './bar-counts.ts';
import type { SourceEntry } from './instrument-bars.ts';
import { stampUs } from './ring-time.ts';
import type { TradeRecord } from './trade-index.ts';

/** An event this far ahead of its own receipt has a broken clock: its receipt counts instead. */
const EVENT_AHEAD_US_MAX = 60_000_000;

/** The trade at hand, once as its tick has it and once at the exponents of its bars. */
export class TradeReader {
  readonly raw: TradeRecord = emptyTrade();
  readonly scaled: TradeRecord = emptyTrade();
  readonly #counts: BarCounts;

  constructor(counts: BarCounts) {
    this.#counts = counts;
  }

  /**
   * Reads a TRADE tick. Its time is the event's; the receipt's when there is none, when the
   * gateway found it broken (BAD_TS) or when it is far ahead.
   * @returns false when price or size is absent, negative (size) or not expressible.
   */
  read(tick: TickView, entry: SourceEntry, position: number): boolean {
    const raw = this.raw;
    try {
      raw.price = tick.price;
      raw.size = tick.size;
    } catch (error) {
      if (error instanceof TickError) return false;
      throw error;
    }
    if (raw.price === ABSENT || raw.size === ABSENT || raw.size < 0) return false;
    this.#readTime(tick);
    raw.position = position;
    raw.idHi = tick.tradeIdHi;
    raw.idLo = tick.tradeIdLo;
    raw.series = entry.bars.number;
    raw.source = tick.instrument;
    return this.scale(entry);
  }

  /** `scaled` := `raw` at the exponents of the bars; false when that is not expressible. */
  scale(entry: SourceEntry): boolean {
    const raw = this.raw;
    const scaled = this.scaled;
    scaled.price = raw.price * entry.priceFactor;
    scaled.size = raw.size * entry.sizeFactor;
    scaled.us = raw.us;
    scaled.tsHi = raw.tsHi;
    scaled.tsLo = raw.tsLo;
    scaled.position = raw.position;
    return Number.isSafeInteger(scaled.price) && Number.isSafeInteger(scaled.size);
  }

  #readTime(tick: TickView): void {
    const raw = this.raw;
    const recvUs = stampUs(tick.tsRecvHi, tick.tsRecvLo);
    raw.tsHi = tick.tsEventHi;
    raw.tsLo = tick.tsEventLo;
    raw.us = stampUs(raw.tsHi, raw.tsLo);
    const hasEvent = raw.tsHi !== STAMP_ABSENT_WORD && (tick.flags & TickFlag.BadTs) === 0;
    if (hasEvent && raw.us <= recvUs + EVENT_AHEAD_US_MAX) return;
    if (hasEvent) this.#counts.eventAhead += 1;
    raw.tsHi = tick.tsRecvHi;
    raw.tsLo = tick.tsRecvLo;
    raw.us = recvUs;
  }
}

function emptyTrade(): TradeRecord {
  return {
    price: 0,
    size: 0,
    us: 0,
    tsHi: 0,
    tsLo: 0,
    position: 0,
    idHi: 0,
    idLo: 0,
    series: 0,
    source: 0,
  };
}
