import { primitiveBytes } from '@tickwire/wire-sbe';
import type { FieldType } from '@tickwire/wire-sbe';

/** Bytes that a type takes in its block: a constant takes none. */
export function wireBytes(type: FieldType): number {
  switch (type.kind) {
    case 'composite':
      return type.bytes;
    case 'set':
      return primitiveBytes(type.primitive);
    case 'enum':
      return type.presence === 'constant' ? 0 : primitiveBytes(type.primitive);
    default:
      return type.presence === 'constant' ? 0 : primitiveBytes(type.primitive) * type.length;
  }
}

export function isVariableLength(type: FieldType): boolean {
  return type.kind === 'scalar' && type.length === 0;
}

/** A composite of a `data` element: the runtime reads it, no class is made of it. */
export function hasVariableLength(type: FieldType): boolean {
  if (type.kind !== 'composite') return isVariableLength(type);
  return type.members.some((member) => hasVariableLength(member.type));
}
