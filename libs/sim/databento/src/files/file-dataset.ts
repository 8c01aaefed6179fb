/** What files of DBN hold, as far as a session has to know it before the first record is sent. */
import type { ListedInstrument } from '../instruments.ts';

/** Which instrument a symbol is, from a day to the day after the last, as ns of the Unix epoch. */
export interface FileMapping {
  /** `STYPE_NAMES`. */
  readonly stypeIn: number;
  readonly symbol: string;
  readonly id: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface ScannedFile {
  readonly path: string;
  /** No record of it is earlier: ms since the Unix epoch. */
  readonly firstMs: number;
  /** Records of schemas. */
  readonly records: number;
}

/** What a definition says and symbols are found by. */
export interface FileDefinition {
  /** The record, of version 3 and without `ts_out`. */
  readonly bytes: Uint8Array;
  readonly rawSymbol: string;
  readonly asset: string;
  /** The character of `instrument_class`. */
  readonly instrumentClass: string;
}

export interface FileDataset {
  readonly dataset: string;
  readonly opensAtMs: number;
  readonly lastMs: number;
  readonly files: readonly ScannedFile[];
  readonly schemas: ReadonlySet<number>;
  readonly instruments: readonly ListedInstrument[];
  /** Index of an instrument by its id. */
  readonly indexes: ReadonlyMap<number, number>;
  readonly mappings: readonly FileMapping[];
  /** By id, the last of each. */
  readonly definitions: ReadonlyMap<number, FileDefinition>;
}
