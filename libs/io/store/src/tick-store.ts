/**
 * All that is kept under one data directory: the rings' journals and the Parquet store. One
 * process at a time writes there, which a lock sees to.
 */
import { closeSync, constants, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { RingId } from '@tickwire/ipc-ring';
import { tryLock } from '@tickwire/ipc-shm';
import { countRows, openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { hostDisk, makeDirectory } from './disk.ts';
import type { Disk } from './disk.ts';
import { StoreError } from './errors.ts';
import type { JournalBatch } from './journal-batch.ts';
import { MERGE_LIMITS_DEFAULT } from './merge-plan.ts';
import type { MergeLimits } from './merge-plan.ts';
import { RingAccountFile } from './ring-account.ts';
import type { AccountRecord } from './ring-account.ts';
import { RingStore } from './ring-store.ts';
import { StoreCompactor } from './store-compactor.ts';
import type { MergedFiles } from './store-compactor.ts';
import { StoreInventory } from './store-inventory.ts';
import type { StoreFile } from './store-inventory.ts';
import {
  SEGMENT_ENDING,
  instrumentsDir,
  isRingIdText,
  journalDir,
  parseRingId,
  ringJournalDir,
  storeDir,
} from './store-layout.ts';

export interface TickStoreOptions {
  readonly dataDir: string;
  /** Identity of the counters that the counts go into; a positive integer. */
  readonly statsId: number;
  /** Bytes of Parquet to keep at most; the oldest days go first. */
  readonly budgetBytes: number;
  /** Bound of DuckDB's own memory in MiB. Default 128. */
  readonly memoryMiB?: number | undefined;
  /** Default 1: the reader of the ring needs the other core. */
  readonly threads?: number | undefined;
  readonly disk?: Disk | undefined;
  readonly nowMs?: (() => number) | undefined;
  readonly batchBytes?: number | undefined;
  readonly segmentBytes?: number | undefined;
  /** When small files are merged. */
  readonly merge?: MergeLimits | undefined;
}

export interface RingToKeep {
  readonly ringId: RingId;
  readonly name: string;
  readonly vendor: string;
  /** Called with each batch that became durable. */
  readonly onDurable?: ((batch: JournalBatch) => void) | undefined;
}

/** A file that the budget removed. */
export interface ExpiredFile {
  readonly file: StoreFile;
  readonly rows: number;
}

export class TickStore {
  readonly dataDir: string;
  readonly inventory: StoreInventory;
  readonly #options: TickStoreOptions;
  readonly #database: Database;
  readonly #connection: DuckDBConnection;
  readonly #lockFd: number;
  readonly #open = new Map<string, RingStore>();
  readonly #compactor: StoreCompactor;

  private constructor(
    options: TickStoreOptions,
    parts: { lockFd: number; database: Database; connection: DuckDBConnection },
  ) {
    this.dataDir = options.dataDir;
    this.#options = options;
    this.#lockFd = parts.lockFd;
    this.#database = parts.database;
    this.#connection = parts.connection;
    // Accounts first: a removal that was under way is finished before the files are listed.
    for (const ringId of journalsOf(options.dataDir)) new RingAccountFile(options.dataDir, ringId);
    this.inventory = new StoreInventory(options.dataDir, options.disk ?? hostDisk);
    this.#compactor = new StoreCompactor({
      inventory: this.inventory,
      database: parts.database,
      limits: options.merge ?? MERGE_LIMITS_DEFAULT,
      nowMs: options.nowMs ?? Date.now,
    });
  }

  /**
   * Opens the store for writing and repairs what a crash left.
   * @throws StoreError `BAD_STORE` when another process writes there, or files contradict.
   */
  static async open(options: TickStoreOptions): Promise<TickStore> {
    makeDirectory(storeDir(options.dataDir));
    makeDirectory(journalDir(options.dataDir));
    const lockFd = takeLock(options.dataDir);
    let database: Database | undefined;
    try {
      const { memoryMiB = 128, threads = 1 } = options;
      database = await openDatabase({ memoryMiB, threads });
      const connection = await database.connect();
      return new TickStore(options, { lockFd, database, connection });
    } catch (error) {
      database?.close();
      closeSync(lockFd);
      throw error;
    }
  }

  /** Opens what is kept of a ring. @throws StoreError as `RingStore.open`. */
  async ring(ring: RingToKeep): Promise<RingStore> {
    const store = await RingStore.open({
      ...ring,
      statsId: this.#options.statsId,
      disk: this.#options.disk ?? hostDisk,
      inventory: this.inventory,
      connection: await this.#database.connect(),
      nowMs: this.#options.nowMs ?? Date.now,
      batchBytes: this.#options.batchBytes,
      segmentBytes: this.#options.segmentBytes,
    });
    this.#open.set(store.ringId, store);
    return store;
  }

  /** Closes a ring that has ended. */
  async closeRing(store: RingStore): Promise<void> {
    this.#open.delete(store.ringId);
    await store.close();
  }

  /** Accounts of rings that these counters know and that are not open now. */
  closedAccounts(): { ringId: string; record: Readonly<AccountRecord> }[] {
    return journalsOf(this.dataDir).flatMap((ringId) => {
      if (this.#open.has(ringId)) return [];
      const { record } = new RingAccountFile(this.dataDir, ringId);
      return record?.statsId === this.#options.statsId ? [{ ringId, record }] : [];
    });
  }

  /** Rings that these counters know, that are not open, and whose account was not closed. */
  unfinishedAccounts(): { ringId: RingId; name: string; vendor: string }[] {
    return this.closedAccounts()
      .filter(({ record }) => record.final === undefined)
      .map(({ ringId, record }) => ({
        ringId: parseRingId(ringId),
        name: record.ring,
        vendor: record.vendor,
      }));
  }

  /** Rings whose journal still holds ticks; rings that are gone need `ring` and a flush. */
  unfinishedJournals(): { ringId: RingId; name: string; vendor: string }[] {
    return journalsOf(this.dataDir).flatMap((ringId) => {
      const { record } = new RingAccountFile(this.dataDir, ringId);
      const names = readdirSync(ringJournalDir(this.dataDir, ringId));
      if (record === undefined || !names.some((name) => name.endsWith(SEGMENT_ENDING))) return [];
      return [{ ringId: parseRingId(ringId), name: record.ring, vendor: record.vendor }];
    });
  }

  /**
   * Removes the oldest files until the store is within its budget, but never the newest of a ring
   * that is open.
   * @returns What was removed, with its rows as counted just before.
   */
  async enforceBudget(): Promise<ExpiredFile[]> {
    const expired: ExpiredFile[] = [];
    while (this.inventory.bytes > this.#options.budgetBytes) {
      const [file] = this.#removable();
      if (file === undefined) break;
      const rows = await this.#countFile(file);
      // It may have been merged meanwhile; then it is looked for anew.
      if (rows === undefined) continue;
      this.#expire(file, rows);
      this.#forgetIfEmpty(file.ringId);
      expired.push({ file, rows });
    }
    return expired;
  }

  /**
   * Merges small files that lie side by side into one, if there are enough of them. Call it when
   * there is nothing better to do, again until it returns `undefined`. At most one merge runs.
   * @returns What was merged; `undefined` when nothing is to be.
   * @throws StoreError: the files are as they were; others go on being merged, these in a minute.
   */
  compact(): Promise<MergedFiles | undefined> {
    return this.#compactor.next();
  }

  /** Ends the merge that is running, which changes nothing then, and begins no other. */
  stopCompacting(): Promise<void> {
    return this.#compactor.stop();
  }

  async close(): Promise<void> {
    await this.stopCompacting();
    for (const store of this.#open.values()) await store.close();
    this.#open.clear();
    this.#database.close();
    closeSync(this.#lockFd);
  }

  /** Its rows now; `undefined` when it is no file of the store any more. */
  async #countFile(file: StoreFile): Promise<number | undefined> {
    try {
      const rows = await countRows(this.#connection, [file.path]);
      return this.inventory.holds([file.path]) ? rows : undefined;
    } catch (error) {
      if (this.inventory.holds([file.path])) throw error;
      return undefined;
    }
  }

  /** Readers are told first, so that the list they read names no file that is gone. */
  #expire(file: StoreFile, rows: number): void {
    this.inventory.hide(file);
    try {
      const open = this.#open.get(file.ringId);
      if (open !== undefined) open.expire(file.path, rows);
      else new RingAccountFile(this.dataDir, file.ringId).expire(file.path, rows);
    } catch (error) {
      this.inventory.rescan();
      throw error;
    }
  }

  /** A ring of old of which nothing is stored any more leaves nothing behind. */
  #forgetIfEmpty(ringId: string): void {
    if (this.#open.has(ringId) || this.inventory.filesOf(ringId).length > 0) return;
    const directory = ringJournalDir(this.dataDir, ringId);
    const { record } = new RingAccountFile(this.dataDir, ringId);
    // These counters still add its rows up.
    if (record?.statsId === this.#options.statsId) return;
    if (readdirSync(directory).some((name) => name.endsWith(SEGMENT_ENDING))) return;
    rmSync(directory, { recursive: true, force: true });
    for (const name of readdirSync(instrumentsDir(this.dataDir))) {
      if (name.startsWith(ringId)) {
        rmSync(join(instrumentsDir(this.dataDir), name), { force: true });
      }
    }
  }

  #removable(): StoreFile[] {
    const newest = new Map<string, number>();
    for (const file of this.inventory.files) {
      if (!this.#open.has(file.ringId)) continue;
      newest.set(file.ringId, Math.max(newest.get(file.ringId) ?? 0, file.last));
    }
    const age = (file: StoreFile): string => file.day.padStart(11, '0');
    return this.inventory.files
      .filter((file) => newest.get(file.ringId) !== file.last)
      .sort((a, b) =>
        age(a) === age(b)
          ? a.writtenMs - b.writtenMs || a.first - b.first
          : age(a) < age(b)
            ? -1
            : 1,
      );
  }
}

function journalsOf(dataDir: string): string[] {
  const directory = journalDir(dataDir);
  return existsSync(directory) ? readdirSync(directory).filter(isRingIdText).sort() : [];
}

function takeLock(dataDir: string): number {
  const path = join(storeDir(dataDir), 'writer.lock');
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o640);
  if (tryLock(fd)) return fd;
  closeSync(fd);
  throw new StoreError('BAD_STORE', `another process is writing to the store in ${dataDir}`, {
    hint: 'stop it with `tickwire down`, or use another --data-dir',
  });
}
