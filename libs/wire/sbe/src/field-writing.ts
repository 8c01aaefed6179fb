// What generated setters call: the value is checked against its field, then written.
import { SbeError } from './errors.ts';
import { compareWords, isWord } from './int64.ts';
import { encodeText } from './text.ts';

/** A field as its setter sees it; `offset` counts from the start of its block or composite. */
export interface WrittenField {
  readonly path: string;
  readonly offset: number;
}

export interface NumberField extends WrittenField {
  readonly min: number;
  readonly max: number;
  /** The value that means null: it cannot be written as a value. */
  readonly nullValue: number | null;
}

export interface Words {
  readonly hi: number;
  readonly lo: number;
}

export interface WordsField extends WrittenField {
  readonly signed: boolean;
  readonly min: Words;
  readonly max: Words;
  readonly nullValue: Words | null;
}

export interface TextField extends WrittenField {
  readonly length: number;
  readonly utf8: boolean;
}

export interface EnumField extends WrittenField {
  readonly values: readonly number[];
}

function fail(code: 'OUT_OF_RANGE' | 'BAD_VALUE', field: WrittenField, detail: string): SbeError {
  return new SbeError(code, { field: field.path, offset: field.offset, detail });
}

/** @returns the value, an integer within the range of the field and not its null. */
export function integerIn(field: NumberField, value: number): number {
  if (!Number.isInteger(value) || value < field.min || value > field.max) {
    throw fail(
      'OUT_OF_RANGE',
      field,
      `${value}, allowed are integers ${field.min} to ${field.max}`,
    );
  }
  if (value === field.nullValue) {
    throw fail('OUT_OF_RANGE', field, `${value} means null: set null instead`);
  }
  return value;
}

/** @returns the value: a float may be anything within its range, and NaN where it is no null. */
export function floatIn(field: NumberField, value: number): number {
  const isNull = field.nullValue !== null && Object.is(value, field.nullValue);
  if (isNull) throw fail('OUT_OF_RANGE', field, `${value} means null: set null instead`);
  if (value < field.min || value > field.max) {
    throw fail('OUT_OF_RANGE', field, `${value}, allowed are ${field.min} to ${field.max}`);
  }
  return value;
}

/** @throws SbeError `OUT_OF_RANGE` unless the two words are a value of the field. */
export function checkWords(field: WordsField, hi: number, lo: number): void {
  if (!isWord(hi) || !isWord(lo)) {
    throw fail('OUT_OF_RANGE', field, `${hi} and ${lo} are no two words of 32 bits`);
  }
  const value = { hi, lo };
  const { min, max, nullValue, signed } = field;
  if (compareWords(value, min, signed) < 0 || compareWords(value, max, signed) > 0) {
    throw fail('OUT_OF_RANGE', field, `the words ${hi}, ${lo} are outside of the range`);
  }
  if (nullValue !== null && nullValue.hi === hi && nullValue.lo === lo) {
    throw fail('OUT_OF_RANGE', field, `the words ${hi}, ${lo} mean null: set null instead`);
  }
}

/** @throws SbeError `OUT_OF_RANGE` unless the number is an exact integer of the field's sign. */
export function checkExact(field: WordsField, value: number): void {
  if (!Number.isSafeInteger(value) || (value < 0 && !field.signed)) {
    throw fail('OUT_OF_RANGE', field, `${value} is no exact integer: give words or a bigint`);
  }
}

/** @throws SbeError `OUT_OF_RANGE` when the value has more than the 64 bits of the field. */
export function checkBigInt(field: WordsField, value: bigint): void {
  const fits = field.signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  if (fits !== value) throw fail('OUT_OF_RANGE', field, `${value} does not fit 64 bits`);
}

export function enumIn(field: EnumField, value: number): number {
  if (field.values.includes(value)) return value;
  throw fail('BAD_VALUE', field, `${value} is no value of the enum`);
}

/** Writes a text into a fixed field and fills the rest with NUL. */
export function writeText(view: DataView, at: number, text: { field: TextField; value: string }) {
  const { field, value } = text;
  const bytes = encodeText(value, field.utf8);
  if (bytes === undefined) throw fail('BAD_VALUE', field, 'a character outside of ISO 8859-1');
  if (bytes.length > field.length) {
    throw fail('OUT_OF_RANGE', field, `${bytes.length} bytes, there is room for ${field.length}`);
  }
  if (bytes.includes(0)) throw fail('BAD_VALUE', field, 'a NUL within the text would end it');
  for (let index = 0; index < field.length; index += 1) {
    view.setUint8(at + index, bytes[index] ?? 0);
  }
}

/** @returns the code of a character of ISO 8859-1; that of no character is NUL. */
export function charCode(field: NumberField, value: string): number {
  if (value === '') return integerIn(field, 0);
  const code = value.length === 1 ? value.charCodeAt(0) : -1;
  if (code < 0 || code > 0xff) throw fail('BAD_VALUE', field, 'is not one character');
  return integerIn(field, code);
}

export function checkIndex(field: WrittenField, index: number, length: number): number {
  if (Number.isInteger(index) && index >= 0 && index < length) return index;
  const detail = `index ${index} of ${length}`;
  throw new SbeError('BAD_INDEX', { field: field.path, offset: field.offset, detail });
}
