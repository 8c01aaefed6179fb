import { isFloat, isWide, primitiveBytes, primitiveRange } from '@tickwire/wire-sbe';
import type { EnumType, FieldType, ScalarType } from '@tickwire/wire-sbe';
import { readPresence } from './scalars.ts';
import type { XmlElement } from './xml-element.ts';

/** Bytes on the wire: a constant has none. */
export function encodedBytes(type: FieldType): number {
  if (type.kind === 'composite') return type.bytes;
  if (type.kind === 'set') return primitiveBytes(type.primitive);
  if (type.presence === 'constant') return 0;
  return primitiveBytes(type.primitive) * (type.kind === 'scalar' ? type.length : 1);
}

/** Whether a composite, or one within it, has a part of variable length. */
export function isVariable(type: FieldType): boolean {
  if (type.kind === 'composite') return type.members.some((member) => isVariable(member.type));
  return type.kind === 'scalar' && type.length === 0;
}

interface Use {
  readonly element: XmlElement;
  readonly type: FieldType;
  readonly types: { find(by: XmlElement, name: string): FieldType };
}

function referredValue({ element, types }: Use): { type: EnumType; value: number } {
  const reference = element.required('valueRef').trim();
  const [typeName, valueName, ...rest] = reference.split('.');
  if (typeName === undefined || valueName === undefined || rest.length > 0) {
    throw element.error('BAD_VALUE_REF', `valueRef is "${reference}"`);
  }
  const type = types.find(element, typeName);
  if (type.kind !== 'enum') {
    throw element.error('BAD_VALUE_REF', `${typeName} is ${type.kind}, no enum`);
  }
  const value = type.values.find(({ name }) => name === valueName);
  if (value === undefined) {
    throw element.error('BAD_VALUE_REF', `${typeName} has no value ${valueName}`);
  }
  return { type, value: value.value };
}

function scalarConstant(use: Use, type: ScalarType): ScalarType {
  const { value } = referredValue(use);
  const { min, max } = primitiveRange(type.primitive);
  if (type.length !== 1 || isFloat(type.primitive)) {
    throw use.element.error('BAD_VALUE_REF', 'only a single integer or char can have a valueRef');
  }
  if (value < min || value > max) {
    throw use.element.error('BAD_NUMBER', `${value} does not fit ${type.primitive}`);
  }
  const wide = isWide(type.primitive) ? BigInt(value) : value;
  const constant = type.primitive === 'char' ? String.fromCharCode(value) : wide;
  return { ...type, presence: 'constant', constant };
}

function constantType(use: Use): FieldType {
  const { element, type } = use;
  if (element.attribute('valueRef') === undefined) {
    if (type.kind === 'scalar' && type.constant !== null) return type;
    throw element.error('BAD_CONSTANT', 'is constant and has no valueRef');
  }
  if (type.kind === 'scalar') return scalarConstant(use, type);
  if (type.kind !== 'enum') throw element.error('BAD_PRESENCE', `a constant ${type.kind}`);
  const referred = referredValue(use);
  if (referred.type.name !== type.name) {
    const detail = `refers to ${referred.type.name}, the type is ${type.name}`;
    throw element.error('BAD_VALUE_REF', detail);
  }
  return { ...type, presence: 'constant', constant: referred.value };
}

/**
 * A type as one field or member has it: the presence of the field stands above that of its type,
 * except that a constant stays one. Sets have no null, and a composite's nulls are its members'.
 */
export function withPresence(use: Use): FieldType {
  const { element, type } = use;
  const own = readPresence(element);
  const referred = element.attribute('valueRef') !== undefined;
  const isConstant = 'presence' in type && type.presence === 'constant';
  if (own === 'constant' || (isConstant && referred)) return constantType(use);
  if (referred) throw element.error('BAD_PRESENCE', 'valueRef without presence constant');
  if (own === undefined || isConstant || !('presence' in type)) return type;
  return { ...type, presence: own };
}
