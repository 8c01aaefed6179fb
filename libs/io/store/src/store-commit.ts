/**
 * Files that appear together. Each is written and synced under a temporary name first.
 *
 *   one file      rename
 *   several       a list of the renames, durable ▸ the renames ▸ the list removed
 *
 * A crash before the rename (the list) leaves temporary files, which the next start removes; a
 * crash after the list is finished by the next start. So a range of positions is in the store
 * once or not at all.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { makeDirectory, syncDirectory, syncFile, writeDurably } from './disk.ts';
import { StoreError } from './errors.ts';
import { TEMPORARY_ENDING, commitsDir, storeDir } from './store-layout.ts';

/** Makes the final `paths` appear, each of which lies beside as `<path>.tmp`. */
export async function commitFiles(
  dataDir: string,
  commit: { name: string; paths: string[] },
): Promise<void> {
  for (const path of commit.paths) await syncFile(path + TEMPORARY_ENDING);
  // From here on nothing is awaited: no other code of this process comes in between.
  for (const path of commit.paths) statSync(path + TEMPORARY_ENDING);
  const list = join(commitsDir(dataDir), `${commit.name}.json`);
  if (commit.paths.length > 1) {
    makeDirectory(commitsDir(dataDir));
    const paths = commit.paths.map((path) => relative(storeDir(dataDir), path));
    writeDurably(list, `${JSON.stringify({ paths })}\n`);
  }
  finish(commit.paths);
  if (commit.paths.length > 1) removeDurably(list);
}

/** Finishes the commits that a crash interrupted; returns how many. */
export function recoverCommits(dataDir: string): number {
  const directory = commitsDir(dataDir);
  if (!existsSync(directory)) return 0;
  const lists = readdirSync(directory).filter((name) => name.endsWith('.json'));
  for (const name of lists) {
    const list = join(directory, name);
    finish(readList(list).map((path) => join(storeDir(dataDir), path)));
    removeDurably(list);
  }
  return lists.length;
}

function finish(paths: readonly string[]): void {
  for (const path of paths) {
    const temporary = path + TEMPORARY_ENDING;
    if (existsSync(temporary)) renameSync(temporary, path);
  }
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    mkdirSync(directory, { recursive: true });
    syncDirectory(directory);
  }
}

function removeDurably(path: string): void {
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

function readList(path: string): string[] {
  try {
    const { paths } = JSON.parse(readFileSync(path, 'utf8')) as { paths: unknown };
    const sound = (item: unknown): item is string =>
      typeof item === 'string' && !item.startsWith('..') && !item.startsWith('/');
    if (Array.isArray(paths) && paths.every(sound)) return paths;
  } catch (cause) {
    throw new StoreError('BAD_STORE', `cannot read the commit ${path}`, { cause });
  }
  throw new StoreError('BAD_STORE', `${path} is no list of files`, {
    hint: 'move it away; the journal still has its ticks',
  });
}
