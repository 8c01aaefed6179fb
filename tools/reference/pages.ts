/** Pages that are made from the code: their text, and where it lies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, configTable } from '@tickwire/system';
import { format, resolveConfig } from 'prettier';

const BEGIN = '<!-- made by tools/reference/run.ts: begin -->';
const END = '<!-- end -->';

export interface MadePage {
  readonly path: string;
  readonly text: string;
}

/** As they should be now. */
export async function madePages(root: string): Promise<MadePage[]> {
  const page = 'docs/reference/configuration.md';
  const before = readFileSync(join(root, page), 'utf8');
  const pages = [
    { path: page, text: withTable(before, configTable()) },
    {
      path: 'docs/reference/tickwire.schema.json',
      text: `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
    },
  ];
  return Promise.all(
    pages.map(async ({ path, text }) => {
      const options = await resolveConfig(join(root, path));
      return { path, text: await format(text, { ...options, filepath: path }) };
    }),
  );
}

function withTable(page: string, table: string): string {
  const [head = '', rest = ''] = page.split(BEGIN);
  const tail = rest.split(END)[1] ?? '';
  return `${head}${BEGIN}\n\n${table}\n\n${END}${tail}`;
}
