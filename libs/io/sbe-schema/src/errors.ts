import { TickwireError } from '@tickwire/core';

/** Codes of `SchemaError`, each with what to do about it. */
const HINTS = {
  BAD_XML: 'correct the file: it is not well-formed XML',
  HOSTILE_XML: 'a schema needs no DOCTYPE and no entities: remove them',
  TOO_LARGE: 'split the schema, or raise the limit where it is read',
  UNKNOWN_ELEMENT: 'remove it: SBE has no such element at this place',
  UNSUPPORTED: 'replace it with what the message says',
  MISSING_ATTRIBUTE: 'add the attribute',
  BAD_ATTRIBUTE: 'give the attribute a value of the kind the message names',
  BAD_NAME: 'use letters, digits and underscores, beginning with no digit',
  DUPLICATE_NAME: 'rename one of the two',
  DUPLICATE_ID: 'give one of the two another id',
  DUPLICATE_VALUE: 'remove one of the two, or give it another value',
  NAME_COLLISION: 'rename one of the two: in generated code they would have one name',
  UNKNOWN_TYPE: 'define the type, or correct the reference',
  WRONG_TYPE: 'refer to a type of the kind that the message names',
  RECURSIVE_TYPE: 'a composite cannot contain itself: break the circle',
  TOO_DEEP: 'nest less deeply',
  OVERLAP: 'move the offset behind the field before it, or leave it out',
  BLOCK_TOO_SMALL: 'raise blockLength to the end of the last field, or leave it out',
  BAD_NUMBER: 'give a number that the type can hold',
  BAD_RANGE: 'give a smallest value that is not above the largest',
  BAD_BIT: 'give a bit below the width of the encoding, each once',
  BAD_CONSTANT: 'give the constant its value, as content or as valueRef',
  BAD_VALUE_REF: 'refer to a value as Enum.value',
  BAD_PRESENCE: 'use required, optional or constant, and valueRef only with constant',
  BAD_VERSION: 'versions are whole numbers up to the version of the schema',
  BAD_BYTE_ORDER: 'use littleEndian or bigEndian',
  BAD_HEADER: 'define the composite with blockLength, templateId, schemaId and version',
  BAD_DIMENSION: 'define a composite with blockLength and numInGroup, unsigned',
  BAD_DATA: 'define a composite with length, unsigned, and varData behind it',
  BAD_ORDER: 'put fields first, then groups, then data',
  EMPTY: 'give it at least one member',
} as const;

export type SchemaErrorCode = keyof typeof HINTS;

export const SCHEMA_ERROR_CODES = Object.keys(HINTS) as readonly SchemaErrorCode[];

/** Where an element stands in its file; lines and columns count from 1. */
export interface SchemaPlace {
  /** `/messageSchema/message[Quote]/field[Price]` */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A schema that cannot be used: which element, where, why, and what to do. */
export class SchemaError extends TickwireError {
  declare readonly code: SchemaErrorCode;
  readonly path: string;
  readonly line: number;
  readonly column: number;

  constructor(code: SchemaErrorCode, place: SchemaPlace, detail: string) {
    super(code, `${place.path} (line ${place.line}): ${detail}`, { hint: HINTS[code] });
    this.path = place.path;
    this.line = place.line;
    this.column = place.column;
  }
}

/** Something that is read as if it were not there, and probably means something. */
export interface SchemaWarning extends SchemaPlace {
  readonly detail: string;
}
