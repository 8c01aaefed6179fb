import { isVariableLength, wireBytes } from './wire-size.ts';
import type { FieldEnd, Member, RequiredBytes } from '@tickwire/wire-sbe';

function leavesOf(member: Member, at: { offset: number; since: number; path: string }): FieldEnd[] {
  const { type } = member;
  if (type.kind === 'composite') {
    return type.members.flatMap((inner) =>
      leavesOf(inner, {
        offset: at.offset + inner.offset,
        since: Math.max(at.since, inner.since),
        path: `${at.path}.${inner.name}`,
      }),
    );
  }
  const bytes = wireBytes(type);
  if (bytes === 0 || isVariableLength(type)) return [];
  return [{ since: at.since, from: at.offset, bytes: at.offset + bytes, field: at.path }];
}

/** Where every value of a block begins and ends, in the order of the schema. */
export function fieldEnds(fields: readonly Member[]): FieldEnd[] {
  return fields.flatMap((field) =>
    leavesOf(field, { offset: field.offset, since: field.since, path: field.name }),
  );
}

/**
 * How long a block must at least be, by the version of its sender: to the end of the last field
 * that this version has.
 */
export function requiredBytes(ends: readonly FieldEnd[]): RequiredBytes[] {
  const versions = [...new Set(ends.map((end) => end.since))].sort((a, b) => a - b);
  const required: RequiredBytes[] = [];
  for (const since of versions) {
    const known = ends.filter((end) => end.since <= since);
    const bytes = Math.max(...known.map((end) => end.bytes));
    if (bytes !== required.at(-1)?.bytes) required.push({ since, bytes });
  }
  return required;
}
