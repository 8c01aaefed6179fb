import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Disk } from './disk.ts';
import { StoreError } from './errors.ts';
import {
  closeCommit,
  commitFiles,
  dropTemporaries,
  recoverCommits,
  syncCommit,
} from './store-commit.ts';
import type { OpenCommit } from './store-commit.ts';
import { writeFileList } from './store-files.ts';
import {
  STORE_TABLES,
  TEMPORARY_ENDING,
  instrumentsDir,
  parseRangeName,
  storeDir,
  tableDir,
} from './store-layout.ts';

/** One Parquet file of ticks or bars. */
export interface StoreFile {
  readonly path: string;
  readonly ringId: string;
  /** Positions that its commit covers. */
  readonly first: number;
  readonly last: number;
  /** `2026-11-21`. */
  readonly day: string;
  readonly bytes: number;
  /** ms since the Unix epoch; of a merged file, that of the newest that it was merged of. */
  readonly writtenMs: number;
}

/**
 * The Parquet files of a data directory. One process writes there; it alone has an inventory, and
 * it alone publishes what of it readers see.
 */
export class StoreInventory {
  readonly dataDir: string;
  readonly #disk: Disk;
  #files: StoreFile[] = [];
  #bytes = 0;
  /** Something failed half-way: the directories are read again before anything is changed. */
  #unsettled = false;

  /**
   * Finishes what a crash interrupted, removes temporary files, lists the rest, publishes it.
   * @throws StoreError `BAD_STORE` when two files of a ring cover the same positions.
   */
  constructor(dataDir: string, disk: Disk) {
    this.dataDir = dataDir;
    this.#disk = disk;
    this.rescan();
    for (const root of [instrumentsDir(dataDir), ...this.#tableDirs()]) {
      for (const path of filesUnder(root)) {
        if (path.endsWith(TEMPORARY_ENDING)) rmSync(path, { force: true });
      }
    }
  }

  get files(): readonly StoreFile[] {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  filesOf(ringId: string): StoreFile[] {
    return this.#files.filter((file) => file.ringId === ringId);
  }

  /** Whether all of these are still files of the store. */
  holds(paths: readonly string[]): boolean {
    const known = new Set(this.#files.map((file) => file.path));
    return paths.every((path) => known.has(path));
  }

  /** Position after the last one that a commit of this ring covers; 0 when there is none. */
  nextPosition(ringId: string): number {
    return this.filesOf(ringId).reduce((next, file) => Math.max(next, file.last + 1), 0);
  }

  /**
   * Makes files appear, each of which lies beside as `<path>.tmp`, in the place of others if asked.
   * @param commit - `name`: of the commit; `replaced`: paths of the files that go.
   * @returns `false` when a file to be replaced had gone meanwhile: nothing was done.
   * @throws what the disk threw; `rescan` tells what came of it.
   */
  async commit(commit: {
    name: string;
    paths: readonly string[];
    replaced?: readonly string[];
  }): Promise<boolean> {
    const { name, paths, replaced = [] } = commit;
    await syncCommit(this.#disk, { name, paths, replaced });
    try {
      this.#settle();
      if (!this.holds(replaced)) {
        dropTemporaries({ paths });
        return false;
      }
      const at = { dataDir: this.dataDir, disk: this.#disk };
      commitFiles(at, { name, paths, replaced }, () => this.#publish(paths, replaced));
      return true;
    } catch (error) {
      this.#unsettled = true;
      throw error;
    }
  }

  /** As `commit`, for files that are not of ticks or bars: nothing is published. */
  async commitAside(name: string, path: string): Promise<void> {
    const commit = { name, paths: [path], replaced: [] };
    await syncCommit(this.#disk, commit);
    commitFiles({ dataDir: this.dataDir, disk: this.#disk }, commit, () => undefined);
  }

  /** Takes a file from the list, also from that of the readers: it may be removed then. */
  hide(file: StoreFile): void {
    this.#settle();
    this.#publish([], [file.path]);
  }

  /**
   * Reads the directories again, finishes interrupted commits, and publishes what there is.
   * @throws StoreError `BAD_STORE` as above, or what the disk threw: call it again.
   */
  rescan(): void {
    this.#unsettled = true;
    const open = recoverCommits({ dataDir: this.dataDir, disk: this.#disk });
    this.#list(open);
    if (existsSync(storeDir(this.dataDir))) {
      writeFileList({ dataDir: this.dataDir, disk: this.#disk }, this.#files);
    }
    for (const commit of open) closeCommit(this.#disk, commit);
    this.#unsettled = false;
  }

  #settle(): void {
    if (this.#unsettled) this.rescan();
  }

  #list(open: readonly OpenCommit[]): void {
    const replaced = new Set(open.flatMap((commit) => commit.replaced));
    const files = this.#tableDirs()
      .flatMap(filesUnder)
      .filter((path) => !replaced.has(path) && parseRangeName(basename(path)) !== undefined)
      .map(describe);
    rejectOverlaps(files);
    this.#set(files);
  }

  /** Readers first: when that fails, nothing has changed here either. */
  #publish(added: readonly string[], removed: readonly string[]): void {
    const gone = new Set(removed);
    const files = [...this.#files.filter(({ path }) => !gone.has(path)), ...added.map(describe)];
    writeFileList({ dataDir: this.dataDir, disk: this.#disk }, files);
    this.#set(files);
  }

  #set(files: StoreFile[]): void {
    this.#files = files;
    this.#bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  }

  #tableDirs(): string[] {
    return STORE_TABLES.map((table) => tableDir(this.dataDir, table));
  }
}

function filesUnder(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function describe(path: string): StoreFile {
  const range = parseRangeName(basename(path));
  if (range === undefined) {
    throw new StoreError('BAD_STORE', `${path} is no name of a store file`);
  }
  const day = /\/day=(\d{4,5}-\d\d-\d\d)\/[^/]*$/.exec(path)?.[1] ?? '';
  const { size, mtimeMs } = statSync(path);
  return { path, ...range, day, bytes: size, writtenMs: mtimeMs };
}

/** Files of one commit share their range; ranges of different commits are apart. */
function rejectOverlaps(files: readonly StoreFile[]): void {
  const sorted = [...files].sort(
    (a, b) => compareText(a.ringId, b.ringId) || a.first - b.first || a.last - b.last,
  );
  for (let at = 1; at < sorted.length; at++) {
    const before = sorted[at - 1];
    const file = sorted[at];
    if (before === undefined || file === undefined || before.ringId !== file.ringId) continue;
    const sameCommit = before.first === file.first && before.last === file.last;
    if (sameCommit || file.first > before.last) continue;
    throw new StoreError(
      'BAD_STORE',
      `${file.path} repeats positions of ${basename(before.path)}: rows would count twice`,
      { hint: 'move one of the two files out of the store' },
    );
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
