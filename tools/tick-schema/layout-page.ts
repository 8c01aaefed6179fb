/** The page docs/reference/tick.md. */
import { hex, upperCase } from './spelling.ts';
import { PAYLOAD_OFFSET, TICK_BYTES } from './tick-schema.ts';
import type { NamedValues } from './type-table.ts';
import type { SchemaField, TickSchema } from './tick-schema.ts';

const FORM = { int64: 'i64', uint64: 'u64', uint32: 'u32', uint16: 'u16', uint8: 'u8' } as const;

/** Each a line. */
const INTRODUCTION: readonly (readonly string[])[] = [
  [
    `One tick is ${TICK_BYTES} bytes, little-endian, every field on its natural alignment. The`,
    `first ${PAYLOAD_OFFSET} are the same in every kind, the others are the payload of its kind.`,
    'What lies between fields is reserved and zero.',
  ],
  [],
  [
    '- A price, a size and the like (i64) is an integer within ±(2^53 − 1), mantissa ×',
    '10^exponent. The exponents (`priceExp`, `sizeExp`, `markExp`) stand in the directory entry of',
    'the instrument. i64 max = absent.',
  ],
  ['- Times (u64) are ns since the Unix epoch; all ones = absent.'],
  ['- `instrument` means something in its ring only; all ones = the whole channel or ring.'],
  [],
  [
    'The schema is SBE 1.0: [tick.xml](../../libs/wire/tick/schema/tick.xml). From it come this',
    'page, the fields of the codec in `@tickwire/wire-tick` and the C header',
    '[tickwire_tick.h](../examples/c-reader/tickwire_tick.h). Why it is so:',
    '[ADR 2](../adr/0002-tick-layout.md), [ADR 6](../adr/0006-numbers.md),',
    '[ADR 23](../adr/0023-tick-schema.md).',
  ],
];

export function layoutPage(schema: TickSchema): string {
  return [
    `# The tick, layout version ${schema.version}

<!-- Made from libs/wire/tick/schema/tick.xml by tools/tick-schema/run.ts: change that one. -->

${INTRODUCTION.map((words) => words.join(' ')).join('\n')}

## Header

${fieldTable(schema.header, { from: 0, to: PAYLOAD_OFFSET })}
`,
    '## Kinds\n',
    ...schema.kinds.map(({ name, value, description, fields }) => {
      const table = fieldTable(fields, { from: PAYLOAD_OFFSET, to: TICK_BYTES });
      return `### ${upperCase(name)} (${value})\n\n${description}\n\n${table}\n`;
    }),
    '## Names of values\n',
    ...schema.names.filter(({ name }) => name !== 'TickKind').map(valueTable),
  ].join('\n');
}

function fieldTable(fields: readonly SchemaField[], bounds: { from: number; to: number }): string {
  const rows: string[][] = [];
  let end = bounds.from;
  const reserve = (to: number): void => {
    if (to > end) rows.push([String(end), String(to - end), 'reserved', '', '']);
  };
  for (const { name, offset, type, description } of fields) {
    reserve(offset);
    const form = FORM[type.primitive];
    const bytes = type.elementBytes * type.length;
    const shown = type.length > 1 ? `${type.length}×${form}` : form;
    rows.push([String(offset), String(bytes), `\`${name}\``, shown, description]);
    end = offset + bytes;
  }
  reserve(bounds.to);
  return table(['offset', 'bytes', 'field', 'type', 'meaning'], rows);
}

function valueTable({ name, description, isSet, constants, values }: NamedValues): string {
  const shown = (value: number): string => (isSet ? `\`${hex(value, 4)}\`` : String(value));
  const masks = isSet ? constants : [];
  const rows = [...masks, ...values].map((value) => [
    shown(value.value),
    `\`${upperCase(value.name)}\``,
    value.description,
  ]);
  return `### ${name}\n\n${description}\n\n${table(['value', 'name', 'meaning'], rows)}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
