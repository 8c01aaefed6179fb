export { BarBuilder, GRACE_MS_DEFAULT } from './bar-builder.ts';
export type { BarBuilderOptions } from './bar-builder.ts';
export type { BarCounts } from './bar-counts.ts';
export { ClosedBar } from './closed-bar.ts';
export { BarError } from './errors.ts';
export type { BarErrorCode } from './errors.ts';
export { exactDecimalText } from './turnover.ts';
export type { EntryLookup } from './source-directory.ts';
export type { StreamStates } from './stream-life.ts';
