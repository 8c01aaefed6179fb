import type { TickView } from '@tickwire/wire-tick';
import { BAR_CELLS, BarCell, BarState } from './bar-cells.ts';
import type { BarCounts } from './bar-counts.ts';
import { addTrade, isInnerTrade, subtractTrade } from './bar-fold.ts';
import type { BarSeries } from './bar-series.ts';
import type { InstrumentBars, SourceEntry } from './instrument-bars.ts';
import { intervalStartUs } from './ring-time.ts';
import type { SourceDirectory } from './source-directory.ts';
import type { TradeIndex } from './trade-index.ts';
import type { TradeReader } from './trade-reader.ts';

/**
 * Takes cancelled trades out of their bars. Amounts are subtracted; when the trade made a price
 * of its bar (open, high, low, close) the prices are rebuilt from the bar's other trades, which
 * must all still be in the index, else the bar stays as it is and that is counted.
 */
export class TradeRemoval {
  readonly #index: TradeIndex;
  readonly #directory: SourceDirectory;
  readonly #trade: TradeReader;
  readonly #counts: BarCounts;
  readonly #rebuilt = new Float64Array(BAR_CELLS);

  constructor(parts: {
    index: TradeIndex;
    directory: SourceDirectory;
    trade: TradeReader;
    counts: BarCounts;
  }) {
    this.#index = parts.index;
    this.#directory = parts.directory;
    this.#trade = parts.trade;
    this.#counts = parts.counts;
  }

  /** @returns whether a bar that was given out before has changed. */
  cancel(tick: TickView, entry: SourceEntry): boolean {
    const bars = entry.bars;
    const number = this.#index.find({
      series: bars.number,
      idHi: tick.tradeIdHi,
      idLo: tick.tradeIdLo,
    });
    if (number < 0) {
      this.#counts.unknownTrade += 1;
      return false;
    }
    this.#index.cancel(number);
    let reached = 0;
    let closedChanged = false;
    for (const series of bars.series) {
      if (!this.#load(number)) continue;
      const place = series.find(intervalStartUs(this.#trade.raw.us, series.intervalUs));
      if (place < 0 || !this.#takeOut(number, { bars, series, place })) continue;
      if (series.cells[place] === BarState.Closed) closedChanged = true;
      reached += 1;
    }
    if (reached === 0) this.#counts.tooLate += 1;
    else {
      this.#counts.folded += 1;
      this.#counts.partlyMissed += bars.series.length - reached;
    }
    return closedChanged;
  }

  #takeOut(
    number: number,
    from: { bars: InstrumentBars; series: BarSeries; place: number },
  ): boolean {
    const { series, place } = from;
    const cells = series.cells;
    const left = (cells[place + BarCell.trades] ?? 0) - 1;
    if (left === 0 || isInnerTrade(cells, place, this.#trade.scaled)) {
      subtractTrade(cells, place, this.#trade.scaled);
      return true;
    }
    const startUs = cells[place + BarCell.startUs] ?? 0;
    const range = { startUs, endUs: startUs + series.intervalUs, wanted: left };
    if (!this.#rebuild(from.bars, range) || !this.#load(number)) {
      this.#counts.notRebuilt += 1;
      return false;
    }
    subtractTrade(cells, place, this.#trade.scaled);
    series.replacePrices(place, this.#rebuilt);
    return true;
  }

  /** Folds the indexed trades of [startUs, endUs); false unless exactly `wanted` are there. */
  #rebuild(
    bars: InstrumentBars,
    range: { startUs: number; endUs: number; wanted: number },
  ): boolean {
    const rebuilt = this.#rebuilt.fill(0);
    const raw = this.#trade.raw;
    let found = 0;
    let number = this.#index.held(bars.newestTrade);
    for (; number >= 0 && found < range.wanted; number = this.#index.older(number)) {
      if (this.#index.isCancelled(number)) continue;
      if (!this.#load(number)) return false;
      if (raw.us < range.startUs || raw.us >= range.endUs) continue;
      addTrade(rebuilt, 0, this.#trade.scaled);
      found += 1;
    }
    return found === range.wanted;
  }

  /** Loads an indexed trade into the reader's records. */
  #load(number: number): boolean {
    this.#index.read(number, this.#trade.raw);
    const source = this.#directory.get(this.#trade.raw.source);
    return source !== undefined && this.#trade.scale(source);
  }
}
