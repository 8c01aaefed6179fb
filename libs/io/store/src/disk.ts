/**
 * The few operations of a disk that durability rests on. A parameter, so that tests can fail any
 * of them at any moment.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One file open for writing at stated offsets. */
export interface DiskFile {
  /** Returns the bytes really written, possibly fewer than asked. */
  write(bytes: Uint8Array, at: { offset: number; fileOffset: number }): Promise<number>;
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** Makes a new file, which must not exist, and makes its name durable. */
  create(path: string): Promise<DiskFile>;
  /** Flushes a file, without holding up the event loop. */
  syncFile(path: string): Promise<void>;
  rename(from: string, to: string): void;
  /** Removes a file, if it is there; durable after `syncDirectory`. */
  remove(path: string): void;
  /** Makes the names in `directory` durable: after a create, rename or removal. */
  syncDirectory(directory: string): void;
  /** Replaces `path` by `text`: a reader or a crash sees the old or the new, never a part. */
  replace(path: string, text: string): void;
}

export const hostDisk: Disk = {
  async create(path) {
    const handle = await open(path, 'wx', 0o640);
    try {
      syncDirectory(dirname(path));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return {
      async write(bytes, { offset, fileOffset }) {
        const length = bytes.length - offset;
        return (await handle.write(bytes, offset, length, fileOffset)).bytesWritten;
      },
      datasync: () => handle.datasync(),
      truncate: (bytes) => handle.truncate(bytes),
      close: () => handle.close(),
    };
  },
  async syncFile(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncDirectory,
  replace: writeDurably,
};

/** Makes the names in `directory` durable: after a create, rename or unlink. */
export function syncDirectory(directory: string): void {
  syncPath(directory);
}

/** Flushes file or directory `path` to the disk. */
export function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes `directory` and its missing parents, all their names durable. */
export function makeDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: 0o750 });
  if (made === undefined) return;
  for (let at = directory; at.length >= made.length; at = dirname(at)) syncPath(dirname(at));
}

/** Replaces `path` by `text` so that a reader or a crash sees the old or the new, never a part. */
export function writeDurably(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  const fd = openSync(temporary, 'w', 0o640);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
  syncPath(dirname(path));
}
