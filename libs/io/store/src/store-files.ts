/**
 * `store/files.json`: the Parquet files of ticks and bars that count, for readers.
 *
 * Why a list, when the names of the files say all that is in it: a reader in another process
 * cannot read directories at one moment. While several small files are replaced by their merger, a
 * walk through the directory can see both (rows twice) or neither (rows missing), in whatever order
 * they are renamed and removed, and a rule over ranges only cures the first. One file that is
 * replaced by one rename has one content at any moment. For the writer it is no source of truth:
 * each start makes it anew from what lies there and from the commits under way.
 *
 *   a file appears       rename ▸ list
 *   files are merged     commit ▸ rename ▸ list ▸ inputs removed ▸ commit closed
 *   a file is removed    list ▸ removal
 *
 * So every file that the newest list names is there, whole, at each point of each sequence and
 * after a crash at any of them. A reader that finds one missing holds an older list, and reads the
 * new one.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Disk } from './disk.ts';
import { StoreError } from './errors.ts';
import { arePathsInside } from './store-commit.ts';
import {
  PARQUET_ENDING,
  STORE_TABLES,
  fileListPath,
  parseRangeName,
  storeDir,
  tableDir,
} from './store-layout.ts';
import type { StoreTable } from './store-layout.ts';

/** Paths of the files that count, by table. */
export type StoreFileList = Readonly<Record<StoreTable, readonly string[]>>;

/** Publishes the list, durably. @throws what the disk threw: readers keep the list before. */
export function writeFileList(
  at: { dataDir: string; disk: Disk },
  files: readonly { readonly path: string }[],
): void {
  const root = storeDir(at.dataDir);
  const names = files.map((file) => relative(root, file.path)).sort();
  at.disk.replace(fileListPath(at.dataDir), `${JSON.stringify({ version: 1, files: names })}\n`);
}

/**
 * Reads the list; of a store that has none, which no writer of this version has opened and nothing
 * was ever merged in, the directories.
 * @throws StoreError `BAD_STORE` when it is no such list.
 */
export function readFileList(dataDir: string): StoreFileList {
  const path = fileListPath(dataDir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return walk(dataDir);
    throw new StoreError('DISK_FAILED', `cannot read ${path}`, { cause });
  }
  const files = parse(text);
  if (files === undefined) {
    const hint = 'start persistence, which makes it anew from the files';
    throw new StoreError('BAD_STORE', `${path} is no list of store files`, { hint });
  }
  const of = (table: StoreTable): string[] =>
    files
      .filter((name) => name.startsWith(`${table}/`))
      .map((name) => join(storeDir(dataDir), name));
  return { ticks: of('ticks'), bars: of('bars') };
}

/** Whether every file of `before` is still in `now`. */
export function holdsAll(before: StoreFileList, now: StoreFileList): boolean {
  return STORE_TABLES.every((table) => {
    const known = new Set(now[table]);
    return before[table].every((path) => known.has(path));
  });
}

/** Whether both name the same files. */
export const isSameList = (a: StoreFileList, b: StoreFileList): boolean =>
  STORE_TABLES.every((table) => a[table].length === b[table].length) && holdsAll(a, b);

function parse(text: string): string[] | undefined {
  try {
    const { version, files } = JSON.parse(text) as { version?: unknown; files?: unknown };
    return version === 1 && arePathsInside(files) ? files : undefined;
  } catch {
    return undefined;
  }
}

function walk(dataDir: string): StoreFileList {
  const of = (table: StoreTable): string[] => {
    const root = tableDir(dataDir, table);
    if (!existsSync(root)) return [];
    return readdirSync(root, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(PARQUET_ENDING))
      .filter((name) => parseRangeName(basename(name)) !== undefined)
      .sort()
      .map((name) => join(root, name));
  };
  return { ticks: of('ticks'), bars: of('bars') };
}
