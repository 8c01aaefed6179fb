/**
 * How the layouts of records are written down: fields in the order of their bytes, each with what
 * it means. Offsets follow from the order; nothing is padded silently.
 */

/** `price` is an i64 in units of 1e-9, `time` an u64 of ns since the Unix epoch (UTC). */
export type FieldKind =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'price'
  | 'time'
  /** One character. */
  | 'char'
  /** Characters up to the first NUL. */
  | 'text'
  | 'reserved'
  /** Levels of a book of one venue, or of several. */
  | 'levels'
  | 'consolidated';

/** A field as it is written down; `bytes` is that of the whole field. */
export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  readonly bytes: number;
  readonly doc: string;
  /** What stands there when nobody says a value: the null of the field, if it has one. */
  readonly initial: bigint;
  /** Whether `initial` means that there is no value. */
  readonly isNullable: boolean;
}

/** A field at its place. */
export interface Field extends FieldSpec {
  /** From the first byte of the record (or of the level). */
  readonly offset: number;
}

export const I64_MAX = 0x7fff_ffff_ffff_ffffn;
export const U64_MAX = 0xffff_ffff_ffff_ffffn;

const SIZES = { u8: 1, i8: 1, char: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8 } as const;
type Integer = keyof typeof SIZES;

/** What a field has where it has no value; `undefined` when it always has one. */
type Null = bigint | undefined;

function integer(kind: Integer, nullValue: Null, initial = nullValue ?? 0n) {
  const bytes = SIZES[kind];
  return (name: string, doc: string): FieldSpec => ({
    ...{ name, kind, bytes, doc, initial, isNullable: nullValue !== undefined },
  });
}

export const u8 = integer('u8', undefined);
export const u16 = integer('u16', undefined);
export const u32 = integer('u32', undefined);
export const u64 = integer('u64', undefined);
export const i32 = integer('i32', undefined);
export const nullableU8 = integer('u8', 0xffn);
export const nullableU16 = integer('u16', 0xffffn);
export const nullableU32 = integer('u32', 0xffff_ffffn);
export const nullableI8 = integer('i8', 0x7fn);
export const nullableI16 = integer('i16', 0x7fffn);
export const nullableI32 = integer('i32', 0x7fff_ffffn);
export const nullableI64 = integer('i64', I64_MAX);

export function price(name: string, doc: string): FieldSpec {
  return { name, kind: 'price', bytes: 8, doc, initial: I64_MAX, isNullable: true };
}

export function time(name: string, doc: string): FieldSpec {
  return { name, kind: 'time', bytes: 8, doc, initial: U64_MAX, isNullable: true };
}

/** @param initial - The character that stands for nothing said; NUL when there is none. */
export function char(name: string, doc: string, initial = '\0'): FieldSpec {
  const code = BigInt(initial.charCodeAt(0));
  return { name, kind: 'char', bytes: 1, doc, initial: code, isNullable: false };
}

/** @param bytes - With the NUL that ends it. */
export function text(name: string, bytes: number, doc: string): FieldSpec {
  return { name, kind: 'text', bytes, doc, initial: 0n, isNullable: false };
}

export function reserved(bytes: number): FieldSpec {
  return { name: '', kind: 'reserved', bytes, doc: '', initial: 0n, isNullable: false };
}

export const LEVEL_BYTES = 32;

export function levels(count: number): FieldSpec {
  return levelField('levels', count, 'Levels of the book, the best first.');
}

export function consolidatedLevels(count: number): FieldSpec {
  return levelField('consolidated', count, 'Levels of the book of all venues, the best first.');
}

function levelField(kind: 'levels' | 'consolidated', count: number, doc: string): FieldSpec {
  const bytes = count * LEVEL_BYTES;
  return { name: 'levels', kind, bytes, doc, initial: 0n, isNullable: false };
}

/** Gives the fields their offsets, one behind the other. */
export function placed(specs: readonly FieldSpec[]): readonly Field[] {
  let offset = 0;
  return specs.map((spec) => {
    const field = { ...spec, offset };
    offset += spec.bytes;
    return field;
  });
}

export function bytesOfFields(fields: readonly FieldSpec[]): number {
  return fields.reduce((sum, { bytes }) => sum + bytes, 0);
}
