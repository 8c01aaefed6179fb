import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DEPTH_MAX = 2;

/** Folders under libs/, apps/ and e2e/ that hold a package, relative to the root, sorted. */
export function packageFolders(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string, depth: number): void => {
    if (existsSync(join(root, folder, 'package.json'))) found.push(folder);
    else if (depth < DEPTH_MAX && existsSync(join(root, folder))) {
      for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
        if (entry.isDirectory()) visit(`${folder}/${entry.name}`, depth + 1);
      }
    }
  };
  for (const top of ['libs', 'apps', 'e2e']) visit(top, 0);
  return found.sort();
}
