import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenFinished } from './vitest-hooks.ts';

/**
 * A fresh directory that is removed when the test ends (called inside a test), or when the file's
 * tests end (called outside of one). Mode 0700.
 *
 * @param options.shared - In /dev/shm when there is one, for rings; else in the system's folder.
 */
export function temporaryDirectory(options: { name?: string; shared?: boolean } = {}): string {
  const root = options.shared === true && isShm('/dev/shm') ? '/dev/shm' : tmpdir();
  const path = mkdtempSync(join(root, `tickwire-test-${options.name ?? 'dir'}-`));
  whenFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function isShm(path: string): boolean {
  try {
    return statfsSync(path).type === 0x0102_1994; // TMPFS_MAGIC
  } catch {
    return false;
  }
}
