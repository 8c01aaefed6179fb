import { DbnError } from './errors.ts';
import {
  DATASET_BYTES,
  FIXED_BYTES,
  PRELUDE_BYTES,
  RESERVED_BYTES,
  RESERVED_BYTES_V1,
  SYMBOL_BYTES,
  SYMBOL_BYTES_V1,
} from './metadata.ts';
import type { DbnMetadata, SymbolMapping } from './metadata.ts';
import { writeText } from './text-field.ts';

const COUNT_BYTES = 4;
const COUNTS = 5;
const DATES_BYTES = 8;
const ALIGNMENT = 8;
const NO_RECORD_COUNT = 0xffff_ffff_ffff_ffffn;

/** How many bytes the metadata take, prelude included. */
export function metadataBytes(metadata: DbnMetadata): number {
  const { version, symbolCstrLength: symbol, symbols, partial, notFound, mappings } = metadata;
  let bytes = FIXED_BYTES + COUNTS * COUNT_BYTES;
  bytes += (symbols.length + partial.length + notFound.length) * symbol;
  for (const { intervals } of mappings) {
    bytes += symbol + COUNT_BYTES + intervals.length * (DATES_BYTES + symbol);
  }
  // From version 3 on the records begin at a multiple of 8.
  const padding = version < 3 ? 0 : (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
  return PRELUDE_BYTES + bytes + padding;
}

/**
 * @param target - As long as `metadataBytes` says.
 * @throws DbnError `BAD_TEXT`, `OUT_OF_RANGE` with the field.
 */
export function writeMetadata(target: Uint8Array, metadata: DbnMetadata): void {
  target.fill(0);
  new MetadataWriter(target).write(metadata);
}

class MetadataWriter {
  readonly #view: DataView;
  #at = 0;

  constructor(target: Uint8Array) {
    this.#view = new DataView(target.buffer, target.byteOffset, target.length);
  }

  write(metadata: DbnMetadata): void {
    const { version, symbolCstrLength } = metadata;
    const isV1 = version === 1;
    const expected = isV1 ? SYMBOL_BYTES_V1 : SYMBOL_BYTES;
    if (symbolCstrLength !== expected) {
      this.#fail(
        'symbol_cstr_len',
        `${symbolCstrLength}, expected ${expected} in version ${version}`,
      );
    }
    this.#number('magic', 0x4e_4244, 3);
    this.#number('version', version, 1);
    this.#number('length', this.#view.byteLength - PRELUDE_BYTES, 4);
    this.#text('dataset', metadata.dataset, DATASET_BYTES);
    this.#number('schema', metadata.schema, 2);
    this.#u64('start', metadata.start);
    this.#u64('end', metadata.end);
    this.#u64('limit', metadata.limit);
    if (isV1) this.#u64('record_count', NO_RECORD_COUNT);
    this.#number('stype_in', metadata.stypeIn, 1);
    this.#number('stype_out', metadata.stypeOut, 1);
    this.#number('ts_out', metadata.tsOut ? 1 : 0, 1);
    if (!isV1) this.#number('symbol_cstr_len', symbolCstrLength, 2);
    // Reserved, and the length of a definition of the schema, which there is not.
    this.#at += (isV1 ? RESERVED_BYTES_V1 : RESERVED_BYTES) + COUNT_BYTES;
    this.#symbols('symbols', metadata.symbols, symbolCstrLength);
    this.#symbols('partial', metadata.partial, symbolCstrLength);
    this.#symbols('not_found', metadata.notFound, symbolCstrLength);
    this.#mappings(metadata.mappings, symbolCstrLength);
  }

  #symbols(field: string, symbols: readonly string[], bytes: number): void {
    this.#number(field, symbols.length, COUNT_BYTES);
    symbols.forEach((symbol, index) => this.#text(`${field}[${index}]`, symbol, bytes));
  }

  #mappings(mappings: readonly SymbolMapping[], bytes: number): void {
    this.#number('mappings', mappings.length, COUNT_BYTES);
    mappings.forEach(({ rawSymbol, intervals }, index) => {
      const field = `mappings[${index}]`;
      this.#text(field, rawSymbol, bytes);
      this.#number(field, intervals.length, COUNT_BYTES);
      for (const { startDate, endDate, symbol } of intervals) {
        this.#number(field, startDate, 4);
        this.#number(field, endDate, 4);
        this.#text(field, symbol, bytes);
      }
    });
  }

  #text(name: string, text: string, bytes: number): void {
    writeText(this.#view, { at: this.#at, bytes, name }, text);
    this.#at += bytes;
  }

  /** An unsigned integer of 1 to 4 bytes. */
  #number(field: string, value: number, bytes: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < 256 ** bytes)) {
      this.#fail(field, `${value} does not fit ${bytes} bytes`);
    }
    for (let index = 0; index < bytes; index += 1) {
      this.#view.setUint8(this.#at + index, (value >>> (8 * index)) & 0xff);
    }
    this.#at += bytes;
  }

  #u64(field: string, value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) this.#fail(field, `${value} does not fit 64 bits`);
    this.#view.setBigUint64(this.#at, value, true);
    this.#at += 8;
  }

  #fail(field: string, detail: string): never {
    throw new DbnError('OUT_OF_RANGE', this.#at, { field, detail });
  }
}
