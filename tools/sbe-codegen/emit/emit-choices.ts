import { isWide } from '@tickwire/wire-sbe';
import type { EnumType, SetType } from '@tickwire/wire-sbe';
import { describe } from './member-doc.ts';
import { typeClass } from './member-names.ts';
import { docComment, quoted } from './source-text.ts';

/** An object of the values, the type of them, and the way back to the names. */
export function emitEnum(type: EnumType): string[] {
  const name = typeClass(type.name);
  const lines = [...docComment([type.description]), `export const ${name} = {`];
  for (const item of type.values) {
    const doc = docComment(describe(item));
    lines.push(...doc.map((line) => `  ${line}`), `  ${item.name}: ${item.value},`);
  }
  lines.push('} as const;', `export type ${name} = (typeof ${name})[keyof typeof ${name}];`, '');
  lines.push(`/** The name of a value, null when the schema does not know it. */`);
  lines.push(`export function nameOf${name}(raw: number | null): string | null {`);
  lines.push('  switch (raw) {');
  for (const { name: key, value } of type.values) {
    lines.push(`    case ${value}:`, `      return ${quoted(key)};`);
  }
  lines.push('    default:', '      return null;', '  }', '}', '');
  return lines;
}

/** Masks of the bits, or of a 64-bit set their numbers; and the names of those that are on. */
export function emitSet(type: SetType): string[] {
  const name = typeClass(type.name);
  const wide = isWide(type.primitive);
  const about = wide ? 'Numbers of the bits.' : 'Masks of the bits.';
  const lines = [...docComment([type.description, about]), `export const ${name} = {`];
  for (const item of type.choices) {
    const doc = docComment(describe(item));
    const value = wide ? String(item.bit) : `0x${(2 ** item.bit).toString(16)}`;
    lines.push(...doc.map((line) => `  ${line}`), `  ${item.name}: ${value},`);
  }
  lines.push('} as const;', '');
  lines.push('/** Names of the bits that are on, in the order of the schema. */');
  const parameters = wide ? 'hi: number, lo: number' : 'raw: number';
  lines.push(`export function namesOf${name}(${parameters}): string[] {`);
  lines.push('  const names: string[] = [];');
  for (const { name: key, bit } of type.choices) {
    const test = wide ? `hasBit(hi, lo, ${bit})` : `(raw & 0x${(2 ** bit).toString(16)}) !== 0`;
    lines.push(`  if (${test}) names.push(${quoted(key)});`);
  }
  lines.push('  return names;', '}', '');
  return lines;
}
