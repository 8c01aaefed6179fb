/**
 * Single values of a schema, read and written by looking at the table of the schema each time.
 * Slow, plain, and on purpose not built from what generated code uses: it is the second opinion.
 */
import { SbeError } from './errors.ts';
import type { SbeJson } from './json.ts';
import { primitiveBytes } from './primitive.ts';
import type { Literal, Primitive } from './primitive.ts';
import type { CompositeType, EnumType, FieldType, ScalarType, SetType } from './schema.ts';
import { isUtf8 } from './text.ts';

/** Where a value is, and who says what it means. */
export interface ValuePlace {
  readonly view: DataView;
  readonly littleEndian: boolean;
  /** First byte of the value, and the first byte behind what may be touched. */
  readonly at: number;
  readonly end: number;
  /** The sender's version of the schema. */
  readonly version: number;
  readonly path: string;
}

export function typeBytes(type: FieldType): number {
  if (type.kind === 'composite') return type.bytes;
  if (type.kind !== 'set' && type.presence === 'constant') return 0;
  const length = type.kind === 'scalar' ? type.length : 1;
  return primitiveBytes(type.primitive) * length;
}

export function readPrimitive(place: ValuePlace, primitive: Primitive): Literal {
  const { view, at, littleEndian, end, path } = place;
  if (at < 0 || at + primitiveBytes(primitive) > Math.min(end, view.byteLength)) {
    throw new SbeError('TRUNCATED', { field: path, offset: at, detail: `${end - at} bytes left` });
  }
  switch (primitive) {
    case 'int8':
      return view.getInt8(at);
    case 'int16':
      return view.getInt16(at, littleEndian);
    case 'int32':
      return view.getInt32(at, littleEndian);
    case 'int64':
      return view.getBigInt64(at, littleEndian);
    case 'uint16':
      return view.getUint16(at, littleEndian);
    case 'uint32':
      return view.getUint32(at, littleEndian);
    case 'uint64':
      return view.getBigUint64(at, littleEndian);
    case 'float':
      return view.getFloat32(at, littleEndian);
    case 'double':
      return view.getFloat64(at, littleEndian);
    case 'char':
    case 'uint8':
      return view.getUint8(at);
  }
}

function isNull(type: ScalarType, value: Literal): boolean {
  if (type.presence !== 'optional') return false;
  return value === type.nullValue || (Number.isNaN(value) && Number.isNaN(type.nullValue));
}

function numberJson(value: Literal): SbeJson {
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`;
  const isExact = value > -(2n ** 53n) && value < 2n ** 53n;
  return isExact ? Number(value) : value.toString();
}

function charactersJson(place: ValuePlace, type: ScalarType): SbeJson {
  const bytes: number[] = [];
  for (let index = 0; index < type.length; index += 1) {
    bytes.push(Number(readPrimitive({ ...place, at: place.at + index }, 'char')));
  }
  if (type.length === 1) {
    if (isNull(type, bytes[0]!)) return null;
    return bytes[0] === 0 ? '' : String.fromCodePoint(bytes[0]!);
  }
  const stop = bytes.indexOf(0);
  const kept = stop < 0 ? bytes : bytes.slice(0, stop);
  if (kept.length === 0 && type.presence === 'optional') return null;
  if (!isUtf8(type.characterEncoding)) {
    return kept.map((byte) => String.fromCodePoint(byte)).join('');
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(kept));
}

function scalarJson(place: ValuePlace, type: ScalarType): SbeJson {
  if (type.presence === 'constant') {
    return typeof type.constant === 'string' ? type.constant : numberJson(type.constant!);
  }
  if (type.primitive === 'char') return charactersJson(place, type);
  const width = primitiveBytes(type.primitive);
  const values: SbeJson[] = [];
  for (let index = 0; index < type.length; index += 1) {
    const raw = readPrimitive({ ...place, at: place.at + index * width }, type.primitive);
    values.push(isNull(type, raw) ? null : numberJson(raw));
  }
  return type.length === 1 ? values[0]! : values;
}

function enumJson(place: ValuePlace, type: EnumType): SbeJson {
  const raw = type.constant ?? Number(readPrimitive(place, type.primitive));
  if (type.presence === 'optional' && raw === type.nullValue) return null;
  return type.values.find((candidate) => candidate.value === raw)?.name ?? { raw };
}

function setJson(place: ValuePlace, type: SetType): SbeJson {
  const raw = readPrimitive(place, type.primitive);
  const bits = BigInt(raw);
  const on = type.choices.filter((choice) => ((bits >> BigInt(choice.bit)) & 1n) === 1n);
  return { raw: numberJson(raw), set: on.map((choice) => choice.name) };
}

/** Whether a composite is a number: its two members say so by their names. */
export function isDecimalTable(type: CompositeType): boolean {
  if (type.members.length !== 2) return false;
  return ['mantissa', 'exponent'].every((name) => {
    const found = type.members.find((member) => member.name === name)?.type;
    if (found?.kind !== 'scalar' || found.length !== 1) return false;
    return found.primitive.includes('int');
  });
}

function compositeJson(place: ValuePlace, type: CompositeType): SbeJson {
  const sent = type.members.filter((member) => member.since <= place.version);
  const members = sent.map((member): [string, SbeJson] => {
    const path = `${place.path}.${member.name}`;
    return [member.name, readValue({ ...place, at: place.at + member.offset, path }, member.type)];
  });
  const object = Object.fromEntries(members);
  if (!isDecimalTable(type)) return object;
  const { mantissa = null, exponent = null } = object;
  return mantissa === null ? null : { m: String(mantissa), e: exponent };
}

/** The JSON of a value. @throws SbeError `TRUNCATED` when a byte of it is outside of the place. */
export function readValue(place: ValuePlace, type: FieldType): SbeJson {
  switch (type.kind) {
    case 'scalar':
      return scalarJson(place, type);
    case 'enum':
      return enumJson(place, type);
    case 'set':
      return setJson(place, type);
    case 'composite':
      return compositeJson(place, type);
  }
}
