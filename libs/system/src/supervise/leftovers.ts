/** Removing what a system leaves behind: only files of our own kinds, and only of the dead. */
import { lstatSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isHalfMade } from '@tickwire/ipc-shm';
import { listRings, removeRing } from '@tickwire/io-rings';

/** Holds the ring directory for one supervisor, whatever its data directory is. */
export const RING_DIR_LOCK = 'ring-dir';

const RUN_FILE = /\.(lock|json|json\.tmp|ndjson|pid|sock|ports)$/;
const RING_FILE = /\.(stats|image|lock|sock)$/;

/**
 * Removes rings and counters, then the directory if nothing else is in it. A ring that a live
 * process writes stays.
 */
export function clearRingDir(dir: string, options: { keepLock?: boolean } = {}): void {
  if (!isOwnDirectory(dir)) return;
  const lock = `${RING_DIR_LOCK}.lock`;
  for (const name of listRings(dir)) removeRing(dir, name);
  for (const name of readdirSync(dir)) {
    if (options.keepLock === true && name === lock) continue;
    if (isHalfMade(name) || RING_FILE.test(name)) rmSync(join(dir, name), { force: true });
    else if (name.endsWith('.readers')) rmSync(join(dir, name), { recursive: true, force: true });
  }
  removeIfEmpty(dir);
}

/** Removes locks and records of services; the directory of the data stays. */
export function clearRunDir(dir: string): void {
  if (!isOwnDirectory(dir)) return;
  for (const name of readdirSync(dir)) {
    if (RUN_FILE.test(name)) rmSync(join(dir, name), { force: true });
  }
  removeIfEmpty(dir);
}

/** A directory, not a link that somebody put in its place. */
function isOwnDirectory(dir: string): boolean {
  return lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() === true;
}

function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Something of somebody else's is in it: it stays.
  }
}
