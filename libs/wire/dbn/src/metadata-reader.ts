import { DbnError } from './errors.ts';
import {
  DATASET_BYTES,
  FIXED_BYTES,
  PRELUDE_BYTES,
  RESERVED_BYTES,
  RESERVED_BYTES_V1,
  SYMBOL_BYTES_V1,
} from './metadata.ts';
import type { DbnMetadata, MappingInterval, SymbolMapping } from './metadata.ts';
import { readText } from './text-field.ts';

/** Schema definition, symbols, partial, not found, mappings: a count of each. */
const COUNTS_BYTES = 5 * 4;

export const METADATA_BYTES_MIN = FIXED_BYTES + COUNTS_BYTES;

/**
 * Reads what follows the prelude.
 *
 * @param body - All of it, as long as the prelude states.
 * @throws DbnError `BAD_METADATA` with the field and its place in the stream.
 */
export function readMetadata(version: number, body: Uint8Array): DbnMetadata {
  return new MetadataReader(version, body).read();
}

/** Goes through the bytes once; nothing is taken that is not there. */
class MetadataReader {
  readonly #version: number;
  readonly #view: DataView;
  #at = 0;
  #symbolBytes = SYMBOL_BYTES_V1;

  constructor(version: number, body: Uint8Array) {
    this.#version = version;
    this.#view = new DataView(body.buffer, body.byteOffset, body.length);
  }

  read(): DbnMetadata {
    const isV1 = this.#version === 1;
    const dataset = this.#text(DATASET_BYTES);
    const schema = this.#u16();
    const [start, end, limit] = [this.#u64(), this.#u64(), this.#u64()];
    // Version 1 has a count of records here, which nobody fills in.
    if (isV1) this.#u64();
    const [stypeIn, stypeOut, tsOut] = [this.#u8(), this.#u8(), this.#u8() !== 0];
    if (!isV1) this.#symbolBytes = this.#symbolLength();
    this.#at += isV1 ? RESERVED_BYTES_V1 : RESERVED_BYTES;
    const definition = this.#count('schema_definition_length');
    if (definition !== 0) this.#fail('schema_definition_length', `${definition}, expected 0`);
    return {
      version: this.#version,
      ...{ dataset, schema, start, end, limit, stypeIn, stypeOut, tsOut },
      symbolCstrLength: this.#symbolBytes,
      symbols: this.#symbols('symbols'),
      partial: this.#symbols('partial'),
      notFound: this.#symbols('not_found'),
      mappings: this.#mappings(),
    };
  }

  #symbolLength(): number {
    const bytes = this.#u16();
    // Shorter than in any version: symbols of no byte would cost their sender nothing.
    if (bytes < SYMBOL_BYTES_V1) {
      this.#fail('symbol_cstr_len', `${bytes}, below ${SYMBOL_BYTES_V1}`, this.#at - 2);
    }
    return bytes;
  }

  #symbols(field: string): string[] {
    const count = this.#count(field);
    this.#require(count * this.#symbolBytes, field, `${count} symbols`);
    const symbols: string[] = [];
    for (let index = 0; index < count; index += 1) symbols.push(this.#text(this.#symbolBytes));
    return symbols;
  }

  #mappings(): SymbolMapping[] {
    const count = this.#count('mappings');
    const mappings: SymbolMapping[] = [];
    for (let index = 0; index < count; index += 1) {
      const field = `mappings[${index}]`;
      this.#require(this.#symbolBytes, field, 'a symbol');
      const rawSymbol = this.#text(this.#symbolBytes);
      mappings.push({ rawSymbol, intervals: this.#intervals(`${field}.intervals`) });
    }
    return mappings;
  }

  #intervals(field: string): MappingInterval[] {
    const count = this.#count(field);
    this.#require(count * (8 + this.#symbolBytes), field, `${count} intervals`);
    const intervals: MappingInterval[] = [];
    for (let index = 0; index < count; index += 1) {
      const [startDate, endDate] = [this.#u32(), this.#u32()];
      intervals.push({ startDate, endDate, symbol: this.#text(this.#symbolBytes) });
    }
    return intervals;
  }

  #count(field: string): number {
    this.#require(4, field, 'a count');
    return this.#u32();
  }

  #require(bytes: number, field: string, what: string): void {
    const left = this.#view.byteLength - this.#at;
    if (bytes > left) this.#fail(field, `${what} of ${bytes} bytes, ${left} are left`);
  }

  #fail(field: string, detail: string, at = this.#at): never {
    throw new DbnError('BAD_METADATA', PRELUDE_BYTES + at, { field, detail });
  }

  #text(bytes: number): string {
    const text = readText(this.#view, this.#at, bytes);
    this.#at += bytes;
    return text;
  }

  #u8(): number {
    this.#at += 1;
    return this.#view.getUint8(this.#at - 1);
  }

  #u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  #u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  #u64(): bigint {
    this.#at += 8;
    return this.#view.getBigUint64(this.#at - 8, true);
  }
}
