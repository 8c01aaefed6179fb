import { EMPTY_ENTRIES_MAX } from './bounds.ts';
import { SbeError } from './errors.ts';
import type { SbeErrorCode } from './errors.ts';
import type { GroupJson, MessageJson, SbeJson, UnknownMessageJson } from './json.ts';
import type { Block, Data, FieldType, Group, HeaderPart, Message, Schema } from './schema.ts';
import { hexOf, isUtf8 } from './text.ts';
import { readPrimitive, readValue, typeBytes } from './table-values.ts';

type Entry = Record<string, SbeJson>;

/** Reads one message from its first byte to its last, once. */
class TableReader {
  readonly #schema: Schema;
  readonly #view: DataView;
  readonly #end: number;
  readonly #littleEndian: boolean;
  #at: number;
  #version = 0;

  constructor(schema: Schema, view: DataView, range: { offset: number; end: number }) {
    this.#schema = schema;
    this.#view = view;
    this.#at = range.offset;
    this.#end = range.end;
    this.#littleEndian = schema.byteOrder === 'littleEndian';
  }

  #fail(code: SbeErrorCode, path: string, detail: string): SbeError {
    return new SbeError(code, { field: path, offset: this.#at, detail });
  }

  #left(): number {
    return this.#end - this.#at;
  }

  #need(bytes: number, path: string): void {
    if (bytes <= this.#left()) return;
    throw this.#fail('TRUNCATED', path, `needs ${bytes} bytes, ${this.#left()} are left`);
  }

  #number(part: HeaderPart, path: string): number {
    return Number(readPrimitive(this.#place(this.#at + part.offset, path), part.primitive));
  }

  #place(at: number, path: string) {
    return {
      ...{ view: this.#view, littleEndian: this.#littleEndian, at, end: this.#end },
      ...{ version: this.#version, path },
    };
  }

  message(): MessageJson | UnknownMessageJson {
    const { header, id } = this.#schema;
    const name = header.type.name;
    this.#need(header.bytes, name);
    const stated = {
      templateId: this.#number(header.templateId, name),
      schemaId: this.#number(header.schemaId, name),
      version: this.#number(header.version, name),
    };
    const blockLength = this.#number(header.blockLength, name);
    const message = this.#schema.messages.find((candidate) => candidate.id === stated.templateId);
    if (message === undefined || stated.schemaId !== id) {
      return { ...stated, name: null, blockLength };
    }
    this.#version = stated.version;
    this.#at += header.bytes;
    if (blockLength > this.#left()) {
      throw this.#fail('BLOCK_PAST_END', message.name, `${blockLength} bytes of ${this.#left()}`);
    }
    this.#checkBlock(message, { blockLength, path: message.name });
    const fields = this.#fields(message, message.name);
    this.#at += blockLength;
    return { ...stated, name: message.name, fields, ...this.#tail(message) };
  }

  #tail(message: Message): Pick<MessageJson, 'groups' | 'data'> {
    const groups = this.#sent(message.groups).map((group) => this.#group(group, message.name));
    if (message.data.length === 0) return { groups };
    const data: Entry = {};
    for (const item of this.#sent(message.data)) data[item.name] = this.#data(item, message.name);
    return { groups, data };
  }

  /** Those that the sender's version has. */
  #sent<T extends { readonly since: number }>(items: readonly T[]): T[] {
    return items.filter(({ since }) => since <= this.#version);
  }

  /** Every field that the stated version has must lie within the stated block. */
  #checkBlock(block: Block, stated: { blockLength: number; path: string }): void {
    const visit = (type: FieldType, at: { offset: number; since: number; path: string }): void => {
      if (at.since > this.#version) return;
      if (type.kind === 'composite') {
        for (const { offset, since, name, type: inner } of type.members) {
          const path = `${at.path}.${name}`;
          visit(inner, { offset: at.offset + offset, since: Math.max(at.since, since), path });
        }
        return;
      }
      const bytes = typeBytes(type);
      if (bytes === 0 || at.offset + bytes <= stated.blockLength) return;
      const detail = `ends at ${at.offset + bytes} of ${stated.blockLength}`;
      throw this.#fail('BLOCK_TOO_SHORT', at.path, detail);
    };
    for (const { offset, since, name, type } of block.fields) {
      visit(type, { offset, since, path: `${stated.path}.${name}` });
    }
  }

  #fields(block: Block, path: string): Entry {
    const entry: Entry = {};
    for (const field of this.#sent(block.fields)) {
      const place = this.#place(this.#at + field.offset, `${path}.${field.name}`);
      entry[field.name] = readValue(place, field.type);
    }
    return entry;
  }

  #group(group: Group, outer: string): GroupJson {
    const path = `${outer}.${group.name}`;
    const { name, dimension } = group;
    this.#need(dimension.bytes, path);
    const blockLength = this.#number(dimension.blockLength, path);
    const count = this.#number(dimension.numInGroup, path);
    if (count > 0) this.#checkBlock(group, { blockLength, path });
    this.#at += dimension.bytes;
    this.#checkCount(group, { blockLength, count, path });
    const entries: Entry[] = [];
    for (let index = 0; index < count; index += 1) {
      if (blockLength > this.#left()) {
        throw this.#fail('GROUP_PAST_END', path, `entry ${index} has ${this.#left()} bytes left`);
      }
      const entry = this.#fields(group, path);
      this.#at += blockLength;
      for (const inner of this.#sent(group.groups)) entry[inner.name] = this.#group(inner, path);
      for (const item of this.#sent(group.data)) entry[item.name] = this.#data(item, path);
      entries.push(entry);
    }
    return { name, blockLength, entries };
  }

  #checkCount(group: Group, stated: { blockLength: number; count: number; path: string }): void {
    const { blockLength, count, path } = stated;
    if (blockLength * count > this.#left()) {
      throw this.#fail('GROUP_PAST_END', path, `${count} entries of ${blockLength} bytes`);
    }
    const inner = this.#sent([...group.groups, ...group.data]);
    if (blockLength > 0 || inner.length > 0 || count <= EMPTY_ENTRIES_MAX) return;
    throw this.#fail('EMPTY_ENTRIES', path, `${count} entries without a byte`);
  }

  #data(data: Data, outer: string): SbeJson {
    const path = `${outer}.${data.name}`;
    this.#need(data.headerBytes, path);
    const length = this.#number(data.length, path);
    this.#at += data.headerBytes;
    if (length > this.#left()) {
      throw this.#fail('DATA_PAST_END', path, `${length} bytes of ${this.#left()}`);
    }
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) {
      bytes[index] = this.#view.getUint8(this.#at + index);
    }
    this.#at += length;
    const { characterEncoding } = data;
    if (characterEncoding === null) return hexOf(bytes);
    if (isUtf8(characterEncoding)) {
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    }
    return Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('');
  }
}

/**
 * Decodes a message by the table of its schema, without generated code: for schemas that are known
 * only at run time, and as a second opinion in tests. Of a message that the schema does not have
 * only the header is shown; the packet says where the next one begins.
 *
 * @param range.offset - Where the header of the message begins.
 * @param range.end - Where the message ends; the end of the view unless given.
 * @throws SbeError with the same codes as generated decoders.
 */
export function decodeMessage(
  schema: Schema,
  view: DataView,
  range: { readonly offset: number; readonly end?: number },
): MessageJson | UnknownMessageJson {
  const { offset, end = view.byteLength } = range;
  const isWithin = Number.isInteger(offset) && Number.isInteger(end) && offset >= 0;
  if (!isWithin || offset > end || end > view.byteLength) {
    const detail = `end ${end} with ${view.byteLength} bytes in the view`;
    throw new SbeError('BAD_BOUNDS', { field: schema.header.type.name, offset, detail });
  }
  return new TableReader(schema, view, { offset, end }).message();
}
