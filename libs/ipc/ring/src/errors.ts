import { TickwireError } from '@tickwire/core';

/**
 * What can be wrong with a ring or with what is asked of it.
 *
 * | code | meaning | what the caller does |
 * |---|---|---|
 * | TRUNCATED | fewer bytes than the header needs or states | not a ring, or cut: do not attach |
 * | BAD_MAGIC | not a ring file | do not attach |
 * | WRONG_ENDIAN | written by a host of the other byte order | do not attach |
 * | BAD_VERSION | another layout version | use the matching release |
 * | BAD_GEOMETRY | sizes or offsets that do not fit together | do not attach |
 * | BAD_HEADER | another header field is out of its domain | do not attach |
 * | BAD_CURSORS | positions that no writer of ours stores | detach; a new writer makes a new ring |
 * | BAD_ENTRY | a directory entry out of its domain | skip the instrument, count it |
 * | BAD_BATCH | a batch larger than its bytes or the ring's limit | a bug of the caller |
 * | CLOSED | publishing after `close` | a bug of the caller |
 * | POSITION_EXHAUSTED | 2^53 positions are used up | make a new ring |
 */
export type RingErrorCode =
  | 'TRUNCATED'
  | 'BAD_MAGIC'
  | 'WRONG_ENDIAN'
  | 'BAD_VERSION'
  | 'BAD_GEOMETRY'
  | 'BAD_HEADER'
  | 'BAD_CURSORS'
  | 'BAD_ENTRY'
  | 'BAD_BATCH'
  | 'CLOSED'
  | 'POSITION_EXHAUSTED';

/** An error about a ring: `code`, the field it is about and that field's byte offset. */
export class RingError extends TickwireError {
  declare readonly code: RingErrorCode;
  readonly field: string;
  /** Byte offset in the file; −1 when the error is about an argument. */
  readonly offset: number;

  constructor(code: RingErrorCode, message: string, where: { field: string; offset?: number }) {
    super(code, message);
    this.field = where.field;
    this.offset = where.offset ?? -1;
  }
}
