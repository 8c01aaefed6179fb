/**
 * Directory entries as Parquet: `store/instruments`, keyed by (ring_id, index).
 */
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { ABSENT, SUPERSEDES_NONE } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { RingError, decodeDirectoryEntry } from '@tickwire/ipc-ring';
import { DIRECTORY_ENTRY_BYTES } from '@tickwire/wire-tick';
import { sqlText } from './database.ts';

export const INSTRUMENT_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['ring_id', 'UBIGINT'],
  ['index', 'UINTEGER'],
  ['vendor', 'VARCHAR'],
  ['venue', 'VARCHAR'],
  ['symbol', 'VARCHAR'],
  ['canonical_symbol', 'VARCHAR'],
  ['asset_class', 'UTINYINT'],
  ['currency', 'VARCHAR'],
  ['price_exp', 'TINYINT'],
  ['size_exp', 'TINYINT'],
  ['mark_exp', 'TINYINT'],
  ['text_form', 'UTINYINT'],
  ['tick_size', 'BIGINT'],
  ['lot_size', 'BIGINT'],
  ['multiplier_e9', 'BIGINT'],
  ['expiry_sec', 'BIGINT'],
  ['supersedes', 'UINTEGER'],
];

/** Columns as a table definition: `"ring_id" UBIGINT, …`. */
export const columnList = (columns: readonly (readonly [string, string])[]): string =>
  columns.map(([name, type]) => `"${name}" ${type}`).join(', ');

/**
 * Writes entries of 256 bytes to the Parquet file `path`.
 * @returns Entries left out because their bytes are outside their domain: count them.
 */
export async function writeInstruments(
  connection: DuckDBConnection,
  options: { ringId: string; entries: Uint8Array; path: string },
): Promise<number> {
  const table = `instruments_${options.ringId}`;
  await connection.run(`CREATE OR REPLACE TABLE ${table} (${columnList(INSTRUMENT_COLUMNS)})`);
  const appender = await connection.createAppender(table);
  const ringId = BigInt(`0x${options.ringId}`);
  let refused = 0;
  for (let at = 0; at < options.entries.length; at += DIRECTORY_ENTRY_BYTES) {
    const entry = decode(options.entries.subarray(at, at + DIRECTORY_ENTRY_BYTES));
    if (entry === undefined) refused += 1;
    else appendEntry(appender, ringId, entry);
  }
  appender.closeSync();
  await connection.run(
    `COPY ${table} TO ${sqlText(options.path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await connection.run(`DROP TABLE ${table}`);
  return refused;
}

function decode(bytes: Uint8Array): DirectoryEntry | undefined {
  try {
    return decodeDirectoryEntry(bytes);
  } catch (error) {
    if (error instanceof RingError) return undefined;
    throw error;
  }
}

function appendEntry(appender: DuckDBAppender, ringId: bigint, entry: DirectoryEntry): void {
  const number = (value: number): void => {
    if (value === ABSENT) appender.appendNull();
    else appender.appendBigInt(BigInt(value));
  };
  appender.appendUBigInt(ringId);
  appender.appendUInteger(entry.index);
  appender.appendVarchar(entry.vendor);
  appender.appendVarchar(entry.venue);
  appender.appendVarchar(entry.symbol);
  appender.appendVarchar(entry.canonicalSymbol);
  appender.appendUTinyInt(entry.assetClass);
  appender.appendVarchar(entry.currency);
  appender.appendTinyInt(entry.priceExp);
  appender.appendTinyInt(entry.sizeExp);
  appender.appendTinyInt(entry.markExp);
  appender.appendUTinyInt(entry.textForm);
  number(entry.tickSize);
  number(entry.lotSize);
  number(entry.multiplierE9);
  number(entry.expirySec);
  if (entry.supersedes === SUPERSEDES_NONE) appender.appendNull();
  else appender.appendUInteger(entry.supersedes);
  appender.endRow();
}
