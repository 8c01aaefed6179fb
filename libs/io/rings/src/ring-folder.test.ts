import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import {
  defaultRingDir,
  ensureRingDir,
  listRings,
  removeRing,
  removeRingDir,
} from './ring-folder.ts';
import { createRing } from './ring-producer.ts';
import { waitForRing, watchRings } from './watch-rings.ts';

const ringIn = (dir: string, name: string) => {
  const ring = createRing({ dir, name, vendor: 'test', slotCount: 64, directoryCapacity: 16 });
  onTestFinished(() => ring.close());
  return ring;
};

describe('ring folder', () => {
  test('is one for each data folder, by its real path, whether or not it exists yet', () => {
    const dir = temporaryDirectory();
    mkdirSync(join(dir, 'data'));
    symlinkSync(join(dir, 'data'), join(dir, 'link'));
    const path = defaultRingDir(join(dir, 'data'));
    expect(path).toMatch(new RegExp(`^/dev/shm/tickwire-${process.getuid?.()}-[0-9a-f]{8}$`));
    expect(defaultRingDir(join(dir, 'link'))).toBe(path);
    expect(defaultRingDir(join(dir, 'other'))).not.toBe(path);
    const later = defaultRingDir(join(dir, 'link', 'later'));
    mkdirSync(join(dir, 'data', 'later'));
    expect(defaultRingDir(join(dir, 'data', 'later'))).toBe(later);
  });

  test('is private', () => {
    const dir = join(temporaryDirectory(), 'rings');
    ensureRingDir(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    ensureRingDir(dir);
    const open = join(temporaryDirectory(), 'open');
    mkdirSync(open);
    writeFileSync(join(open, 'file'), '');
    symlinkSync(dir, join(open, 'link'));
    const bad = expect.objectContaining({ code: 'BAD_FOLDER' });
    expect(() => ensureRingDir(join(open, 'link'))).toThrow(bad);
  });

  test('lists rings and nothing else', () => {
    const dir = temporaryDirectory({ shared: true });
    for (const name of ['.b.ring.00.tmp', 'c.stats', '.ring', 'a b.ring']) {
      writeFileSync(join(dir, name), '');
    }
    ringIn(dir, 'b.0');
    ringIn(dir, 'a.0');
    expect(listRings(dir)).toEqual(['a.0', 'b.0']);
    expect(listRings(join(dir, 'missing'))).toEqual([]);
  });

  test('loses a ring only when nobody writes it', () => {
    const dir = temporaryDirectory({ shared: true });
    const ring = ringIn(dir, 'a.0');
    expect(removeRing(dir, 'a.0')).toBe(false);
    expect(existsSync(ring.path)).toBe(true);
    ring.close();
    expect(removeRing(dir, 'a.0')).toBe(true);
    expect(readdirSync(dir)).toEqual([]);
    expect(removeRing(dir, 'a.0')).toBe(true);
  });
});

describe('removing a ring folder', () => {
  test('is refused, whole, while a ring in it is written', () => {
    const dir = join(temporaryDirectory({ shared: true }), 'rings');
    const ring = ringIn(dir, 'a.0');
    ringIn(dir, 'b.0').close();
    writeFileSync(join(dir, 'gateway.stats'), '');
    expect(removeRingDir(dir)).toEqual(['a.0']);
    expect(readdirSync(dir)).toHaveLength(5);
    ring.close();
    expect(removeRingDir(dir)).toEqual([]);
    expect(existsSync(dir)).toBe(false);
    expect(removeRingDir(dir)).toEqual([]);
  });
});

describe('finding rings', () => {
  test('reports each ring once, those that appear included', async () => {
    const parent = temporaryDirectory({ shared: true });
    const dir = join(parent, 'later');
    const found: string[] = [];
    const watching = watchRings(dir, (name) => found.push(name));
    onTestFinished(() => watching.unwatch());
    expect(found).toEqual([]);
    ringIn(dir, 'a.0');
    await waitFor(() => found.includes('a.0'), { what: 'a.0' });
    ringIn(dir, 'b.0').close();
    await waitFor(() => found.includes('b.0'), { what: 'b.0' });
    removeRing(dir, 'b.0');
    ringIn(dir, 'c.0');
    await waitFor(() => found.includes('c.0'), { what: 'c.0' });
    expect(found).toEqual(['a.0', 'b.0', 'c.0']);
  });

  test('opens a ring when it comes, or says that it did not', async () => {
    const dir = temporaryDirectory({ shared: true });
    const opening = waitForRing({ dir, name: 'a.0', timeoutMs: 10_000 });
    const ring = ringIn(dir, 'a.0');
    const subscription = await opening;
    expect(subscription.account().ringId).toEqual(ring.ringId);
    subscription.close();
    await expect(waitForRing({ dir, name: 'no', timeoutMs: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'TIMEOUT' }),
    );
  });
});
