import { TickwireError } from '@tickwire/core';

/**
 * Codes of `DbnError`.
 *
 * Of a stream that cannot be read any further, thrown by `next` and `end` after everything before
 * it was given: `EMPTY`, `NOT_DBN`, `UNSUPPORTED_VERSION`, `METADATA_TOO_LARGE`, `BAD_METADATA`,
 * `BAD_LENGTH` (a record shorter than its header: where the next begins is not known), `TRUNCATED`.
 *
 * Of one record, which is passed over and counted: `BAD_RECORD_SIZE`.
 *
 * Of what is written: `NO_SPACE`, `OUT_OF_RANGE`, `BAD_TEXT`, `WRONG_RECORD`. Of a caller that
 * pushes bytes before all records of the last ones were taken: `NOT_DRAINED`.
 */
export type DbnErrorCode =
  | 'EMPTY'
  | 'NOT_DBN'
  | 'UNSUPPORTED_VERSION'
  | 'METADATA_TOO_LARGE'
  | 'BAD_METADATA'
  | 'BAD_LENGTH'
  | 'TRUNCATED'
  | 'BAD_RECORD_SIZE'
  | 'NO_SPACE'
  | 'OUT_OF_RANGE'
  | 'BAD_TEXT'
  | 'WRONG_RECORD'
  | 'NOT_DRAINED';

const HINTS: Readonly<Record<DbnErrorCode, string>> = {
  EMPTY: 'check where the bytes come from',
  NOT_DBN: 'give DBN, or say that it is a fragment without metadata',
  UNSUPPORTED_VERSION: 'ask the vendor for version 1, 2 or 3',
  METADATA_TOO_LARGE: 'raise metadataBytesMax if the source is trusted',
  BAD_METADATA: 'fetch the data again',
  BAD_LENGTH: 'fetch the data again; what was before this place is good',
  TRUNCATED: 'fetch the rest; what was before this place is good',
  BAD_RECORD_SIZE: 'count it: the records behind it are read all the same',
  NO_SPACE: 'give a larger buffer, or write out what is there and begin anew',
  OUT_OF_RANGE: 'give a value that fits the field',
  BAD_TEXT: 'give ASCII that fits the field with a NUL behind it',
  WRONG_RECORD: 'take the class that this version of DBN has for the rtype',
  NOT_DRAINED: 'call next until it is false before the next push',
};

/** Bytes that are no DBN, or a value that DBN cannot hold. */
export class DbnError extends TickwireError {
  declare readonly code: DbnErrorCode;
  /** The field at fault, as DBN names it; `undefined` where there is none. */
  readonly field: string | undefined;
  /** From the first byte of the stream; of what is written, from that of the buffer or record. */
  readonly offset: number;

  constructor(
    code: DbnErrorCode,
    offset: number,
    why: { readonly detail: string; readonly field?: string; readonly hint?: string },
  ) {
    const field = why.field === undefined ? '' : ` ${why.field}:`;
    super(code, `byte ${offset}:${field} ${why.detail}`, { hint: why.hint ?? HINTS[code] });
    this.field = why.field;
    this.offset = offset;
  }
}
