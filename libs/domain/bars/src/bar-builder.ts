/**
 * Time bars from the ticks of one ring.
 *
 * Time is the ring's own: the watermark, the largest tsRecv seen. A bar closes when the watermark
 * reaches its end + grace, never by the next trade; CLOCK ticks move it on when nothing trades. So
 * the bars are a function of the ring's positions alone, except for the two things the caller must
 * journal: `closeByClock` and `onLost`.
 *
 * Nothing here reads a clock, and nothing is allocated per tick.
 */
import { INSTRUMENT_ALL, STAMP_ABSENT_WORD, StreamScope, StreamState } from '@tickwire/core';
import { Action, BarFlag, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { BAR_CELLS, BarCell, BarState } from './bar-cells.ts';
import { noCounts } from './bar-counts.ts';
import type { BarCounts } from './bar-counts.ts';
import { addTrade } from './bar-fold.ts';
import { TOO_LATE } from './bar-series.ts';
import type { BarSeries } from './bar-series.ts';
import { CARRIED_FLAGS, ClosedBar } from './closed-bar.ts';
import type { BarMoment } from './closed-bar.ts';
import { BarError } from './errors.ts';
import type { InstrumentBars, SourceEntry } from './instrument-bars.ts';
import { stampUs } from './ring-time.ts';
import { SourceDirectory } from './source-directory.ts';
import type { EntryLookup } from './source-directory.ts';
import { StreamLife } from './stream-life.ts';
import type { StreamStates } from './stream-life.ts';
import { TradeIndex } from './trade-index.ts';
import { TradeReader } from './trade-reader.ts';
import { TradeRemoval } from './trade-removal.ts';

export const GRACE_MS_DEFAULT = 250;
const TRADES_KEPT_DEFAULT = 2 ** 18;
/** Empty bars given out in one go; a longer silence is skipped and counted. */
const EMPTY_RUN_MAX = 3_600;
const REVISION_MAX = 65_535;
const TIMEFRAMES_MAX = 16;

export interface BarBuilderOptions {
  /** Lengths of bars, whole ms, aligned to the Unix epoch; 1 … 16 of them. */
  readonly timeframesMs: readonly number[];
  /** Ring time between the end of an interval and its bar, ms; 250 when not given. */
  readonly graceMs?: number;
  /** Bars without trades too (flag NoTrades), once an instrument has traded, until it closes. */
  readonly emptyBars?: boolean;
  /** Trades that a cancellation can still find, a power of two; 262,144 when not given. */
  readonly tradesKept?: number;
  readonly lookup: EntryLookup;
  /** Takes each bar as it closes or is revised; the window is valid during the call. */
  readonly onBar: (bar: ClosedBar) => void;
}

export class BarBuilder {
  readonly counts: BarCounts = noCounts();
  readonly #graceUs: number;
  readonly #emptyBars: boolean;
  readonly #onBar: (bar: ClosedBar) => void;
  readonly #directory: SourceDirectory;
  readonly #life = new StreamLife();
  readonly #index: TradeIndex;
  readonly #tick = new TickView();
  readonly #moment: BarMoment = { position: -1, tsHi: 0, tsLo: 0 };
  readonly #trade: TradeReader;
  readonly #removal: TradeRemoval;
  #bar: ClosedBar | undefined;
  #watermarkUs = 0;
  #firstEndUs = Infinity;
  #unsettled: InstrumentBars | undefined;
  #readerLost = false;

  /** @throws BarError `BAD_TIMEFRAME`, `BAD_OPTION`: a mistake of the configuration. */
  constructor(options: BarBuilderOptions) {
    const intervalsUs = options.timeframesMs.map(requireTimeframe);
    if (intervalsUs.length === 0 || intervalsUs.length > TIMEFRAMES_MAX) {
      throw new BarError('BAD_TIMEFRAME', `1 to ${TIMEFRAMES_MAX} timeframes are possible`);
    }
    if (new Set(intervalsUs).size !== intervalsUs.length) {
      throw new BarError('BAD_TIMEFRAME', 'a timeframe is named twice');
    }
    const kept = options.tradesKept ?? TRADES_KEPT_DEFAULT;
    if (!Number.isInteger(Math.log2(kept))) {
      throw new BarError('BAD_OPTION', `tradesKept ${kept} is not a power of two`);
    }
    this.#graceUs = (options.graceMs ?? GRACE_MS_DEFAULT) * 1000;
    if (!(this.#graceUs >= 0)) throw new BarError('BAD_OPTION', 'graceMs is negative');
    this.#emptyBars = options.emptyBars ?? false;
    this.#onBar = options.onBar;
    this.#directory = new SourceDirectory({
      lookup: options.lookup,
      life: this.#life,
      intervalsUs,
    });
    this.#index = new TradeIndex(kept);
    this.#trade = new TradeReader(this.counts);
    this.#removal = new TradeRemoval({
      index: this.#index,
      directory: this.#directory,
      trade: this.#trade,
      counts: this.counts,
    });
  }

  /** Largest tsRecv so far, µs since the Unix epoch; 0 before the first tick. */
  get watermarkUs(): number {
    return this.#watermarkUs;
  }

  /** Bars open now. */
  get openCount(): number {
    let count = 0;
    for (const instrument of this.#directory.instruments) {
      for (const series of instrument.series) count += series.openCount;
    }
    return count;
  }

  /** Ring time at which the next bar is due, µs; Infinity when none is open. */
  get nextDueUs(): number {
    return this.#firstEndUs + this.#graceUs;
  }

  /** Applies `count` ticks at consecutive positions, the first at byte 0 of `view`. */
  applyRun(view: DataView, count: number, firstPosition: number): void {
    for (let at = 0; at < count; at++) this.apply(view, at * 64, firstPosition + at);
  }

  /** Applies the tick at byte `offset` of `view`. */
  apply(view: DataView, offset: number, position: number): void {
    const tick = this.#tick.wrap(view, offset);
    const kind = tick.kind;
    if (kind === TickKind.Pad) {
      this.counts.padded += 1;
      return;
    }
    this.#moment.position = position;
    if (this.#unsettled !== undefined) this.#settleUnlessSame(tick.instrument);
    this.#advance(tick.tsRecvHi, tick.tsRecvLo);
    if (kind === TickKind.Trade) {
      this.#onTrade(tick);
      if (this.#unsettled !== undefined && (tick.flags & TickFlag.Last) !== 0) this.#settle();
      // A late trade may have opened a bar that is due already.
      if (this.#watermarkUs >= this.nextDueUs) this.#closeDue(this.#watermarkUs, 0);
    } else if (kind === TickKind.Stream) {
      this.counts.control += 1;
      this.counts.streams += 1;
      this.#onStream(tick);
    } else if (kind === TickKind.Clock) this.counts.control += 1;
    else this.counts.ignored += 1;
  }

  /**
   * The reader lost ticks here (it was lapped): until the next tick nothing counts as live.
   * Journal the loss: a rebuild needs it at the same position.
   */
  onLost(): void {
    this.#readerLost = true;
    this.#life.setReaderWhole(false, this.#watermarkUs);
  }

  /** What STREAM ticks have said so far, for a successor that may not see them any more. */
  streamStates(): StreamStates {
    const said = this.#directory.instruments.filter(({ life }) => life.state !== 0);
    return {
      sinceUs: this.#watermarkUs,
      ring: this.#life.ringState,
      channels: [...this.#life.channels],
      instruments: said.map(({ source, life }) => [source, life.state] as const),
      spokenSince: said
        .filter(({ life }) => this.#life.hasSpokenSince(life))
        .map(({ source }) => source),
    };
  }

  /** Before the first tick: goes on from what a predecessor knew of the same ring. */
  restoreStreams(states: StreamStates): void {
    const { sinceUs: fromUs } = states;
    const since = new Set(states.spokenSince ?? []);
    this.#restoreInstruments(
      states.instruments.filter(([index]) => !since.has(index)),
      fromUs,
    );
    const ring = { scope: StreamScope.Ring, state: states.ring, instrument: INSTRUMENT_ALL };
    this.#life.onStream({ ...ring, fromUs }, undefined);
    for (const [instrument, state] of states.channels) {
      const scope = StreamScope.Channel;
      this.#life.onStream({ scope, state, instrument, fromUs }, undefined);
    }
    this.#restoreInstruments(
      states.instruments.filter(([index]) => since.has(index)),
      fromUs,
    );
  }

  #restoreInstruments(said: StreamStates['instruments'], fromUs: number): void {
    for (const [instrument, state] of said) {
      const life = this.#directory.get(instrument)?.bars.life;
      const scope = StreamScope.Instrument;
      this.#life.onStream({ scope, state, instrument, fromUs }, life);
    }
  }

  /**
   * Closes what would be due if the watermark were `untilUs`: for a ring whose watermark stopped.
   * The bars say so (flag ClosedByClock). Journal the decision with the next position: a rebuild
   * must repeat it there.
   * @returns bars closed.
   */
  closeByClock(untilUs: number): number {
    this.#settle();
    if (untilUs < this.nextDueUs) return 0;
    return this.#closeDue(untilUs, BarFlag.ClosedByClock);
  }

  /** The end: gives out every open bar, flagged Partial when its interval is not over. */
  drain(): void {
    this.#settle();
    this.#closeDue(this.#watermarkUs, 0);
    for (;;) {
      const endUs = this.#findFirstEnd();
      if (endUs === Infinity) break;
      this.#closeEnding(endUs, {
        flags: endUs > this.#watermarkUs ? BarFlag.Partial : 0,
        limitUs: -Infinity,
      });
    }
    this.#firstEndUs = Infinity;
  }

  #advance(hi: number, lo: number): void {
    const moment = this.#moment;
    if (hi < moment.tsHi || (hi === moment.tsHi && lo <= moment.tsLo)) return;
    if (hi === STAMP_ABSENT_WORD) return; // absent, or centuries ahead: not a time
    moment.tsHi = hi;
    moment.tsLo = lo;
    this.#watermarkUs = stampUs(hi, lo);
    if (this.#readerLost) {
      this.#readerLost = false;
      this.#life.setReaderWhole(true, this.#watermarkUs);
    }
    if (this.#watermarkUs >= this.nextDueUs) this.#closeDue(this.#watermarkUs, 0);
  }

  #onStream(tick: TickView): void {
    const { scope, state, instrument } = tick;
    const life =
      instrument === INSTRUMENT_ALL ? undefined : this.#directory.get(instrument)?.bars.life;
    const saidWhole =
      state === StreamState.Live ||
      state === StreamState.Replayed ||
      state === StreamState.Simulated;
    let fromUs = this.#watermarkUs;
    if (!saidWhole && tick.fromTsHi !== STAMP_ABSENT_WORD && tick.fromTsHi !== 0) {
      fromUs = Math.min(fromUs, stampUs(tick.fromTsHi, tick.fromTsLo));
    }
    this.#life.onStream({ scope, state, instrument, fromUs }, life);
  }

  #onTrade(tick: TickView): void {
    const entry = this.#directory.get(tick.instrument);
    if (entry === undefined) {
      this.counts.unknownInstrument += 1;
    } else if (tick.action === Action.Cancel) {
      if (this.#removal.cancel(tick, entry)) this.#unsettled = entry.bars;
    } else if (this.#trade.read(tick, entry, this.#moment.position)) this.#fold(tick, entry);
    else this.counts.invalid += 1;
  }

  #fold(tick: TickView, entry: SourceEntry): void {
    const bars = entry.bars;
    const carried = tick.flags & CARRIED_FLAGS;
    let reached = 0;
    let late = 0;
    for (let at = 0; at < bars.series.length; at++) {
      const series = bars.series[at] as BarSeries;
      const openBefore = series.openCount;
      const place = series.locate(this.#trade.raw);
      if (place < 0) {
        if (place === TOO_LATE) late += 1;
        continue;
      }
      if (series.openCount !== openBefore) this.#opened(series);
      const cells = series.cells;
      addTrade(cells, place, this.#trade.scaled);
      if (carried !== 0) {
        cells[place + BarCell.tickFlags] = (cells[place + BarCell.tickFlags] ?? 0) | carried;
      }
      if (cells[place] === BarState.Closed) this.#unsettled = bars;
      reached += 1;
    }
    if (reached === 0) {
      if (late > 0) this.counts.tooLate += 1;
      else this.counts.tooManyOpen += 1;
      return;
    }
    this.counts.partlyMissed += bars.series.length - reached;
    this.counts.folded += 1;
    bars.newestTrade = this.#index.add(this.#trade.raw, bars.newestTrade);
  }

  #opened(series: BarSeries): void {
    this.counts.opened += 1;
    this.#firstEndUs = Math.min(this.#firstEndUs, series.firstEndUs);
  }

  #settleUnlessSame(instrument: number): void {
    const same =
      instrument !== INSTRUMENT_ALL && this.#directory.get(instrument)?.bars === this.#unsettled;
    if (!same) this.#settle();
  }

  /** Gives out the revisions of the one instrument whose closed bars have changed. */
  #settle(): void {
    const bars = this.#unsettled;
    if (bars === undefined) return;
    this.#unsettled = undefined;
    for (let index = 0; index < bars.series.length; index++) {
      const series = bars.series[index] as BarSeries;
      const cells = series.cells;
      for (let at = 0; at < cells.length; at += BAR_CELLS) {
        if (cells[at] !== BarState.Closed || cells[at + BarCell.dirty] === 0) continue;
        const revision = (cells[at + BarCell.revision] ?? 0) + 1;
        cells[at + BarCell.revision] = Math.min(revision, REVISION_MAX);
        this.counts.opened += 1;
        this.#emit(bars, index, at);
      }
    }
  }

  #findFirstEnd(): number {
    let firstEndUs = Infinity;
    for (const instrument of this.#directory.instruments) {
      for (const series of instrument.series) {
        if (series.firstEndUs < firstEndUs) firstEndUs = series.firstEndUs;
      }
    }
    return firstEndUs;
  }

  /** Closes every bar with end + grace ≤ limit: by end, then instrument, then timeframe. */
  #closeDue(limitUs: number, flags: number): number {
    let closed = 0;
    for (;;) {
      this.#firstEndUs = this.#findFirstEnd();
      if (this.#firstEndUs + this.#graceUs > limitUs) return closed;
      closed += this.#closeEnding(this.#firstEndUs, { flags, limitUs });
    }
  }

  #closeEnding(endUs: number, how: { flags: number; limitUs: number }): number {
    let closed = 0;
    for (const instrument of this.#directory.instruments) {
      for (let index = 0; index < instrument.series.length; index++) {
        const series = instrument.series[index] as BarSeries;
        if (series.firstEndUs !== endUs) continue;
        this.#closeOne(instrument, index, how.flags);
        // Of a closed stream nothing follows here; it may go on in another ring, with its bars.
        const goesOn = instrument.life.state !== StreamState.Closed;
        if (this.#emptyBars && goesOn) this.#openNext(series, { endUs, limitUs: how.limitUs });
        closed += 1;
      }
    }
    return closed;
  }

  #closeOne(instrument: InstrumentBars, index: number, flags: number): void {
    const series = instrument.series[index] as BarSeries;
    const at = series.firstOpen();
    const cells = series.cells;
    const startUs = cells[at + BarCell.startUs] ?? 0;
    const endUs = Math.min(startUs + series.intervalUs, this.#watermarkUs);
    const liveUs = endUs > startUs ? instrument.life.timeline.liveUs(startUs, endUs) : 0;
    cells[at + BarCell.coverageE4] = Math.floor((liveUs * 10_000) / series.intervalUs);
    cells[at + BarCell.barFlags] = flags;
    series.close(at);
    this.#emit(instrument, index, at);
  }

  #openNext(series: BarSeries, from: { endUs: number; limitUs: number }): void {
    let startUs = from.endUs;
    if (from.limitUs === -Infinity || series.find(startUs) >= 0) return;
    const behind = Math.floor((from.limitUs - startUs) / series.intervalUs);
    if (behind > EMPTY_RUN_MAX) {
      this.counts.emptySkipped += behind;
      startUs += behind * series.intervalUs;
    }
    if (series.open(startUs) >= 0) this.#opened(series);
  }

  #emit(instrument: InstrumentBars, index: number, at: number): void {
    const series = instrument.series[index] as BarSeries;
    const cells = series.cells;
    cells[at + BarCell.dirty] = 0;
    const flags = (cells[at + BarCell.barFlags] ?? 0) & ~BarFlag.NoTrades;
    cells[at + BarCell.barFlags] = flags;
    if ((cells[at + BarCell.trades] ?? 0) === 0) {
      cells[at + BarCell.barFlags] = flags | BarFlag.NoTrades;
      const close = series.closeBefore(cells[at + BarCell.startUs] ?? 0);
      cells.fill(close, at + BarCell.open, at + BarCell.close + 1);
    }
    this.#bar ??= new ClosedBar(instrument);
    this.#bar.happenedAt(this.#moment);
    this.counts.emitted += 1;
    this.#onBar(this.#bar.wrap(instrument, index, at));
  }
}

function requireTimeframe(timeframeMs: number): number {
  if (!Number.isInteger(timeframeMs) || timeframeMs < 1 || timeframeMs >= 2 ** 32) {
    throw new BarError(
      'BAD_TIMEFRAME',
      `${timeframeMs} ms is not a whole number of ms, 1 … 2^32 − 1`,
    );
  }
  return timeframeMs * 1000;
}
