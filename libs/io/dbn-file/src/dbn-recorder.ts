/**
 * A live feed's records, everything that is received, into files of DBN version 3:
 *
 *   write ──▶ DbnFileWriter ──▶ GLBX-MDP3-20240101T090000.000Z.dbn.zst
 *      │          │ full by size or time: the next file, named by when it begins
 *      │          └ cannot be written: given up, what comes is dropped; tried anew after retryMs
 *      └ what the disk is too slow for is dropped, the newest: a feed does not wait for a disk
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Timers } from '@tickwire/core';
import { escapeName } from '@tickwire/core';
import { SCHEMA_NONE, STYPE_NAMES, STYPE_NONE, SYMBOL_BYTES, TIME_OPEN } from '@tickwire/wire-dbn';
import type { DbnMetadata, RecordPlace } from '@tickwire/wire-dbn';
import { DbnFileWriter } from './dbn-file-writer.ts';
import { DbnFileError, codeOf } from './errors.ts';
import { RecordedSymbols } from './recorded-symbols.ts';
import { createRecordingCounts } from './recording-counts.ts';
import type { RecordingCounts } from './recording-counts.ts';

export interface RecorderLimits {
  /** Bytes of records, before compression, after which the next file begins. */
  fileBytesMax: number;
  /** Time after which the next file begins. */
  fileMs: number;
  /** How often what has come is made readable in the file: a killed process loses that much. */
  flushMs: number;
  /** How long nothing is tried after a file could not be written. */
  retryMs: number;
  /** Bytes of records that wait for the disk. */
  queueBytesMax: number;
}

export const RECORDER_LIMITS: Readonly<RecorderLimits> = {
  fileBytesMax: 4 * 1024 * 1024 * 1024,
  fileMs: 3_600_000,
  flushMs: 1_000,
  retryMs: 10_000,
  queueBytesMax: 64 * 1024 * 1024,
};

/** What happened to a file, for the log: rare. */
export interface RecorderEvent {
  readonly kind: 'opened' | 'closed' | 'failed';
  readonly path: string;
  /** Of `failed`: the code and what to do. */
  readonly detail: string;
}

export interface DbnRecorderOptions {
  /** Where the files go; made when it is not there. */
  readonly directory: string;
  readonly dataset: string;
  /** Whether the records end with `ts_out`. */
  readonly hasTsOut: boolean;
  /** ms since the Unix epoch. */
  readonly nowMs: () => number;
  readonly timers: Timers;
  /** Default `zstd`. */
  readonly compression?: 'zstd' | 'none';
  readonly limits?: Partial<RecorderLimits>;
  readonly onEvent?: (event: RecorderEvent) => void;
}

export class DbnRecorder {
  /** Records given = written + inFlight + dropped, over all files. */
  readonly counts: RecordingCounts = createRecordingCounts();
  readonly #options: DbnRecorderOptions;
  readonly #limits: RecorderLimits;
  readonly #symbols = new RecordedSymbols();
  readonly #closing = new Set<Promise<void>>();
  #writer: DbnFileWriter | undefined;
  #path = '';
  #bytes = 0;
  #endsAtMs = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #lastStartMs = 0;
  #flushTimer: object | undefined;
  #isClosed = false;

  constructor(options: DbnRecorderOptions) {
    this.#options = options;
    this.#limits = { ...RECORDER_LIMITS, ...options.limits };
  }

  /** Mappings that later files do not repeat: there are too many. */
  get mappingsNotRepeated(): number {
    return this.#symbols.notRepeated;
  }

  /**
   * Takes a record of version 3 where it lies, as that on which a decoder stands. The first one
   * begins the first file.
   * @returns false when it was dropped, which is counted by why. Never waits.
   * @throws DbnError `WRONG_RECORD` for one of another version, or that differs in `ts_out`.
   */
  write(record: RecordPlace): boolean {
    const writer = this.#writerFor(record.length);
    if (writer === undefined) {
      this.counts.dropped[this.#isClosed ? 'closed' : 'failed'] += 1;
      return false;
    }
    const isTaken = writer.write(record);
    this.#symbols.take(record);
    if (isTaken) this.#bytes += record.length;
    else if (writer.failure !== undefined) this.#giveUp(writer);
    return isTaken;
  }

  /** Resolves when what came before can be read in its file, or is counted as dropped. */
  async flush(): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined) return;
    try {
      await writer.flush();
    } catch {
      this.#giveUp(writer);
    }
  }

  /** Ends the file and the recording; resolves when every record is written or counted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endFile();
    await Promise.all(this.#closing);
  }

  #writerFor(recordBytes: number): DbnFileWriter | undefined {
    if (this.#isClosed) return undefined;
    if (this.#writer !== undefined) {
      if (this.#bytes + recordBytes <= this.#limits.fileBytesMax) return this.#writer;
      this.#endFile();
    }
    return this.#open();
  }

  #open(): DbnFileWriter | undefined {
    const { directory, dataset, compression, nowMs } = this.#options;
    const now = nowMs();
    if (now < this.#retryAtMs) return undefined;
    const extension = compression === 'none' ? 'dbn' : 'dbn.zst';
    // Two files of one ms, or of a clock that was set back, differ all the same.
    this.#lastStartMs = Math.max(now, this.#lastStartMs + 1);
    const start = new Date(this.#lastStartMs).toISOString().replace(/[-:]/g, '');
    const name = dataset.replaceAll('.', '-');
    this.#path = join(directory, `${escapeName(name)}-${start}.${extension}`);
    try {
      mkdirSync(directory, { recursive: true });
    } catch (cause) {
      const detail = `the folder cannot be made (${codeOf(cause)})`;
      this.#failed(this.#path, new DbnFileError('UNWRITABLE', 0, { detail, cause }));
      return undefined;
    }
    this.#writer = new DbnFileWriter(this.#path, {
      metadata: this.#metadata(now),
      ...{ compression: compression ?? 'zstd', counts: this.counts },
      queueBytesMax: this.#limits.queueBytesMax,
    });
    this.#bytes = 0;
    this.#endsAtMs = now + this.#limits.fileMs;
    this.#flushLater();
    this.#tell('opened', this.#path);
    return this.#writer;
  }

  #metadata(nowMs: number): DbnMetadata {
    const { dataset, hasTsOut } = this.#options;
    return {
      ...{ version: 3, dataset, schema: SCHEMA_NONE, tsOut: hasTsOut },
      ...{ start: BigInt(Math.floor(nowMs)) * 1_000_000n, end: TIME_OPEN, limit: 0n },
      ...{ stypeIn: STYPE_NONE, stypeOut: STYPE_NAMES.indexOf('instrument_id') },
      ...{ symbolCstrLength: SYMBOL_BYTES, symbols: [], partial: [], notFound: [] },
      mappings: this.#symbols.mappings(nowMs, this.#limits.fileMs),
    };
  }

  #endFile(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    const path = this.#path;
    this.#stop();
    const closed = writer.close().then(
      () => this.#tell('closed', path),
      () => this.#failed(path, writer.failure),
    );
    const done = closed.finally(() => this.#closing.delete(done));
    this.#closing.add(done);
  }

  #giveUp(writer: DbnFileWriter): void {
    if (writer !== this.#writer) return;
    this.#stop();
    this.#failed(this.#path, writer.failure);
  }

  #failed(path: string, failure: DbnFileError | undefined): void {
    this.#retryAtMs = this.#options.nowMs() + this.#limits.retryMs;
    this.#tell('failed', path, failure === undefined ? '' : `${failure.code}: ${failure.message}`);
  }

  #stop(): void {
    if (this.#flushTimer !== undefined) this.#options.timers.clearTimer(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#writer = undefined;
  }

  #flushLater(): void {
    const { timers, nowMs } = this.#options;
    this.#flushTimer = timers.setTimer(this.#limits.flushMs, () => {
      // A file whose time has come ends here, also when nothing comes any more.
      if (nowMs() >= this.#endsAtMs) this.#endFile();
      else {
        void this.flush();
        this.#flushLater();
      }
    });
  }

  #tell(kind: RecorderEvent['kind'], path: string, detail = ''): void {
    this.#options.onEvent?.({ kind, path, detail });
  }
}
