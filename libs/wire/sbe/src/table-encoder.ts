import { SbeError } from './errors.ts';
import type { SbeErrorCode } from './errors.ts';
import type { GroupJson, MessageJson, SbeJson } from './json.ts';
import { isFloat, primitiveBytes, primitiveRange } from './primitive.ts';
import type { Literal, Primitive } from './primitive.ts';
import type { Block, CompositeType, Data, EnumType, FieldType, Group } from './schema.ts';
import type { HeaderPart, Message, ScalarType, Schema, SetType } from './schema.ts';
import { encodeText, isUtf8 } from './text.ts';
import { isDecimalTable } from './table-values.ts';

type JsonObject = { readonly [name: string]: SbeJson };

function isObject(value: SbeJson | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes one message from the JSON that `decodeMessage` makes of it. */
class TableWriter {
  readonly #schema: Schema;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  #at = 0;

  constructor(schema: Schema, bytesMax: number) {
    this.#schema = schema;
    this.#bytes = new Uint8Array(bytesMax);
    this.#view = new DataView(this.#bytes.buffer);
    this.#littleEndian = schema.byteOrder === 'littleEndian';
  }

  #fail(code: SbeErrorCode, path: string, detail: string): SbeError {
    return new SbeError(code, { field: path, offset: this.#at, detail });
  }

  /** Takes bytes for what comes next. @returns where they begin. */
  #take(bytes: number, path: string): number {
    const at = this.#at;
    if (bytes > this.#bytes.length - at) {
      throw this.#fail('NO_SPACE', path, `${bytes} bytes, ${this.#bytes.length - at} are left`);
    }
    this.#at += bytes;
    return at;
  }

  message(message: Message, json: Partial<MessageJson>): Uint8Array {
    const { header, id, version } = this.#schema;
    const path = message.name;
    const at = this.#take(header.bytes, path);
    const parts: readonly [HeaderPart | null, number][] = [
      [header.blockLength, message.blockLength],
      [header.templateId, message.id],
      [header.schemaId, id],
      [header.version, version],
      [header.numGroups, message.groups.length],
      [header.numVarDataFields, message.data.length],
    ];
    this.#parts(at, parts);
    this.#fields(message, { ...json.fields }, path);
    for (const group of message.groups) {
      const given = json.groups?.find((candidate) => candidate.name === group.name);
      this.#group(group, given, path);
    }
    for (const data of message.data) this.#data(data, json.data?.[data.name], path);
    return this.#bytes.subarray(0, this.#at);
  }

  #parts(at: number, parts: readonly (readonly [HeaderPart | null, number])[]): void {
    for (const [part, value] of parts) {
      if (part !== null) this.#primitive(at + part.offset, part.primitive, value);
    }
  }

  #primitive(at: number, primitive: Primitive, value: Literal): void {
    const view = this.#view;
    const order = this.#littleEndian;
    const bytes = primitiveBytes(primitive);
    if (primitive === 'float') view.setFloat32(at, Number(value), order);
    else if (primitive === 'double') view.setFloat64(at, Number(value), order);
    else {
      const bits = BigInt.asUintN(bytes * 8, BigInt(value));
      for (let index = 0; index < bytes; index += 1) {
        const shift = BigInt((order ? index : bytes - 1 - index) * 8);
        view.setUint8(at + index, Number((bits >> shift) & 0xffn));
      }
    }
  }

  #fields(block: Block, json: JsonObject, path: string): void {
    const at = this.#take(block.blockLength, path);
    for (const field of block.fields) {
      const value = json[field.name] ?? null;
      this.#value(at + field.offset, field.type, { value, path: `${path}.${field.name}` });
    }
  }

  #value(at: number, type: FieldType, given: { value: SbeJson; path: string }): void {
    if (type.kind === 'composite') this.#composite(at, type, given);
    else if (type.kind === 'set') this.#set(at, type, given);
    else if (type.presence === 'constant') return;
    else if (type.kind === 'enum') this.#enum(at, type, given);
    else if (type.primitive === 'char') this.#characters(at, type, given);
    else this.#numbers(at, type, given);
  }

  #composite(at: number, type: CompositeType, given: { value: SbeJson; path: string }): void {
    const { value, path } = given;
    if (value !== null && !isObject(value)) throw this.#fail('BAD_VALUE', path, 'is no object');
    const object = value ?? {};
    const named = isDecimalTable(type) ? { mantissa: object.m, exponent: object.e } : object;
    for (const member of type.members) {
      const inner = (named as JsonObject)[member.name] ?? null;
      const place = at + member.offset;
      this.#value(place, member.type, { value: inner, path: `${path}.${member.name}` });
    }
  }

  #set(at: number, type: SetType, given: { value: SbeJson; path: string }): void {
    const { value, path } = given;
    const raw = isObject(value) ? value.raw : (value ?? 0);
    this.#primitive(at, type.primitive, this.#integer(raw ?? 0, type.primitive, path));
  }

  #enum(at: number, type: EnumType, given: { value: SbeJson; path: string }): void {
    const { value, path } = given;
    if (value === null) {
      this.#primitive(at, type.primitive, type.presence === 'optional' ? type.nullValue : 0);
      return;
    }
    const known = type.values.find((candidate) => candidate.name === value)?.value;
    const raw = known ?? (isObject(value) ? value.raw : undefined);
    if (raw === undefined) {
      throw this.#fail('BAD_VALUE', path, `${JSON.stringify(value)} is no value`);
    }
    this.#primitive(at, type.primitive, this.#integer(raw, type.primitive, path));
  }

  #characters(at: number, type: ScalarType, given: { value: SbeJson; path: string }): void {
    const { value, path } = given;
    if (value === null) {
      const isSingleNull = type.presence === 'optional' && type.length === 1;
      if (isSingleNull) this.#primitive(at, 'char', type.nullValue);
      return;
    }
    if (typeof value !== 'string') throw this.#fail('BAD_VALUE', path, 'is no text');
    const bytes = encodeText(value, isUtf8(type.characterEncoding) && type.length > 1);
    if (bytes === undefined) throw this.#fail('BAD_VALUE', path, 'has a character of above 8 bits');
    if (bytes.length > type.length) throw this.#fail('OUT_OF_RANGE', path, `${bytes.length} bytes`);
    this.#bytes.set(bytes, at);
  }

  #numbers(at: number, type: ScalarType, given: { value: SbeJson; path: string }): void {
    const { value, path } = given;
    const width = primitiveBytes(type.primitive);
    const list = type.length === 1 ? [value] : Array.isArray(value) ? value : [];
    for (let index = 0; index < type.length; index += 1) {
      const element: SbeJson = list[index] ?? null;
      const none = type.presence === 'optional' ? type.nullValue : 0;
      const written = element === null ? none : this.#number(element, type, path);
      this.#primitive(at + index * width, type.primitive, written);
    }
  }

  #number(value: SbeJson, type: ScalarType, path: string): Literal {
    if (!isFloat(type.primitive)) {
      const integer = this.#integer(value, type.primitive, path);
      const isBelow = type.min !== null && integer < BigInt(type.min);
      const isAbove = type.max !== null && integer > BigInt(type.max);
      if (isBelow || isAbove) throw this.#fail('OUT_OF_RANGE', path, `${integer}`);
      return integer;
    }
    const number = typeof value === 'number' ? value : Number(value);
    const isText = typeof value === 'string' && /^(-?Infinity|NaN)$/.test(value);
    if (typeof value === 'number' || isText) return number;
    throw this.#fail('BAD_VALUE', path, 'is no number');
  }

  #integer(value: SbeJson, primitive: Primitive, path: string): bigint {
    const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
    if (!isText && !(typeof value === 'number' && Number.isSafeInteger(value))) {
      throw this.#fail('BAD_VALUE', path, `${JSON.stringify(value)} is no exact integer`);
    }
    const integer = BigInt(value as string | number);
    const range = primitiveRange(primitive);
    if (integer >= BigInt(range.min) && integer <= BigInt(range.max)) return integer;
    throw this.#fail('OUT_OF_RANGE', path, `${integer} does not fit ${primitive}`);
  }

  #group(group: Group, given: GroupJson | undefined, outer: string): void {
    const path = `${outer}.${group.name}`;
    const entries = given?.entries ?? [];
    const { dimension } = group;
    if (entries.length > dimension.numInGroup.max || entries.length < dimension.numInGroup.min) {
      throw this.#fail('OUT_OF_RANGE', path, `${entries.length} entries`);
    }
    const at = this.#take(dimension.bytes, path);
    this.#parts(at, [
      [dimension.blockLength, group.blockLength],
      [dimension.numInGroup, entries.length],
      [dimension.numGroups, group.groups.length],
      [dimension.numVarDataFields, group.data.length],
    ]);
    for (const entry of entries) {
      this.#fields(group, entry, path);
      for (const inner of group.groups) this.#innerGroup(inner, entry[inner.name], path);
      for (const data of group.data) this.#data(data, entry[data.name], path);
    }
  }

  #innerGroup(group: Group, given: SbeJson | undefined, outer: string): void {
    const entries = isObject(given) ? given.entries : [];
    if (!Array.isArray(entries) || !entries.every((entry: SbeJson) => isObject(entry))) {
      throw this.#fail('BAD_VALUE', `${outer}.${group.name}`, 'entries are no list of objects');
    }
    this.#group(group, { name: group.name, blockLength: group.blockLength, entries }, outer);
  }

  #data(data: Data, given: SbeJson | undefined, outer: string): void {
    const path = `${outer}.${data.name}`;
    const text = given ?? '';
    if (typeof text !== 'string') throw this.#fail('BAD_VALUE', path, 'is no text');
    const isText = data.characterEncoding !== null;
    const bytes = isText ? encodeText(text, isUtf8(data.characterEncoding)) : fromHex(text);
    if (bytes === undefined) throw this.#fail('BAD_VALUE', path, 'cannot be encoded');
    if (bytes.length > data.length.max) {
      throw this.#fail('OUT_OF_RANGE', path, `${bytes.length} bytes`);
    }
    const at = this.#take(data.headerBytes, path);
    this.#parts(at, [[data.length, bytes.length]]);
    this.#bytes.set(bytes, this.#take(bytes.length, path));
  }
}

function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  const pairs = text.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

export interface EncodeMessageOptions {
  /** The message may not be longer. */
  readonly bytesMax?: number;
}

/** What the usual 16-bit size of a message in a packet can state. */
const BYTES_MAX = 65_535;

/**
 * Encodes a message by the table of its schema, in the schema's own version. What the JSON leaves
 * out is null where it may be and zero elsewhere; groups and data are empty.
 *
 * @throws SbeError `UNKNOWN_TEMPLATE`, `BAD_VALUE`, `OUT_OF_RANGE`, `NO_SPACE`.
 */
export function encodeMessage(
  schema: Schema,
  json: Partial<MessageJson>,
  options: EncodeMessageOptions = {},
): Uint8Array {
  const message = schema.messages.find(({ id, name }) =>
    json.templateId === undefined ? name === json.name : id === json.templateId,
  );
  if (message === undefined) {
    const field = `${json.name ?? json.templateId ?? 'message'}`;
    const detail = 'the schema has no such message';
    throw new SbeError('UNKNOWN_TEMPLATE', { field, offset: 0, detail });
  }
  return new TableWriter(schema, options.bytesMax ?? BYTES_MAX).message(message, json);
}
