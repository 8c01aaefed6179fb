import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

/** A DuckDB of our own: in memory, bounded, without extensions from elsewhere. */
export interface Database {
  connect(): Promise<DuckDBConnection>;
  /** Closes it with all its connections. */
  close(): void;
}

export interface DatabaseOptions {
  /** Bound of DuckDB's own memory. */
  readonly memoryMiB: number;
  readonly threads: number;
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${options.memoryMiB}MiB`,
    threads: String(options.threads),
    // What does not fit the memory is refused, never spilled to files that nobody accounts for.
    max_temp_directory_size: '0KiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connections: DuckDBConnection[] = [];
  return {
    async connect() {
      const connection = await instance.connect();
      connections.push(connection);
      return connection;
    },
    close() {
      for (const connection of connections) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as a SQL literal. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Paths as the list literal that `read_parquet` takes. */
export const sqlPaths = (paths: readonly string[]): string =>
  `[${paths.map((path) => sqlText(path)).join(', ')}]`;

/** Rows in Parquet files, by a real count over them; 0 for no files. */
export async function countRows(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<number> {
  if (paths.length === 0) return 0;
  const sql = `SELECT count(*) FROM read_parquet(${sqlPaths(paths)}, hive_partitioning = false)`;
  const [row] = (await connection.runAndReadAll(sql)).getRows();
  return Number(row?.[0]);
}
