import { accessSync, constants, statfsSync } from 'node:fs';
import { withPath } from './errors.ts';
import { Linux } from './system-calls.ts';

const MEMORY_ROOT = '/dev/shm';

/** Where rings live, or a sentence that says why they cannot. */
export type MemoryRoot =
  | { readonly usable: true; readonly path: string }
  | { readonly usable: false; readonly path: string; readonly reason: string };

/** `/dev/shm` when it is a tmpfs that this user can write. */
export function sharedMemoryRoot(path: string = MEMORY_ROOT): MemoryRoot {
  const unusable = (reason: string): MemoryRoot => ({ usable: false, path, reason });
  try {
    if (statfsSync(path).type !== Linux.TMPFS_MAGIC) {
      return unusable(`${path} is not a tmpfs: rings on a disk would be slow`);
    }
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    return unusable(
      `${path} cannot be used: ${cause instanceof Error ? cause.message : 'unknown'}`,
    );
  }
  return { usable: true, path };
}

/** Bytes that this user can still take on the file system of `path`. */
export function freeBytes(path: string): number {
  const stats = withPath(path, () => statfsSync(path));
  return stats.bavail * stats.bsize;
}
