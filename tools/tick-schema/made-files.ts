/** Files that are made from the schema of the tick: their text, and where they lie. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { cHeader } from './c-header.ts';
import { headerMembers, payloadModule } from './codec-fields.ts';
import { layoutModule } from './layout-module.ts';
import { layoutPage } from './layout-page.ts';
import { readTickSchema } from './tick-schema.ts';
import type { TickSchema } from './tick-schema.ts';

export const SCHEMA_PATH = 'libs/wire/tick/schema/tick.xml';

/** Written by hand, but for the members that lie between two marks. */
const HEADER_PATH = 'libs/wire/tick/src/tick-header.ts';
const MARKS = [
  '  // header, made by tools/tick-schema/run.ts: begin\n',
  '  // header: end\n',
] as const;

export interface MadeFile {
  readonly path: string;
  readonly text: string;
}

/** As they should be now. */
export async function madeFiles(root: string): Promise<MadeFile[]> {
  const schema = readTickSchema(readFileSync(join(root, SCHEMA_PATH), 'utf8'));
  const code = async (path: string, text: string): Promise<MadeFile> => {
    const options = await resolveConfig(join(root, path));
    return { path, text: await format(text, { ...options, filepath: path }) };
  };
  return [
    await code('libs/wire/tick/src/layout.generated.ts', layoutModule(schema)),
    await code('libs/wire/tick/src/tick-payload.generated.ts', payloadModule(schema)),
    await code(HEADER_PATH, withMade(readFileSync(join(root, HEADER_PATH), 'utf8'), schema)),
    { path: 'docs/examples/c-reader/tickwire_tick.h', text: cHeader(schema) },
    { path: 'docs/reference/tick.md', text: layoutPage(schema) },
  ];
}

function withMade(module: string, schema: TickSchema): string {
  const [begin, end] = MARKS;
  const [head = '', rest = ''] = module.split(begin);
  const tail = rest.split(end)[1];
  if (tail === undefined) throw new Error(`${HEADER_PATH} has no part between ${begin} and ${end}`);
  return `${head}${begin}\n${headerMembers(schema)}\n${end}${tail}`;
}
