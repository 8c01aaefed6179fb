import { primitiveBytes, readHeaderNumber } from '@tickwire/wire-sbe';
import type { Block, FieldType, Group, HeaderPart, Message, Schema } from '@tickwire/wire-sbe';

/**
 * A message with zeros in the bytes that belong to no field: senders leave there what they had in
 * memory, encoders of ours write zeros.
 */
export function withoutPadding(schema: Schema, message: Message, bytes: Uint8Array): Uint8Array {
  return new PaddingRemover(schema, bytes).message(message);
}

class PaddingRemover {
  readonly #schema: Schema;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #kept: Uint8Array;
  #at = 0;
  #version = 0;

  constructor(schema: Schema, bytes: Uint8Array) {
    this.#schema = schema;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#kept = new Uint8Array(bytes.length);
  }

  message(message: Message): Uint8Array {
    const { header } = this.#schema;
    this.#keepType(header.type, this.#at);
    const blockLength = this.#number(header.blockLength);
    this.#version = this.#number(header.version);
    this.#at += header.bytes;
    this.#block(message, blockLength);
    return this.#kept;
  }

  /** Those that the sender's version has. */
  #sent<T extends { readonly since: number }>(items: readonly T[]): T[] {
    return items.filter(({ since }) => since <= this.#version);
  }

  #keep(at: number, length: number): void {
    this.#kept.set(this.#bytes.subarray(at, at + length), at);
  }

  #keepType(type: FieldType, at: number): void {
    if (type.kind === 'composite') {
      for (const { type: inner, offset } of this.#sent(type.members)) {
        this.#keepType(inner, at + offset);
      }
    } else if (type.kind === 'set' || type.presence !== 'constant') {
      const length = type.kind === 'scalar' ? type.length : 1;
      this.#keep(at, primitiveBytes(type.primitive) * length);
    }
  }

  #number(part: HeaderPart): number {
    const littleEndian = this.#schema.byteOrder === 'littleEndian';
    return readHeaderNumber(this.#view, this.#at, { ...part, littleEndian });
  }

  #part(part: HeaderPart | null): void {
    if (part !== null) this.#keep(this.#at + part.offset, primitiveBytes(part.primitive));
  }

  #block(block: Block, blockLength: number): void {
    for (const { offset, type } of this.#sent(block.fields)) {
      this.#keepType(type, this.#at + offset);
    }
    this.#at += blockLength;
    for (const group of this.#sent(block.groups)) this.#group(group);
    for (const data of this.#sent(block.data)) {
      const length = this.#number(data.length);
      this.#part(data.length);
      this.#keep(this.#at + data.headerBytes, length);
      this.#at += data.headerBytes + length;
    }
  }

  #group(group: Group): void {
    const { dimension } = group;
    const blockLength = this.#number(dimension.blockLength);
    const count = this.#number(dimension.numInGroup);
    this.#part(dimension.blockLength);
    this.#part(dimension.numInGroup);
    this.#part(dimension.numGroups);
    this.#part(dimension.numVarDataFields);
    this.#at += dimension.bytes;
    for (let entry = 0; entry < count; entry += 1) this.#block(group, blockLength);
  }
}
