export { DbnError } from './errors.ts';
export type { DbnErrorCode } from './errors.ts';
export {
  Action,
  ErrorCode,
  RType,
  RecordFlag,
  SCHEMA_NAMES,
  SCHEMA_NONE,
  STYPE_NAMES,
  STYPE_NONE,
  Side,
  SystemCode,
  rtypeName,
  schemaName,
  schemaRType,
  stypeName,
} from './enums.ts';
export type { STypeName, SchemaName } from './enums.ts';
export { DbnDecoder } from './dbn-decoder.ts';
export type { DbnCounts, DbnDecoderOptions, UpgradePolicy } from './dbn-decoder.ts';
export { DbnEncoder } from './dbn-encoder.ts';
export type { DbnEncoderOptions } from './dbn-encoder.ts';
export { START_BYTES, foreignFormat } from './foreign-format.ts';
export type { ForeignFormat } from './foreign-format.ts';
export { DBN_VERSION_MAX, SYMBOL_BYTES, SYMBOL_BYTES_V1, TIME_OPEN } from './metadata.ts';
export type { DbnMetadata, MappingInterval, SymbolMapping } from './metadata.ts';
export { metadataBytes } from './metadata-writer.ts';
export { metadataJson, recordJson } from './record-json.ts';
export type { FieldJson, LevelJson, RecordJson, RecordPlace } from './record-json.ts';
export { metadataText, recordText } from './record-text.ts';
export { RecordCopies } from './record-copies.ts';
export type { RecordView } from './record-view.ts';
export { RecordViews } from './record-views.ts';
export type { DbnRecord } from './generated/records.ts';
export {
  BboRecord,
  CbboRecord,
  Cmbp1Record,
  ConsolidatedLevelView,
  DefinitionRecord,
  DefinitionV1Record,
  DefinitionV2Record,
  ErrorRecord,
  ErrorV1Record,
  ImbalanceRecord,
  LevelView,
  MboRecord,
  Mbp10Record,
  Mbp1Record,
  OhlcvRecord,
  StatisticsRecord,
  StatisticsV1Record,
  StatusRecord,
  SymbolMappingRecord,
  SymbolMappingV1Record,
  SystemRecord,
  SystemV1Record,
  TradeRecord,
} from './generated/records.ts';
