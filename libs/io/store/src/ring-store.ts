/**
 * What is kept of one ring: journal, ledger of gaps, Parquet, and the account of it all.
 *
 *   append ▸ commit   ring → journal: the durable position
 *   store             journal → Parquet
 *
 * At any moment, of the positions counted: in = rows + lapped + pad + unread + damaged + those
 * not durable yet. After a restart the terms are counted again from what is on disk.
 */
import { join } from 'node:path';
import { formatRingId } from '@tickwire/ipc-ring';
import type { RingId } from '@tickwire/ipc-ring';
import { DIRECTORY_ENTRY_BYTES } from '@tickwire/wire-tick';
import type { DuckDBConnection } from '@duckdb/node-api';
import { countRows } from './database.ts';
import { makeDirectory } from './disk.ts';
import type { Disk } from './disk.ts';
import { GapLedger } from './gap-ledger.ts';
import type { GapReason } from './gap-ledger.ts';
import type { JournalBatch, TickRun } from './journal-batch.ts';
import { recoverJournal } from './journal-recovery.ts';
import type { RecoveredJournal } from './journal-recovery.ts';
import { JournalWriter } from './journal-writer.ts';
import { ParquetWriter } from './parquet-writer.ts';
import { RingAccountFile } from './ring-account.ts';
import type { FinalCounts } from './ring-account.ts';
import type { StoreInventory } from './store-inventory.ts';
import { ringJournalDir } from './store-layout.ts';

export interface RingStoreOptions {
  readonly ringId: RingId;
  /** `kucoin.0`. */
  readonly name: string;
  readonly vendor: string;
  /** Identity of the counters that these counts go into; a positive integer. */
  readonly statsId: number;
  readonly disk: Disk;
  readonly inventory: StoreInventory;
  readonly connection: DuckDBConnection;
  /** ms since the Unix epoch: when gaps were noticed. */
  readonly nowMs: () => number;
  readonly batchBytes?: number | undefined;
  readonly segmentBytes?: number | undefined;
  readonly onDurable?: ((batch: JournalBatch) => void) | undefined;
}

/** In ticks, since the position where counting began. */
export interface RingCounts {
  /** The first position counted. */
  readonly start: number;
  /** Given to `append`. */
  readonly delivered: number;
  /** Durable in the journal, ever. */
  readonly journaled: number;
  /** Appended, not durable yet. */
  readonly pending: number;
  /** Taken from the journal for the store. */
  readonly taken: number;
  /** Taken, in no committed file yet. */
  readonly staged: number;
  /** Rows counted in the store, and those that the budget removed from it. */
  readonly stored: number;
  readonly expired: number;
  readonly lapped: number;
  readonly pad: number;
  readonly unread: number;
  /** Durable once, lost by the disk. */
  readonly damaged: number;
}

export class RingStore {
  readonly ringId: string;
  readonly name: string;
  readonly vendor: string;
  /** Bytes of torn frames that the last crash left. */
  readonly tornBytes: number;
  /** Where to go on reading; `undefined` for a ring never seen. */
  readonly resumePosition: number | undefined;
  readonly #options: RingStoreOptions;
  readonly #account: RingAccountFile;
  readonly #ledger: GapLedger;
  readonly #recovered: RecoveredJournal;
  readonly #journal: JournalWriter;
  readonly #parquet: ParquetWriter;
  readonly #storedBefore: number;
  #entries: Uint8Array;
  #appended = 0;
  #durableTicks = 0;
  #damagedBefore = 0;
  #damagedNow = 0;
  #unsettled = false;

  private constructor(
    options: RingStoreOptions,
    found: { account: RingAccountFile; storedRows: number },
  ) {
    this.ringId = formatRingId(options.ringId);
    this.name = options.name;
    this.vendor = options.vendor;
    this.#options = options;
    this.#account = found.account;
    this.#storedBefore = found.storedRows;
    const directory = ringJournalDir(options.inventory.dataDir, this.ringId);
    const from = options.inventory.nextPosition(this.ringId);
    this.#ledger = new GapLedger(join(directory, 'gaps.ndjson'));
    this.#recovered = recoverJournal({ directory, ringId: options.ringId, from });
    this.tornBytes = this.#recovered.tornBytes;
    this.#entries = this.#recovered.entries;
    const resume = Math.max(this.#recovered.nextPosition, this.#ledger.nextPosition);
    const known = found.account.record !== undefined || resume > 0;
    this.resumePosition = known ? Math.max(resume, found.account.record?.start ?? 0) : undefined;
    this.#journal = new JournalWriter({
      directory,
      ringId: options.ringId,
      disk: options.disk,
      segments: this.#recovered.segments,
      nextPosition: Math.max(resume, from),
      entries: this.#entries,
      batchBytes: options.batchBytes,
      segmentBytes: options.segmentBytes,
      onDurable: (batch) => {
        this.#durableTicks += batch.ticks;
        options.onDurable?.(batch);
      },
    });
    this.#parquet = new ParquetWriter({
      inventory: options.inventory,
      connection: options.connection,
      segments: this.#recovered.segments,
      ringId: this.ringId,
      vendor: options.vendor,
      nextPosition: from,
      entries: () => this.#entries,
      onDamaged: (gap) => {
        this.#damagedNow += gap.last - gap.first + 1;
        this.#ledger.append({ ...gap, reason: 'damaged', noticedMs: options.nowMs() });
      },
    });
  }

  /**
   * Opens what is kept of a ring and repairs what a crash left.
   * @throws StoreError `BAD_STORE`, `DISK_FAILED`: this ring cannot be kept now.
   */
  static async open(options: RingStoreOptions): Promise<RingStore> {
    const { inventory } = options;
    const ringId = formatRingId(options.ringId);
    makeDirectory(ringJournalDir(inventory.dataDir, ringId));
    const rows = await countFiles(options, ringId);
    // Read after the count, so that what the budget removes is in one of the two.
    const account = new RingAccountFile(inventory.dataDir, ringId);
    const storedRows = rows + account.expiredRows;
    return new RingStore(options, { account, storedRows });
  }

  /** Positions below this survive a crash. */
  get durablePosition(): number {
    return this.#journal.durablePosition;
  }

  /** Directory entries that the journal knows. */
  get entryCount(): number {
    return this.#journal.entryCount;
  }

  get journalBytes(): number {
    return this.#recovered.segments.bytes;
  }

  /** Bytes that the next commit would write. */
  get pendingBytes(): number {
    return this.#journal.fillingBytes;
  }

  get refusedEntries(): number {
    return this.#parquet.refusedEntries;
  }

  /**
   * Begins to count, before the first `append`.
   * @param start - Where the reader of the ring really stands.
   * @returns Positions from `resumePosition` on that the ring no longer has: note them as a gap.
   */
  attach(start: number): { first: number; last: number } | undefined {
    const resume = this.resumePosition ?? start;
    const durableRows = this.#storedBefore + this.#recovered.ticks;
    this.#account.begin({
      ring: this.name,
      vendor: this.vendor,
      statsId: this.#options.statsId,
      start: resume,
      baseRows: durableRows,
    });
    const { start: counted, baseRows } = this.#accountRecord();
    const explained = this.#gapsFrom(counted);
    const rows = durableRows - baseRows;
    // What was durable once and is neither a row nor explained was lost by the disk.
    this.#damagedBefore = Math.max(0, resume - counted - rows - explained);
    return start > resume ? { first: resume, last: start - 1 } : undefined;
  }

  /** Adds a run; `false` when there is no room: `await commit()` and offer it again. */
  append(run: TickRun): boolean {
    if (!this.#journal.append(run)) return false;
    this.#appended += run.count;
    return true;
  }

  /** Adds the directory entries behind those known; `false` as for `append`. */
  appendEntries(entries: Uint8Array): boolean {
    const known = this.#journal.entryCount;
    const taken = this.#journal.appendEntries(entries);
    const added = (this.#journal.entryCount - known) * DIRECTORY_ENTRY_BYTES;
    if (added > 0) this.#entries = Buffer.concat([this.#entries, entries.subarray(0, added)]);
    return taken;
  }

  /**
   * Explains positions without a tick. Commits what is before them first.
   * @throws StoreError: not noted; call again before anything behind the gap is appended.
   */
  async noteGap(gap: { first: number; last: number; reason: GapReason }): Promise<void> {
    await this.commit();
    this.#ledger.append({ ...gap, noticedMs: this.#options.nowMs() });
  }

  /** Makes durable all that was appended. @throws StoreError: nothing is lost, call again. */
  commit(): Promise<void> {
    return this.#journal.commit();
  }

  /** Takes ticks from the journal until `rowsMax` are staged; returns how many are staged. */
  async take(rowsMax: number): Promise<number> {
    await this.#settle();
    await this.#parquet.take(rowsMax);
    return this.#parquet.staged;
  }

  isFull(rowsMax: number): boolean {
    return this.#parquet.isFull(rowsMax);
  }

  /**
   * Stores the staged rows; returns how many.
   * @throws StoreError: they are read from the journal again; call `take` and `flush` later.
   */
  async flush(): Promise<number> {
    await this.#settle();
    try {
      return await this.#parquet.flush();
    } catch (error) {
      this.#unsettled = true;
      await this.#settle();
      throw error;
    }
  }

  /** Rows of this ring in the files of the store now: a real count over all of them. */
  countStored(): Promise<number> {
    return countFiles(this.#options, this.ringId);
  }

  /** Takes the count over all files as the number of rows stored, whatever was added up so far. */
  async recount(): Promise<void> {
    const total = (await this.countStored()) + this.#account.expiredRows;
    this.#parquet.setStored(total - this.#storedBefore);
  }

  counts(): RingCounts {
    const { start, baseRows, expiredRows } = this.#accountRecord();
    const before = this.#storedBefore - baseRows;
    const durableBefore = before + this.#recovered.ticks + this.#damagedBefore;
    return {
      start,
      delivered: durableBefore + this.#appended,
      journaled: durableBefore + this.#durableTicks,
      pending: this.#journal.pendingTicks,
      taken: before + this.#damagedBefore + this.#damagedNow + this.#parquet.taken,
      staged: this.#parquet.staged,
      stored: before + this.#parquet.stored,
      expired: expiredRows,
      lapped: this.#ledger.count('lapped', start),
      pad: this.#ledger.count('pad', start),
      unread: this.#ledger.count('unread', start),
      damaged: this.#damagedBefore + this.#damagedNow,
    };
  }

  /** Removes a file of this ring from the store: its rows go on being counted, as expired. */
  expire(path: string, rows: number): void {
    this.#account.expire(path, rows);
  }

  /** Remembers the last counts of a ring that has ended. */
  finish(counts: FinalCounts): void {
    this.#account.finish(counts);
  }

  /** Commits, closes the files. Ticks not in Parquet stay in the journal for the next start. */
  async close(): Promise<void> {
    await this.#journal.close();
    await this.#parquet.close();
    this.#recovered.segments.release(this.#options.inventory.nextPosition(this.ringId));
  }

  /** After a flush that failed: nothing is taken before it is known what came of it. */
  async #settle(): Promise<void> {
    if (!this.#unsettled) return;
    const { inventory } = this.#options;
    inventory.rescan();
    const total = (await this.countStored()) + this.#account.expiredRows;
    const rows = total - this.#storedBefore;
    await this.#parquet.reset({ to: inventory.nextPosition(this.ringId), rows });
    this.#unsettled = false;
  }

  #gapsFrom(start: number): number {
    const of = (reason: GapReason): number => this.#ledger.count(reason, start);
    return of('lapped') + of('pad') + of('unread');
  }

  #accountRecord(): { start: number; baseRows: number; expiredRows: number } {
    return this.#account.record ?? { start: 0, baseRows: 0, expiredRows: 0 };
  }
}

/**
 * Rows of a ring in its files: a real count. Files that are merged or removed under the count
 * begin it again.
 */
async function countFiles(
  { inventory, connection }: Pick<RingStoreOptions, 'inventory' | 'connection'>,
  ringId: string,
): Promise<number> {
  for (;;) {
    const paths = inventory.filesOf(ringId).map((file) => file.path);
    try {
      const rows = await countRows(connection, paths);
      if (inventory.holds(paths)) return rows;
    } catch (error) {
      if (inventory.holds(paths)) throw error;
    }
  }
}
