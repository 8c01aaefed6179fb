/**
 * Files mapped into memory: made whole or not at all, opened only when nobody untrusted can cut
 * them.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ShmError, errnoError, withPath } from './errors.ts';
import { tryLock, unlock } from './file-lock.ts';
import { Linux, systemCalls } from './system-calls.ts';

const GROUP_OR_OTHER_WRITE = 0o022;
const TMP_SUFFIX = '.tmp';

/**
 * One mapped file.
 *
 * The mapping lives as long as any view of `buffer` does and is given back only after the last one
 * is collected: an early unmap would be a SIGSEGV that JavaScript cannot catch. Do not transfer or
 * resize `buffer`. `close` frees the lock and closes the descriptor, never the mapping.
 */
export interface SharedMemory {
  readonly buffer: ArrayBuffer;
  readonly fd: number;
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
  /** Where the kernel mapped it, for futex calls. */
  readonly address: number | bigint;
  close(): void;
}

export interface CreateSharedFileOptions {
  readonly path: string;
  /** Whole bytes, above 0. All are allocated at once. */
  readonly bytes: number;
  /** Permissions, 0640 by default; whatever the umask. */
  readonly mode?: number;
  /** Fills the file before anybody can see it. */
  readonly format?: (buffer: ArrayBuffer) => void;
  /** Takes the exclusive lock before anybody can see the file. */
  readonly lock?: boolean;
  /** Puts the new file over an existing one in one step; else an existing one is `EXISTS`. */
  readonly replace?: boolean;
}

/**
 * Makes a file beside its final name, allocates every byte (a full file system is an error here and
 * now, never a SIGBUS at the first store to a page), fills it, then links it into place.
 * @throws ShmError `NO_SPACE`, `EXISTS`, `SYSTEM`; nothing is left behind then.
 */
export function createSharedFile(options: CreateSharedFileOptions): SharedMemory {
  const { path, bytes } = options;
  requireBytes(path, bytes);
  const tmp = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}${TMP_SUFFIX}`,
  );
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fd = withPath(tmp, () => openSync(tmp, flags, 0o600));
  let linked = false;
  try {
    if (options.lock === true && !tryLock(fd)) {
      throw new ShmError('SYSTEM', `${tmp} was locked by somebody else`, { path: tmp });
    }
    const errno = systemCalls().posixFallocate(fd, 0, bytes);
    if (errno !== 0) throw errnoError(`allocating ${bytes} bytes`, errno, path);
    const memory = mapFile({ path, fd, access: 'write', stats: fstatSync(fd) });
    options.format?.(memory.buffer);
    fchmodSync(fd, options.mode ?? 0o640);
    withPath(path, () => (options.replace === true ? renameSync(tmp, path) : linkSync(tmp, path)));
    linked = true;
    return memory;
  } finally {
    if (options.replace !== true || !linked) unlinkQuietly(tmp);
    if (!linked) closeSync(fd);
  }
}

/** Names of half-made files in a listing of a folder: a killed creator may leave one. */
export function isHalfMade(fileName: string): boolean {
  return fileName.startsWith('.') && fileName.endsWith(TMP_SUFFIX);
}

export interface OpenSharedFileOptions {
  readonly path: string;
  /** `read` maps read-only: a store into it is a SIGSEGV of this process, never of the writer. */
  readonly access: 'read' | 'write';
  /** Refused unless the file has exactly this size. */
  readonly bytes?: number;
  /** User ids trusted besides our own and root's. */
  readonly trustedOwners?: readonly number[];
}

/**
 * Opens and maps an existing file.
 *
 * Trusted is a regular file, not a link, that only its owner can write, whose owner is this user,
 * root, a user named in `trustedOwners`, or the owner of the folder when the file's group is one of
 * ours and nobody else can write the folder (one group per installation). The owner of a trusted
 * file can still cut it short and so kill its readers by SIGBUS: that cannot be caught.
 * @throws ShmError `NOT_FOUND`, `NOT_TRUSTED`, `BAD_SIZE`, `SYSTEM`.
 */
export function openSharedFile(options: OpenSharedFileOptions): SharedMemory {
  const { path, access } = options;
  const mode = access === 'write' ? constants.O_RDWR : constants.O_RDONLY;
  // O_NONBLOCK: opening a FIFO somebody put there must not hang.
  const flags = mode | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = withPath(path, () => openSync(path, flags));
  try {
    const stats = fstatSync(fd);
    requireTrusted(path, stats, options.trustedOwners ?? []);
    if (stats.size === 0 || (options.bytes !== undefined && stats.size !== options.bytes)) {
      throw new ShmError('BAD_SIZE', `${path} has ${stats.size} bytes`, { path });
    }
    return mapFile({ path, fd, access, stats });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Identity of the file that a path names now; `undefined` when there is none. */
export function fileAt(path: string): { device: number; inode: number } | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : { device: stats.dev, inode: stats.ino };
}

/** Whether `path` still names the mapped file. */
export function isSameFile(memory: SharedMemory, path: string = memory.path): boolean {
  const now = fileAt(path);
  return now !== undefined && now.device === memory.device && now.inode === memory.inode;
}

interface Mapping {
  readonly path: string;
  readonly fd: number;
  readonly access: 'read' | 'write';
  readonly stats: Stats;
}

/** Gives a mapping back once nothing can reach its bytes any more. */
const unmapper = new FinalizationRegistry<{ address: number | bigint; bytes: number }>(
  (mapping) => {
    systemCalls().munmap(mapping.address, mapping.bytes);
  },
);

function mapFile({ path, fd, access, stats }: Mapping): SharedMemory {
  const calls = systemCalls();
  const bytes = stats.size;
  const protection = Linux.PROT_READ | (access === 'write' ? Linux.PROT_WRITE : 0);
  const address = calls.mmap(0, bytes, protection, Linux.MAP_SHARED, fd, 0);
  // MAP_FAILED is all ones; no mapping is that high.
  if (Number(address) >= 2 ** 63) throw errnoError('mmap', calls.errno(), path);
  const buffer = calls.view(address, bytes);
  unmapper.register(buffer, { address, bytes });
  let open = true;
  return {
    buffer,
    fd,
    path,
    device: stats.dev,
    inode: stats.ino,
    bytes,
    address,
    close: () => {
      if (!open) return;
      open = false;
      unlock(fd); // the mapping keeps the open file: without this the lock would outlive the close
      closeSync(fd);
    },
  };
}

function requireTrusted(path: string, stats: Stats, trustedOwners: readonly number[]): void {
  if (!stats.isFile()) throw notTrusted(path, 'is not a regular file');
  if ((stats.mode & GROUP_OR_OTHER_WRITE) !== 0) throw notTrusted(path, 'can be written by others');
  const self = process.geteuid?.();
  if (stats.uid === self || stats.uid === 0 || trustedOwners.includes(stats.uid)) return;
  const folder = statSync(dirname(path));
  const ownFolder = folder.uid === stats.uid && (folder.mode & GROUP_OR_OTHER_WRITE) === 0;
  // Root is in every group for this purpose, and every other user is less trusted than root.
  const ownGroup = self !== 0 && (process.getgroups?.() ?? []).includes(stats.gid);
  if (ownFolder && ownGroup) return;
  throw notTrusted(
    path,
    `belongs to user ${stats.uid}, who is not this user, root or of our group`,
  );
}

function notTrusted(path: string, why: string): ShmError {
  return new ShmError('NOT_TRUSTED', `${path} ${why}`, {
    path,
    hint: 'run as the user that writes the ring, or in the group of the installation',
  });
}

function requireBytes(path: string, bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes > 0) return;
  throw new ShmError('BAD_ARGUMENT', `${bytes} bytes for ${path}`, { path });
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Renamed into place, or gone with its folder: either way it is not left behind.
  }
}
