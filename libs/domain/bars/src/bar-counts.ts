/** What became of the ticks and bars; only ever grows. One tick is in one of the
 * first ten (STREAM also in `control`). */
export interface BarCounts {
  /** Trades and cancellations that changed at least one bar. */
  folded: number;
  /** STREAM and CLOCK ticks. */
  control: number;
  /** The STREAM ticks among them. */
  streams: number;
  /** Kinds that say nothing about trades. */
  ignored: number;
  padded: number;
  /** Trades whose every bar is no longer kept. */
  tooLate: number;
  /** Trades with every bar's series full of open bars. */
  tooManyOpen: number;
  /** Cancellations of a trade that is not in the index. */
  unknownTrade: number;
  /** Absent, negative or impossible price or size. */
  invalid: number;
  unknownInstrument: number;
  /** Bars opened, and revisions begun. */
  opened: number;
  /** Bars and revisions given out. */
  emitted: number;
  /** (trade, timeframe) pairs that did not reach their bar although the trade reached another. */
  partlyMissed: number;
  /** Cancellations whose bar could not be rebuilt: its other trades are no longer indexed. */
  notRebuilt: number;
  /** Trades timed by their receipt because their event time is far ahead of it. */
  eventAhead: number;
  /** Empty intervals for which no bar was made: the silence was too long. */
  emptySkipped: number;
}

export function noCounts(): BarCounts {
  return {
    folded: 0,
    control: 0,
    streams: 0,
    ignored: 0,
    padded: 0,
    tooLate: 0,
    tooManyOpen: 0,
    unknownTrade: 0,
    invalid: 0,
    unknownInstrument: 0,
    opened: 0,
    emitted: 0,
    partlyMissed: 0,
    notRebuilt: 0,
    eventAhead: 0,
    emptySkipped: 0,
  };
}
