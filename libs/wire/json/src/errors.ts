import { TickwireError } from '@tickwire/core';

/**
 * Why a text is refused: it ends too early, is no JSON, has more than `DEPTH_MAX` levels, or is not
 * the object or array of objects that was asked for.
 */
export type TextFault = 'TRUNCATED' | 'BAD_JSON' | 'TOO_DEEP' | 'BAD_TYPE';

/** Why digits are no integer: something else among them, or a value beyond the range. */
export type IntegerFault = 'BAD_FIELD' | 'OUT_OF_RANGE';

/** As `IntegerFault`; or there is a minus, which a price or a size does not have. */
export type DecimalFault = IntegerFault | 'NEGATIVE';

/** Why a field is refused. */
export type FieldFault = DecimalFault | 'MISSING_FIELD' | 'BAD_TYPE';

/** Codes of `JsonScanError`. */
export type JsonScanErrorCode = TextFault | FieldFault;

/** What is at fault, and where. */
export interface FaultPlace {
  /** The field as a dotted path; `message` when it is the text as a whole. */
  readonly field: string;
  /** Byte offset in the text that was given, or in the copy without needless escapes. */
  readonly offset: number;
  readonly detail?: string | undefined;
}

/** Makes what is thrown: a vendor has an error of its own, with more codes. */
export type MakeError = (code: JsonScanErrorCode, at: FaultPlace) => Error;

/** A message that cannot be used. Count it by `code`, drop it, go on with the next one. */
export class JsonScanError extends TickwireError implements FaultPlace {
  declare readonly code: JsonScanErrorCode;
  readonly field: string;
  readonly offset: number;
  readonly detail: string | undefined;

  constructor(code: JsonScanErrorCode, { field, offset, detail }: FaultPlace) {
    super(
      code,
      `${code}: ${field} at offset ${offset}${detail === undefined ? '' : `: ${detail}`}`,
    );
    this.field = field;
    this.offset = offset;
    this.detail = detail;
  }
}

export const makeJsonScanError: MakeError = (code, at) => new JsonScanError(code, at);
