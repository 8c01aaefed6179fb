/**
 * How generated decoders walk: the usual case, written out in each class with the schema's own
 * numbers. A method that all classes inherit would see all of their shapes and look every field up
 * by name; what is not usual (older senders, damage, entries with parts) is left to the inherited
 * one, which checks everything anew.
 */
import type { Block, Group, HeaderPart, Message, Schema } from '@tickwire/wire-sbe';
import { fieldEnds, requiredBytes } from './required-bytes.ts';
import type { ScalarAccess } from './scalar-access.ts';
import { indent } from './source-text.ts';

/** A block of so many bytes has all fields of every version that the schema knows. */
const bytesOfAll = (block: Block): number =>
  requiredBytes(fieldEnds(block.fields)).at(-1)?.bytes ?? 0;

/** Entries without parts lie at equal distances. */
const isFlat = (group: Group): boolean => group.groups.length + group.data.length === 0;

/** Methods of a group's decoder; none where the inherited ones have to do. */
export function groupWalk(group: Group, access: ScalarAccess): string[] {
  const need = bytesOfAll(group);
  // Of entries without a byte the count is judged, too.
  if (!isFlat(group) || need === 0) return [];
  const { bytes, blockLength, numInGroup } = group.dimension;
  const read = ({ primitive, offset }: HeaderPart): string =>
    access.read(primitive, offset === 0 ? 'at' : `at + ${offset}`).replace('this.$view', 'view');
  const isThere = group.since === 0 ? '' : `version >= ${group.since} && `;
  return [
    'override $open(frame: Frame, at: number): this {',
    ...indent([
      'const { $view: view, $end: end, $version: version } = frame;',
      `const room = end - at - ${bytes};`,
      `if (${isThere}room >= 0) {`,
      ...indent([
        `const block = ${read(blockLength)};`,
        `const count = ${read(numInGroup)};`,
        `if (block >= ${need} && count * block <= room) {`,
        ...indent([
          'this.$source = view;',
          'this.$view = NOWHERE;',
          'this.$end = end;',
          'this.$version = version;',
          'this.$count = count;',
          'this.$blockLength = block;',
          'this.$entry = -1;',
          `this.$first = at + ${bytes};`,
          'return this;',
        ]),
        '}',
      ]),
      '}',
      'return super.$open(frame, at);',
    ]),
    '}',
    'override next(): boolean {',
    ...indent([
      'const entry = this.$entry + 1;',
      'if (entry >= this.$count) {',
      ...indent(['this.$entry = this.$count;', 'this.$view = NOWHERE;', 'return false;']),
      '}',
      'this.$at = this.$first + entry * this.$blockLength;',
      'this.$entry = entry;',
      'this.$view = this.$source;',
      'return true;',
    ]),
    '}',
    ...['override get count(): number {', '  return this.$count;', '}'],
    ...['override get index(): number {', '  return this.$entry;', '}'],
  ];
}

/** The body of a group's accessor. Whoever opens groups in their order does not skip any. */
export function openGroup(block: Block, index: number, accessor: string): string[] {
  const { groups, data } = block;
  const start =
    index === 0
      ? 'this.$at + this.$blockLength'
      : `this.$known >= ${index} ? this.$starts[${index}]! : this.$partAt(${index})`;
  const isLast = index === groups.length + data.length - 1;
  if (isLast || !isFlat(groups[index]!)) return [`return this.#${accessor}.$open(this, ${start});`];
  return [
    `const group = this.#${accessor}.$open(this, ${start});`,
    `if (this.$known < ${index + 1}) {`,
    `  this.$starts[${index + 1}] = group.$first + group.$count * group.$blockLength;`,
    `  this.$known = ${index + 1};`,
    '}',
    'return group;',
  ];
}

/** Methods of a message's decoder. */
export function messageWalk(message: Message, schema: Schema): string[] {
  const need = bytesOfAll(message);
  return [
    'override wrapAfter(header: HeaderDecoder): this {',
    ...indent([
      `const at = header.$at + ${schema.header.bytes};`,
      'const block = header.$blockLength;',
      'const isUsual =',
      ...indent([
        `header.$templateId === ${message.id} &&`,
        `header.$schemaId === ${schema.id} &&`,
        `header.$bytes === ${schema.header.bytes} &&`,
        `block >= ${need} &&`,
        'block <= header.$end - at;',
      ]),
      'if (!isUsual) return super.wrapAfter(header);',
      'this.$view = header.$view;',
      'this.$end = header.$end;',
      'this.$version = header.$version;',
      'this.$blockLength = block;',
      'this.$at = at;',
      'this.$known = 0;',
      'this.$starts[0] = at + block;',
      'return this;',
    ]),
    '}',
  ];
}
