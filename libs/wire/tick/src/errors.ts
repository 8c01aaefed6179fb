import { TickwireError } from '@tickwire/core';

/** Codes of `TickError`. */
export type TickErrorCode =
  | 'TRUNCATED'
  | 'MISALIGNED'
  | 'OUT_OF_RANGE'
  | 'BAD_KIND'
  | 'BATCH_FULL'
  | 'BAD_MAGIC'
  | 'BAD_VERSION'
  | 'BAD_COUNT'
  | 'BAD_CHECKSUM';

/** Bytes that are no tick or frame, or a value that does not fit one. */
export class TickError extends TickwireError {
  declare readonly code: TickErrorCode;
  /** The field at fault, in the words of the layout table. */
  readonly field: string;
  /** Byte offset of the field within the tick or frame. */
  readonly offset: number;

  constructor(code: TickErrorCode, at: { field: string; offset: number; detail: string }) {
    super(code, `${at.field} at offset ${at.offset}: ${at.detail}`);
    this.field = at.field;
    this.offset = at.offset;
  }
}
