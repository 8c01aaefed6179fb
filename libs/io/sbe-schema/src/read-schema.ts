import type { ByteOrder, MessageHeaderLayout, Schema } from '@tickwire/wire-sbe';
import type { SchemaWarning } from './errors.ts';
import { readHeaderLayout } from './header-parts.ts';
import { MessageReader } from './message-blocks.ts';
import { readXml, XML_LIMITS } from './read-xml.ts';
import type { XmlLimits } from './read-xml.ts';
import { ReadingContext, U32_MAX, optionalText } from './reading-context.ts';
import { TypeTable } from './type-table.ts';
import { UniqueNames } from './unique-names.ts';
import type { XmlElement } from './xml-element.ts';

const ROOT_ATTRIBUTES = new Set([
  ...['package', 'id', 'version', 'semanticVersion', 'description', 'byteOrder', 'headerType'],
]);

export interface ReadSchema {
  readonly schema: Schema;
  readonly warnings: readonly SchemaWarning[];
}

function byteOrder(root: XmlElement): ByteOrder {
  const text = root.attribute('byteOrder') ?? 'littleEndian';
  if (text === 'littleEndian' || text === 'bigEndian') return text;
  throw root.error('BAD_BYTE_ORDER', `byteOrder is "${text}"`);
}

function headerLayout(root: XmlElement, types: TypeTable): MessageHeaderLayout {
  const name = root.attribute('headerType') ?? 'messageHeader';
  const element = types.elementOf(name);
  if (element === undefined) throw root.error('BAD_HEADER', `no composite has the name "${name}"`);
  return readHeaderLayout({ element, type: types.find(root, name), code: 'BAD_HEADER' });
}

/** Messages stand in the schema itself; some schemas put them into an element `messages`. */
function split(root: XmlElement): { sections: XmlElement[]; messages: XmlElement[] } {
  const sections = root.children.filter((child) => child.name === 'types');
  const messages: XmlElement[] = [];
  for (const child of root.children) {
    if (child.name === 'message') messages.push(child);
    else if (child.name === 'messages') messages.push(...child.children);
    else if (child.name !== 'types') {
      throw child.error('UNKNOWN_ELEMENT', `${child.name} in a schema`);
    }
  }
  for (const message of messages) {
    if (message.name === 'message') continue;
    throw message.error('UNKNOWN_ELEMENT', `${message.name} among messages`);
  }
  return { sections, messages };
}

function rootNumber(root: XmlElement, name: string, fallback: number | undefined): number {
  if (fallback === undefined) root.required(name);
  const value = root.integer(name, { min: 0, max: U32_MAX }) ?? fallback;
  if (value === undefined) throw root.error('MISSING_ATTRIBUTE', `has no attribute ${name}`);
  return value;
}

/**
 * Reads an SBE message schema.
 *
 * @param xml - The text of the file.
 * @returns the schema with every reference resolved, and what was passed over.
 * @throws SchemaError for the first mistake, with the element, its path and its line.
 */
export function readSchema(xml: string, limits: XmlLimits = XML_LIMITS): ReadSchema {
  const root = readXml(xml, limits);
  if (root.name !== 'messageSchema') {
    throw root.error('UNKNOWN_ELEMENT', `${root.name} where messageSchema is expected`);
  }
  const version = rootNumber(root, 'version', 0);
  const context = new ReadingContext(version);
  context.know(root, ROOT_ATTRIBUTES);
  const { sections, messages } = split(root);
  const types = new TypeTable(context, sections);
  types.readAll();
  const header = headerLayout(root, types);
  const id = rootNumber(root, 'id', undefined);
  if (id > header.schemaId.max) {
    throw root.error('BAD_ATTRIBUTE', `id ${id} does not fit the header`);
  }
  if (version > header.version.max) {
    throw root.error('BAD_VERSION', `version ${version} does not fit the header`);
  }
  const names = new UniqueNames('class');
  const reader = new MessageReader(context, types, header.blockLength.max);
  const read = messages.map((element) => {
    const name = names.name(element);
    return reader.message(element, { name, id: names.id(element, header.templateId.max) });
  });
  const schema: Schema = {
    package: optionalText(root, 'package') ?? '',
    id,
    version,
    semanticVersion: optionalText(root, 'semanticVersion'),
    description: optionalText(root, 'description'),
    byteOrder: byteOrder(root),
    header,
    types: types.named,
    messages: read.sort((a, b) => a.id - b.id),
  };
  return { schema, warnings: context.warnings };
}
