export type { ConnectionTap } from './connection-tap.ts';
export { DatabentoError } from './errors.ts';
export type { DatabentoErrorCode } from './errors.ts';
export { FileSymbols } from './file-symbols.ts';
export { SYMBOLS_PER_LINE, gatewayUrl } from './gateway-lines.ts';
export type { AuthOptions, Sha256Hex, Subscription } from './gateway-lines.ts';
export type { LossReason } from './live-connection.ts';
export { DatabentoNormaliser } from './normaliser.ts';
export type { NormaliserOptions } from './normaliser.ts';
export type { NormaliserCounts } from './normaliser-counts.ts';
export type { LiveRecord } from './record-identity.ts';
export { mappedSymbol } from './mapped-symbol.ts';
export { MERGE_LIMITS } from './merge-options.ts';
export type { MergeCounts, MissingRecords, ReplayMergeOptions } from './merge-options.ts';
export { ReplayMerge } from './replay-merge.ts';
export { DatabentoSession } from './session.ts';
export type { SessionState } from './session.ts';
export type { SessionCounts } from './session-counts.ts';
export { SESSION_LIMITS } from './session-options.ts';
export type {
  DatabentoSessionOptions,
  Inflate,
  RecordTarget,
  SessionEvent,
  SessionLimits,
} from './session-options.ts';
export { VENDOR } from './vendor.ts';
export { VenueBook } from './venue-book.ts';
export { VenueBooks } from './venue-books.ts';
