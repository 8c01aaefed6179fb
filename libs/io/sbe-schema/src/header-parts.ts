import { isUnsigned, primitiveRange } from '@tickwire/wire-sbe';
import type { CompositeType, Dimension, FieldType, HeaderPart } from '@tickwire/wire-sbe';
import type { MessageHeaderLayout, ScalarType } from '@tickwire/wire-sbe';
import type { SchemaErrorCode } from './errors.ts';
import { isVariable } from './field-type.ts';
import { U32_MAX } from './reading-context.ts';
import type { XmlElement } from './xml-element.ts';

/** A composite that the protocol itself reads: its element, and what to say when it is unfit. */
export interface Framing {
  readonly element: XmlElement;
  readonly type: FieldType;
  readonly code: SchemaErrorCode;
}

function compositeOf({ element, type, code }: Framing): CompositeType {
  if (type.kind === 'composite') return type;
  throw element.error(code, `${type.name} is ${type.kind}, no composite`);
}

function fits(type: FieldType): type is ScalarType {
  if (type.kind !== 'scalar' || type.length !== 1 || type.presence === 'constant') return false;
  return isUnsigned(type.primitive) && type.primitive !== 'uint64';
}

function maybePart(framing: Framing, name: string): HeaderPart | null {
  const composite = compositeOf(framing);
  const member = composite.members.find((candidate) => candidate.name === name);
  if (member === undefined) return null;
  if (!fits(member.type)) {
    const detail = `${composite.name}.${name} is no unsigned integer of 8, 16 or 32 bits`;
    throw framing.element.error(framing.code, detail);
  }
  const { primitive, max } = member.type;
  const limit = max ?? primitiveRange(primitive).max;
  return { offset: member.offset, primitive, max: Math.min(Number(limit), U32_MAX) };
}

export function headerPart(framing: Framing, name: string): HeaderPart {
  const part = maybePart(framing, name);
  if (part !== null) return part;
  throw framing.element.error(framing.code, `${framing.type.name} has no ${name}`);
}

/** The largest count is one below the null, unless the schema says otherwise. */
function countPart(framing: Framing): Dimension['numInGroup'] {
  const part = headerPart(framing, 'numInGroup');
  const member = compositeOf(framing).members.find(({ name }) => name === 'numInGroup');
  const type = member?.type as ScalarType;
  const max = type.max === null ? part.max - 1 : part.max;
  return { ...part, max, min: Number(type.min ?? 0) };
}

export function readDimension(framing: Framing): Dimension {
  const composite = compositeOf(framing);
  if (isVariable(composite)) {
    throw framing.element.error(framing.code, `${composite.name} has a variable length`);
  }
  return {
    name: composite.name,
    bytes: composite.bytes,
    blockLength: headerPart(framing, 'blockLength'),
    numInGroup: countPart(framing),
    numGroups: maybePart(framing, 'numGroups'),
    numVarDataFields: maybePart(framing, 'numVarDataFields'),
  };
}

export function readHeaderLayout(framing: Framing): MessageHeaderLayout {
  const type = compositeOf(framing);
  if (isVariable(type)) throw framing.element.error(framing.code, 'has a variable length');
  return {
    bytes: type.bytes,
    type,
    blockLength: headerPart(framing, 'blockLength'),
    templateId: headerPart(framing, 'templateId'),
    schemaId: headerPart(framing, 'schemaId'),
    version: headerPart(framing, 'version'),
    numGroups: maybePart(framing, 'numGroups'),
    numVarDataFields: maybePart(framing, 'numVarDataFields'),
  };
}

export interface DataEncoding {
  readonly length: HeaderPart;
  readonly headerBytes: number;
  readonly characterEncoding: string | null;
}

/** The encoding of a `data` element: a length, and behind it bytes of that number. */
export function readDataEncoding(framing: Framing): DataEncoding {
  const composite = compositeOf(framing);
  const length = headerPart(framing, 'length');
  const last = composite.members.at(-1);
  if (last?.name !== 'varData' || last.type.kind !== 'scalar') {
    throw framing.element.error(framing.code, `${composite.name} does not end with varData`);
  }
  const { primitive, characterEncoding } = last.type;
  if (primitive !== 'uint8' && primitive !== 'char' && primitive !== 'int8') {
    throw framing.element.error(framing.code, `varData is of ${primitive}: use uint8 or char`);
  }
  const text = primitive === 'char' ? (characterEncoding ?? 'US-ASCII') : characterEncoding;
  return { length, headerBytes: last.offset, characterEncoding: text === '' ? null : text };
}
