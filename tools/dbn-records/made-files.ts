/** Files that are made of the layouts of DBN: their text, and where they lie. */
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { layoutPage } from './layout-page.ts';
import { viewModule } from './view-module.ts';

export interface MadeFile {
  readonly path: string;
  readonly text: string;
}

/** As they should be now. */
export async function madeFiles(root: string): Promise<MadeFile[]> {
  const made = async (path: string, text: string): Promise<MadeFile> => {
    const options = await resolveConfig(join(root, path));
    return { path, text: await format(text, { ...options, filepath: path }) };
  };
  return [
    await made('libs/wire/dbn/src/generated/records.ts', viewModule()),
    await made('docs/reference/dbn.md', layoutPage()),
  ];
}
