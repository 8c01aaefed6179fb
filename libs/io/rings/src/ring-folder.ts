/** Where the rings of one installation live, and the names of their files. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ShmError, isHalfMade, isLocked, sharedMemoryRoot } from '@tickwire/ipc-shm';
import { RingsError } from './errors.ts';

const RING_SUFFIX = '.ring';
const NAME_PATTERN = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;
const READERS_DIR_MODE = 0o1770;
const HASH_DIGITS = 8;

/**
 * The ring folder of a data folder: `/dev/shm/tickwire-<user id>-<8 hex digits>`, the digits from
 * the data folder's real path, so that two installations and two users never meet.
 * @param dataDir - Need not exist yet.
 * @throws ShmError `UNSUPPORTED` with a sentence when there is no usable tmpfs.
 */
export function defaultRingDir(dataDir: string): string {
  const root = sharedMemoryRoot();
  if (!root.usable) {
    throw new ShmError('UNSUPPORTED', root.reason, {
      path: root.path,
      hint: 'set TICKWIRE_RING_DIR to a folder on a tmpfs that you can write',
    });
  }
  const digest = createHash('sha256')
    .update(realPathOf(resolve(dataDir)))
    .digest('hex');
  return join(root.path, `tickwire-${process.getuid?.() ?? 0}-${digest.slice(0, HASH_DIGITS)}`);
}

/**
 * Makes the folder (0700, or `mode`) or checks that it is ours: a real folder of this user or root,
 * that nobody else can write.
 * @throws RingsError `BAD_FOLDER`.
 */
export function ensureRingDir(dir: string, mode = 0o700): void {
  mkdirSync(dir, { recursive: true, mode });
  const stats = lstatSync(dir);
  const owner = stats.uid === process.geteuid?.() || stats.uid === 0;
  if (!stats.isDirectory() || !owner || (stats.mode & 0o022) !== 0) {
    throw new RingsError('BAD_FOLDER', `${dir} is not a folder that only its owner can write`, {
      hint: 'remove it, or set TICKWIRE_RING_DIR to a private folder on a tmpfs',
    });
  }
}

/** @throws RingsError `BAD_NAME`. */
export function ringPath(dir: string, name: string): string {
  if (!NAME_PATTERN.test(name) || name.endsWith(RING_SUFFIX)) {
    throw new RingsError('BAD_NAME', `${JSON.stringify(name)} cannot be the name of a ring`);
  }
  return join(dir, name + RING_SUFFIX);
}

/** The image of a ring: the last tick of each instrument, for late readers. */
export function imagePath(dir: string, name: string): string {
  return join(dirname(ringPath(dir, name)), `${name}.image`);
}

/** Folder of the small files of a ring's registered readers. */
export function readersDir(dir: string, name: string): string {
  return join(dirname(ringPath(dir, name)), `${name}.readers`);
}

/**
 * Makes that folder: readers of the group may add their file, only its owner may remove it.
 * @throws RingsError `BAD_FOLDER` when something else has its name, a link above all.
 */
export function ensureReadersDir(dir: string, name: string): void {
  const path = readersDir(dir, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) mkdirSync(path, { recursive: true });
  else if (!found.isDirectory()) {
    throw new RingsError('BAD_FOLDER', `${path} is not a folder`, { hint: 'remove it' });
  }
  chmodSync(path, READERS_DIR_MODE);
}

/** Names of the rings in a folder, sorted; none when there is no folder. */
export function listRings(dir: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(dir);
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.endsWith(RING_SUFFIX) && !isHalfMade(entry))
    .map((entry) => entry.slice(0, -RING_SUFFIX.length))
    .filter((name) => NAME_PATTERN.test(name))
    .sort();
}

/**
 * Removes a ring's files, unless a live process writes it.
 * @returns false when it is in use, and nothing was removed.
 */
export function removeRing(dir: string, name: string): boolean {
  const path = ringPath(dir, name);
  if (isWritten(path)) return false;
  rmSync(path, { force: true });
  rmSync(imagePath(dir, name), { force: true });
  rmSync(readersDir(dir, name), { recursive: true, force: true });
  return true;
}

/**
 * Removes a ring folder with everything in it: rings, stats, reader files.
 * @returns the names of rings that live processes write; nothing was removed unless it is empty.
 */
export function removeRingDir(dir: string): string[] {
  const inUse = listRings(dir).filter((name) => isWritten(ringPath(dir, name)));
  if (inUse.length === 0) rmSync(dir, { recursive: true, force: true });
  return inUse;
}

/**
 * Removes what creators that were killed left half-made in the folder. What is no plain file was
 * made by nobody of us, and stays.
 */
export function removeHalfMade(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isFile() || !isHalfMade(entry.name)) continue;
    const path = join(dir, entry.name);
    try {
      if (!isLocked(path)) unlinkSync(path);
    } catch (error) {
      // Its creator finished or removed it meanwhile.
      if (!(error instanceof Error && 'code' in error && isMissing(error.code))) throw error;
    }
  }
}

function isWritten(path: string): boolean {
  try {
    return isLocked(path);
  } catch (error) {
    if (error instanceof ShmError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

function isMissing(code: unknown): boolean {
  return code === 'NOT_FOUND' || code === 'ENOENT';
}

/** The real path, of the nearest existing ancestor where the end does not exist yet. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), basename(path));
  }
}
