import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ZstdCompress } from 'node:zlib';
import { DbnEncoder, metadataBytes } from '@tickwire/wire-dbn';
import type { DbnMetadata, RecordPlace } from '@tickwire/wire-dbn';
import { createRecordingCounts } from './recording-counts.ts';
import type { RecordingCounts } from './recording-counts.ts';
import { DbnFileError, codeOf } from './errors.ts';
import { flushBlock, zstdCompressor } from './node-zstd.ts';

const BLOCK_BYTES = 256 * 1024;
/** What a killed process loses at most, beside what came since its last `flush`. */
const MARK_BYTES = 1024 * 1024;
const QUEUE_BYTES_DEFAULT = 16 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export interface DbnFileWriterOptions {
  /** Of version 3: what a file says before its records. */
  readonly metadata: DbnMetadata;
  /** Default `zstd`: one frame, so that every reader reads it to its end. */
  readonly compression?: 'zstd' | 'none';
  /** Bytes of records that wait for the disk; beyond it new ones are dropped. Default 16 MiB. */
  readonly queueBytesMax?: number;
  /** To count into, where several files are one recording. */
  readonly counts?: RecordingCounts;
}

/**
 * Records to a new file, without waiting for the disk:
 *
 *   write ──▶ block ──▶ zstd, on a thread ──▶ file
 *               └── after each MiB, and by `flush`: a mark, behind which all before it is read
 *
 * What waits is bounded. A file that was not closed can be read up to its last mark.
 */
export class DbnFileWriter {
  readonly counts: RecordingCounts;
  readonly #encoder: DbnEncoder;
  readonly #packer: ZstdCompress | PassThrough;
  readonly #file: WriteStream;
  readonly #finished: Promise<void>;
  readonly #queueBytesMax: number;
  readonly #markBytes: number;
  /** Of this file: records that no mark has confirmed. */
  #inFlight = 0;
  #waitingBytes = 0;
  #writtenBytes = 0;
  /** Since the last mark. */
  #unmarkedRecords = 0;
  #unmarkedBytes = 0;
  #failure: DbnFileError | undefined;
  #isClosed = false;

  /**
   * Creates the file. That it cannot be created (`EEXIST` among the reasons) is told by `flush` and
   * `close`.
   * @throws DbnError when the metadata are not of version 3, or cannot be written.
   */
  constructor(path: string, options: DbnFileWriterOptions) {
    const { metadata, compression, queueBytesMax } = options;
    const { tsOut } = metadata;
    this.counts = options.counts ?? createRecordingCounts();
    this.#queueBytesMax = queueBytesMax ?? QUEUE_BYTES_DEFAULT;
    // A queue that no mark shortens would stay full.
    this.#markBytes = Math.min(MARK_BYTES, this.#queueBytesMax / 2);
    const head = new DbnEncoder(new Uint8Array(metadataBytes(metadata)), { tsOut });
    head.metadata(metadata);
    this.#encoder = new DbnEncoder(new Uint8Array(BLOCK_BYTES), { tsOut });
    this.#packer = compression === 'none' ? new PassThrough() : zstdCompressor();
    this.#file = createWriteStream(path, { flags: 'wx', mode: 0o640 });
    this.#packer.on('data', (bytes: Uint8Array) => this.#file.write(bytes));
    this.#packer.on('end', () => this.#file.end());
    this.#packer.on('error', (cause) => this.#fail(cause));
    this.#finished = finished(this.#file).catch((cause: unknown) => this.#fail(cause));
    this.#send(head.written);
  }

  /** Why nothing is written any more; `undefined` while all is well. */
  get failure(): DbnFileError | undefined {
    return this.#failure;
  }

  /**
   * Takes a record of version 3 as it is.
   * @returns false when it was dropped, which is counted.
   * @throws DbnError `WRONG_RECORD` for one of another version, or that differs in `ts_out`.
   */
  write(record: RecordPlace): boolean {
    const reason = this.#refusal();
    if (reason !== undefined) {
      this.counts.dropped[reason] += 1;
      return false;
    }
    if (!this.#encoder.append(record)) {
      this.#sendBlock();
      this.#encoder.append(record);
    }
    this.counts.inFlight += 1;
    this.#inFlight += 1;
    this.#unmarkedRecords += 1;
    return true;
  }

  /**
   * Resolves when what was written before has left this process, and can be read in the file.
   * @throws DbnFileError `UNWRITABLE`.
   */
  async flush(): Promise<void> {
    this.#sendBlock();
    if (this.#failure === undefined && !this.#isClosed) {
      await Promise.race([new Promise<void>((resolve) => this.#mark(resolve)), this.#finished]);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Ends the file and closes it; further calls do nothing more.
   * @throws DbnFileError `UNWRITABLE`: what no mark has confirmed is counted as `failed`.
   */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#sendBlock();
      if (this.#failure === undefined) this.#mark(() => undefined);
      this.#isClosed = true;
      this.#packer.end();
    }
    await this.#finished;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #refusal(): keyof RecordingCounts['dropped'] | undefined {
    if (this.#failure !== undefined) return 'failed';
    if (this.#isClosed) return 'closed';
    const waiting = this.#waitingBytes + this.#encoder.length;
    return waiting >= this.#queueBytesMax ? 'queueFull' : undefined;
  }

  #sendBlock(): void {
    if (this.#encoder.length === 0) return;
    // A copy: the block is filled again while this one waits.
    this.#send(this.#encoder.written.slice());
    this.#encoder.clear();
    if (this.#unmarkedBytes >= this.#markBytes) this.#mark(() => undefined);
  }

  #send(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#waitingBytes += bytes.length;
    this.#unmarkedBytes += bytes.length;
    this.#packer.write(bytes);
  }

  /** Confirms what was sent before once the file has it. */
  #mark(done: () => void): void {
    const records = this.#unmarkedRecords;
    const bytes = this.#unmarkedBytes;
    this.#unmarkedRecords = 0;
    this.#unmarkedBytes = 0;
    this.#throughPacker(() => {
      while (this.#packer.read() !== null); // what it has made is with the file before this is
      this.#file.write(NOTHING, (error) => {
        if (!error) this.#confirm(records, bytes);
        done();
      });
    });
  }

  #throughPacker(passed: () => void): void {
    if (this.#packer instanceof PassThrough) this.#packer.write(NOTHING, passed);
    else flushBlock(this.#packer, passed);
  }

  #confirm(records: number, bytes: number): void {
    if (this.#failure !== undefined) return;
    this.#waitingBytes -= bytes;
    this.#writtenBytes += bytes;
    this.#inFlight -= records;
    this.counts.inFlight -= records;
    this.counts.written += records;
  }

  #fail(cause: unknown): void {
    if (this.#failure !== undefined) return;
    const detail = `the file cannot be written (${codeOf(cause)})`;
    this.#failure = new DbnFileError('UNWRITABLE', this.#writtenBytes, { detail, cause });
    this.counts.inFlight -= this.#inFlight;
    this.counts.dropped.failed += this.#inFlight;
    this.#inFlight = 0;
    this.#packer.destroy();
    this.#file.destroy();
  }
}
