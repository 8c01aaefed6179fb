/**
 * Codes of DBN, as the fields of records and metadata hold them. Unknown codes are not an error:
 * vendors add some, so a field keeps its number and only its name is missing.
 *
 * @see https://databento.com/docs/standards-and-conventions/common-fields-enums-types
 */

/** What a record is: `rtype` of its header. */
export const RType = {
  Trade: 0x00,
  Mbp1: 0x01,
  Mbp10: 0x0a,
  /** Bars of files from before there was an rtype for each interval. */
  OhlcvDeprecated: 0x11,
  Status: 0x12,
  Definition: 0x13,
  Imbalance: 0x14,
  Error: 0x15,
  SymbolMapping: 0x16,
  System: 0x17,
  Statistics: 0x18,
  Ohlcv1s: 0x20,
  Ohlcv1m: 0x21,
  Ohlcv1h: 0x22,
  Ohlcv1d: 0x23,
  OhlcvEod: 0x24,
  Mbo: 0xa0,
  Cmbp1: 0xb1,
  Cbbo1s: 0xc0,
  Cbbo1m: 0xc1,
  Tcbbo: 0xc2,
  Bbo1s: 0xc3,
  Bbo1m: 0xc4,
} as const;
export type RType = (typeof RType)[keyof typeof RType];

/** Names of schemas, each at the place of its code. */
export const SCHEMA_NAMES = [
  ...(['mbo', 'mbp-1', 'mbp-10', 'tbbo', 'trades'] as const),
  ...(['ohlcv-1s', 'ohlcv-1m', 'ohlcv-1h', 'ohlcv-1d'] as const),
  ...(['definition', 'statistics', 'status', 'imbalance', 'ohlcv-eod'] as const),
  ...(['cmbp-1', 'cbbo-1s', 'cbbo-1m', 'tcbbo', 'bbo-1s', 'bbo-1m'] as const),
] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** Names of the types of symbols, each at the place of its code. */
export const STYPE_NAMES = [
  ...(['instrument_id', 'raw_symbol', 'smart', 'continuous', 'parent'] as const),
  ...(['nasdaq_symbol', 'cms_symbol', 'isin', 'us_code'] as const),
  ...(['bbg_comp_id', 'bbg_comp_ticker', 'figi', 'figi_ticker'] as const),
] as const;
export type STypeName = (typeof STYPE_NAMES)[number];

/** No schema: a stream in which any may come, as live ones are. */
export const SCHEMA_NONE = 0xffff;
/** No type of symbols: a mix of them. */
export const STYPE_NONE = 0xff;

/** Bits of `flags`. */
export const RecordFlag = {
  /** Of an event the last record of its instrument: now books are whole. */
  Last: 128,
  /** The top of the book, not an order. */
  Tob: 64,
  /** From a snapshot or a replay, not from the market just now. */
  Snapshot: 32,
  /** An aggregated level, not an order. */
  Mbp: 16,
  /** `ts_recv` is not right: clocks or hardware. */
  BadTsRecv: 8,
  /** A gap the vendor could not repair: the book may be wrong. */
  MaybeBadBook: 4,
  PublisherSpecific: 2,
} as const;

/** Characters of `action`. */
export const Action = {
  Add: 0x41,
  Cancel: 0x43,
  Fill: 0x46,
  Modify: 0x4d,
  None: 0x4e,
  /** Removes all orders of the instrument. */
  Clear: 0x52,
  Trade: 0x54,
} as const;

/** Characters of `side`: of the order, or of the aggressor of a trade. */
export const Side = { Ask: 0x41, Bid: 0x42, None: 0x4e } as const;

/** `code` of an error; 255 when the version of the record has none. */
export const ErrorCode = {
  AuthFailed: 1,
  ApiKeyDeactivated: 2,
  ConnectionLimitExceeded: 3,
  SymbolResolutionFailed: 4,
  InvalidSubscription: 5,
  InternalError: 6,
  /** Records were dropped because this reader was slow: a gap. */
  SkippedRecordsAfterSlowReading: 7,
  ReplayDataAgedOut: 8,
  Unset: 255,
} as const;

/** `code` of a system message; 255 when the version of the record has none. */
export const SystemCode = {
  Heartbeat: 0,
  SubscriptionAck: 1,
  SlowReaderWarning: 2,
  ReplayCompleted: 3,
  EndOfInterval: 4,
  Unset: 255,
} as const;

/** Name of a schema by its code, `undefined` for one that came later. */
export function schemaName(code: number): SchemaName | undefined {
  return SCHEMA_NAMES[code];
}

/** Name of a type of symbols by its code, `undefined` for one that came later. */
export function stypeName(code: number): STypeName | undefined {
  return STYPE_NAMES[code];
}

const RTYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [RType.Trade, 'trade'],
  [RType.Mbp1, 'mbp-1'],
  [RType.Mbp10, 'mbp-10'],
  [RType.OhlcvDeprecated, 'ohlcv'],
  [RType.Status, 'status'],
  [RType.Definition, 'definition'],
  [RType.Imbalance, 'imbalance'],
  [RType.Error, 'error'],
  [RType.SymbolMapping, 'symbol-mapping'],
  [RType.System, 'system'],
  [RType.Statistics, 'statistics'],
  [RType.Ohlcv1s, 'ohlcv-1s'],
  [RType.Ohlcv1m, 'ohlcv-1m'],
  [RType.Ohlcv1h, 'ohlcv-1h'],
  [RType.Ohlcv1d, 'ohlcv-1d'],
  [RType.OhlcvEod, 'ohlcv-eod'],
  [RType.Mbo, 'mbo'],
  [RType.Cmbp1, 'cmbp-1'],
  [RType.Cbbo1s, 'cbbo-1s'],
  [RType.Cbbo1m, 'cbbo-1m'],
  [RType.Tcbbo, 'tcbbo'],
  [RType.Bbo1s, 'bbo-1s'],
  [RType.Bbo1m, 'bbo-1m'],
]);

/** Name of a record by its rtype, `undefined` for one that is not known. */
export function rtypeName(rtype: number): string | undefined {
  return RTYPE_NAMES.get(rtype);
}

/** The rtype of the records of a schema, `undefined` for a schema that is not known. */
export function schemaRType(code: number): number | undefined {
  const name = schemaName(code);
  if (name === 'trades') return RType.Trade;
  if (name === 'tbbo') return RType.Mbp1;
  return [...RTYPE_NAMES].find(([, rtype]) => rtype === name)?.[0];
}
