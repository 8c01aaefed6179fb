import type { CompositeType, MessageHeaderLayout, Schema } from '@tickwire/wire-sbe';
import { readMember } from './emit-getters.ts';
import { writeMember } from './emit-setters.ts';
import { jsonEntry } from './json-entry.ts';
import { ClassMembers } from './member-names.ts';
import { ScalarAccess, place, wideFunction } from './scalar-access.ts';
import { docComment, indent, quoted } from './source-text.ts';
import { isWide } from '@tickwire/wire-sbe';

export interface CompositeOptions {
  readonly schema: Schema;
  readonly classOf: (type: CompositeType) => string;
}

/** A number as mantissa and exponent: it has a JSON form of its own. */
export function isDecimal(type: CompositeType): boolean {
  const names = type.members.map((member) => member.name).sort();
  if (names.join() !== 'exponent,mantissa') return false;
  return type.members.every(({ type: inner }) => {
    if (inner.kind !== 'scalar' || inner.length !== 1) return false;
    return /^u?int/.test(inner.primitive);
  });
}

function decimalJson(type: CompositeType): string[] {
  const mantissa = type.members.find((member) => member.name === 'mantissa')!.type;
  if (mantissa.kind !== 'scalar') return [];
  const isWords = isWide(mantissa.primitive) && mantissa.presence !== 'constant';
  const words = `${wideFunction(mantissa.primitive, 'Text')}(this.mantissaHi32, this.mantissaLo32)`;
  const text =
    mantissa.presence === 'constant'
      ? quoted(String(mantissa.constant))
      : isWords
        ? words
        : 'String(this.mantissa)';
  return [
    '/** Null when the mantissa is. */',
    'toJson(): SbeJson {',
    '  if (this.mantissa === null) return null;',
    `  return { m: ${text}, e: this.exponent };`,
    '}',
  ];
}

function headerMembers(layout: MessageHeaderLayout, littleEndian: boolean): string[] {
  const access = new ScalarAccess(littleEndian);
  const read = (part: MessageHeaderLayout['version']): string =>
    access.read(part.primitive, place(part.offset));
  const header = `{ path: ${quoted(layout.type.name)}, headerBytes: ${layout.bytes} }`;
  const get = (name: string, part: MessageHeaderLayout['version']) => [
    `get ${name}(): number {`,
    `  return ${read(part)};`,
    '}',
  ];
  return [
    '$end = 0;',
    `readonly $bytes = ${layout.bytes};`,
    '/**',
    ' * Moves to the header of a message.',
    ' *',
    ' * @param end - Where the message ends; the end of the view unless given.',
    ' * @throws SbeError `BAD_BOUNDS`, `TRUNCATED`.',
    ' */',
    'wrap(view: DataView, offset: number, end: number = view.byteLength): this {',
    '  checkBounds(view, offset, end);',
    '  this.$end = end;',
    '  this.$place(view, offset, 0);',
    `  checkRoom(this, ${header}, offset);`,
    `  this.$version = ${read(layout.version)};`,
    '  return this;',
    '}',
    ...get('$blockLength', layout.blockLength),
    ...get('$templateId', layout.templateId),
    ...get('$schemaId', layout.schemaId),
  ];
}

/** In each class, where it sees one shape only. */
const PLACE = [
  'override $place(view: DataView, at: number, version: number): this {',
  '  this.$view = view;',
  '  this.$at = at;',
  '  this.$version = version;',
  '  return this;',
  '}',
];

function decoder(type: CompositeType, options: CompositeOptions): string[] {
  const littleEndian = options.schema.byteOrder === 'littleEndian';
  const members = new ClassMembers(type.members.map((member) => member.name));
  const access = new ScalarAccess(littleEndian);
  const readings = type.members.map((member) =>
    readMember(member, { access, members, classOf: options.classOf }),
  );
  const isHeader = type.name === options.schema.header.type.name;
  const json = isDecimal(type)
    ? decimalJson(type)
    : [
        'toJson(): SbeJson {',
        '  return {',
        ...type.members.map((member, index) => `    ${jsonEntry(member, readings[index]!.json)}`),
        '  };',
        '}',
      ];
  return [
    ...docComment([type.description]),
    `export class ${options.classOf(type)}Decoder extends CompositeDecoder {`,
    ...indent([
      ...readings.flatMap((reading) => reading.fields),
      ...PLACE,
      ...(isHeader ? headerMembers(options.schema.header, littleEndian) : []),
      ...readings.flatMap((reading) => reading.lines),
      ...json,
    ]),
    '}',
    '',
  ];
}

function encoder(type: CompositeType, options: CompositeOptions): string[] {
  const members = new ClassMembers(type.members.map((member) => member.name));
  const name = options.classOf(type);
  const table = `${name}Fields`;
  const access = new ScalarAccess(options.schema.byteOrder === 'littleEndian');
  const writings = type.members.map((member) =>
    writeMember(member, { access, members, classOf: options.classOf, table, path: type.name }),
  );
  const entries = writings.flatMap((writing) => writing.table ?? []);
  return [
    ...(entries.length === 0 ? [] : [`const ${table} = {`, ...indent(entries), '};', '']),
    ...docComment([type.description]),
    `export class ${name}Encoder extends CompositeEncoder {`,
    ...indent([
      ...writings.flatMap((writing) => writing.fields),
      ...writings.flatMap((writing) => writing.lines),
      '$defaults(): void {',
      ...indent(writings.flatMap((writing) => writing.defaults)),
      '}',
    ]),
    '}',
    '',
  ];
}

/** The two flyweights of a composite; that of the message header can be wrapped by itself. */
export function emitComposite(type: CompositeType, options: CompositeOptions): string[] {
  return [...decoder(type, options), ...encoder(type, options)];
}
