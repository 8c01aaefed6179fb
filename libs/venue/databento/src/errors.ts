import { TickwireError } from '@tickwire/core';

export type DatabentoErrorCode =
  /** An option that the vendor's protocol cannot carry. Nothing was sent; correct it. */
  | 'BAD_OPTION'
  /** A line of the server that is none of its protocol. The session reconnects. */
  | 'BAD_LINE'
  /** A line of the server that does not end. The session reconnects. */
  | 'LINE_TOO_LONG'
  /** The server refuses the key, the dataset or the session. Trying again does not help. */
  | 'REFUSED';

/** The session cannot start or go on; the message says what to do. */
export class DatabentoError extends TickwireError {
  declare readonly code: DatabentoErrorCode;
  /** The option or the field of the server's line at fault: `apiKey`, `cram`. */
  readonly field: string;
  /** Byte of the connection at which the line begins; 0 of an option. */
  readonly offset: number;

  constructor(
    code: DatabentoErrorCode,
    at: { field: string; offset?: number; detail: string; hint?: string },
  ) {
    const { field, offset = 0, detail, hint } = at;
    super(code, `${field}: ${detail}`, hint === undefined ? {} : { hint });
    this.field = field;
    this.offset = offset;
  }
}
