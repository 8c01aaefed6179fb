import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { isLocked, isLockedDescriptor, tryLock, unlock } from './file-lock.ts';
import { createSharedFile, openSharedFile } from './shared-file.ts';

const holder = join(import.meta.dirname, '../test-processes/lock-holder.ts');

function lockFile() {
  const path = join(temporaryDirectory({ shared: true, name: 'lock' }), 'a.ring');
  return { path, memory: createSharedFile({ path, bytes: 4_096 }) };
}

describe('file lock', () => {
  test('excludes another open file of the same process', () => {
    const { path, memory } = lockFile();
    const other = openSharedFile({ path, access: 'write' });
    expect(tryLock(memory.fd)).toBe(true);
    expect(tryLock(memory.fd)).toBe(true); // its own again
    expect(tryLock(other.fd)).toBe(false);
    expect(isLockedDescriptor(other.fd)).toBe(true);
    expect(isLockedDescriptor(memory.fd)).toBe(false);
    unlock(memory.fd);
    expect(tryLock(other.fd)).toBe(true);
    other.close();
    expect(isLocked(path)).toBe(false);
    memory.close();
  });

  test('can be asked about through a read-only descriptor', () => {
    const { path, memory } = lockFile();
    const reader = openSharedFile({ path, access: 'read' });
    expect(isLockedDescriptor(reader.fd)).toBe(false);
    tryLock(memory.fd);
    expect(isLockedDescriptor(reader.fd)).toBe(true);
    reader.close();
    memory.close();
  });

  test('is freed by the kernel when its holder is killed', async () => {
    const { path, memory } = lockFile();
    const child = startProcess({ script: holder, args: [path] });
    expect(await child.ready()).toEqual({ locked: true });
    expect(isLocked(path)).toBe(true);
    expect(tryLock(memory.fd)).toBe(false);
    await child.stop('SIGKILL');
    await waitFor(() => !isLocked(path), { what: 'the lock to be free' });
    expect(tryLock(memory.fd)).toBe(true);
    memory.close();
  });
});
