/**
 * What has to be remembered of a ring beside its rows, so that the counts of a restarted process
 * are the counts of what is really there: where the counting began, and what the store's budget
 * removed since.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeDirectory, syncDirectory, writeDurably } from './disk.ts';
import { StoreError } from './errors.ts';
import { ringJournalDir, storeDir } from './store-layout.ts';

/** The terms of a ring's accounting identity when its life ended. In ticks. */
export interface FinalCounts {
  readonly published: number;
  readonly delivered: number;
  readonly lapped: number;
  readonly pad: number;
  readonly unread: number;
  readonly damaged: number;
  readonly stored: number;
}

export interface AccountRecord {
  version: 1;
  ring: string;
  vendor: string;
  /** The counters that this account adds up in; others start a new one. */
  statsId: number;
  /** First position that was counted. */
  start: number;
  /** Rows that were durable before `start`. */
  baseRows: number;
  /** Rows removed by the budget, ever. */
  expiredRows: number;
  /** The removal under way: its rows are in `expiredRows` already. */
  expiring: string | undefined;
  final: FinalCounts | undefined;
}

export class RingAccountFile {
  readonly ringId: string;
  readonly #dataDir: string;
  readonly #path: string;
  #record: AccountRecord | undefined;

  constructor(dataDir: string, ringId: string) {
    this.ringId = ringId;
    this.#dataDir = dataDir;
    this.#path = join(ringJournalDir(dataDir, ringId), 'account.json');
    this.#record = existsSync(this.#path) ? readRecord(this.#path) : undefined;
    if (this.#record?.expiring !== undefined) this.#finishExpiry(this.#record);
  }

  get record(): Readonly<AccountRecord> | undefined {
    return this.#record;
  }

  get expiredRows(): number {
    return this.#record?.expiredRows ?? 0;
  }

  /** Begins to count for the counters `statsId`, unless that has begun already. */
  begin(account: {
    ring: string;
    vendor: string;
    statsId: number;
    start: number;
    baseRows: number;
  }): void {
    if (this.#record?.statsId === account.statsId) {
      // Known: the counting goes on, also of a ring that had seemed to have ended.
      if (this.#record.final !== undefined) this.#write({ ...this.#record, final: undefined });
      return;
    }
    const expiredRows = this.expiredRows;
    this.#write({ version: 1, ...account, expiredRows, expiring: undefined, final: undefined });
  }

  finish(final: FinalCounts): void {
    if (this.#record !== undefined) this.#write({ ...this.#record, final });
  }

  /** Removes a file of the store whose rows go on being counted as stored once. */
  expire(path: string, rows: number): void {
    const expiring = relative(storeDir(this.#dataDir), path);
    const interrupted = this.#record?.expiring;
    if (this.#record !== undefined) this.#finishExpiry(this.#record);
    // Its rows were counted by the attempt that failed.
    if (interrupted === expiring) return;
    const before = this.#record ?? unknownRing();
    const record = { ...before, expiredRows: before.expiredRows + rows, expiring };
    this.#write(record);
    this.#finishExpiry(record);
  }

  #finishExpiry(record: AccountRecord): void {
    if (record.expiring === undefined) return;
    const path = join(storeDir(this.#dataDir), record.expiring);
    rmSync(path, { force: true });
    if (existsSync(join(path, '..'))) syncDirectory(join(path, '..'));
    this.#write({ ...record, expiring: undefined });
  }

  #write(record: AccountRecord): void {
    makeDirectory(join(this.#path, '..'));
    writeDurably(this.#path, `${JSON.stringify(record)}\n`);
    this.#record = record;
  }
}

const unknownRing = (): AccountRecord => ({
  version: 1,
  ring: '',
  vendor: '',
  statsId: 0,
  start: 0,
  baseRows: 0,
  expiredRows: 0,
  expiring: undefined,
  final: undefined,
});

function readRecord(path: string): AccountRecord {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as AccountRecord;
    const numbers = [record.statsId, record.start, record.baseRows, record.expiredRows];
    if (record.version === 1 && numbers.every(Number.isSafeInteger)) return record;
  } catch (cause) {
    throw new StoreError('BAD_STORE', `cannot read ${path}`, { cause });
  }
  throw new StoreError('BAD_STORE', `${path} is no account of this version`, {
    hint: 'move it away: the counts then begin anew',
  });
}
