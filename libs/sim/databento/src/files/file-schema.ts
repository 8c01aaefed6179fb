/** Which schema the records of a file are of. */
import { SCHEMA_NAMES, SCHEMA_NONE, schemaRType } from '@tickwire/wire-dbn';
import type { DbnMetadata } from '@tickwire/wire-dbn';

/** Rtype of each schema, by its code. */
const RTYPES: readonly (number | undefined)[] = SCHEMA_NAMES.map((_name, schema) =>
  schemaRType(schema),
);
const RTYPES_MAX = 256;
/** By rtype, the first schema that has it: of a file of several, mbp-1 and not tbbo. */
const BY_RTYPE: readonly number[] = Array.from({ length: RTYPES_MAX }, (_rtype, rtype) =>
  RTYPES.indexOf(rtype),
);

/** Code of the schema of a record, −1 for one that is of none: what a gateway says of itself. */
export function schemaOfRecord(rtype: number, metadata: DbnMetadata | undefined): number {
  const stated = metadata?.schema ?? SCHEMA_NONE;
  return RTYPES[stated] === rtype ? stated : (BY_RTYPE[rtype] ?? -1);
}
