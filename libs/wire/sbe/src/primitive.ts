/** The primitive types of SBE: their sizes, ranges and default nulls. */
export const PRIMITIVES = [
  'char',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float',
  'double',
] as const;

export type Primitive = (typeof PRIMITIVES)[number];

/** A number of the schema: 64-bit integers are bigint, all others number. */
export type Literal = number | bigint;

const BYTES: Readonly<Record<Primitive, number>> = {
  char: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  float: 4,
  double: 8,
};

export function primitiveBytes(primitive: Primitive): number {
  return BYTES[primitive];
}

export function isPrimitive(name: string): name is Primitive {
  return Object.hasOwn(BYTES, name);
}

export function isFloat(primitive: Primitive): boolean {
  return primitive === 'float' || primitive === 'double';
}

export function isWide(primitive: Primitive): boolean {
  return primitive === 'int64' || primitive === 'uint64';
}

export function isSigned(primitive: Primitive): boolean {
  return primitive.startsWith('int');
}

/** An unsigned integer, as lengths, counts, ids and sets are. */
export function isUnsigned(primitive: Primitive): boolean {
  return primitive.startsWith('uint');
}

/** Everything that the bytes of a primitive can hold, its null included. */
export function primitiveRange(primitive: Primitive): { min: Literal; max: Literal } {
  if (isFloat(primitive)) return { min: -Infinity, max: Infinity };
  const bits = BigInt(BYTES[primitive] * 8);
  const signed = isSigned(primitive);
  const min = signed ? -(1n << (bits - 1n)) : 0n;
  const max = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  return isWide(primitive) ? { min, max } : { min: Number(min), max: Number(max) };
}

/** The null of an optional type that states none: the smallest signed, the largest unsigned. */
export function defaultNull(primitive: Primitive): Literal {
  if (isFloat(primitive)) return NaN;
  if (primitive === 'char') return 0;
  const range = primitiveRange(primitive);
  return isSigned(primitive) ? range.min : range.max;
}
