/**
 * A registered reader's own small file, `<ring>.readers/<id>`: 128 bytes, little-endian, written
 * by the reader as one `pwrite`, read by others with `pread`, never mapped (whoever maps a file
 * that somebody else can cut short can be killed by him).
 *
 *   off size field      type   unit or domain
 *     0    8 magic      bytes  "TWREADER"
 *     8    4 version    u32    1
 *    12    4 required   u32    1 = a paced writer waits for it
 *    16    8 ringId     u64    of the ring it reads now
 *    24    8 turn       f64    +1 with each write: a sign of life
 *    32    8 cursor     f64    every tick below it has been handled
 *    40    8 start      f64    ┐
 *    48    8 delivered  f64    │ the reader's account
 *    56    8 padded     f64    │
 *    64    8 lost       f64    ┘
 *    72    4 pid        u32    for display
 *    80   40 label      UTF-8  who it is, zero-padded
 *   120    8 turnCheck  f64    equals turn unless the copy caught the middle of a write
 *
 * The reader holds the file's lock for life and removes the file when it leaves in order.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isPosition } from '@tickwire/ipc-ring';
import type { RingAccount } from '@tickwire/ipc-ring';
import { ShmError, tryLock, withPath } from '@tickwire/ipc-shm';
import { removeDeadReaders } from './dead-readers.ts';

export const READER_FILE_BYTES = 128;
const MAGIC = 'TWREADER';
const VERSION = 1;
const TURN_AT = 24;
const COUNTS_AT = 32;
const COUNTS_END = 72;
const LABEL_AT = 80;
const LABEL_BYTES = 40;
/** Others may take a new file for a dead reader's: make another, but not for ever. */
const ATTEMPTS_MAX = 8;

/** What others see of a registered reader. */
export interface ReaderRecord {
  readonly label: string;
  readonly pid: number;
  readonly required: boolean;
  readonly ringIdHi: number;
  readonly ringIdLo: number;
  readonly turn: number;
  readonly cursor: number;
  readonly start: number;
  readonly delivered: number;
  readonly padded: number;
  readonly lost: number;
}

/** The reader's own end. */
export class ReaderFile {
  readonly path: string;
  readonly required: boolean;
  readonly #fd: number;
  readonly #bytes = new Uint8Array(READER_FILE_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #turn = 0;
  #open = true;

  /**
   * Also removes the files of readers that died.
   * @param dir - The ring's readers folder; its writer made it.
   * @throws ShmError `NO_SPACE`, `NOT_FOUND`, `SYSTEM`; no file is left behind then.
   */
  constructor(dir: string, options: { label: string; required: boolean }) {
    removeDeadReaders(dir);
    this.required = options.required;
    ({ path: this.path, fd: this.#fd } = makeReaderFile(dir));
    for (let at = 0; at < MAGIC.length; at++) this.#bytes[at] = MAGIC.charCodeAt(at);
    this.#view.setUint32(8, VERSION, true);
    this.#view.setUint32(12, options.required ? 1 : 0, true);
    this.#view.setUint32(72, process.pid, true);
    const label = new TextEncoder().encode(options.label).subarray(0, LABEL_BYTES);
    this.#bytes.set(label, LABEL_AT);
  }

  /** Tells others how far this reader is; also its sign of life. */
  write(account: RingAccount, handledUpTo: number): void {
    const view = this.#view;
    this.#turn += 1;
    view.setUint32(16, account.ringId.lo, true);
    view.setUint32(20, account.ringId.hi, true);
    view.setFloat64(24, this.#turn, true);
    view.setFloat64(32, handledUpTo, true);
    view.setFloat64(40, account.start, true);
    view.setFloat64(48, account.delivered, true);
    view.setFloat64(56, account.padded, true);
    view.setFloat64(64, account.lost, true);
    view.setFloat64(120, this.#turn, true);
    writeSync(this.#fd, this.#bytes, 0, READER_FILE_BYTES, 0);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      unlinkSync(this.path);
    } catch {
      // The ring's files were removed before this reader left: nothing to undo.
    }
    closeSync(this.#fd);
  }
}

/** Made, locked, given its one page, and still of its name: others remove files without a lock. */
function makeReaderFile(dir: string): { path: string; fd: number } {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const path = join(dir, `${process.pid}-${randomBytes(6).toString('hex')}`);
    const fd = withPath(path, () => openSync(path, flags, 0o640));
    try {
      // Whoever met the file before it was locked has it, or has removed it: make another.
      if (tryLock(fd) && fstatSync(fd).nlink > 0) {
        // A full file system is an error here, not in the middle of reading.
        withPath(path, () =>
          writeSync(fd, new Uint8Array(READER_FILE_BYTES), 0, READER_FILE_BYTES, 0),
        );
        return { path, fd };
      }
      closeSync(fd);
    } catch (error) {
      rmSync(path, { force: true });
      closeSync(fd);
      throw error;
    }
  }
  throw new ShmError('SYSTEM', `every new file in ${dir} was removed at once`, { path: dir });
}

/** Another process's end: an open file that is read again and again. */
export class ReaderFileView {
  readonly fd: number;
  readonly #bytes = new Uint8Array(READER_FILE_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #label: string | undefined;

  /** @throws Error of `openSync`; the file may be gone, or be a link (refused). */
  constructor(path: string) {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    this.fd = openSync(path, flags);
    if (!fstatSync(this.fd).isFile()) {
      closeSync(this.fd);
      throw new Error(`${path} is not a regular file`);
    }
  }

  /** The record, `undefined` when the bytes are not one or a write was under way. */
  read(): ReaderRecord | undefined {
    if (readSync(this.fd, this.#bytes, 0, READER_FILE_BYTES, 0) !== READER_FILE_BYTES) {
      return undefined;
    }
    const bytes = this.#bytes;
    const view = this.#view;
    if (!isWholeRecord(bytes, view)) return undefined;
    // A paced writer looks thousands of times a second, and a reader keeps its name.
    this.#label ??= labelOf(bytes);
    return {
      label: this.#label,
      pid: view.getUint32(72, true),
      required: view.getUint32(12, true) === 1,
      ringIdHi: view.getUint32(20, true),
      ringIdLo: view.getUint32(16, true),
      turn: view.getFloat64(TURN_AT, true),
      cursor: view.getFloat64(32, true),
      start: view.getFloat64(40, true),
      delivered: view.getFloat64(48, true),
      padded: view.getFloat64(56, true),
      lost: view.getFloat64(64, true),
    };
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** A record that can be believed: of this version, whole, and its counts are counts. */
function isWholeRecord(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 0; at < MAGIC.length; at++) {
    if (bytes[at] !== MAGIC.charCodeAt(at)) return false;
  }
  for (let at = COUNTS_AT; at < COUNTS_END; at += 8) {
    if (!isPosition(view.getFloat64(at, true))) return false;
  }
  const turn = view.getFloat64(TURN_AT, true);
  return (
    isPosition(turn) && turn === view.getFloat64(120, true) && view.getUint32(8, true) === VERSION
  );
}

function labelOf(bytes: Uint8Array): string {
  const label = bytes.subarray(LABEL_AT, LABEL_AT + LABEL_BYTES);
  const end = label.indexOf(0);
  return new TextDecoder().decode(label.subarray(0, end < 0 ? LABEL_BYTES : end));
}
