/** The classes of records, as text: each field of the layouts becomes getters and setters. */
import {
  CONSOLIDATED_LEVEL_FIELDS,
  HEADER_FIELDS,
  LEVEL_BYTES,
  LEVEL_FIELDS,
  RECORD_LAYOUTS,
} from '@tickwire/wire-dbn/layouts';
import type { Field, FieldKind, RecordLayout } from '@tickwire/wire-dbn/layouts';

interface IntegerAccess {
  readonly method: string;
  readonly max: number;
  readonly isSigned: boolean;
}

const INTEGERS: Partial<Record<FieldKind, IntegerAccess>> = {
  u8: { method: 'Uint8', max: 0xff, isSigned: false },
  char: { method: 'Uint8', max: 0xff, isSigned: false },
  i8: { method: 'Int8', max: 0x7f, isSigned: true },
  u16: { method: 'Uint16', max: 0xffff, isSigned: false },
  i16: { method: 'Int16', max: 0x7fff, isSigned: true },
  u32: { method: 'Uint32', max: 0xffff_ffff, isSigned: false },
  i32: { method: 'Int32', max: 0x7fff_ffff, isSigned: true },
};

const UNITS: Partial<Record<FieldKind, string>> = {
  price: ' In units of 1e-9.',
  time: ' ns since the Unix epoch.',
  char: ' The code of a character.',
};

const HEAD = `// Made by tools/dbn-records/run.ts of the layouts in src/layouts: do not edit.
import { int64BigInt, int64Number, uint64BigInt } from '@tickwire/wire-sbe';
import { ByteWindow } from '../byte-window.ts';
import { RECORD_LAYOUTS } from '../layouts/index.ts';
import { RecordView } from '../record-view.ts';
import { readText, writeText } from '../text-field.ts';`;

/** The module `libs/wire/dbn/src/generated/records.ts`, not formatted. */
export function viewModule(): string {
  const levelClass = (name: string, doc: string, fields: readonly Field[]): string =>
    [
      `/** ${doc} */`,
      `export class ${name} extends ByteWindow {`,
      ...fields.map(members),
      '}',
    ].join('\n');
  return [
    HEAD,
    levelClass('LevelView', 'One level of a book: bid and ask.', LEVEL_FIELDS),
    levelClass(
      ...(['ConsolidatedLevelView', 'One level of the book of several venues.'] as const),
      CONSOLIDATED_LEVEL_FIELDS,
    ),
    ...RECORD_LAYOUTS.map(recordClass),
    classList(),
  ].join('\n\n');
}

/** In the order of the layouts, so that a layout's class is found by its index. */
function classList(): string {
  const names = RECORD_LAYOUTS.map(({ name }) => `${name}Record`);
  return `/** The class of each layout, in the order of \`RECORD_LAYOUTS\`. */
export const RECORD_CLASSES = [${names.join(', ')}] as const;

/** Any record; \`instanceof\` says which. */
export type DbnRecord = InstanceType<(typeof RECORD_CLASSES)[number]>;`;
}

function recordClass(layout: RecordLayout, index: number): string {
  const { name, doc, bytes, versions, fields } = layout;
  const [first, last] = versions;
  const which = first === last ? `version ${first}` : `versions ${first} to ${last}`;
  const body = fields
    .slice(HEADER_FIELDS.length)
    .map(members)
    .filter((text) => text !== '');
  return `/** ${doc} ${bytes} bytes, ${which}. */
export class ${name}Record extends RecordView {
  ${levelsMember(fields)}
  constructor() { super(RECORD_LAYOUTS[${index}]!); }
  ${body.join('\n')}
}`;
}

function levelsMember(fields: readonly Field[]): string {
  const field = fields.find(({ kind }) => kind === 'levels' || kind === 'consolidated');
  if (field === undefined) return '';
  return `readonly #level = new ${levelClassOf(field)}();`;
}

function levelClassOf({ kind }: Field): string {
  return kind === 'levels' ? 'LevelView' : 'ConsolidatedLevelView';
}

/** Getters and setters of one field. */
function members(field: Field): string {
  const { kind } = field;
  if (kind === 'reserved') return '';
  if (kind === 'levels' || kind === 'consolidated') return levelAccess(field);
  if (kind === 'text') return textMembers(field);
  const access = INTEGERS[kind];
  return access === undefined ? longMembers(field) : integerMembers(field, access);
}

function docOf({ doc, kind, isNullable }: Field): string {
  const none = isNullable ? ' Null when there is none.' : '';
  return `/** ${doc}${UNITS[kind] ?? ''}${none} */`;
}

function levelAccess(field: Field): string {
  const count = field.bytes / LEVEL_BYTES;
  return `/**
   * ${field.doc} The window that it gives is the same each time.
   * @param index - 0 … ${count - 1}.
   */
  level(index: number): ${levelClassOf(field)} {
    if (!(index >= 0 && index < ${count})) throw new RangeError(\`level \${index} of ${count}\`);
    return this.#level.wrap(this.$view, this.$at + ${field.offset} + ${LEVEL_BYTES} * index);
  }`;
}

function textMembers(field: Field): string {
  const { name, offset, bytes } = field;
  const target = `{ at: this.$at + ${offset}, bytes: ${bytes}, name: '${name}' }`;
  return `${docOf(field)}
  get ${camel(name)}(): string {
    return readText(this.$view, this.$at + ${offset}, ${bytes});
  }
  set${pascal(name)}(value: string): this {
    writeText(this.$view, ${target}, value);
    return this;
  }`;
}

function integerMembers(field: Field, access: IntegerAccess): string {
  const { name, offset, isNullable, initial, bytes } = field;
  const { method, max, isSigned } = access;
  const order = bytes > 1 ? ', true' : '';
  const read = `this.$view.get${method}(this.$at + ${offset}${order})`;
  const checked = `this.${isSigned ? 'signed' : 'unsigned'}(${offset}, value, ${max})`;
  const write = isNullable ? `value === null ? ${initial} : ${checked}` : checked;
  const type = isNullable ? 'number | null' : 'number';
  const get = isNullable
    ? `const value = ${read};\n    return value === ${initial} ? null : value;`
    : `return ${read};`;
  return `${docOf(field)}
  get ${camel(name)}(): ${type} {
    ${get}
  }
  set${pascal(name)}(value: ${type}): this {
    this.$view.set${method}(this.$at + ${offset}, ${write}${order});
    return this;
  }`;
}

function longMembers(field: Field): string {
  const { name, offset, kind, isNullable } = field;
  const isSigned = kind === 'price' || kind === 'i64';
  const words = `const hi = this.${camel(name)}Hi32;\n    const lo = this.${camel(name)}Lo32;`;
  const nullHi = isSigned ? 0x7fff_ffff : 0xffff_ffff;
  const ifNull = isNullable ? `\n    if (hi === ${nullHi} && lo === 4294967295) return null;` : '';
  const orNull = isNullable ? ' | null' : '';
  const prefix = isSigned ? 'int64' : 'uint64';
  const big = isSigned ? 'setSignedBig' : 'setUnsignedBig';
  const number = `get ${camel(name)}(): number${orNull} {
    ${words}${ifNull}
    return int64Number(hi, lo);
  }
  set${pascal(name)}(value: number${orNull}): this {
    return this.setSafe(${offset}, value);
  }`;
  return `${docOf(field)}
  get ${camel(name)}Hi32(): number {
    return this.$view.getUint32(this.$at + ${offset + 4}, true);
  }
  get ${camel(name)}Lo32(): number {
    return this.$view.getUint32(this.$at + ${offset}, true);
  }
  ${isSigned ? number : ''}
  get ${camel(name)}BigInt(): bigint${orNull} {
    ${words}${ifNull}
    return ${prefix}BigInt(hi, lo);
  }
  set${pascal(name)}Words(hi: number, lo: number): this {
    return this.setWords(${offset}, hi, lo);
  }
  set${pascal(name)}BigInt(value: bigint${orNull}): this {
    return this.${big}(${offset}, value);
  }`;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function pascal(name: string): string {
  const text = camel(name);
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
