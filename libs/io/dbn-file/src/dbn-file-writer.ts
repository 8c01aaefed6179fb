import { createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { DbnEncoder, metadataBytes } from '@tickwire/wire-dbn';
import type { DbnMetadata, RecordPlace } from '@tickwire/wire-dbn';
import { DbnFileError, codeOf } from './errors.ts';

const BLOCK_BYTES = 256 * 1024;
const QUEUE_BYTES_DEFAULT = 16 * 1024 * 1024;

export interface DbnFileWriterOptions {
  /** Of version 3: what a file says before its records. */
  readonly metadata: DbnMetadata;
  /** Default `zstd`: one frame, so that every reader reads it to its end. */
  readonly compression?: 'zstd' | 'none';
  /** Records that wait for the disk; beyond it new ones are dropped and counted. Default 16 MiB. */
  readonly queueBytesMax?: number;
}

/** Records given to `write` = written + dropped. */
export interface DbnFileCounts {
  written: number;
  /** Not written because the disk was behind or had failed, or the file was closed. */
  dropped: number;
}

/**
 * Records to a new file, without waiting for the disk: they are gathered in blocks, and what waits
 * is bounded. A file that was not closed can be read as far as its blocks reached the disk.
 */
export class DbnFileWriter {
  readonly counts: DbnFileCounts = { written: 0, dropped: 0 };
  readonly #encoder: DbnEncoder;
  readonly #packer: Transform;
  readonly #finished: Promise<void>;
  readonly #queueBytesMax: number;
  #waitingBytes = 0;
  #writtenBytes = 0;
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
    this.#queueBytesMax = queueBytesMax ?? QUEUE_BYTES_DEFAULT;
    const head = new DbnEncoder(new Uint8Array(metadataBytes(metadata)), { tsOut });
    head.metadata(metadata);
    this.#encoder = new DbnEncoder(new Uint8Array(BLOCK_BYTES), { tsOut });
    this.#packer = compression === 'none' ? new PassThrough() : createZstdCompress();
    const file = createWriteStream(path, { flags: 'wx', mode: 0o640 });
    this.#finished = pipeline(this.#packer, file).catch((cause: unknown) => this.#fail(cause));
    this.#send(head.written);
  }

  /**
   * Takes a record of version 3 as it is.
   * @returns false when it was dropped, which is counted.
   * @throws DbnError `WRONG_RECORD` for one of another version, or that differs in `ts_out`.
   */
  write(record: RecordPlace): boolean {
    const isFull = this.#waitingBytes + this.#encoder.length >= this.#queueBytesMax;
    if (isFull || this.#isClosed || this.#failure !== undefined) {
      this.counts.dropped += 1;
      return false;
    }
    if (!this.#encoder.append(record)) {
      this.#sendBlock();
      this.#encoder.append(record);
    }
    this.counts.written += 1;
    return true;
  }

  /**
   * Resolves when what was written before has left this process.
   * @throws DbnFileError `UNWRITABLE`.
   */
  async flush(): Promise<void> {
    this.#sendBlock();
    if (this.#failure === undefined && !this.#isClosed) {
      const passed = new Promise<void>((resolve) => this.#packer.write('', () => resolve()));
      await Promise.race([passed, this.#finished]);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Ends the file and closes it; further calls do nothing more.
   * @throws DbnFileError `UNWRITABLE`: what waited is lost, the counts of `written` include it.
   */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#sendBlock();
      this.#isClosed = true;
      this.#packer.end();
    }
    await this.#finished;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #sendBlock(): void {
    if (this.#encoder.length === 0) return;
    // A copy: the block is filled again while this one waits.
    this.#send(this.#encoder.written.slice());
    this.#encoder.clear();
  }

  #send(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#waitingBytes += bytes.length;
    this.#packer.write(bytes, () => {
      this.#waitingBytes -= bytes.length;
      this.#writtenBytes += bytes.length;
    });
  }

  #fail(cause: unknown): void {
    const detail = `the file cannot be written (${codeOf(cause)})`;
    this.#failure = new DbnFileError('UNWRITABLE', this.#writtenBytes, { detail, cause });
  }
}
