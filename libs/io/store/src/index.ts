export { StoreError } from './errors.ts';
export type { StoreErrorCode } from './errors.ts';
export { hostDisk } from './disk.ts';
export type { Disk, DiskFile } from './disk.ts';
export { TickStore } from './tick-store.ts';
export type { ExpiredFile, RingToKeep, TickStoreOptions } from './tick-store.ts';
export { RingStore } from './ring-store.ts';
export type { RingCounts } from './ring-store.ts';
export type { AccountRecord, FinalCounts } from './ring-account.ts';
export type { JournalBatch, TickRun } from './journal-batch.ts';
export type { GapReason } from './gap-ledger.ts';
export { MERGE_LIMITS_DEFAULT } from './merge-plan.ts';
export type { MergeLimits } from './merge-plan.ts';
export type { MergedFiles } from './store-compactor.ts';
export type { StoreFile } from './store-inventory.ts';
export { TICK_COLUMNS, rowToTick } from './tick-rows.ts';
export type { TickRow } from './tick-rows.ts';
export { QUERY_ROWS_MAX_DEFAULT, QueryStore, openStore } from './query-store.ts';
export type {
  OpenStoreOptions,
  QueryOptions,
  QueryRecord,
  QueryResult,
  QueryValue,
} from './query-store.ts';
export { RESULT_FORMATS, formatResult } from './format-result.ts';
export type { ResultFormat } from './format-result.ts';
