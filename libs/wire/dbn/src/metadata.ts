/** What stands before the records: what was asked for, and which symbol is which instrument. */
export interface DbnMetadata {
  /** Of DBN: 1, 2 or 3. */
  readonly version: number;
  /** As in `GLBX.MDP3`; 15 characters at most. */
  readonly dataset: string;
  /** `SCHEMA_NAMES`, or `SCHEMA_NONE` where records of several schemas may come. */
  readonly schema: number;
  /** ns since the Unix epoch. */
  readonly start: bigint;
  /** ns since the Unix epoch; 2^64 − 1 when it is open. */
  readonly end: bigint;
  /** Records at most; 0 when that was not asked for. */
  readonly limit: bigint;
  /** `STYPE_NAMES`, or `STYPE_NONE` for a mix, as in live streams. */
  readonly stypeIn: number;
  readonly stypeOut: number;
  /** Whether each record ends with the time at which the gateway sent it. */
  readonly tsOut: boolean;
  /** Bytes of a symbol here, its NUL included: 22 in version 1, else 71. */
  readonly symbolCstrLength: number;
  readonly symbols: readonly string[];
  /** Symbols that were not found on some of the days. */
  readonly partial: readonly string[];
  /** Symbols that were not found on any day. */
  readonly notFound: readonly string[];
  readonly mappings: readonly SymbolMapping[];
}

export interface SymbolMapping {
  readonly rawSymbol: string;
  readonly intervals: readonly MappingInterval[];
}

export interface MappingInterval {
  /** First day, UTC, as 20201228. */
  readonly startDate: number;
  /** The day after the last. */
  readonly endDate: number;
  /** What the symbol is then: of `stypeOut`. */
  readonly symbol: string;
}

export const DBN_VERSION_MAX = 3;
/** `DBN`, the version, and the length of what follows. */
export const PRELUDE_BYTES = 8;
export const DATASET_BYTES = 16;
/** From the dataset to the reserved bytes. */
export const FIXED_BYTES = 100;
export const SYMBOL_BYTES_V1 = 22;
export const SYMBOL_BYTES = 71;
/** Of version 1, which has no field for it. */
export const RESERVED_BYTES_V1 = 47;
export const RESERVED_BYTES = 53;
export const TIME_OPEN = 0xffff_ffff_ffff_ffffn;
