/** Every record of DBN 1, 2 and 3 as a table: what code and documentation are made of. */
import { DEFINITION_RECORDS } from './definition-records.ts';
import { MARKET_RECORDS } from './market-records.ts';
import type { RecordLayout } from './record-layout.ts';
import { STATE_RECORDS } from './state-records.ts';

export const RECORD_LAYOUTS: readonly RecordLayout[] = [
  ...MARKET_RECORDS,
  ...DEFINITION_RECORDS,
  ...STATE_RECORDS,
];

export { CONSOLIDATED_LEVEL_FIELDS, LEVEL_FIELDS } from './market-records.ts';
export { LEVEL_BYTES } from './field.ts';
export type { Field, FieldKind } from './field.ts';
export { HEADER_BYTES, HEADER_FIELDS, TS_OUT_BYTES, WORD_BYTES } from './record-layout.ts';
export type { RecordLayout } from './record-layout.ts';
