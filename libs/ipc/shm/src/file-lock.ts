/**
 * Open-file-description locks (`fcntl(F_OFD_SETLK)`): held by the open file, not by the process
 * that asks, and freed by the kernel when the last descriptor of it goes, however its holder died
 * and in whatever container it lived. So the lock decides whether a writer is alive.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { errnoError, withPath } from './errors.ts';
import { Linux, systemCalls } from './system-calls.ts';

/**
 * `struct flock` of 64-bit Linux: type i16, whence i16, 4 padding, start i64, length i64, pid
 * i32.
 */
const FLOCK_BYTES = 32;
const EAGAIN = 11;
const EACCES = 13;

/**
 * Takes the exclusive lock on the whole file; it lives until `unlock`, or until `fd` is closed and
 * every mapping made from it is gone.
 * @param fd - Open for writing.
 * @returns false when somebody else holds it.
 * @throws ShmError `SYSTEM` when the file system knows no locks.
 */
export function tryLock(fd: number): boolean {
  const calls = systemCalls();
  if (calls.fcntl(fd, Linux.F_OFD_SETLK, wholeFile()) === 0) return true;
  const errno = calls.errno();
  if (errno === EAGAIN || errno === EACCES) return false;
  throw errnoError('fcntl(F_OFD_SETLK)', errno);
}

/**
 * Gives the lock back. Needed before closing a file that stays mapped: a mapping keeps the open
 * file, and with it the lock, as long as it lives.
 */
export function unlock(fd: number): void {
  const calls = systemCalls();
  if (calls.fcntl(fd, Linux.F_OFD_SETLK, wholeFile(Linux.F_UNLCK)) !== 0) {
    throw errnoError('fcntl(F_OFD_SETLK)', calls.errno());
  }
}

/** Whether somebody holds the lock of an open file; asking through its own descriptor says no. */
export function isLockedDescriptor(fd: number): boolean {
  const calls = systemCalls();
  const lock = wholeFile();
  if (calls.fcntl(fd, Linux.F_OFD_GETLK, lock) !== 0) {
    throw errnoError('fcntl(F_OFD_GETLK)', calls.errno());
  }
  return new DataView(lock.buffer).getInt16(0, true) !== Linux.F_UNLCK;
}

/**
 * Whether somebody holds the lock of the file at `path`, this process included.
 * @throws ShmError `NOT_FOUND`, `NOT_TRUSTED` (a link), `SYSTEM`.
 */
export function isLocked(path: string): boolean {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = withPath(path, () => openSync(path, flags));
  try {
    return isLockedDescriptor(fd);
  } finally {
    closeSync(fd);
  }
}

function wholeFile(type: number = Linux.F_WRLCK): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FLOCK_BYTES);
  new DataView(bytes.buffer).setInt16(0, type, true);
  return bytes;
}
