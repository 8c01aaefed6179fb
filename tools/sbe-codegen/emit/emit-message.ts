import type { Block, CompositeType, Data, Group, Message, Schema } from '@tickwire/wire-sbe';
import { readMember } from './emit-getters.ts';
import { LayoutEmitter } from './emit-layouts.ts';
import { writeMember } from './emit-setters.ts';
import { jsonEntry } from './json-entry.ts';
import { describe } from './member-doc.ts';
import { groupWalk, messageWalk, openGroup } from './emit-walk.ts';
import { ClassMembers, codeName, memberName } from './member-names.ts';
import { ScalarAccess } from './scalar-access.ts';
import { docComment, indent, literal } from './source-text.ts';

export interface MessageOptions {
  readonly schema: Schema;
  readonly classOf: (type: CompositeType) => string;
}

interface Scope {
  readonly block: Block;
  /** Of the classes: `Quote` or `Quote_NoLegs`. */
  readonly name: string;
  /** Of errors: `Quote.NoLegs`. */
  readonly path: string;
}

/** Builds the classes of a message and of all groups within it, inner ones first. */
class MessageEmitter {
  readonly #options: MessageOptions;
  readonly #access: ScalarAccess;
  readonly #layouts: LayoutEmitter;
  readonly #lines: string[] = [];

  constructor(options: MessageOptions) {
    this.#options = options;
    this.#access = new ScalarAccess(options.schema.byteOrder === 'littleEndian');
    this.#layouts = new LayoutEmitter(options.schema);
  }

  emit(message: Message): string[] {
    const scope = { block: message, name: codeName(message.name), path: message.name };
    const parts = this.#parts(scope);
    const { schema } = this.#options;
    const layout = this.#layouts.message(message, schema, parts);
    this.#lines.push(`const ${scope.name}_Layout: MessageLayout = ${layout};`, '');
    this.#messageDecoder(message, scope);
    this.#messageEncoder(message, scope);
    return this.#lines;
  }

  #parts({ block, name, path }: Scope): Parameters<typeof literal>[0][] {
    const groups = block.groups.map((group) => {
      const inner = {
        block: group,
        name: `${name}_${codeName(group.name)}`,
        path: `${path}.${group.name}`,
      };
      this.#group(group, inner);
      return `@${inner.name}_Layout`;
    });
    return [
      ...groups,
      ...block.data.map((data) => this.#layouts.data(data, `${path}.${data.name}`)),
    ];
  }

  #group(group: Group, scope: Scope): void {
    const { name, path } = scope;
    const layout = this.#layouts.group(group, path, this.#parts(scope));
    this.#lines.push(`const ${name}_Layout: GroupLayout = ${layout};`, '');
    const reading = this.#readBlock(scope);
    this.#lines.push(
      ...docComment(describe(group)),
      `export class ${name}Decoder extends GroupDecoder {`,
      ...indent([
        ...reading.fields,
        ...['constructor() {', `  super(${name}_Layout);`, '}'],
        ...groupWalk(group, this.#access),
        ...reading.lines,
        '$entryJson(): { readonly [name: string]: SbeJson } {',
        '  return {',
        ...indent(indent([...reading.json, ...reading.groups, ...reading.data])),
        '  };',
        '}',
      ]),
      '}',
      '',
    );
    this.#encoderClass(scope, [
      ...docComment(describe(group)),
      `export class ${name}Encoder extends GroupEncoder {`,
    ]);
  }

  #names({ block }: Scope): ClassMembers {
    const all = [...block.fields, ...block.groups, ...block.data];
    return new ClassMembers(all.map((item) => item.name));
  }

  #readBlock(scope: Scope) {
    const members = this.#names(scope);
    const { block, name } = scope;
    const options = { access: this.#access, members, classOf: this.#options.classOf };
    const readings = block.fields.map((field) => readMember(field, options));
    const groups = block.groups.map((group) => {
      const accessor = memberName(group.name);
      return { accessor, className: `${name}_${codeName(group.name)}Decoder`, group };
    });
    const data = block.data.map((item, index) =>
      this.#readData(item, block.groups.length + index, members),
    );
    return {
      fields: [
        ...readings.flatMap((reading) => reading.fields),
        ...groups.map((group) => `readonly #${group.accessor} = new ${group.className}();`),
      ],
      lines: [
        ...readings.flatMap((reading) => reading.lines),
        ...groups.flatMap((group, index) => [
          ...docComment([...describe(group.group), 'Stands before its first entry.']),
          `${group.accessor}(): ${group.className} {`,
          ...indent(openGroup(block, index, group.accessor)),
          '}',
        ]),
        ...data.flatMap((item) => item.lines),
      ],
      json: block.fields.map((field, index) => jsonEntry(field, readings[index]!.json)),
      groups: groups.map(({ accessor, group }) => jsonEntry(group, `this.${accessor}().toJson()`)),
      groupList: groups.map(({ accessor, group }, index) => {
        const json = `this.${accessor}().toJson()`;
        return group.since === 0 ? json : `...(this.$hasPart(${index}) ? [${json}] : [])`;
      }),
      data: data.map((item) => item.json),
    };
  }

  /** Length, place and bytes of a data field, and its text when it is one. */
  #readData(data: Data, part: number, members: ClassMembers) {
    const own = memberName(data.name);
    const bytes = data.characterEncoding === null ? own : members.derived(`${own}Bytes`);
    const lines = [
      `get ${members.derived(`${own}Length`)}(): number {`,
      `  return this.$dataLength(${part});`,
      '}',
      '/** Where its bytes begin in the view. */',
      `get ${members.derived(`${own}Offset`)}(): number {`,
      `  return this.$dataAt(${part});`,
      '}',
      '/** The bytes in place: they change when the buffer is used again. */',
      `get ${bytes}(): Uint8Array {`,
      `  return this.$dataBytes(${part});`,
      '}',
    ];
    if (data.characterEncoding !== null) {
      lines.push(`get ${own}(): string {`, `  return this.$dataText(${part});`, '}');
    }
    const value = data.characterEncoding === null ? `hexOf(this.${own})` : `this.${own}`;
    return { lines: [...docComment(describe(data)), ...lines], json: jsonEntry(data, value) };
  }

  #messageDecoder(message: Message, scope: Scope): void {
    const { name } = scope;
    const { schema } = this.#options;
    const reading = this.#readBlock(scope);
    const header = `${this.#options.classOf(schema.header.type)}Decoder`;
    const data = reading.data.length === 0 ? [] : ['data: {', ...indent(reading.data), '},'];
    this.#lines.push(
      ...docComment(describe(message)),
      `export class ${name}Decoder extends MessageDecoder {`,
      ...indent([
        `static readonly TEMPLATE_ID = ${message.id};`,
        `static readonly BLOCK_LENGTH = ${message.blockLength};`,
        `readonly #header = new ${header}();`,
        ...reading.fields,
        ...['constructor() {', `  super(${name}_Layout);`, '}'],
        '/**',
        ' * Moves to the message whose header begins at an offset.',
        ' *',
        ' * @param end - Where the message ends; the end of the view unless given.',
        ' * @throws SbeError when it is another message, or not a whole one.',
        ' */',
        'wrap(view: DataView, offset: number, end: number = view.byteLength): this {',
        '  return this.wrapAfter(this.#header.wrap(view, offset, end));',
        '}',
        ...messageWalk(message, schema),
        ...reading.lines,
        'toJson(): MessageJson {',
        '  return {',
        ...indent(
          indent([
            `templateId: ${message.id},`,
            `name: ${literal(message.name)},`,
            `schemaId: ${schema.id},`,
            'version: this.$version,',
            'fields: {',
            ...indent(reading.json),
            '},',
            `groups: [${reading.groupList.join(', ')}],`,
            ...data,
          ]),
        ),
        '  };',
        '}',
      ]),
      '}',
      '',
    );
  }

  #messageEncoder(message: Message, scope: Scope): void {
    const { name } = scope;
    const { schema } = this.#options;
    const { header } = schema;
    const write = (part: typeof header.version, value: number | string) => {
      const written = `{ layout: ${literal(this.#layouts.number(part))}, value: ${value} }`;
      return `writeHeaderNumber(view, at, ${written});`;
    };
    this.#encoderClass(scope, [
      ...docComment(describe(message)),
      `export class ${name}Encoder extends MessageEncoder {`,
      ...indent([
        `static readonly TEMPLATE_ID = ${message.id};`,
        `static readonly BLOCK_LENGTH = ${message.blockLength};`,
        `readonly $headerBytes = ${header.bytes};`,
        '$header(view: DataView, at: number, stated: StatedHeader): void {',
        ...indent([
          `for (let index = 0; index < ${header.bytes}; index += 1) view.setUint8(at + index, 0);`,
          write(header.blockLength, 'stated.blockBytes'),
          write(header.templateId, message.id),
          write(header.schemaId, schema.id),
          write(header.version, 'stated.version'),
          ...(header.numGroups === null ? [] : [write(header.numGroups, 'stated.groups')]),
          ...(header.numVarDataFields === null
            ? []
            : [write(header.numVarDataFields, 'stated.data')]),
        ]),
        '}',
      ]),
    ]);
  }

  #encoderClass(scope: Scope, head: readonly string[]): void {
    const { block, name, path } = scope;
    const members = this.#names(scope);
    const table = `${name}_Fields`;
    const options = { access: this.#access, members, classOf: this.#options.classOf, table, path };
    const writings = block.fields.map((field) => writeMember(field, options));
    const entries = writings.flatMap((writing) => writing.table ?? []);
    const groups = block.groups.map((group, index) => {
      const accessor = memberName(group.name);
      const inner = `${name}_${codeName(group.name)}Encoder`;
      const field = `readonly #${accessor} = new ${inner}();`;
      const lines = [
        ...docComment(['Writes the number of entries: call next() as often.']),
        `${accessor}(count: number): ${inner} {`,
        `  return this.$group(${index}, this.#${accessor}, count);`,
        '}',
      ];
      return { field, lines };
    });
    const data = block.data.map((item, index) => [
      `${members.setter(item.name)}(value: string | Uint8Array): this {`,
      `  this.$data(${block.groups.length + index}, value);`,
      '  return this;',
      '}',
    ]);
    if (entries.length > 0) this.#lines.push(`const ${table} = {`, ...indent(entries), '};', '');
    this.#lines.push(
      ...head,
      ...indent([
        ...writings.flatMap((writing) => writing.fields),
        ...groups.map((group) => group.field),
        ...['constructor() {', `  super(${name}_Layout);`, '}'],
        ...writings.flatMap((writing) => writing.lines),
        ...groups.flatMap((group) => group.lines),
        ...data.flat(),
        '$defaults(): void {',
        ...indent(writings.flatMap((writing) => writing.defaults)),
        '}',
      ]),
      '}',
      '',
    );
  }
}

export function emitMessage(message: Message, options: MessageOptions): string[] {
  return new MessageEmitter(options).emit(message);
}
