/**
 * Files that appear together, and may take the place of others. Each is written and synced under a
 * temporary name first.
 *
 *   one new file     rename ▸ published
 *   any other        a list of what is done, durable ▸ the renames ▸ published ▸ the replaced
 *                    files removed ▸ the list removed
 *
 * Published means that the list of the store's files (store-files.ts) names the new ones and the
 * replaced no more, by one rename: a query sees all of a commit or none of it.
 *
 * A crash before the first rename (the list) leaves temporary files, which the next start removes;
 * a crash after the list is finished by the next start, from the list alone: nothing is concluded
 * from names or ranges. So a range of positions is in the store once or not at all.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { makeDirectory } from './disk.ts';
import type { Disk } from './disk.ts';
import { StoreError } from './errors.ts';
import { TEMPORARY_ENDING, commitsDir, storeDir } from './store-layout.ts';

export interface StoreCommit {
  /** Names the list of this commit: unique among those under way. */
  readonly name: string;
  /** The files that appear; each lies beside as `<path>.tmp`. */
  readonly paths: readonly string[];
  /** The files that they take the place of. */
  readonly replaced: readonly string[];
}

/** A commit that a crash or a failure interrupted; its new files are in place. */
export interface OpenCommit {
  readonly list: string;
  readonly replaced: readonly string[];
}

/** Makes the temporary files of a commit durable; when that fails they are removed. */
export async function syncCommit(disk: Disk, commit: StoreCommit): Promise<void> {
  try {
    for (const path of commit.paths) await disk.syncFile(path + TEMPORARY_ENDING);
  } catch (error) {
    dropTemporaries(commit);
    throw error;
  }
}

/**
 * Makes the synced files of a commit appear. Nothing here is awaited, so that no other code of this
 * process comes in between.
 * @param publish - Publishes the new files instead of the replaced ones, durably.
 * @throws what the disk threw. Before the commit has begun nothing is left of it; after that
 *   `recoverCommits` and `closeCommits` finish it.
 */
export function commitFiles(
  at: { dataDir: string; disk: Disk },
  commit: StoreCommit,
  publish: () => void,
): void {
  const { disk } = at;
  const list = join(commitsDir(at.dataDir), `${commit.name}.json`);
  const isListed = commit.paths.length > 1 || commit.replaced.length > 0;
  let begun = false;
  try {
    for (const path of commit.paths) statSync(path + TEMPORARY_ENDING);
    if (isListed) {
      makeDirectory(commitsDir(at.dataDir));
      const names = (paths: readonly string[]): string[] =>
        paths.map((path) => relative(storeDir(at.dataDir), path));
      const text = JSON.stringify({ paths: names(commit.paths), replaced: names(commit.replaced) });
      disk.replace(list, `${text}\n`);
    }
    begun = isListed;
    appear(disk, commit.paths);
  } catch (error) {
    if (!begun && !existsSync(list)) dropTemporaries(commit);
    throw error;
  }
  publish();
  if (isListed) closeCommit(disk, { list, replaced: commit.replaced });
}

/**
 * Puts the files of interrupted commits in place. What they replaced still lies there, and is not
 * to be counted; once the others are published, `closeCommit` each.
 */
export function recoverCommits(at: { dataDir: string; disk: Disk }): OpenCommit[] {
  const directory = commitsDir(at.dataDir);
  if (!existsSync(directory)) return [];
  const lists = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return lists.map((name) => {
    const list = join(directory, name);
    const { paths, replaced } = readList(list, storeDir(at.dataDir));
    appear(at.disk, paths);
    // Without the file that was to replace them, they are what there is.
    return { list, replaced: paths.every((path) => existsSync(path)) ? replaced : [] };
  });
}

/** Removes what a published commit replaced, then its list. */
export function closeCommit(disk: Disk, commit: OpenCommit): void {
  for (const path of commit.replaced) disk.remove(path);
  for (const directory of new Set(commit.replaced.map((path) => dirname(path)))) {
    disk.syncDirectory(directory);
  }
  disk.remove(commit.list);
  disk.syncDirectory(dirname(commit.list));
}

/** Removes temporary files that will not be committed; the next start removes what is left. */
export function dropTemporaries(commit: Pick<StoreCommit, 'paths'>): void {
  for (const path of commit.paths) {
    try {
      rmSync(path + TEMPORARY_ENDING, { force: true });
    } catch {
      // The failure under way says more than this one.
    }
  }
}

function appear(disk: Disk, paths: readonly string[]): void {
  for (const path of paths) {
    const temporary = path + TEMPORARY_ENDING;
    if (existsSync(temporary)) disk.rename(temporary, path);
  }
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    mkdirSync(directory, { recursive: true });
    disk.syncDirectory(directory);
  }
}

function readList(path: string, root: string): { paths: string[]; replaced: string[] } {
  let list: { paths?: unknown; replaced?: unknown };
  try {
    list = JSON.parse(readFileSync(path, 'utf8')) as typeof list;
  } catch (cause) {
    throw new StoreError('BAD_STORE', `cannot read the commit ${path}`, { cause });
  }
  const { paths, replaced = [] } = list;
  if (arePathsInside(paths) && arePathsInside(replaced)) {
    const absolute = (names: readonly string[]): string[] => names.map((name) => join(root, name));
    return { paths: absolute(paths), replaced: absolute(replaced) };
  }
  throw new StoreError('BAD_STORE', `${path} is no list of files`, {
    hint: 'move it away; the journal still has its ticks',
  });
}

/** Whether `value` is a list of relative paths that stay inside their folder. */
export function arePathsInside(value: unknown): value is string[] {
  const sound = (item: unknown): boolean =>
    typeof item === 'string' && !item.startsWith('/') && !item.split('/').includes('..');
  return Array.isArray(value) && value.every(sound);
}
