import { TickwireError } from '@tickwire/core';

/**
 * Codes of `SbeError`.
 *
 * Of bytes that are read: `TRUNCATED` (they end inside a header, a group dimension or a length),
 * `BLOCK_PAST_END`, `GROUP_PAST_END`, `DATA_PAST_END` (a stated size leads behind the end),
 * `BLOCK_TOO_SHORT` (a field that the stated version has is outside of the stated block),
 * `EMPTY_ENTRIES` (more entries without a byte than any sender means), `WRONG_SCHEMA`,
 * `WRONG_TEMPLATE`, `UNKNOWN_TEMPLATE`.
 *
 * Of values that are written: `OUT_OF_RANGE`, `BAD_VALUE`, `NO_SPACE`, `OUT_OF_ORDER`,
 * `ENTRY_COUNT`.
 *
 * Of the call itself: `BAD_BOUNDS`, `BAD_INDEX`.
 */
export type SbeErrorCode =
  | 'TRUNCATED'
  | 'BLOCK_PAST_END'
  | 'GROUP_PAST_END'
  | 'DATA_PAST_END'
  | 'BLOCK_TOO_SHORT'
  | 'EMPTY_ENTRIES'
  | 'WRONG_SCHEMA'
  | 'WRONG_TEMPLATE'
  | 'UNKNOWN_TEMPLATE'
  | 'OUT_OF_RANGE'
  | 'BAD_VALUE'
  | 'NO_SPACE'
  | 'OUT_OF_ORDER'
  | 'ENTRY_COUNT'
  | 'BAD_BOUNDS'
  | 'BAD_INDEX';

const HINTS: Readonly<Record<SbeErrorCode, string>> = {
  TRUNCATED: 'count the message as damaged and go on with the next one of the packet',
  BLOCK_PAST_END: 'count the message as damaged and go on with the next one of the packet',
  GROUP_PAST_END: 'count the message as damaged and go on with the next one of the packet',
  DATA_PAST_END: 'count the message as damaged and go on with the next one of the packet',
  BLOCK_TOO_SHORT: 'compare the schema with the one of the sender: its version does not hold',
  EMPTY_ENTRIES: 'count the message as damaged and go on with the next one of the packet',
  WRONG_SCHEMA: 'generate from the schema that the sender uses',
  WRONG_TEMPLATE: 'choose the decoder by the template id of the header',
  UNKNOWN_TEMPLATE: 'skip the message by its size, or generate from a newer schema',
  OUT_OF_RANGE: 'give a value within the range of the field, or null where it is optional',
  BAD_VALUE: 'give a value that the schema knows',
  NO_SPACE: 'give a larger buffer',
  OUT_OF_ORDER: 'write groups and data in the order of the schema, each once',
  ENTRY_COUNT: 'call next() as often as the count says',
  BAD_BOUNDS: 'give an offset and an end within the view',
  BAD_INDEX: 'give an index below the length of the array',
};

/** Bytes that are no message of the schema, or a value that does not fit into one. */
export class SbeError extends TickwireError {
  declare readonly code: SbeErrorCode;
  /** The field at fault with its message and groups: `Quote.NoLegs.Price`. */
  readonly field: string;
  /** Byte offset in the view that was given. */
  readonly offset: number;

  constructor(code: SbeErrorCode, at: { field: string; offset: number; detail: string }) {
    super(code, `${at.field} at offset ${at.offset}: ${at.detail}`, { hint: HINTS[code] });
    this.field = at.field;
    this.offset = at.offset;
  }
}
