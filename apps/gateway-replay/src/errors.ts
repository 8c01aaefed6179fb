import { TickwireError } from '@tickwire/core';

export type ReplayErrorCode =
  /** No vendor of this name can be replayed. */
  | 'UNKNOWN_VENDOR'
  /** Raw captures and tick captures in one replay. */
  | 'MIXED_SOURCES'
  /** A ring file among the sources: read it directly. */
  | 'NOT_REPLAYABLE';

/** A replay that cannot start; the message says what to change. */
export class ReplayError extends TickwireError {
  declare readonly code: ReplayErrorCode;
}
