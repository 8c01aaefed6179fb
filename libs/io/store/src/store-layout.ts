/**
 * Where everything lies under the data directory, and what the names say.
 *
 *   journal/<ringId>/<firstPosition>.twj     frames of ticks, until they are in Parquet
 *   journal/<ringId>/gaps.ndjson             positions that hold no tick, in order
 *   journal/<ringId>/account.json            what was counted of this ring
 *   store/ticks/vendor=<v>/day=<d>/<ringId>-<first>-<last>.parquet
 *   store/bars/vendor=<v>/day=<d>/<ringId>-<first>-<last>.parquet
 *   store/instruments/<ringId>-<firstIndex>-<lastIndex>.parquet
 *   store/files.json                         the Parquet files of ticks and bars that count
 *   store/commits/<name>.json                a commit of several files that is under way
 *
 * ringId is 16 hexadecimal digits. <first> and <last> are the positions that the whole commit
 * covers; a commit whose ticks fall on several days gives one file for each, of the same name.
 * A file merged of several covers from the first position of the first to the last of the last.
 * The day is that of tsRecv in UTC.
 */
import { join } from 'node:path';
import { escapeName } from '@tickwire/core';
import type { RingId } from '@tickwire/ipc-ring';

export type StoreTable = 'ticks' | 'bars';

export const STORE_TABLES: readonly StoreTable[] = ['ticks', 'bars'];

export const PARQUET_ENDING = '.parquet';
export const TEMPORARY_ENDING = '.tmp';
export const SEGMENT_ENDING = '.twj';

const PARQUET_NAME = /^([0-9a-f]{16})-(\d{1,16})-(\d{1,16})\.parquet$/;
const RING_ID = /^[0-9a-f]{16}$/;

export interface RangeName {
  readonly ringId: string;
  readonly first: number;
  readonly last: number;
}

export const journalDir = (dataDir: string): string => join(dataDir, 'journal');
export const ringJournalDir = (dataDir: string, ringId: string): string =>
  join(dataDir, 'journal', ringId);
export const storeDir = (dataDir: string): string => join(dataDir, 'store');
export const instrumentsDir = (dataDir: string): string => join(dataDir, 'store', 'instruments');
export const commitsDir = (dataDir: string): string => join(dataDir, 'store', 'commits');
export const fileListPath = (dataDir: string): string => join(dataDir, 'store', 'files.json');
export const tableDir = (dataDir: string, table: StoreTable): string =>
  join(dataDir, 'store', table);

/** Folder of one vendor's day; `day` counts days since the Unix epoch. */
export function partitionDir(
  dataDir: string,
  partition: { table: StoreTable; vendor: string; day: number },
): string {
  const vendor = `vendor=${escapeName(partition.vendor)}`;
  return join(tableDir(dataDir, partition.table), vendor, `day=${dayText(partition.day)}`);
}

export const rangeName = (range: RangeName): string =>
  `${range.ringId}-${range.first}-${range.last}`;

/** The range that a Parquet file's name states; `undefined` for any other name. */
export function parseRangeName(fileName: string): RangeName | undefined {
  const match = PARQUET_NAME.exec(fileName);
  if (match === null) return undefined;
  const [, ringId = '', firstText = '', lastText = ''] = match;
  const first = Number(firstText);
  const last = Number(lastText);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last < first) return undefined;
  return { ringId, first, last };
}

export const isRingIdText = (text: string): boolean => RING_ID.test(text);

/** The ring id of its 16 hexadecimal digits. */
export const parseRingId = (text: string): RingId => ({
  hi: Number.parseInt(text.slice(0, 8), 16),
  lo: Number.parseInt(text.slice(8), 16),
});

/** `2026-11-21` of days since the Unix epoch. */
export const dayText = (day: number): string =>
  new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Bars are kept apart from ticks: the ring of bars is Tickwire's own. */
export const tableOfVendor = (vendor: string): StoreTable =>
  vendor === 'tickwire' ? 'bars' : 'ticks';
