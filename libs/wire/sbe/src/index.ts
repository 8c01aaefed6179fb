export { EMPTY_ENTRIES_MAX, checkBounds, checkRoom } from './bounds.ts';
export type { Frame } from './bounds.ts';
export {
  BlockDecoder,
  CompositeDecoder,
  GroupDecoder,
  MessageDecoder,
  NOWHERE,
} from './decoding.ts';
export type { HeaderDecoder } from './decoding.ts';
export { BlockEncoder, CompositeEncoder, GroupEncoder, MessageEncoder } from './encoding.ts';
export { SbeError } from './errors.ts';
export type { SbeErrorCode } from './errors.ts';
export {
  charCode,
  checkBigInt,
  checkExact,
  checkIndex,
  checkWords,
  enumIn,
  floatIn,
  integerIn,
  writeText,
} from './field-writing.ts';
export type { EnumField, NumberField, TextField, Words, WordsField } from './field-writing.ts';
export {
  bigIntJson,
  hasBit,
  int64BigInt,
  int64Json,
  int64Number,
  int64Text,
  lowerWord,
  lowerWordOf,
  uint64BigInt,
  uint64Json,
  uint64Number,
  uint64Text,
  upperWord,
  upperWordOf,
} from './int64.ts';
export { enumJson, floatJson, sentJson } from './json.ts';
export type { GroupJson, MessageJson, SbeJson, UnknownMessageJson } from './json.ts';
export { readHeaderNumber, writeHeaderNumber } from './layout.ts';
export type {
  BlockLayout,
  DataLayout,
  FieldEnd,
  GroupLayout,
  HeaderNumber,
  MessageLayout,
} from './layout.ts';
export type { PartLayout, RequiredBytes, StatedHeader } from './layout.ts';
export { blockBytesAt } from './older-version.ts';
export {
  PRIMITIVES,
  defaultNull,
  isFloat,
  isPrimitive,
  isSigned,
  isUnsigned,
  isWide,
  primitiveBytes,
  primitiveRange,
} from './primitive.ts';
export type { Literal, Primitive } from './primitive.ts';
export { MessageRegistry } from './registry.ts';
export type { MessageEntry } from './registry.ts';
export type {
  Block,
  ByteOrder,
  CompositeType,
  Data,
  Dimension,
  EnumType,
  EnumValue,
  Field,
  FieldType,
  Group,
  HeaderPart,
  Member,
  Message,
  MessageHeaderLayout,
  Presence,
  ScalarType,
  Schema,
  SetChoice,
  SetType,
} from './schema.ts';
export { hexOf, isUtf8, readLatin1, readUtf8, textLength } from './text.ts';
export { decodeMessage } from './table-decoder.ts';
export { encodeMessage } from './table-encoder.ts';
export type { EncodeMessageOptions } from './table-encoder.ts';
