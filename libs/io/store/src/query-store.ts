/**
 * Questions to the store: read-only, bounded, in SQL.
 */
import { resolve } from 'node:path';
import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBStructValue,
  StatementType,
} from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api';
import { openDatabase, sqlPaths } from './database.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { storeDir } from './store-layout.ts';
import { holdsAll, isSameList, readFileList } from './store-files.ts';
import type { StoreFileList } from './store-files.ts';
import { fileViews, storeViews } from './store-views.ts';

/** A value as JSON has it; integers beyond ±(2^53 − 1), DECIMAL and stamps are texts, exact. */
export type QueryValue = null | boolean | number | string | QueryValue[] | QueryRecord;
export interface QueryRecord {
  [name: string]: QueryValue;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly QueryValue[])[];
  /** There were more rows than asked for. */
  readonly truncated: boolean;
}

export interface OpenStoreOptions {
  /** Bound of DuckDB's memory in MiB. Default 512. */
  readonly memoryMiB?: number | undefined;
  readonly threads?: number | undefined;
}

export interface QueryOptions {
  readonly rowsMax?: number | undefined;
  /** Of the parameters `$1`, `$2`, …; texts are cast in the SQL: `$1::UBIGINT`. */
  readonly values?: readonly (string | number | boolean | null)[] | undefined;
}

export const QUERY_ROWS_MAX_DEFAULT = 10_000;

/** A query is begun so often at most when its files are merged or removed under it. */
const ATTEMPTS_MAX = 10;

/**
 * Opens the store of `dataDir` for reading; it may be empty, and another process may be writing
 * to it: views see what is in Parquet, which persistence brings up to date every few seconds and
 * at the end. Ticks that are in the journal only are not seen yet.
 *
 * Enforced: one statement at a time, queries only (SELECT, DESCRIBE, SHOW, EXPLAIN); no file, URL
 * or extension outside the store; memory and threads bounded; no spilling to disk; the settings
 * themselves locked.
 */
export async function openStore(
  dataDir: string,
  options: OpenStoreOptions = {},
): Promise<QueryStore> {
  const { memoryMiB = 512, threads = 2 } = options;
  const database = await openDatabase({ memoryMiB, threads });
  try {
    const connection = await database.connect();
    const files = await createViews(connection, resolve(dataDir));
    const allowed = sqlPaths([resolve(storeDir(dataDir))]);
    await connection.run(`SET allowed_directories = ${allowed}`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return new QueryStore({ database, connection, dataDir: resolve(dataDir), files });
  } catch (error) {
    database.close();
    throw queryError(error);
  }
}

async function createViews(connection: DuckDBConnection, dataDir: string): Promise<StoreFileList> {
  for (let attempt = 1; ; attempt++) {
    const files = readFileList(dataDir);
    try {
      await connection.run('BEGIN');
      for (const sql of storeViews(dataDir, files)) await connection.run(sql);
      await connection.run('COMMIT');
      return files;
    } catch (error) {
      await connection.run('ROLLBACK');
      if (attempt === ATTEMPTS_MAX || holdsAll(files, readFileList(dataDir))) throw error;
    }
  }
}

export class QueryStore {
  readonly #database: Database;
  readonly #connection: DuckDBConnection;
  readonly #dataDir: string;
  #files: StoreFileList;
  #areViewsMade = true;
  #interrupted = false;

  constructor(parts: {
    database: Database;
    connection: DuckDBConnection;
    dataDir: string;
    /** Those that the views are over. */
    files: StoreFileList;
  }) {
    this.#database = parts.database;
    this.#connection = parts.connection;
    this.#dataDir = parts.dataDir;
    this.#files = parts.files;
  }

  /**
   * Runs one query, over the files that count at its beginning: each stored row once, also while
   * small files are being merged. When a file is merged or removed by the budget before it was
   * read, the query begins again with the new files, nine times at most.
   * @param options - `rowsMax`: rows to return at most, default 10,000. `values`: of the
   *   parameters `$1`, `$2`, …, so that no text of somebody else's ever becomes SQL.
   * @throws StoreError `BAD_QUERY` with DuckDB's own words in one sentence, `NOT_READ_ONLY`;
   *   `BAD_STORE` when the list of files cannot be read.
   */
  async query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const rowsMax = options.rowsMax ?? QUERY_ROWS_MAX_DEFAULT;
    this.#interrupted = false;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#refresh();
        await this.#requireQuery(sql);
        const values = options.values === undefined ? undefined : [...options.values];
        const reader = await this.#connection.streamAndReadUntil(sql, rowsMax + 1, values);
        return toResult(reader, rowsMax);
      } catch (error) {
        const isFinal = error instanceof StoreError || this.#interrupted;
        if (isFinal || attempt === ATTEMPTS_MAX || !this.#hasLostFiles()) throw queryError(error);
      }
    }
  }

  /** Stops the query that is running: it throws `BAD_QUERY`. */
  interrupt(): void {
    this.#interrupted = true;
    this.#connection.interrupt();
  }

  close(): void {
    this.#database.close();
  }

  async #refresh(): Promise<void> {
    const files = readFileList(this.#dataDir);
    if (this.#areViewsMade && isSameList(files, this.#files)) return;
    // Before the views are made: when that fails, it is these that may have gone.
    this.#files = files;
    this.#areViewsMade = false;
    for (const sql of fileViews(files)) await this.#connection.run(sql);
    this.#areViewsMade = true;
  }

  #hasLostFiles(): boolean {
    return !holdsAll(this.#files, readFileList(this.#dataDir));
  }

  async #requireQuery(sql: string): Promise<void> {
    const first = FIRST_WORD.exec(sql)?.[1]?.toLowerCase();
    if (first === undefined) throw new StoreError('BAD_QUERY', 'the query is empty');
    const statements = await this.#connection.extractStatements(sql);
    // Some statements act while they are being prepared, so the word is looked at before the kind.
    if (/^\w/.test(first) && !QUERY_WORDS.has(first)) throw notReadOnly();
    if (statements.count !== 1) {
      const message = `one statement at a time: this is ${statements.count}`;
      throw new StoreError('NOT_READ_ONLY', message);
    }
    // EXPLAIN ANALYZE runs what it explains, so that must be a query itself.
    const explained = EXPLAIN.exec(sql);
    if (explained !== null) {
      await this.#requireQuery(sql.slice(explained[0].length));
      return;
    }
    const prepared = await statements.prepare(0);
    const kind = prepared.statementType;
    prepared.destroySync();
    if (kind !== StatementType.SELECT) throw notReadOnly();
  }
}

const BLANK = '(?:\\s|--[^\\n]*(?:\\n|$)|/\\*[^]*?\\*/)*';
const FIRST_WORD = new RegExp(`^${BLANK}(\\w+|[^\\s\\w])`);
const EXPLAIN = new RegExp(
  `^${BLANK}explain(?:\\s+analyze)?(?:\\s*\\([^)]*\\)(?=\\s*[\\w(]))?`,
  'i',
);
const QUERY_WORDS = new Set(
  'select with from values table describe desc show summarize pivot unpivot explain'.split(' '),
);

const notReadOnly = (): StoreError =>
  new StoreError('NOT_READ_ONLY', 'only queries are answered: SELECT, DESCRIBE, SHOW, EXPLAIN', {
    hint: 'the store is written by persistence alone; copy its Parquet files to change them',
  });

function toResult(reader: DuckDBResultReader, rowsMax: number): QueryResult {
  const columnNames = reader.deduplicatedColumnNames();
  const types = reader.columnTypes();
  const rows = reader.getRows().map((row) => row.map(toValue));
  return {
    columns: columnNames.map((name, at) => ({ name, type: String(types[at]) })),
    rows: rows.slice(0, rowsMax),
    truncated: rows.length > rowsMax || !reader.done,
  };
}

function toValue(value: DuckDBValue): QueryValue {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    default:
      return fromObject(value);
  }
}

/** Stamps keep their nanoseconds: DuckDB's own text, not a `Date`. */
function fromObject(value: Extract<DuckDBValue, object | null>): QueryValue {
  if (value === null) return null;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(toValue);
  }
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([name, item]) => [name, toValue(item)]),
    );
  }
  return value.toString();
}

function queryError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const [first = ''] = text.replace(/^Failed to extract statements: /, '').split('\n');
  const hint = 'list the tables with: SHOW TABLES; their columns with: DESCRIBE trades';
  return new StoreError('BAD_QUERY', first.trim(), { cause: error, hint });
}
