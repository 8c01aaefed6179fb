import { isFloat, isUtf8, isWide, primitiveBytes, primitiveRange } from '@tickwire/wire-sbe';
import type { Block, CompositeType, Data, EnumType, FieldType } from '@tickwire/wire-sbe';
import type {
  Group,
  GroupJson,
  HeaderPart,
  Message,
  MessageJson,
  SbeJson,
} from '@tickwire/wire-sbe';
import type { ScalarType, Schema, SetType } from '@tickwire/wire-sbe';
import { isDecimal } from '../emit/emit-composites.ts';
import type { RandomSource } from './random-source.ts';

const ENTRIES_MAX = 3;
const NULL_SHARE = 0.3;
/** What a packet can carry; a message that would be longer ends there. */
const BYTES_MAX = 65_535;

/** Random messages as JSON with values that an encoder accepts. */
export class RandomJson {
  readonly #random: RandomSource;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  message(schema: Schema, message: Message): MessageJson {
    const groups = message.groups.map((group) => this.#group(group));
    const data = this.#dataOf(message);
    return {
      templateId: message.id,
      name: message.name,
      schemaId: schema.id,
      version: schema.version,
      fields: this.#fields(message),
      groups,
      ...(message.data.length === 0 ? {} : { data }),
    };
  }

  #fields(block: Block): Record<string, SbeJson> {
    return Object.fromEntries(block.fields.map(({ name, type }) => [name, this.#value(type)]));
  }

  #dataOf(block: Block): Record<string, SbeJson> {
    return Object.fromEntries(block.data.map((data) => [data.name, this.#data(data)]));
  }

  #group(group: Group): GroupJson {
    const { min, max } = group.dimension.numInGroup;
    const count = Math.min(max, min + this.#random.below(ENTRIES_MAX + 1));
    const entries = Array.from({ length: count }, () => ({
      ...this.#fields(group),
      ...Object.fromEntries(group.groups.map((inner) => [inner.name, { ...this.#group(inner) }])),
      ...this.#dataOf(group),
    }));
    return { name: group.name, blockLength: group.blockLength, entries };
  }

  #data(data: Data): SbeJson {
    const length = this.#random.below(9);
    if (data.characterEncoding === null) {
      const bytes = Array.from({ length }, () => this.#random.byte());
      return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    const letters = isUtf8(data.characterEncoding) ? 'aé€😀\0' : 'azÿ\0 ';
    return Array.from({ length }, () => this.#random.pick([...letters])).join('');
  }

  #value(type: FieldType): SbeJson {
    if (type.kind === 'composite') return this.#composite(type);
    if (type.kind === 'set') return this.#set(type);
    if (type.kind === 'enum') return this.#enum(type);
    if (type.presence === 'constant') {
      return typeof type.constant === 'string' ? type.constant : exact(type.constant!);
    }
    if (type.primitive === 'char') return this.#text(type);
    if (type.length === 1) return this.#number(type);
    return Array.from({ length: type.length }, () => this.#number(type));
  }

  #composite(type: CompositeType): SbeJson {
    const members = Object.fromEntries(
      type.members.map(({ name, type: inner }) => [name, this.#value(inner)]),
    );
    if (!isDecimal(type)) return members;
    if (members.mantissa === null) return null;
    return { m: String(members.mantissa), e: members.exponent! };
  }

  #set(type: SetType): SbeJson {
    const on = type.choices.filter(() => this.#random.chance(0.5));
    let raw = 0n;
    for (const { bit } of on) raw |= 1n << BigInt(bit);
    return { raw: exact(raw), set: on.map(({ name }) => name) };
  }

  #enum(type: EnumType): SbeJson {
    if (type.presence === 'constant') {
      return type.values.find(({ value }) => value === type.constant)!.name;
    }
    if (type.presence === 'optional' && this.#random.chance(NULL_SHARE)) return null;
    return this.#random.pick(type.values).name;
  }

  #text(type: ScalarType): SbeJson {
    const isNull = type.presence === 'optional' && this.#random.chance(NULL_SHARE);
    if (isNull) return null;
    if (type.length === 1) return this.#random.pick(['a', 'Z', 'ÿ', ' ']);
    const length = type.presence === 'optional' ? 1 : 0;
    const letters = isUtf8(type.characterEncoding) ? ['a', 'b'] : ['a', 'ÿ', ' '];
    const more = this.#random.below(type.length + 1 - length);
    return Array.from({ length: length + more }, () => this.#random.pick(letters)).join('');
  }

  #number(type: ScalarType): SbeJson {
    if (type.presence === 'optional' && this.#random.chance(NULL_SHARE)) return null;
    if (isFloat(type.primitive)) return this.#float(type);
    const range = primitiveRange(type.primitive);
    const min = BigInt(type.min ?? range.min);
    const max = BigInt(type.max ?? range.max);
    const value = this.#random.bigint(min, max);
    const isNull = type.presence === 'optional' && value === BigInt(type.nullValue);
    if (isNull) return null;
    return exact(value);
  }

  #float(type: ScalarType): SbeJson {
    const min = Number(type.min ?? -1e6);
    const max = Number(type.max ?? 1e6);
    const value = Math.fround(min + (max - min) * (this.#random.below(1e6) / 1e6));
    return type.presence === 'optional' && value === type.nullValue ? null : value;
  }
}

function exact(value: number | bigint): SbeJson {
  if (typeof value === 'number') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

export interface SenderVersion {
  readonly version: number;
  /** Bytes that a newer sender has behind the block that we know. */
  readonly more: number;
}

/** Random messages as bytes: any value in every field, as a sender of any version frames it. */
export class RandomBytes {
  readonly #random: RandomSource;
  readonly #schema: Schema;
  readonly #sender: SenderVersion;
  #bytes: number[] = [];

  constructor(random: RandomSource, schema: Schema, sender: SenderVersion) {
    this.#random = random;
    this.#schema = schema;
    this.#sender = sender;
  }

  message(message: Message): Uint8Array {
    const { header, id } = this.#schema;
    this.#bytes = [];
    const blockLength = this.#blockLength(message);
    const at = this.#zeros(header.bytes);
    this.#number(at, header.blockLength, blockLength);
    this.#number(at, header.templateId, message.id);
    this.#number(at, header.schemaId, id);
    this.#number(at, header.version, this.#sender.version);
    this.#noise(blockLength);
    this.#parts(message);
    if (this.#sender.version > this.#schema.version) this.#noise(this.#sender.more);
    return Uint8Array.from(this.#bytes.slice(0, BYTES_MAX));
  }

  /** As long as the sender's version has it; a newer one has more. */
  #blockLength(block: Block): number {
    const { version, more } = this.#sender;
    if (version >= this.#schema.version) {
      return block.blockLength + (version > this.#schema.version ? more : 0);
    }
    const ends = block.fields
      .filter((field) => field.since <= version)
      .map((field) => field.offset + bytesOf(field.type, version));
    return Math.max(0, ...ends);
  }

  #parts(block: Block): void {
    for (const group of block.groups) {
      if (group.since <= this.#sender.version) this.#group(group);
    }
    for (const data of block.data) {
      if (data.since <= this.#sender.version) this.#data(data);
    }
  }

  #group(group: Group): void {
    const { dimension } = group;
    const count = this.#random.below(ENTRIES_MAX + 1);
    const blockLength = this.#blockLength(group);
    const at = this.#zeros(dimension.bytes);
    this.#number(at, dimension.blockLength, blockLength);
    this.#number(at, dimension.numInGroup, count);
    for (let entry = 0; entry < count && this.#bytes.length < BYTES_MAX; entry += 1) {
      this.#noise(blockLength);
      this.#parts(group);
    }
  }

  #data(data: Data): void {
    const length = this.#random.below(9);
    const at = this.#zeros(data.headerBytes);
    this.#number(at, data.length, length);
    this.#noise(length);
  }

  #zeros(count: number): number {
    const at = this.#bytes.length;
    for (let index = 0; index < count; index += 1) this.#bytes.push(0);
    return at;
  }

  #noise(count: number): void {
    const end = Math.min(this.#bytes.length + count, BYTES_MAX);
    while (this.#bytes.length < end) this.#bytes.push(this.#random.byte());
  }

  #number(at: number, part: HeaderPart, value: number): void {
    const bytes = primitiveBytes(part.primitive);
    for (let index = 0; index < bytes; index += 1) {
      const isLittle = this.#schema.byteOrder === 'littleEndian';
      const shift = (isLittle ? index : bytes - 1 - index) * 8;
      this.#bytes[at + part.offset + index] = Math.floor(value / 2 ** shift) % 256;
    }
  }
}

function bytesOf(type: FieldType, version: number): number {
  if (type.kind === 'composite') {
    const ends = type.members
      .filter((member) => member.since <= version)
      .map((member) => member.offset + bytesOf(member.type, version));
    return Math.max(0, ...ends);
  }
  if (type.kind !== 'set' && type.presence === 'constant') return 0;
  return primitiveBytes(type.primitive) * (type.kind === 'scalar' ? type.length : 1);
}

/** Whether an encoder has a setter that takes a bigint beside the one that takes a number. */
export function isWideType(type: FieldType): boolean {
  return (type.kind === 'scalar' || type.kind === 'set') && isWide(type.primitive);
}
