import { defaultNull, isPrimitive } from '@tickwire/wire-sbe';
import type { Literal, Presence, Primitive, ScalarType } from '@tickwire/wire-sbe';
import { readLiteral } from './literals.ts';
import { LENGTH_MAX, optionalText } from './reading-context.ts';
import type { XmlElement } from './xml-element.ts';

export function readPresence(element: XmlElement): Presence | undefined {
  const text = element.attribute('presence');
  if (text === undefined) return undefined;
  if (text === 'required' || text === 'optional' || text === 'constant') return text;
  throw element.error('BAD_PRESENCE', `presence is "${text}"`);
}

/** A primitive as a type of its own: fields may name one directly. */
export function primitiveType(primitive: Primitive): ScalarType {
  return {
    kind: 'scalar',
    name: primitive,
    primitive,
    length: 1,
    presence: 'required',
    nullValue: defaultNull(primitive),
    min: null,
    max: null,
    constant: null,
    characterEncoding: null,
  };
}

function readPrimitive(element: XmlElement): Primitive {
  const name = element.required('primitiveType').trim();
  if (isPrimitive(name)) return name;
  throw element.error('UNKNOWN_TYPE', `primitiveType "${name}" is no primitive of SBE`);
}

function literal(element: XmlElement, primitive: Primitive, what: string): Literal | null {
  const text = element.attribute(what);
  return text === undefined ? null : readLiteral(element, primitive, { text, what });
}

/** Text of a constant: blanks around it are layout, unless there is nothing else. */
function constantText(element: XmlElement): string | undefined {
  const trimmed = element.text.trim();
  if (trimmed !== '') return trimmed;
  return /^ +$/.test(element.text) ? element.text : undefined;
}

function constantOf(
  element: XmlElement,
  type: { primitive: Primitive; length: number | undefined },
): { constant: Literal | string; length: number } {
  const text = constantText(element);
  if (text === undefined) throw element.error('BAD_CONSTANT', 'is constant and has no value');
  if (type.primitive !== 'char') {
    if ((type.length ?? 1) !== 1) throw element.error('UNSUPPORTED', 'one value for an array');
    const constant = readLiteral(element, type.primitive, { text, what: 'value' });
    return { constant, length: 1 };
  }
  if ([...text].some((character) => character.codePointAt(0)! > 0xff)) {
    throw element.error('BAD_CONSTANT', 'has a character outside of ISO 8859-1');
  }
  if (type.length !== undefined && text.length > type.length) {
    throw element.error('BAD_CONSTANT', `"${text}" is longer than ${type.length}`);
  }
  return { constant: text, length: type.length ?? text.length };
}

/**
 * Reads a `<type>`. A constant by `valueRef` has no content: its value is put in by the caller,
 * who knows the enums.
 */
export function readScalar(element: XmlElement, name: string): ScalarType {
  const primitive = readPrimitive(element);
  const presence = readPresence(element) ?? 'required';
  const stated = element.integer('length', { min: 0, max: LENGTH_MAX });
  const min = literal(element, primitive, 'minValue');
  const max = literal(element, primitive, 'maxValue');
  if (min !== null && max !== null && min > max) {
    throw element.error('BAD_RANGE', `minValue ${min} is above maxValue ${max}`);
  }
  const byReference = element.attribute('valueRef') !== undefined;
  if (byReference && presence !== 'constant') {
    throw element.error('BAD_PRESENCE', `valueRef with presence ${presence}`);
  }
  const fixed =
    presence === 'constant' && !byReference
      ? constantOf(element, { primitive, length: stated })
      : { constant: null, length: stated ?? 1 };
  return {
    kind: 'scalar',
    name,
    primitive,
    ...fixed,
    presence,
    nullValue: literal(element, primitive, 'nullValue') ?? defaultNull(primitive),
    min,
    max,
    characterEncoding: optionalText(element, 'characterEncoding'),
  };
}
