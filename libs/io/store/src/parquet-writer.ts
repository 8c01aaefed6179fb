/**
 * Journal → Parquet for one ring.
 *
 *   journal ─▶ take: staging table ─▶ flush: Parquet files ▸ count ▸ commit ▸ journal released
 *
 * Memory is bounded by the rows of one flush. A flush that fails forgets the staged rows and reads
 * them from the journal again: nothing is lost, and nothing is stored twice.
 */
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { DIRECTORY_ENTRY_BYTES, TickError } from '@tickwire/wire-tick';
import { countRows, sqlText } from './database.ts';
import { DaySet } from './day-set.ts';
import { makeDirectory } from './disk.ts';
import { StoreError, diskError } from './errors.ts';
import { writeInstruments } from './instrument-rows.ts';
import { JournalReader } from './journal-reader.ts';
import type { JournalSegments } from './journal-segments.ts';
import { dropTemporaries } from './store-commit.ts';
import type { StoreInventory } from './store-inventory.ts';
import {
  PARQUET_ENDING,
  TEMPORARY_ENDING,
  instrumentsDir,
  partitionDir,
  rangeName,
  tableOfVendor,
} from './store-layout.ts';
import { STAGING_COLUMNS, TickColumns } from './tick-columns.ts';
import { selectTicks } from './tick-rows.ts';

/** Days in one flush at most: more begin a new one. */
const FLUSH_DAYS_MAX = 16;

export interface ParquetWriterOptions {
  readonly inventory: StoreInventory;
  readonly connection: DuckDBConnection;
  readonly segments: JournalSegments;
  readonly ringId: string;
  readonly vendor: string;
  /** Positions below this are in the store. */
  readonly nextPosition: number;
  /** All directory entries known now. */
  readonly entries: () => Uint8Array;
  /** Told of positions that the disk had confirmed and lost. */
  readonly onDamaged: (gap: { first: number; last: number }, cause: TickError) => void;
}

export class ParquetWriter {
  readonly #options: ParquetWriterOptions;
  readonly #table: string;
  readonly #columns = new TickColumns();
  readonly #days = new DaySet();
  #reader: JournalReader;
  #appender: DuckDBAppender | undefined;
  #ready = false;
  #staged = 0;
  #first = 0;
  #taken = 0;
  #stored = 0;
  #storedTo: number;
  #storedEntries = 0;
  #refusedEntries = 0;

  constructor(options: ParquetWriterOptions) {
    this.#options = options;
    this.#table = `staging_${options.ringId}`;
    this.#storedTo = options.nextPosition;
    this.#reader = new JournalReader(options.segments, options.nextPosition);
  }

  /** Ticks taken from the journal by this process. */
  get taken(): number {
    return this.#taken;
  }

  /** Rows committed by this process, as counted in the files. */
  get stored(): number {
    return this.#stored;
  }

  /** Ticks taken that are in no committed file yet. */
  get staged(): number {
    return this.#staged;
  }

  /** Directory entries left out because their bytes were out of their domain. */
  get refusedEntries(): number {
    return this.#refusedEntries;
  }

  /** Corrects `stored` to what a count over all files gave. */
  setStored(rows: number): void {
    this.#stored = rows;
  }

  /** Takes what the journal has, up to `rowsMax` staged; returns how many were taken. */
  async take(rowsMax: number): Promise<number> {
    const before = this.#taken;
    while (this.#staged < rowsMax && this.#days.size < FLUSH_DAYS_MAX) {
      const run = this.#nextRun();
      if (run === undefined) break;
      if (this.#appender === undefined) this.#appender = await this.#begin();
      if (this.#staged === 0) this.#first = run.firstPosition;
      this.#columns.add(run, { appender: this.#appender, days: this.#days });
      this.#staged += run.count;
      this.#taken += run.count;
    }
    return this.#taken - before;
  }

  /** Whether the staged rows should be flushed whatever their age. */
  isFull(rowsMax: number): boolean {
    return this.#staged >= rowsMax || this.#days.size >= FLUSH_DAYS_MAX;
  }

  /**
   * Stores all staged rows; returns how many.
   * @throws StoreError: nothing of it is stored, unless the commit itself had begun; `reset`.
   */
  async flush(): Promise<number> {
    const rows = this.#staged;
    if (rows === 0 || this.#appender === undefined) return 0;
    const { inventory, connection, segments, ringId, vendor } = this.#options;
    const last = this.#reader.nextPosition - 1;
    const name = rangeName({ ringId, first: this.#first, last });
    const table = tableOfVendor(vendor);
    const paths = this.#days.days.map((day) =>
      join(partitionDir(inventory.dataDir, { table, vendor, day }), name + PARQUET_ENDING),
    );
    try {
      this.#closeAppender();
      await this.#storeInstruments();
      await this.#copyDays(paths);
      const temporary = paths.map((path) => path + TEMPORARY_ENDING);
      const counted = await countRows(connection, temporary);
      if (counted !== rows) {
        throw new StoreError('BAD_STORE', `${counted} rows in the files of ${name}, not ${rows}`);
      }
    } catch (error) {
      dropTemporaries({ paths });
      throw diskError(error, paths[0] ?? name);
    }
    try {
      await inventory.commit({ name, paths });
    } catch (error) {
      throw diskError(error, paths[0] ?? name);
    }
    this.#stored += rows;
    this.#storedTo = last + 1;
    this.#staged = 0;
    this.#days.clear();
    await connection.run(`TRUNCATE ${this.#table}`);
    segments.release(last + 1);
    return rows;
  }

  /**
   * After a failed flush: forgets the staged rows and reads them again from the journal, unless
   * they had come to be in the store after all.
   * @param committed - What the store has on disk now: `to`, the position after the last one;
   *   `rows`, those added by this process.
   */
  async reset(committed: { to: number; rows: number }): Promise<void> {
    const from = Math.max(this.#storedTo, committed.to);
    this.#closeAppender();
    this.#columns.clear();
    this.#taken = committed.rows;
    this.#stored = committed.rows;
    this.#staged = 0;
    this.#days.clear();
    this.#reader.close();
    this.#reader = new JournalReader(this.#options.segments, from);
    if (this.#ready) await this.#options.connection.run(`TRUNCATE ${this.#table}`);
  }

  async close(): Promise<void> {
    this.#closeAppender();
    this.#reader.close();
    if (this.#ready) await this.#options.connection.run(`DROP TABLE ${this.#table}`);
    this.#ready = false;
  }

  async #begin(): Promise<DuckDBAppender> {
    const { connection } = this.#options;
    if (!this.#ready) {
      await connection.run(`CREATE OR REPLACE TABLE ${this.#table} (${STAGING_COLUMNS})`);
      this.#ready = true;
    }
    return connection.createAppender(this.#table);
  }

  #closeAppender(): void {
    const appender = this.#appender;
    this.#appender = undefined;
    if (appender === undefined) return;
    this.#columns.flush(appender);
    appender.closeSync();
  }

  #nextRun(): ReturnType<JournalReader['next']> {
    for (;;) {
      try {
        return this.#reader.next();
      } catch (error) {
        if (!(error instanceof TickError)) throw error;
        const gap = this.#reader.skipDamaged();
        if (gap !== undefined) this.#options.onDamaged(gap, error);
      }
    }
  }

  /** Instruments first: no stored tick is ever without its name. */
  async #storeInstruments(): Promise<void> {
    const { inventory, connection, ringId } = this.#options;
    const entries = this.#options.entries();
    const count = entries.length / DIRECTORY_ENTRY_BYTES;
    if (count <= this.#storedEntries) return;
    makeDirectory(instrumentsDir(inventory.dataDir));
    const name = rangeName({ ringId, first: this.#storedEntries, last: count - 1 });
    const path = join(instrumentsDir(inventory.dataDir), name + PARQUET_ENDING);
    const fresh = entries.subarray(this.#storedEntries * DIRECTORY_ENTRY_BYTES);
    const temporary = path + TEMPORARY_ENDING;
    try {
      const options = { ringId, entries: fresh, path: temporary };
      this.#refusedEntries += await writeInstruments(connection, options);
      await inventory.commitAside(`instruments-${name}`, path);
    } catch (error) {
      dropTemporaries({ paths: [path] });
      throw error;
    }
    this.#storedEntries = count;
  }

  async #copyDays(paths: readonly string[]): Promise<void> {
    const { inventory, connection, ringId, vendor } = this.#options;
    const { days } = this.#days;
    for (const [at, day] of days.entries()) {
      const path = paths[at] ?? '';
      makeDirectory(partitionDir(inventory.dataDir, { table: tableOfVendor(vendor), vendor, day }));
      const only = days.length === 1 ? undefined : day;
      const select = selectTicks({ table: this.#table, ringId, day: only });
      const target = sqlText(path + TEMPORARY_ENDING);
      const how = '(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)';
      await connection.run(`COPY (${select}) TO ${target} ${how}`);
    }
  }
}
