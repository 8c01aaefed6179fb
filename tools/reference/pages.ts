/** Pages that are made from the code: their text, and where it lies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, configTable } from '@tickwire/system';
import { format, resolveConfig } from 'prettier';
import { serviceKeys, serviceTables } from './service-keys.ts';

const MARK = 'made by tools/reference/run.ts';

export interface MadePage {
  readonly path: string;
  readonly text: string;
}

/** As they should be now. */
export async function madePages(root: string): Promise<MadePage[]> {
  const page = 'docs/reference/configuration.md';
  const before = readFileSync(join(root, page), 'utf8');
  const services = serviceTables(await serviceKeys(root));
  const withKeys = withMade(before, { part: 'keys', text: configTable() });
  const pages = [
    { path: page, text: withMade(withKeys, { part: 'services', text: services }) },
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

/** The page with the text between the two marks of a part replaced. */
function withMade(page: string, { part, text }: { part: string; text: string }): string {
  const begin = `<!-- ${part}, ${MARK}: begin -->`;
  const end = `<!-- ${part}: end -->`;
  const [head = '', rest = ''] = page.split(begin);
  const tail = rest.split(end)[1];
  if (tail === undefined) throw new Error(`the page has no part between ${begin} and ${end}`);
  return `${head}${begin}\n\n${text}\n\n${end}${tail}`;
}
