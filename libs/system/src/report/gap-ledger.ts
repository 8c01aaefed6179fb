/** The ledger of gaps: NDJSON files of the services in `<data dir>/ledger`, read and bounded. */
import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type LedgerEntry = Readonly<Record<string, unknown>>;

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** Entries beyond the bound, counted and not shown. */
  readonly omitted: number;
  /** Lines that are no JSON object: a file cut by a crash ends with one. */
  readonly unreadable: number;
}

/** Bytes of each ledger file at a moment: what is beyond them came later. */
export type LedgerMark = ReadonlyMap<string, number>;

const ENTRIES_MAX = 10_000;
const CHUNK_BYTES = 256 * 1024;

export const ledgerDir = (dataDir: string): string => join(dataDir, 'ledger');

/** Remembers where the ledger ends now, so that a run reports its own gaps only. */
export function markLedger(dataDir: string): LedgerMark {
  return new Map(
    ledgerFiles(dataDir).map((path) => [
      path,
      statSync(path, { throwIfNoEntry: false })?.size ?? 0,
    ]),
  );
}

/** One record of the ledger. */
export interface LedgerRecord {
  /** Names the gap: a gap is written when it opens and when it is repaired. Absent when it has no
   * id; then each record is a gap of its own. */
  readonly gap: string | undefined;
  /** Absent when the line is no JSON object. */
  readonly entry: LedgerEntry | undefined;
}

/** Every record from `since` on, file by file, in the order in which it was written. */
export function* ledgerRecords(
  dataDir: string,
  since: LedgerMark = new Map(),
): Generator<LedgerRecord> {
  for (const path of ledgerFiles(dataDir)) {
    for (const line of linesOf(path, since.get(path) ?? 0)) {
      const entry = parseEntry(line);
      const key = entry === undefined ? undefined : gapKey(entry);
      yield { gap: key === undefined ? undefined : `${path} ${key}`, entry };
    }
  }
}

/**
 * Reads the ledger from `since` on; everything when there is no mark. A gap is written when it
 * opens and when it is repaired: the newer record says it all, in the place of the older.
 */
export function readLedger(dataDir: string, since: LedgerMark = new Map()): Ledger {
  const entries: LedgerEntry[] = [];
  const placeOf = new Map<string, number>();
  let omitted = 0;
  let unreadable = 0;
  for (const { gap, entry } of ledgerRecords(dataDir, since)) {
    if (entry === undefined) {
      unreadable++;
      continue;
    }
    const place = gap === undefined ? undefined : placeOf.get(gap);
    if (place !== undefined) {
      entries[place] = entry;
    } else if (entries.length < ENTRIES_MAX) {
      entries.push(entry);
      if (gap !== undefined) placeOf.set(gap, entries.length - 1);
    } else {
      omitted++;
    }
  }
  return { entries, omitted, unreadable };
}

/** Ids begin anew with each life of a gateway; with the moment of notice they name one gap. */
function gapKey(entry: LedgerEntry): string | undefined {
  const { id, noticedTs } = entry;
  return typeof id === 'number' && typeof noticedTs === 'string' ? `${id} ${noticedTs}` : undefined;
}

function ledgerFiles(dataDir: string): string[] {
  try {
    return readdirSync(ledgerDir(dataDir))
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .map((name) => join(ledgerDir(dataDir), name));
  } catch {
    return [];
  }
}

function parseEntry(line: string): LedgerEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function* linesOf(path: string, from: number): Generator<string> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const decoder = new TextDecoder();
    let rest = '';
    let at = from;
    for (;;) {
      const read = readSync(fd, chunk, 0, chunk.length, at);
      at += read;
      const lines = (rest + decoder.decode(chunk.subarray(0, read), { stream: read > 0 })).split(
        '\n',
      );
      rest = lines.pop() ?? '';
      yield* lines.filter((line) => line.trim() !== '');
      if (read === 0) break;
    }
    if (rest.trim() !== '') yield rest;
  } finally {
    closeSync(fd);
  }
}
