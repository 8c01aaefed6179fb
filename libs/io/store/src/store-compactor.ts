/**
 * Small files → one file of the same rows, one merge at a time, in the background.
 *
 *   plan ▸ copy to .tmp ▸ compare ▸ sync ▸ commit: the new file in, the small ones out
 *
 * Nothing is removed unless the file that replaces it holds the same rows: their number, first and
 * last position and the checksum over all columns are read back and compared. Holes in the
 * positions stay holes. The files are read in the order of positions, and each has its rows in
 * that order, so the copy keeps it without a sort: 2 million rows were merged within 24 MiB.
 */
import { utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlPaths, sqlText } from './database.ts';
import type { Database } from './database.ts';
import { StoreError, diskError } from './errors.ts';
import { adjacentRuns, chooseMerge } from './merge-plan.ts';
import type { MergeLimits } from './merge-plan.ts';
import { dropTemporaries } from './store-commit.ts';
import type { StoreCommit } from './store-commit.ts';
import type { StoreFile, StoreInventory } from './store-inventory.ts';
import { PARQUET_ENDING, TEMPORARY_ENDING, rangeName } from './store-layout.ts';

/** How long files are left alone whose merge failed. */
const RETRY_MS = 60_000;
const INTERRUPT_MS = 10;

export interface StoreCompactorOptions {
  readonly inventory: StoreInventory;
  readonly database: Database;
  readonly limits: MergeLimits;
  /** ms since the Unix epoch: when a failed merge may be tried again. */
  readonly nowMs: () => number;
}

/** A merge that was done. */
export interface MergedFiles {
  /** The new file. */
  readonly path: string;
  readonly rows: number;
  /** Files that it replaced. */
  readonly files: number;
}

interface PreparedMerge extends StoreCommit {
  readonly rows: number;
}

export class StoreCompactor {
  readonly #options: StoreCompactorOptions;
  readonly #postponed = new Map<string, number>();
  #rows = new Map<string, number>();
  #connection: DuckDBConnection | undefined;
  #running: Promise<MergedFiles | undefined> | undefined;
  #stopped = false;

  constructor(options: StoreCompactorOptions) {
    this.#options = options;
  }

  /**
   * Merges the files that are most in need of it; `undefined` when none are, or while a merge is
   * running.
   * @throws StoreError: the files are as they were, and left alone for a minute.
   */
  async next(): Promise<MergedFiles | undefined> {
    if (this.#running !== undefined || this.#stopped) return undefined;
    this.#running = this.#work();
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  /** Ends the merge that is running, its files left as they were, and begins no other. */
  async stop(): Promise<void> {
    this.#stopped = true;
    // Again and again: an interrupt that comes before its statement has begun is lost.
    const timer = setInterval(() => this.#connection?.interrupt(), INTERRUPT_MS);
    try {
      this.#connection?.interrupt();
      await this.#running;
    } catch {
      // Told to whom called `next`.
    } finally {
      clearInterval(timer);
    }
  }

  async #work(): Promise<MergedFiles | undefined> {
    const { inventory, database } = this.#options;
    this.#connection ??= await database.connect();
    for (const run of adjacentRuns(inventory.files)) {
      if (run.length < this.#options.limits.filesMin || this.#isPostponed(run)) continue;
      const merged = await this.#mergeIn(this.#connection, run);
      if (merged === undefined) continue;
      try {
        // From here on the commit alone knows what is left to be done when something fails.
        return (await inventory.commit(merged)) ? resultOf(merged) : undefined;
      } catch (error) {
        throw this.#postpone(run, error);
      }
    }
    return undefined;
  }

  /** Prepares the merge that a run needs, if any: the new file lies under its temporary name. */
  async #mergeIn(
    connection: DuckDBConnection,
    run: readonly StoreFile[],
  ): Promise<PreparedMerge | undefined> {
    try {
      const inputs = await this.#choose(connection, run);
      return inputs === undefined ? undefined : await this.#prepare(connection, inputs);
    } catch (error) {
      // A stop interrupts, and the budget may have taken one of them.
      const isCalledOff =
        this.#stopped || !this.#options.inventory.holds(run.map(({ path }) => path));
      if (isCalledOff) return undefined;
      throw this.#postpone(run, error);
    }
  }

  #postpone(run: readonly StoreFile[], error: unknown): StoreError {
    this.#postponed.set(placeOf(run), this.#options.nowMs() + RETRY_MS);
    return diskError(error, dirname(run[0]?.path ?? ''));
  }

  #isPostponed(run: readonly StoreFile[]): boolean {
    return this.#options.nowMs() < (this.#postponed.get(placeOf(run)) ?? -Infinity);
  }

  async #choose(
    connection: DuckDBConnection,
    run: readonly StoreFile[],
  ): Promise<StoreFile[] | undefined> {
    await this.#learnRows(connection, run);
    const rows = run.map(({ path }) => this.#rows.get(path) ?? Infinity);
    const chosen = chooseMerge(rows, this.#options.limits);
    return chosen === undefined ? undefined : run.slice(chosen.from, chosen.to);
  }

  /** From the files' footers, once for each. */
  async #learnRows(connection: DuckDBConnection, run: readonly StoreFile[]): Promise<void> {
    const paths = run.map(({ path }) => path).filter((path) => !this.#rows.has(path));
    if (paths.length === 0) return;
    const sql = `SELECT file_name, num_rows FROM parquet_file_metadata(${sqlPaths(paths)})`;
    const found = (await connection.runAndReadAll(sql)).getRows();
    for (const [path, rows] of found) this.#rows.set(String(path), Number(rows));
    const known = new Set(this.#options.inventory.files.map(({ path }) => path));
    this.#rows = new Map([...this.#rows].filter(([path]) => known.has(path)));
  }

  async #prepare(
    connection: DuckDBConnection,
    inputs: readonly StoreFile[],
  ): Promise<PreparedMerge | undefined> {
    const [oldest] = inputs;
    const newest = inputs.at(-1);
    if (oldest === undefined || newest === undefined) return undefined;
    const name = rangeName({ ringId: oldest.ringId, first: oldest.first, last: newest.last });
    const path = join(dirname(oldest.path), name + PARQUET_ENDING);
    const temporary = path + TEMPORARY_ENDING;
    const replaced = inputs.map((file) => file.path);
    try {
      this.#goOn();
      await connection.run(copyInOrder(replaced, temporary));
      const before = await this.#digest(connection, replaced);
      const after = await this.#digest(connection, [temporary]);
      if (before.join() !== after.join()) {
        const message = `${name} would hold other rows (${after.join()}) than its files have`;
        const hint = `they stay as they are (${before.join()}): check the disk`;
        throw new StoreError('BAD_STORE', message, { hint });
      }
      // By its age the budget finds the oldest: merged rows are as old as they were.
      const writtenSec = Math.max(...inputs.map(({ writtenMs }) => writtenMs)) / 1e3;
      utimesSync(temporary, writtenSec, writtenSec);
      this.#goOn();
      return { name: `merge-${name}`, paths: [path], replaced, rows: Number(before[0]) };
    } catch (error) {
      dropTemporaries({ paths: [path] });
      throw error;
    }
  }

  /** Rows, first and last position, checksum over all columns. */
  async #digest(connection: DuckDBConnection, paths: readonly string[]): Promise<string[]> {
    this.#goOn();
    const sql = `SELECT count(*), min(position), max(position), bit_xor(hash(t))
      FROM read_parquet(${sqlPaths(paths)}, hive_partitioning = false) t`;
    const [row = []] = (await connection.runAndReadAll(sql)).getRows();
    return row.map(String);
  }

  /** An interrupt between two statements reaches neither. */
  #goOn(): void {
    if (this.#stopped) throw new StoreError('DISK_FAILED', 'the merge was stopped');
  }
}

const resultOf = ({ paths, replaced, rows }: PreparedMerge): MergedFiles => ({
  path: paths[0] ?? '',
  rows,
  files: replaced.length,
});

const placeOf = ([file]: readonly StoreFile[]): string =>
  file === undefined ? '' : join(dirname(file.path), file.ringId);

function copyInOrder(paths: readonly string[], target: string): string {
  const from = `SELECT * FROM read_parquet(${sqlPaths(paths)}, hive_partitioning = false)`;
  const how = '(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)';
  return `COPY (${from}) TO ${sqlText(target)} ${how}`;
}
