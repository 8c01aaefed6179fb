import { schemaName, stypeName, SCHEMA_NONE, STYPE_NONE } from './enums.ts';
import {
  CONSOLIDATED_LEVEL_FIELDS,
  HEADER_FIELDS,
  LEVEL_BYTES,
  LEVEL_FIELDS,
} from './layouts/index.ts';
import type { Field, RecordLayout } from './layouts/index.ts';
import type { DbnMetadata } from './metadata.ts';
import { readText } from './text-field.ts';

/** A record and where it lies: a decoder stands on one. */
export interface RecordPlace {
  readonly view: DataView;
  readonly offset: number;
  /** In bytes, `ts_out` included. */
  readonly length: number;
  readonly layout: RecordLayout;
}

/** Integers of 64 bits are text, nulls are what they are on the wire. */
export type FieldJson = number | string;
export type LevelJson = Readonly<Record<string, FieldJson>>;
export type RecordJson = Readonly<Record<string, FieldJson | LevelJson | readonly LevelJson[]>>;

/**
 * A record with the names of DBN, in the order of its bytes: `hd`, the fields, `levels`, `ts_out`.
 * Nothing is made nicer: prices are integers of 1e-9, times ns, nulls as they are on the wire.
 */
export function recordJson(place: RecordPlace): RecordJson {
  const { view, offset, length, layout } = place;
  const json: Record<string, FieldJson | LevelJson | LevelJson[]> = {
    hd: fieldsJson(view, offset, HEADER_FIELDS),
  };
  for (const field of layout.fields.slice(HEADER_FIELDS.length)) {
    if (field.kind === 'reserved') continue;
    const at = offset + field.offset;
    const levelFields = levelFieldsOf(field);
    json[field.name] =
      levelFields === undefined
        ? fieldJson(view, at, field)
        : Array.from({ length: field.bytes / LEVEL_BYTES }, (_level, index) =>
            fieldsJson(view, at + index * LEVEL_BYTES, levelFields),
          );
  }
  if (length > layout.bytes) json.ts_out = `${view.getBigUint64(offset + layout.bytes, true)}`;
  return json;
}

/** The fields of a level, if that is what the field has. */
export function levelFieldsOf({ kind }: Field): readonly Field[] | undefined {
  if (kind === 'levels') return LEVEL_FIELDS;
  return kind === 'consolidated' ? CONSOLIDATED_LEVEL_FIELDS : undefined;
}

function fieldsJson(view: DataView, from: number, fields: readonly Field[]): LevelJson {
  const json: Record<string, FieldJson> = {};
  for (const field of fields) {
    if (field.kind !== 'reserved') json[field.name] = fieldJson(view, from + field.offset, field);
  }
  return json;
}

function fieldJson(view: DataView, at: number, field: Field): FieldJson {
  switch (field.kind) {
    case 'text':
      return readText(view, at, field.bytes);
    case 'char': {
      const code = view.getUint8(at);
      return code === 0 ? '' : String.fromCharCode(code);
    }
    default: {
      const value = integerOf(view, at, field);
      return field.bytes === 8 ? `${value}` : Number(value);
    }
  }
}

/** The value of a field that is an integer of any size; at `at`, where the field lies. */
export function integerOf(view: DataView, at: number, { kind }: Field): bigint | number {
  switch (kind) {
    case 'i8':
      return view.getInt8(at);
    case 'i16':
      return view.getInt16(at, true);
    case 'u16':
      return view.getUint16(at, true);
    case 'i32':
      return view.getInt32(at, true);
    case 'u32':
      return view.getUint32(at, true);
    case 'i64':
    case 'price':
      return view.getBigInt64(at, true);
    case 'u64':
    case 'time':
      return view.getBigUint64(at, true);
    default:
      return view.getUint8(at);
  }
}

/** Metadata with the names of DBN. A schema or type of symbols that is none is null. */
export function metadataJson(metadata: DbnMetadata) {
  const { version, dataset, start, end, limit, tsOut, symbols, partial, mappings } = metadata;
  return {
    version,
    dataset,
    schema: metadata.schema === SCHEMA_NONE ? null : codeJson(metadata.schema, schemaName),
    ...{ start: `${start}`, end: `${end}`, limit: `${limit}` },
    stype_in: stypeJson(metadata.stypeIn),
    stype_out: stypeJson(metadata.stypeOut),
    ts_out: tsOut,
    symbol_cstr_len: metadata.symbolCstrLength,
    ...{ symbols, partial, not_found: metadata.notFound },
    mappings: mappings.map(({ rawSymbol, intervals }) => ({
      raw_symbol: rawSymbol,
      intervals: intervals.map(({ startDate, endDate, symbol }) => ({
        ...{ start_date: dateText(startDate), end_date: dateText(endDate), symbol },
      })),
    })),
  };
}

function stypeJson(code: number): string | number | null {
  return code === STYPE_NONE ? null : codeJson(code, stypeName);
}

/** The name of a code, or the code itself when it has none yet. */
function codeJson(code: number, nameOf: (code: number) => string | undefined): string | number {
  return nameOf(code) ?? code;
}

/** 20201228 as `2020-12-28`. */
function dateText(date: number): string {
  const digits = `${date}`.padStart(8, '0');
  return `${digits.slice(0, -4)}-${digits.slice(-4, -2)}-${digits.slice(-2)}`;
}
