import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageFolders } from '../lint/package-folders.ts';
import { linkModules } from '../process/link-modules.ts';
import type { CanaryCase } from './cases.ts';

const COPIED = [
  'package.json',
  'package-lock.json',
  'nx.json',
  'eslint.config.mjs',
  'tsconfig.json',
  'tsconfig.base.json',
  'tools/lint',
  'tools/nx-plugin',
];

export interface ScratchWorkspace {
  readonly root: string;
  /** File of each case, relative to `root`. */
  readonly files: ReadonlyMap<string, CanaryCase>;
  remove(): void;
}

/**
 * A workspace with the repository's own configuration, manifests and tags, where every package
 * holds nothing but an empty entry and the canary's files.
 */
export function createScratchWorkspace(
  repository: string,
  cases: readonly CanaryCase[],
): ScratchWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'tickwire-canary-'));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const path of COPIED) {
    cpSync(join(repository, path), join(root, path), { recursive: true });
  }
  // The boundary rule says nothing about an import that ends outside of the workspace.
  linkModules(repository, root);
  for (const folder of packageFolders(repository)) {
    const manifest = `${folder}/package.json`;
    mkdirSync(join(root, folder), { recursive: true });
    cpSync(join(repository, manifest), join(root, manifest));
    put(`${folder}/src/index.ts`, 'export const here = true;\n');
  }
  const files = new Map<string, CanaryCase>();
  cases.forEach((entry, index) => {
    const path = `${entry.folder}/src/canary-${index}.ts`;
    put(path, entry.code);
    files.set(path, entry);
  });
  return { root, files, remove: () => rmSync(root, { recursive: true, force: true }) };
}
