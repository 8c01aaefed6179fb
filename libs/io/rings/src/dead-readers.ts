/** Reader files whose readers were killed: nobody else would remove those of a live ring. */
import { closeSync, constants, openSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '@tickwire/ipc-shm';

/** Process id and 48 random bits; other names in the folder are nobody's business. */
const READER_FILE_NAME = /^\d+-[0-9a-f]{12}$/;
/** More are left to the next look: a bound on what it costs to register. */
const FILES_MAX = 1_024;

/**
 * Removes the files of readers that died. A reader holds the lock of its file for life, so whoever
 * gets that lock may remove the file: a reader that is just making one finds that it is gone.
 * Files of other users stay, unless this is root.
 * @param folder - The readers folder of a ring; need not exist.
 * @returns how many were removed.
 */
export function removeDeadReaders(folder: string): number {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return 0; // nobody ever registered
  }
  const readers = names.filter((name) => READER_FILE_NAME.test(name)).slice(0, FILES_MAX);
  return readers.filter((name) => removeIfDead(join(folder, name))).length;
}

function removeIfDead(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return false; // it left meanwhile, or is another user's
  }
  try {
    if (!tryLock(fd)) return false;
    unlinkSync(path);
    return true;
  } catch {
    return false; // not a file, or removed by somebody else first
  } finally {
    closeSync(fd);
  }
}
