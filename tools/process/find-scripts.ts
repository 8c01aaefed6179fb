import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const SEARCHED = ['libs', 'apps', 'tools', 'e2e'];
const LEFT_OUT = new Set(['node_modules', 'dist', 'fixtures']);

/**
 * Scripts by name: `libs/ipc/ring/prove/two-processes.prove.ts` is `two-processes`.
 *
 * @param kind - Folder and middle of the file name: `prove` or `bench`.
 * @throws Error when two scripts have one name.
 */
export function findScripts(root: string, kind: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) visit(path);
      const isScript = entry.isFile() && path.endsWith(`.${kind}.ts`);
      if (!isScript || !path.includes(`/${kind}/`)) continue;
      const name = basename(path, `.${kind}.ts`);
      const other = found.get(name);
      if (other !== undefined) throw new Error(`${other} and ${path} have the same name`);
      found.set(name, path);
    }
  };
  const present = new Set(readdirSync(root));
  for (const folder of SEARCHED) if (present.has(folder)) visit(folder);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
