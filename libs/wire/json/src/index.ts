export { ByteTable } from './byte-table.ts';
export { JsonScanError } from './errors.ts';
export type {
  DecimalFault,
  FaultPlace,
  FieldFault,
  IntegerFault,
  JsonScanErrorCode,
  MakeError,
  TextFault,
} from './errors.ts';
export { scaled, scaledSize } from './exact-scale.ts';
export { JsonFields } from './json-fields.ts';
export { JsonIndex } from './json-index.ts';
export { JsonReader } from './json-reader.ts';
export { DEPTH_MAX } from './json-text.ts';
export { NumberScanner, POW10 } from './number-scanner.ts';
export { plainRowsEnd, plainStringEnd } from './plain-value.ts';
export { unescapeJson } from './unescape-json.ts';
export { ValueKind } from './value-kind.ts';
