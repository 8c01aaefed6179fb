import { TickwireError } from '@tickwire/core';

export type ReplayErrorCode =
  /** A value that FIX text cannot carry: empty, or with a separator in it. */
  | 'BAD_VALUE'
  /** Bytes that are neither a packet nor FIX text. */
  | 'BAD_FRAME'
  /** A packet or a text longer than any. */
  | 'TOO_LONG'
  /** FIX text without its fields, or with a wrong length or checksum. */
  | 'BAD_TEXT';

/** What a replay service may not send, or cannot be sent. The connection is given up. */
export class ReplayError extends TickwireError {
  declare readonly code: ReplayErrorCode;
}
