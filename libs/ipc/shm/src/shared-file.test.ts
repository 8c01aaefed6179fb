import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { announceSkip, startProcess, temporaryDirectory } from '@tickwire/testing';
import { ShmError } from './errors.ts';
import { isLocked } from './file-lock.ts';
import { createSharedFile, isHalfMade, isSameFile, openSharedFile } from './shared-file.ts';

const folder = (): string => temporaryDirectory({ shared: true, name: 'shm' });
const processScript = (name: string): string =>
  join(import.meta.dirname, '../test-processes', name);
const isRoot = process.geteuid?.() === 0;
const coded = (code: string): unknown => expect.objectContaining({ code });

function mountTmpfs(dir: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'pipe' });
    return true;
  } catch {
    announceSkip('a small tmpfs', { missing: 'the right to mount', remedy: 'run as root' });
    return false;
  }
}

describe('shared file', () => {
  test('is whole, formatted, locked and of the stated mode when its name appears', () => {
    const path = join(folder(), 'a.ring');
    let seenWhileFormatting = true;
    const memory = createSharedFile({
      path,
      bytes: 10_000,
      lock: true,
      format: (buffer) => {
        seenWhileFormatting = existsSync(path);
        new Uint8Array(buffer).fill(7);
      },
    });
    expect(seenWhileFormatting).toBe(false);
    expect(statSync(path)).toMatchObject({ size: 10_000, ino: memory.inode });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readFileSync(path).every((byte) => byte === 7)).toBe(true);
    expect(isLocked(path)).toBe(true);
    memory.close();
    expect(isLocked(path)).toBe(false);
    memory.close();
  });

  test('shows stores of one mapping in another, at once', () => {
    const path = join(folder(), 'a.ring');
    const written = createSharedFile({ path, bytes: 4_096 });
    const read = openSharedFile({ path, access: 'read', bytes: 4_096 });
    new Float64Array(written.buffer)[3] = 42;
    expect(new Float64Array(read.buffer)[3]).toBe(42);
    expect(isSameFile(read)).toBe(true);
    written.close();
    new Float64Array(written.buffer)[3] = 43; // the mapping outlives the descriptor
    expect(new Float64Array(read.buffer)[3]).toBe(43);
    read.close();
  });

  test('does not overwrite, unless told to, and then in one step', () => {
    const path = join(folder(), 'a.ring');
    const first = createSharedFile({ path, bytes: 4_096 });
    expect(() => createSharedFile({ path, bytes: 4_096 })).toThrow(coded('EXISTS'));
    const second = createSharedFile({ path, bytes: 8_192, replace: true });
    expect(isSameFile(first)).toBe(false);
    expect(isSameFile(second)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['a.ring']);
    first.close();
    second.close();
  });

  test('says at creation that the file system is full, and leaves nothing', () => {
    const dir = folder();
    const path = join(dir, 'a.ring');
    const create = (): unknown => createSharedFile({ path, bytes: 2 ** 50 });
    expect(create).toThrow(coded('NO_SPACE'));
    expect(create).toThrow(expect.objectContaining({ path, hint: expect.any(String) }));
    expect(readdirSync(dir)).toEqual([]);
  });

  test('says so on a small tmpfs that is filled to the last page', (context) => {
    const dir = temporaryDirectory({ name: 'full' });
    context.skip(!mountTmpfs(dir), 'mounting a tmpfs needs root');
    onTestFinished(() => void execFileSync('umount', ['-l', dir]));
    const fits = createSharedFile({ path: join(dir, 'a'), bytes: 900 * 1_024 });
    const create = (): unknown => createSharedFile({ path: join(dir, 'b'), bytes: 200 * 1_024 });
    expect(create).toThrow(coded('NO_SPACE'));
    expect(readdirSync(dir)).toEqual(['a']);
    fits.close();
  });

  test.each([0, -1, 0.5, Number.NaN])('refuses %d bytes', (bytes) => {
    const path = join(folder(), 'a.ring');
    expect(() => createSharedFile({ path, bytes })).toThrow(coded('BAD_ARGUMENT'));
  });

  test('names half-made files so that they can be found', () => {
    const dir = folder();
    let during: string[] = [];
    const format = (): void => {
      during = readdirSync(dir);
      throw new Error('killed here');
    };
    expect(() => createSharedFile({ path: join(dir, 'a.ring'), bytes: 64, format })).toThrow();
    expect(during).toHaveLength(1);
    expect(during.every(isHalfMade)).toBe(true);
    expect(isHalfMade('a.ring')).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('opening a shared file', () => {
  test('says what is not there, or not of the right size', () => {
    const dir = folder();
    const path = join(dir, 'a.ring');
    expect(() => openSharedFile({ path, access: 'read' })).toThrow(coded('NOT_FOUND'));
    writeFileSync(path, '', { mode: 0o600 });
    expect(() => openSharedFile({ path, access: 'read' })).toThrow(coded('BAD_SIZE'));
    writeFileSync(path, 'abc');
    expect(() => openSharedFile({ path, access: 'read', bytes: 4 })).toThrow(coded('BAD_SIZE'));
  });

  test('follows no link and opens nothing but files', () => {
    const dir = folder();
    const real = join(dir, 'real');
    writeFileSync(real, 'x'.repeat(4_096), { mode: 0o600 });
    symlinkSync(real, join(dir, 'link'));
    mkdirSync(join(dir, 'folder'));
    execFileSync('mkfifo', ['-m', '600', join(dir, 'fifo')]);
    for (const name of ['link', 'fifo']) {
      const open = (): unknown => openSharedFile({ path: join(dir, name), access: 'read' });
      expect(open, name).toThrow(coded('NOT_TRUSTED'));
    }
    expect(() => openSharedFile({ path: join(dir, 'folder'), access: 'read' })).toThrow(ShmError);
    expect(() => isLocked(join(dir, 'link'))).toThrow(coded('NOT_TRUSTED'));
  });

  test('does not create through a link that waits at the final name', () => {
    const dir = folder();
    symlinkSync(join(dir, 'target'), join(dir, 'a.ring'));
    const path = join(dir, 'a.ring');
    expect(() => createSharedFile({ path, bytes: 64 })).toThrow(coded('EXISTS'));
    expect(existsSync(join(dir, 'target'))).toBe(false);
  });

  test.each([0o620, 0o602, 0o666])('refuses a file that others can write: mode %o', (mode) => {
    const path = join(folder(), 'a.ring');
    writeFileSync(path, 'x'.repeat(64));
    chmodSync(path, mode);
    expect(() => openSharedFile({ path, access: 'read' })).toThrow(coded('NOT_TRUSTED'));
  });

  test('refuses a file of another user, unless that user is named', (context) => {
    if (!isRoot) {
      announceSkip('a ring of another user', { missing: 'root', remedy: 'run the tests as root' });
    }
    context.skip(!isRoot, 'giving a file to another user needs root');
    const path = join(folder(), 'a.ring');
    writeFileSync(path, 'x'.repeat(64), { mode: 0o640 });
    chownSync(path, 12_345, 12_345);
    expect(() => openSharedFile({ path, access: 'read' })).toThrow(coded('NOT_TRUSTED'));
    openSharedFile({ path, access: 'read', trustedOwners: [12_345] }).close();
  });

  test('knows a file by its inode, not by its name', () => {
    const dir = folder();
    const memory = createSharedFile({ path: join(dir, 'a'), bytes: 64 });
    linkSync(join(dir, 'a'), join(dir, 'b'));
    expect(isSameFile(memory, join(dir, 'b'))).toBe(true);
    expect(isSameFile(memory, join(dir, 'c'))).toBe(false);
    memory.close();
  });

  test('maps read-only: a store kills the one who tries, and changes nothing', async () => {
    const path = join(folder(), 'a.ring');
    const memory = createSharedFile({ path, bytes: 4_096 });
    new Uint8Array(memory.buffer)[0] = 7;
    const child = startProcess({ script: processScript('read-only-store.ts'), args: [path] });
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGSEGV' });
    expect(child.stdout).toContain('read 7');
    expect(child.stdout).not.toContain('stored');
    expect(new Uint8Array(memory.buffer)[0]).toBe(7);
    memory.close();
  });

  test('gives a mapping back when no view of it is left, and not before', async () => {
    const path = join(folder(), 'a.ring');
    const memory = createSharedFile({ path, bytes: 1 << 20 });
    new Uint8Array(memory.buffer)[0] = 7;
    const child = startProcess({
      script: processScript('unmapped-by-collection.ts'),
      args: [path],
      nodeArgs: ['--expose-gc'],
    });
    expect(await child.ended).toMatchObject({ code: 0 });
    const counted = JSON.parse(child.stdout) as { before: number; after: number };
    expect(counted).toMatchObject({ stillReadable: true });
    expect(counted.after).toBeLessThan(5);
    expect(counted.after).toBeGreaterThanOrEqual(1);
    memory.close();
  });
});
