import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const OWN_SCOPE = '@tickwire';

/**
 * Gives `root` the packages installed in `repository`, by links, except that names of the project
 * lead to the packages of `root`.
 */
export function linkModules(repository: string, root: string): void {
  const target = join(root, 'node_modules');
  mkdirSync(join(target, OWN_SCOPE), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name === OWN_SCOPE) continue;
    symlinkSync(join(repository, 'node_modules', name), join(target, name));
  }
  for (const name of readdirSync(join(repository, 'node_modules', OWN_SCOPE))) {
    const link = readlinkSync(join(repository, 'node_modules', OWN_SCOPE, name));
    symlinkSync(link, join(target, OWN_SCOPE, name));
  }
}
