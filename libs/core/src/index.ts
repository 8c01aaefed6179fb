export {
  ABSENT,
  INSTRUMENT_ALL,
  TICK_BYTES,
  TICK_KIND_OFFSET,
  TICK_KIND_PAD,
} from './tick-constants.ts';
export { AssetClass, SUPERSEDES_NONE, TextForm } from './instrument.ts';
export type { DirectoryEntry, NewDirectoryEntry } from './instrument.ts';
export {
  STAMP_ABSENT_WORD,
  addNs,
  diffNs,
  stampFromBigInt,
  stampFromMs,
  stampToBigInt,
} from './clock.ts';
export type { Clock, Random, StampNs, TimerHandle, Timers } from './clock.ts';
export {
  StreamReason,
  StreamScope,
  StreamState,
  streamReasonName,
  streamScopeName,
  streamStateName,
} from './quality.ts';
export { CounterError, DecimalError, TickwireError, assert } from './errors.ts';
export { escapeName, unescapeName } from './escape-name.ts';
export { formatDecimal, formatDecimalPadded, mantissaAt, parseDecimal } from './decimal.ts';
export type { Decimal } from './decimal.ts';
export {
  HISTOGRAM_CELLS,
  cumulativeLatency,
  recordLatency,
  summariseLatency,
} from './histogram.ts';
export type { CumulativeCounts, LatencySummary } from './histogram.ts';
export { COUNTER_FILE_BYTES, Counter, CounterTable, readCounters } from './counters.ts';
export type { CounterSnapshot } from './counters.ts';
export { HopCounters, collectHops, hopImbalance } from './hop.ts';
export type { HopReport, HopUnit } from './hop.ts';
