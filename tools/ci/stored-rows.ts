import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { StoredRows } from './report-checks.ts';

/**
 * Counts the rows of the Parquet files below a data directory.
 *
 * Reads the files with DuckDB alone, none of the project's code, so that the count does not rest
 * on what it is compared with.
 */
export async function countStoredRows(dataDir: string): Promise<StoredRows> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const count = async (table: string): Promise<bigint> => {
    const folder = join(dataDir, 'store', table);
    if (!existsSync(folder)) return 0n;
    const pattern = join(folder, '**/*.parquet').replaceAll("'", "''");
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM read_parquet('${pattern}', hive_partitioning = false)`,
    );
    return BigInt(String(reader.getRows()[0]?.[0]));
  };
  try {
    return { ticks: await count('ticks'), bars: await count('bars') };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
