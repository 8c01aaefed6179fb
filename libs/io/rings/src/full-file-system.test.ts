// Goal: a full tmpfs is an error with a code where something is made, and never the death of who
// already has his ring. Method: a process with a file system of 1 MiB of its own, in a namespace of
// its own, so that no right of root is needed.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { announceSkip, repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import type { FullFileSystem } from '../test-processes/full-file-system.ts';

const script = join(import.meta.dirname, '../test-processes/full-file-system.ts');

/** Where this is refused the test says so; where tests must be complete (CI), it fails. */
function hasNamespaces(): boolean {
  try {
    execFileSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'pipe' });
    return true;
  } catch (error) {
    if (process.env.CI !== undefined && process.env.CI !== '') throw error;
    announceSkip('a full tmpfs', {
      missing: 'the right to make a namespace (unshare -Urm)',
      remedy: 'set kernel.unprivileged_userns_clone=1, or run as root',
    });
    return false;
  }
}

test('a full file system refuses what is new and lets what is there go on', (context) => {
  context.skip(!hasNamespaces(), 'no namespaces');
  const dir = temporaryDirectory({ name: 'full' });
  const mountAndRun = 'mount -t tmpfs -o size=1m,mode=700 tmpfs "$1" && exec "$2" "$3" "$1"';
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['-Urm', 'sh', '-c', mountAndRun, 'sh', dir, process.execPath, script],
    { cwd: repositoryRoot(), encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  const found = JSON.parse(stdout) as FullFileSystem;
  expect(found).toEqual({
    createCode: 'NO_SPACE',
    registerCode: 'NO_SPACE',
    verified: 3 * 4_096,
    broken: 0,
    files: ['full.0.readers', 'full.0.ring', 'more.0.readers', 'more.0.ring'],
    readerFiles: [],
  });
});
