import type { DirectoryEntry } from '@tickwire/core';
import { BarSeries } from './bar-series.ts';
import type { InstrumentLife } from './stream-life.ts';

/** One instrument of a ring, whatever entries its directory has had for it, and all its bars. */
export class InstrumentBars {
  /** Dense number in its builder. */
  readonly number: number;
  readonly life: InstrumentLife;
  /** One per timeframe, in the builder's order. */
  readonly series: readonly BarSeries[];
  /** Newest entry of the source directory. */
  source: number;
  /** The finest exponents of its entries so far: those of its bars. */
  priceExp: number;
  sizeExp: number;
  /** Number of its newest trade in the index; −1 = none. */
  newestTrade = -1;
  /** Some bar changed after it was given out. */
  dirty = false;

  constructor(
    entry: DirectoryEntry,
    place: { number: number; life: InstrumentLife; intervalsUs: readonly number[] },
  ) {
    this.number = place.number;
    this.life = place.life;
    this.series = place.intervalsUs.map((intervalUs) => new BarSeries(intervalUs));
    this.source = entry.index;
    this.priceExp = entry.priceExp;
    this.sizeExp = entry.sizeExp;
  }

  /** A newer entry: finer exponents rescale every bar that is kept. */
  supersede(entry: DirectoryEntry): void {
    const priceExp = Math.min(this.priceExp, entry.priceExp);
    const sizeExp = Math.min(this.sizeExp, entry.sizeExp);
    if (priceExp !== this.priceExp || sizeExp !== this.sizeExp) {
      const price = this.priceExp - priceExp;
      const size = this.sizeExp - sizeExp;
      for (const series of this.series) series.rescale({ price, size });
    }
    this.priceExp = priceExp;
    this.sizeExp = sizeExp;
    this.source = Math.max(this.source, entry.index);
  }
}

/** What one directory index means: an instrument, and how its numbers become the bars'. */
export class SourceEntry {
  readonly bars: InstrumentBars;
  readonly #priceExp: number;
  readonly #sizeExp: number;
  /** Powers of ten, ≥ 1. */
  priceFactor = 1;
  sizeFactor = 1;

  constructor(bars: InstrumentBars, entry: DirectoryEntry) {
    this.bars = bars;
    this.#priceExp = entry.priceExp;
    this.#sizeExp = entry.sizeExp;
    this.refresh();
  }

  /** Call when the bars' exponents may have changed. */
  refresh(): void {
    this.priceFactor = 10 ** (this.#priceExp - this.bars.priceExp);
    this.sizeFactor = 10 ** (this.#sizeExp - this.bars.sizeExp);
  }
}
