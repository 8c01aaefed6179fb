/** The TypeScript constants of the layout, for libs/wire/tick. */
import { hex, pascalCase } from './spelling.ts';
import type { NamedValue, NamedValues } from './type-table.ts';
import type { SchemaField, TickSchema } from './tick-schema.ts';

/** What libs/core has itself, since it is about streams and not about bytes: not made again. */
const OF_CORE: ReadonlySet<string> = new Set(['StreamState', 'StreamReason', 'StreamScope']);

/** Bytes of the word that fields are reached by. */
const WORD_BYTES = 4;

export function layoutModule(schema: TickSchema): string {
  const parts = [
    `/**
 * Where the fields of a tick are, and what their values are called. Made from schema/tick.xml by
 * tools/tick-schema/run.ts: change that one. The same as a table: docs/reference/tick.md.
 *
 * A field is reached as a 32-bit word of the tick: \`…Word\` is the word that it begins in, and
 * of a field that is smaller \`…Shift\` its lowest bit in that word.
 */
`,
    `export const TICK_LAYOUT_VERSION = ${schema.version};\n`,
    words('Header', schema.header),
    ...schema.kinds
      .filter(({ fields }) => fields.length > 0)
      .map(({ name, fields }) => words(name, fields)),
    ...schema.names.filter(({ name }) => !OF_CORE.has(name)).map(values),
  ];
  return parts.join('\n');
}

function words(owner: string, fields: readonly SchemaField[]): string {
  const word = fields.map(({ name, offset }) => `  ${name}: ${Math.floor(offset / WORD_BYTES)},`);
  const small = fields.filter(({ type }) => type.elementBytes * type.length < WORD_BYTES);
  const shift = small.map(({ name, offset }) => `  ${name}: ${(offset % WORD_BYTES) * 8},`);
  const text = `export const ${owner}Word = {\n${word.join('\n')}\n} as const;\n`;
  if (shift.length === 0) return text;
  return `${text}export const ${owner}Shift = {\n${shift.join('\n')}\n} as const;\n`;
}

function values({ name, description, isSet, constants, values: own }: NamedValues): string {
  const comment = description === '' ? '' : `/** ${description} */\n`;
  const digits = 4;
  const line = (value: NamedValue): string => {
    const doc = value.description === '' ? '' : `  /** ${value.description} */\n`;
    return `${doc}  ${pascalCase(value.name)}: ${isSet ? hex(value.value, digits) : value.value},`;
  };
  const masks = isSet ? constants : [];
  const lines = [...masks, ...own].map(line).join('\n');
  const others = isSet ? '' : constantsOf(constants);
  return (
    `${others}${comment}export const ${name} = {\n${lines}\n} as const;\n` +
    `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`
  );
}

/** What belongs to a number and is none of its names: constants of their own. */
function constantsOf(constants: readonly NamedValue[]): string {
  return constants
    .map(({ name, value }) => {
      const spelled = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
      return `export const ${spelled} = ${value};\n`;
    })
    .join('');
}
