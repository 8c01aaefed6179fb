import { TickwireError } from '@tickwire/core';
import type { FaultPlace, JsonScanErrorCode } from '@tickwire/wire-json';

/**
 * Why a frame or a REST answer was refused. Each is a counter of its own; a refused frame loses
 * nothing but itself (a lost book change shows up as a sequence gap and is repaired as one).
 */
export const REJECT_REASONS = [
  'TRUNCATED',
  'BAD_JSON',
  'TOO_DEEP',
  'OVERSIZE',
  'BAD_TYPE',
  'BAD_FIELD',
  'MISSING_FIELD',
  'OUT_OF_RANGE',
  'NEGATIVE_PRICE',
  'NEGATIVE_SIZE',
  'UNKNOWN_TYPE',
  'UNKNOWN_TOPIC',
  'UNKNOWN_SYMBOL',
  'DIRECTORY_FULL',
  'BOOK_FULL',
  'VENUE_ERROR',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** What JSON's faults are called here: all the same, but a negative number is a price or a size. */
export const reasonOf = (code: RejectReason | JsonScanErrorCode): RejectReason =>
  code === 'NEGATIVE' ? 'NEGATIVE_SIZE' : code;

/** Bytes of the vendor that cannot be used. Count it by `code`, drop the frame, go on. */
export class KucoinDecodeError extends TickwireError {
  declare readonly code: RejectReason;
  /** The field at fault in the vendor's words: `data.sequenceEnd`. */
  readonly field: string;
  /** Byte offset in the frame. */
  readonly offset: number;

  constructor(code: RejectReason, at: FaultPlace) {
    super(code, `${code}: ${at.field} at offset ${at.offset}${at.detail ? `: ${at.detail}` : ''}`);
    this.field = at.field;
    this.offset = at.offset;
  }
}

export type KucoinSessionErrorCode =
  /** A symbol asked for is not in the vendor's list. Correct the configuration. */
  | 'UNKNOWN_SYMBOL'
  /** The vendor's REST host cannot be reached or answers with an error. */
  | 'UNREACHABLE'
  /** The answer is not what the vendor documents. */
  | 'BAD_ANSWER'
  /** More symbols than the ring's directory or the connections' limits allow. */
  | 'TOO_MANY_SYMBOLS';

/** The session cannot start or go on; the message says what to do. */
export class KucoinSessionError extends TickwireError {
  declare readonly code: KucoinSessionErrorCode;
}
