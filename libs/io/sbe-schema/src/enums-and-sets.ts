import { isFloat, isPrimitive, isUnsigned, isWide, primitiveBytes } from '@tickwire/wire-sbe';
import type { EnumType, EnumValue, ScalarType, SetChoice, SetType } from '@tickwire/wire-sbe';
import { readLiteral } from './literals.ts';
import { optionalText } from './reading-context.ts';
import type { ReadingContext } from './reading-context.ts';
import { primitiveType } from './scalars.ts';
import { UniqueNames } from './unique-names.ts';
import type { XmlElement } from './xml-element.ts';

/** How an enum or set finds the type that its `encodingType` names. */
export type ScalarLookup = (element: XmlElement, name: string) => ScalarType;

const CHOICES_MAX = 65_536;
const ENUM_ATTRIBUTES = new Set([
  ...['name', 'encodingType', 'description', 'sinceVersion', 'deprecated', 'semanticType'],
  ...['offset', 'nullValue', 'presence'],
]);
const CHOICE_ATTRIBUTES = new Set(['name', 'description', 'sinceVersion', 'deprecated']);

function encoding(element: XmlElement, lookup: ScalarLookup): ScalarType {
  const name = element.required('encodingType').trim();
  const type = isPrimitive(name) ? primitiveType(name) : lookup(element, name);
  if (type.length !== 1 || type.presence === 'constant') {
    throw element.error('WRONG_TYPE', `encodingType ${name} is no single encoded value`);
  }
  return type;
}

function choiceElements(element: XmlElement, kind: string): XmlElement[] {
  if (element.children.length > CHOICES_MAX) {
    throw element.error('TOO_LARGE', `above ${CHOICES_MAX} values`);
  }
  for (const child of element.children) {
    if (child.name !== kind) {
      throw child.error('UNKNOWN_ELEMENT', `${child.name} in an ${element.name}`);
    }
  }
  if (element.children.length === 0) throw element.error('EMPTY', `has no ${kind}`);
  return element.children;
}

function content(element: XmlElement): string {
  const text = element.text.trim();
  if (text !== '') return text;
  if (element.text === '') throw element.error('BAD_CONSTANT', 'has no value');
  return element.text;
}

/** Reads an `<enum>`; `name` is unique in the schema. */
export function readEnum(
  element: XmlElement,
  name: string,
  from: { context: ReadingContext; lookup: ScalarLookup },
): EnumType {
  const { context } = from;
  context.know(element, ENUM_ATTRIBUTES);
  const type = encoding(element, from.lookup);
  const { primitive } = type;
  if (isFloat(primitive) || isWide(primitive)) {
    throw element.error('WRONG_TYPE', `an enum of ${primitive}: use char or up to 32 bits`);
  }
  const names = new UniqueNames('key');
  const byValue = new Map<number, XmlElement>();
  const values = choiceElements(element, 'validValue').map((child): EnumValue => {
    context.know(child, CHOICE_ATTRIBUTES);
    const valueName = names.name(child);
    const text = content(child);
    if (primitive === 'char' && [...text].length !== 1) {
      throw child.error('BAD_NUMBER', `value "${text.slice(0, 40)}" is no single character`);
    }
    const value = Number(readLiteral(child, primitive, { text, what: 'value' }));
    const same = byValue.get(value);
    if (same !== undefined) {
      throw child.error('DUPLICATE_VALUE', `${text} is also the value of line ${same.line}`);
    }
    byValue.set(value, child);
    const description = optionalText(child, 'description');
    return { name: valueName, value, ...context.versions(child), description };
  });
  const ownNull = element.attribute('nullValue');
  const nullValue =
    ownNull === undefined
      ? type.nullValue
      : readLiteral(element, primitive, { text: ownNull, what: 'nullValue' });
  return {
    kind: 'enum',
    name,
    primitive,
    presence: ownNull === undefined ? type.presence : 'optional',
    nullValue: Number(nullValue),
    constant: null,
    values,
    description: optionalText(element, 'description'),
  };
}

const SET_ATTRIBUTES = ENUM_ATTRIBUTES;

/** Reads a `<set>`; `name` is unique in the schema. */
export function readSet(
  element: XmlElement,
  name: string,
  from: { context: ReadingContext; lookup: ScalarLookup },
): SetType {
  const { context } = from;
  context.know(element, SET_ATTRIBUTES);
  const { primitive } = encoding(element, from.lookup);
  if (!isUnsigned(primitive)) {
    throw element.error('WRONG_TYPE', `a set of ${primitive}: use an unsigned integer`);
  }
  const bits = primitiveBytes(primitive) * 8;
  const names = new UniqueNames('key');
  const byBit = new Map<number, XmlElement>();
  const choices = choiceElements(element, 'choice').map((child): SetChoice => {
    context.know(child, CHOICE_ATTRIBUTES);
    const choiceName = names.name(child);
    const text = content(child);
    const bit = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
    if (!(bit < bits)) throw child.error('BAD_BIT', `bit "${text}" of a set of ${bits} bits`);
    const same = byBit.get(bit);
    if (same !== undefined) {
      throw child.error('BAD_BIT', `bit ${bit} is also that of line ${same.line}`);
    }
    byBit.set(bit, child);
    const description = optionalText(child, 'description');
    return { name: choiceName, bit, ...context.versions(child), description };
  });
  return {
    kind: 'set',
    name,
    primitive,
    choices,
    description: optionalText(element, 'description'),
  };
}
