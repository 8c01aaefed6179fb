/**
 * The writing end of a ring's journal: append only, group commit.
 *
 *   append ─▶ filling batch ─▶ commit: write ▸ fdatasync ─▶ durable position
 *
 * Two batches of fixed size: one fills while the other is on its way to the disk. When both are
 * taken `append` says so and the caller stops reading its ring: nothing is dropped here. A commit
 * that fails keeps its batch and tries again with the next call: after a failed write in the same
 * file, cut back to its durable length; after a failed sync in a new file, because what the kernel
 * did with the old one's pages is unknown.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RingId } from '@tickwire/ipc-ring';
import { DIRECTORY_ENTRY_BYTES } from '@tickwire/wire-tick';
import type { Disk, DiskFile } from './disk.ts';
import { StoreError, diskError } from './errors.ts';
import { JOURNAL_FRAME_ENTRIES_MAX, JournalBatch } from './journal-batch.ts';
import type { TickRun } from './journal-batch.ts';
import type { JournalSegments, Segment } from './journal-segments.ts';
import { SEGMENT_ENDING } from './store-layout.ts';

export const BATCH_BYTES_DEFAULT = 1024 * 1024;
export const SEGMENT_BYTES_DEFAULT = 32 * 1024 * 1024;

export interface JournalWriterOptions {
  readonly directory: string;
  readonly ringId: RingId;
  readonly disk: Disk;
  readonly segments: JournalSegments;
  /** Position after the last durable tick. */
  readonly nextPosition: number;
  /** All directory entries known so far, 256 bytes each. */
  readonly entries: Uint8Array;
  readonly batchBytes?: number | undefined;
  readonly segmentBytes?: number | undefined;
  /** Called with each batch that became durable, before it is used again. */
  readonly onDurable?: ((batch: JournalBatch) => void) | undefined;
}

export class JournalWriter {
  readonly #options: JournalWriterOptions;
  readonly #segmentBytes: number;
  #filling: JournalBatch;
  #spare: JournalBatch;
  #held: JournalBatch | undefined;
  #file: DiskFile | undefined;
  #segment: Segment | undefined;
  #entries: Uint8Array;
  #durable: number;
  #committing: Promise<void> | undefined;
  #failedWrite = false;

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
    const batchBytes = options.batchBytes ?? BATCH_BYTES_DEFAULT;
    this.#filling = new JournalBatch(options.ringId, batchBytes);
    this.#spare = new JournalBatch(options.ringId, batchBytes);
    this.#entries = options.entries;
    this.#durable = options.nextPosition;
  }

  /** Positions below this survive a crash. */
  get durablePosition(): number {
    return this.#durable;
  }

  /** Directory entries that it has been told of. */
  get entryCount(): number {
    return this.#entries.length / DIRECTORY_ENTRY_BYTES;
  }

  /** Ticks appended that are not durable yet. */
  get pendingTicks(): number {
    return this.#filling.ticks + (this.#held?.ticks ?? 0);
  }

  /** Bytes waiting for the next commit. */
  get fillingBytes(): number {
    return this.#filling.used;
  }

  /** Adds a run; `false` when there is no room: `await commit()` and offer it again. */
  append(run: TickRun): boolean {
    return this.#filling.addTicks(run, this.entryCount);
  }

  /**
   * Adds the entries that follow those known, before the first tick that uses one.
   * `false` when there is no room: `await commit()` and offer them again.
   */
  appendEntries(entries: Uint8Array): boolean {
    const step = JOURNAL_FRAME_ENTRIES_MAX * DIRECTORY_ENTRY_BYTES;
    for (let at = 0; at < entries.length; at += step) {
      const part = entries.subarray(at, at + step);
      if (!this.#filling.addEntries(this.entryCount, part)) {
        return false;
      }
      this.#entries = joined(this.#entries, part);
    }
    return true;
  }

  /**
   * Makes durable all that was appended before the call.
   * @throws StoreError `DISK_FULL`, `DISK_FAILED`, `SYNC_FAILED`: all is kept; call again later.
   */
  async commit(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
    if (this.#held === undefined && this.#filling.used === 0) return;
    this.#committing = this.#commitNow();
    try {
      await this.#committing;
    } finally {
      this.#committing = undefined;
    }
  }

  /** Commits what is left and closes the file. */
  async close(): Promise<void> {
    try {
      await this.commit();
    } finally {
      await this.#closeFile();
    }
  }

  async #commitNow(): Promise<void> {
    if (this.#held !== undefined) await this.#write(this.#held);
    if (this.#filling.used === 0) return;
    const batch = this.#filling;
    this.#filling = this.#spare;
    this.#held = batch;
    await this.#write(batch);
  }

  async #write(batch: JournalBatch): Promise<void> {
    const bytes = batch.finish();
    const { file, segment } = await this.#fileFor(batch, bytes.length);
    try {
      if (this.#failedWrite) await file.truncate(segment.bytes);
      this.#failedWrite = false;
      await writeAll(file, bytes, segment.bytes);
    } catch (error) {
      this.#failedWrite = true;
      // The space of the part that was written is given back; the next try cuts again anyway.
      await file.truncate(segment.bytes).catch(() => undefined);
      throw diskError(error, segment.path);
    }
    try {
      await file.datasync();
    } catch (cause) {
      await this.#giveUp(file, segment);
      throw new StoreError('SYNC_FAILED', `the disk did not confirm ${segment.path}`, { cause });
    }
    segment.bytes += bytes.length;
    if (batch.ticks > 0) {
      segment.ticks += batch.ticks;
      segment.nextPosition = batch.nextPosition;
      this.#durable = batch.nextPosition;
    }
    this.#options.onDurable?.(batch);
    batch.clear();
    this.#held = undefined;
    this.#spare = batch;
  }

  async #fileFor(
    batch: JournalBatch,
    bytes: number,
  ): Promise<{ file: DiskFile; segment: Segment }> {
    const { segments, directory, disk } = this.#options;
    if (this.#segment !== undefined && this.#file !== undefined) {
      const full = this.#segment.bytes + bytes > this.#segmentBytes && this.#segment.ticks > 0;
      if (!full) return { file: this.#file, segment: this.#segment };
      await this.#closeFile();
    }
    const first = batch.ticks > 0 ? batch.firstPosition : this.#durable;
    const path = join(directory, segmentName(first));
    let file: DiskFile;
    try {
      file = await disk.create(path);
    } catch (error) {
      throw diskError(error, path);
    }
    const segment = { path, bytes: 0, ticks: 0, nextPosition: first };
    try {
      segment.bytes = await this.#writeEntries(file);
    } catch (error) {
      await file.close().catch(() => undefined);
      rmSync(path, { force: true });
      throw diskError(error, path);
    }
    segments.add(segment);
    segments.setGrowing(segment);
    this.#file = file;
    this.#segment = segment;
    this.#failedWrite = false;
    return { file, segment };
  }

  /** Each file names its instruments itself, so that the older ones can go. */
  async #writeEntries(file: DiskFile): Promise<number> {
    const step = JOURNAL_FRAME_ENTRIES_MAX * DIRECTORY_ENTRY_BYTES;
    const batch = new JournalBatch(this.#options.ringId, step + 64);
    let written = 0;
    for (let at = 0; at < this.#entries.length; at += step) {
      batch.addEntries(at / DIRECTORY_ENTRY_BYTES, this.#entries.subarray(at, at + step));
      const bytes = batch.finish();
      await writeAll(file, bytes, written);
      written += bytes.length;
      batch.clear();
    }
    return written;
  }

  /** After a failed sync: this file is never written again. Its durable part stays. */
  async #giveUp(file: DiskFile, segment: Segment): Promise<void> {
    const { segments } = this.#options;
    this.#file = undefined;
    this.#segment = undefined;
    segments.setGrowing(undefined);
    await file.truncate(segment.bytes).catch(() => undefined);
    await file.close().catch(() => undefined);
    // Without a durable tick its name is needed again; what it holds is still in our hands.
    if (segment.ticks === 0) {
      segment.bytes = 0;
      rmSync(segment.path, { force: true });
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#segment = undefined;
    this.#options.segments.setGrowing(undefined);
    await file?.close();
  }
}

const segmentName = (firstPosition: number): string =>
  String(firstPosition).padStart(16, '0') + SEGMENT_ENDING;

async function writeAll(file: DiskFile, bytes: Uint8Array, fileOffset: number): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const written = await file.write(bytes, { offset, fileOffset: fileOffset + offset });
    if (written <= 0) throw new Error('the disk took nothing');
    offset += written;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
