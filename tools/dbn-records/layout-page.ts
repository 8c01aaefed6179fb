/** The page `docs/reference/dbn.md`: every record of DBN, field by field. */
import {
  CONSOLIDATED_LEVEL_FIELDS,
  LEVEL_FIELDS,
  RECORD_LAYOUTS,
} from '@tickwire/wire-dbn/layouts';
import type { Field, RecordLayout } from '@tickwire/wire-dbn/layouts';

const HEAD = `# Records of DBN

Made by \`tools/dbn-records/run.ts\` of the layouts in \`libs/wire/dbn/src/layouts\`. All integers
are little-endian; \`price\` is an i64 in units of 1e-9, \`time\` a u64 of ns since the Unix
epoch, \`char\` one character, \`text\` characters up to the first NUL. Null is what a field
holds that has no value. A stream whose metadata say \`ts_out\` has 8 bytes more behind each
record: a \`time\`, by the gateway's clock.`;

/** Formatted as it is written here. */
export function layoutPage(): string {
  return [
    HEAD,
    ...RECORD_LAYOUTS.map(section),
    `## A level\n\n${table(LEVEL_FIELDS)}`,
    `## A level of several venues\n\n${table(CONSOLIDATED_LEVEL_FIELDS)}`,
  ].join('\n\n');
}

function section({ name, doc, bytes, versions, rtypes, fields }: RecordLayout): string {
  const [first, last] = versions;
  const which = first === last ? `version ${first}` : `versions ${first} to ${last}`;
  const codes = rtypes.map((rtype) => `0x${rtype.toString(16).padStart(2, '0')}`).join(', ');
  return `## ${name}\n\n${doc} ${bytes} bytes, ${which}, rtype ${codes}.\n\n${table(fields)}`;
}

function table(fields: readonly Field[]): string {
  const rows = fields.map((field) => {
    const { offset, bytes, name, kind, doc, initial, isNullable } = field;
    const what = kind === 'reserved' ? '' : `\`${name}\``;
    const type = kind === 'consolidated' ? 'levels of several venues' : kind;
    return `| ${offset} | ${bytes} | ${what} | ${type} | ${isNullable ? initial : ''} | ${doc} |`;
  });
  return [
    '| offset | bytes | field | type | null | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
