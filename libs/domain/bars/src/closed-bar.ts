import { ABSENT } from '@tickwire/core';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickBatch, TickView } from '@tickwire/wire-tick';
import { BarCell } from './bar-cells.ts';
import { sumToBigInt } from './exact-sum.ts';
import type { InstrumentBars } from './instrument-bars.ts';
import { exactDecimalText, scaleTurnover } from './turnover.ts';
import type { ScaledTurnover } from './turnover.ts';

const TWO_32 = 4_294_967_296;

/** Where and when in the source ring a bar was given out. */
export interface BarMoment {
  /** Ring position of the tick that closed or changed it. */
  position: number;
  /** The watermark then: becomes the bar's tsRecv. */
  tsHi: number;
  tsLo: number;
}

/**
 * A movable window on one finished bar: valid during the callback it is handed to. Mantissas are
 * at the instrument's `priceExp` and `sizeExp`; `ABSENT` = unknown or not expressible.
 */
export class ClosedBar {
  readonly #turnover: ScaledTurnover = { mantissa: 0, scale: 0 };
  #instrument: InstrumentBars;
  #cells: Float64Array = new Float64Array(0);
  #at = 0;
  #moment: BarMoment = { position: 0, tsHi: 0, tsLo: 0 };
  #intervalMs = 0;

  constructor(instrument: InstrumentBars) {
    this.#instrument = instrument;
  }

  wrap(instrument: InstrumentBars, series: number, at: number): this {
    const bars = instrument.series[series];
    if (bars === undefined) return this;
    this.#instrument = instrument;
    this.#cells = bars.cells;
    this.#at = at;
    this.#intervalMs = bars.intervalUs / 1000;
    scaleTurnover(bars.cells, at + BarCell.turnover, this.#turnover);
    return this;
  }

  happenedAt(moment: BarMoment): void {
    this.#moment = moment;
  }

  /** Directory index (source ring) of the entry whose exponents the mantissas have. */
  get source(): number {
    return this.#instrument.source;
  }
  /** Dense number of the instrument in its builder; stays when an entry is superseded. */
  get instrument(): number {
    return this.#instrument.number;
  }
  get priceExp(): number {
    return this.#instrument.priceExp;
  }
  get sizeExp(): number {
    return this.#instrument.sizeExp;
  }
  get intervalMs(): number {
    return this.#intervalMs;
  }
  /** ms since the Unix epoch. */
  get startMs(): number {
    return this.#cell(BarCell.startUs) / 1000;
  }
  get open(): number {
    return this.#mantissa(BarCell.open);
  }
  get high(): number {
    return this.#mantissa(BarCell.high);
  }
  get low(): number {
    return this.#mantissa(BarCell.low);
  }
  get close(): number {
    return this.#mantissa(BarCell.close);
  }
  get volume(): number {
    return this.#mantissa(BarCell.volume);
  }
  /** Scaled by 10^`turnoverScale`; `ABSENT` when it does not fit even so. */
  get turnover(): number {
    return this.#turnover.mantissa;
  }
  get turnoverScale(): number {
    return this.#turnover.scale;
  }
  get trades(): number {
    return this.#cell(BarCell.trades);
  }
  /** Share of the interval in which the feed was live, in 1e-4. */
  get coverageE4(): number {
    return this.#cell(BarCell.coverageE4);
  }
  get revision(): number {
    return this.#cell(BarCell.revision);
  }
  /** `BarFlag` bits, the turnover's scale included. */
  get barFlags(): number {
    return this.#cell(BarCell.barFlags) | this.#turnover.scale;
  }
  /** `TickFlag` bits REPLAYED and SIMULATED, when one of its trades has them. */
  get tickFlags(): number {
    return this.#cell(BarCell.tickFlags);
  }
  /** Position in the source ring at which it was closed or revised. */
  get position(): number {
    return this.#moment.position;
  }
  /** The source ring's watermark then, two u32 of ns. */
  get closedTsHi(): number {
    return this.#moment.tsHi;
  }
  get closedTsLo(): number {
    return this.#moment.tsLo;
  }

  /** Exact decimal text of the turnover, whatever its size. Allocates: for messages, not ticks. */
  turnoverText(): string {
    const exact = sumToBigInt(this.#cells, this.#at + BarCell.turnover);
    return exactDecimalText(exact, this.priceExp + this.sizeExp);
  }

  /**
   * Adds BAR_PRICE and BAR_VOLUME to `batch` (room for two needed).
   * tsEvent = start, tsRecv = the source ring's watermark, sequence = low 32 bits of `position`:
   * nothing in the 128 bytes depends on when this process ran.
   * @param instrument - Directory index in the ring the bar goes to.
   */
  writeTo(batch: TickBatch, instrument: number): void {
    const price = this.#header(batch.add(TickKind.BarPrice), instrument);
    price.open = this.open;
    price.high = this.high;
    price.low = this.low;
    price.close = this.close;
    const volume = this.#header(batch.add(TickKind.BarVolume), instrument);
    volume.flags |= TickFlag.Last | TickFlag.EventEnd;
    volume.volume = this.volume;
    volume.turnover = this.turnover;
    volume.trades = this.trades;
    volume.intervalMs = this.intervalMs;
    volume.coverageE4 = this.coverageE4;
    volume.revision = this.revision;
    volume.barFlags = this.barFlags;
  }

  #header(tick: TickView, instrument: number): TickView {
    const startUs = this.#cell(BarCell.startUs);
    // µs · 1000 passes 2^53: the product is formed in two halves.
    const high = Math.floor(startUs / 65_536) * 1000;
    const low = (startUs % 65_536) * 1000 + (high % 65_536) * 65_536;
    const over = Math.floor(low / TWO_32);
    tick.setTsEvent(Math.floor(high / 65_536) + over, low - over * TWO_32);
    tick.setTsRecv(this.#moment.tsHi, this.#moment.tsLo);
    tick.instrument = instrument;
    tick.sequence = this.#moment.position % TWO_32;
    tick.flags = this.tickFlags;
    return tick;
  }

  #cell(cell: number): number {
    return this.#cells[this.#at + cell] ?? 0;
  }

  #mantissa(cell: number): number {
    const value = this.#cell(cell);
    return Number.isNaN(value) ? ABSENT : value;
  }
}

/** Bits of a trade's flags that its bar repeats. */
export const CARRIED_FLAGS = TickFlag.Replayed | TickFlag.Simulated;
