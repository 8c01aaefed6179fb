/**
 * The schema of the tick as its generators want it: fields by offset, names by value. Read from the
 * SBE schema libs/wire/tick/schema/tick.xml, checked for what SBE leaves to its author: that fields
 * are aligned, in order, inside the 64 bytes, and do not overlap.
 */
import { readXml } from '@tickwire/io-sbe-schema';
import type { XmlElement } from '@tickwire/io-sbe-schema';
import { SchemaElement } from './schema-element.ts';
import { TypeTable } from './type-table.ts';
import type { NamedValues, SchemaType } from './type-table.ts';

export const TICK_BYTES = 64;
export const PAYLOAD_OFFSET = 32;
const SBE = 'http://fixprotocol.io/2016/sbe';

export interface SchemaField {
  readonly name: string;
  /** From the start of the tick. */
  readonly offset: number;
  readonly type: SchemaType;
  readonly description: string;
}

/** A kind of tick: a message of the schema. */
export interface SchemaKind {
  readonly name: string;
  readonly value: number;
  readonly description: string;
  /** Of the payload, by offset. */
  readonly fields: readonly SchemaField[];
}

export interface TickSchema {
  readonly id: number;
  readonly version: number;
  readonly header: readonly SchemaField[];
  readonly kinds: readonly SchemaKind[];
  /** Enums and sets, in the order of the file. */
  readonly names: readonly NamedValues[];
  /** By type: what stands for a value that is not there. */
  readonly nullValues: ReadonlyMap<string, string>;
}

/**
 * @throws TickSchemaError for whatever is not understood, SchemaError for what is no XML; both say
 *   in which line.
 */
export function readTickSchema(xml: string): TickSchema {
  const root = new SchemaElement(readXml(xml), {
    attributes: [
      ...['xmlns:sbe', 'package', 'id', 'version', 'semanticVersion', 'byteOrder'],
      'description',
    ],
    children: ['types', 'message'],
  });
  root.require('xmlns:sbe', SBE);
  root.require('byteOrder', 'littleEndian');
  const [first, ...messages] = root.children;
  if (first?.name !== 'types') throw root.error('no types at its beginning');
  const types = new TypeTable(first);
  const kinds = messages.map((message) => kindOf(message, types));
  requireKinds(root, kinds, types);
  return {
    id: root.integer('id'),
    version: root.integer('version'),
    header: ordered(root, types.header, { from: 0, to: PAYLOAD_OFFSET }),
    kinds,
    names: types.names,
    nullValues: types.nullValues,
  };
}

function kindOf(xml: XmlElement, types: TypeTable): SchemaKind {
  const message = new SchemaElement(xml, {
    attributes: ['name', 'id', 'blockLength', 'description'],
    children: ['field'],
  });
  message.require('blockLength', String(TICK_BYTES));
  const fields = message.children.map((child) => {
    const field = new SchemaElement(child, {
      attributes: ['name', 'id', 'type', 'offset', 'description'],
    });
    const type = types.find(field, field.text('type'));
    return { name: field.name, offset: field.integer('offset'), type, field };
  });
  const [header, ...payload] = fields;
  if (header?.type.name !== 'TickHeader' || header.offset !== 0) {
    throw message.error('its first field is not the TickHeader at 0');
  }
  return {
    name: message.name,
    value: message.integer('id'),
    description: message.description,
    fields: ordered(
      message,
      payload.map(({ field, ...rest }) => ({ ...rest, description: field.description })),
      { from: PAYLOAD_OFFSET, to: TICK_BYTES },
    ),
  };
}

/** One after the other, aligned, within bounds. */
function ordered(
  owner: SchemaElement,
  fields: readonly SchemaField[],
  bounds: { from: number; to: number },
): readonly SchemaField[] {
  let end = bounds.from;
  for (const { name, offset, type } of fields) {
    if (offset < end) throw owner.error(`${name} at ${offset} overlaps what ends at ${end}`);
    if (offset % type.elementBytes !== 0) throw owner.error(`${name} at ${offset} is not aligned`);
    end = offset + type.elementBytes * type.length;
    if (end > bounds.to) throw owner.error(`${name} ends at ${end}, behind ${bounds.to}`);
  }
  return fields;
}

/** Messages and the enum of kinds name the same numbers. */
function requireKinds(root: SchemaElement, kinds: readonly SchemaKind[], types: TypeTable): void {
  const known = types.names.find(({ name }) => name === 'TickKind')?.values ?? [];
  const pairs = (list: readonly { name: string; value: number }[]): string =>
    list.map(({ name, value }) => `${name} ${value}`).join(', ');
  if (pairs(known) === pairs(kinds)) return;
  throw root.error(`messages (${pairs(kinds)}) are not the values of TickKind (${pairs(known)})`);
}
