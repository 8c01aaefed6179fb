import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StoreError } from './errors.ts';
import { recoverCommits } from './store-commit.ts';
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
  readonly writtenMs: number;
}

/**
 * The Parquet files of a data directory. One process writes there; it alone has an inventory.
 */
export class StoreInventory {
  readonly dataDir: string;
  #files: StoreFile[] = [];
  #bytes = 0;

  /**
   * Finishes what a crash interrupted, removes temporary files, and lists the rest.
   * @throws StoreError `BAD_STORE` when two files of a ring cover the same positions.
   */
  constructor(dataDir: string) {
    this.dataDir = dataDir;
    for (const path of filesUnder(instrumentsDir(dataDir))) {
      if (path.endsWith(TEMPORARY_ENDING)) rmSync(path, { force: true });
    }
    this.rescan();
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

  /** Position after the last one that a commit of this ring covers; 0 when there is none. */
  nextPosition(ringId: string): number {
    return this.filesOf(ringId).reduce((next, file) => Math.max(next, file.last + 1), 0);
  }

  /** Takes note of a file that was committed. */
  add(path: string): StoreFile {
    const file = describe(path);
    if (file === undefined) throw new StoreError('BAD_STORE', `${path} is no name of a store file`);
    this.#files.push(file);
    this.#bytes += file.bytes;
    return file;
  }

  /** Removes a file from disk and list. */
  remove(file: StoreFile): void {
    rmSync(file.path, { force: true });
    this.#files = this.#files.filter((other) => other !== file);
    this.#bytes -= file.bytes;
  }

  /** Reads the directories again; `ringId` limits what temporary files are removed. */
  rescan(ringId = ''): void {
    this.#files = [];
    this.#bytes = 0;
    recoverCommits(this.dataDir);
    if (!existsSync(storeDir(this.dataDir))) return;
    for (const table of STORE_TABLES) {
      for (const path of filesUnder(tableDir(this.dataDir, table))) {
        if (path.endsWith(TEMPORARY_ENDING)) {
          if (basename(path).startsWith(ringId)) rmSync(path, { force: true });
        } else if (parseRangeName(basename(path)) !== undefined) this.add(path);
      }
    }
    rejectOverlaps(this.#files);
  }
}

function filesUnder(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function describe(path: string): StoreFile | undefined {
  const range = parseRangeName(basename(path));
  if (range === undefined) return undefined;
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
