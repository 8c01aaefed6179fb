import { isUtf8 } from '@tickwire/wire-sbe';
import type { Data, Group, HeaderPart, Message, Schema } from '@tickwire/wire-sbe';
import { fieldEnds, requiredBytes } from './required-bytes.ts';
import { literal } from './source-text.ts';

type Printable = Parameters<typeof literal>[0];

/** The tables that tell the runtime where the parts of a message lie. */
export class LayoutEmitter {
  readonly #littleEndian: boolean;

  constructor(schema: Schema) {
    this.#littleEndian = schema.byteOrder === 'littleEndian';
  }

  number(part: HeaderPart): Printable {
    const { offset, primitive, max } = part;
    return { offset, primitive, littleEndian: this.#littleEndian, max };
  }

  #maybe(part: HeaderPart | null): Printable {
    return part === null ? null : this.number(part);
  }

  #lengths(fields: Message['fields']) {
    const ends = fieldEnds(fields);
    const required = requiredBytes(ends).map((need) => ({ ...need }));
    return { required, ends: ends.map((end) => ({ ...end })) };
  }

  /** @param parts - Names of the constants of nested groups, then layouts of the data. */
  group(group: Group, path: string, parts: readonly Printable[]): string {
    const { dimension } = group;
    const { min } = dimension.numInGroup;
    return literal({
      kind: 'group',
      path,
      name: group.name,
      since: group.since,
      headerBytes: dimension.bytes,
      blockLength: this.number(dimension.blockLength),
      numInGroup: { ...(this.number(dimension.numInGroup) as object), min },
      numGroups: this.#maybe(dimension.numGroups),
      numVarDataFields: this.#maybe(dimension.numVarDataFields),
      blockBytes: group.blockLength,
      ...this.#lengths(group.fields),
      parts,
    });
  }

  data(data: Data, path: string): Printable {
    return {
      kind: 'data',
      path,
      name: data.name,
      since: data.since,
      headerBytes: data.headerBytes,
      length: this.number(data.length),
      utf8: isUtf8(data.characterEncoding),
    };
  }

  message(message: Message, schema: Schema, parts: readonly Printable[]): string {
    return literal({
      path: message.name,
      templateId: message.id,
      schemaId: schema.id,
      version: schema.version,
      blockBytes: message.blockLength,
      ...this.#lengths(message.fields),
      parts,
    });
  }
}
