// Goal: a full disk stops the taking, loses nothing, and goes on by itself when there is room.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { announceSkip, temporaryDirectory } from '@tickwire/testing';
import { openTestRing, openTestStore, sampleRun } from '../test/sample-ring.ts';

/** A disk of 8 MiB of its own; `undefined` where it cannot be mounted. */
function smallDisk(): string | undefined {
  const path = temporaryDirectory({ name: 'small-disk' });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [path]);
  });
  return path;
}

function skipped(what: string): void {
  announceSkip(what, { missing: 'the right to mount a small tmpfs', remedy: 'run as root' });
}

/** Leaves `bytes` free. */
function fill(disk: string, bytes: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const path = join(disk, 'filler');
  writeFileSync(path, new Uint8Array(Math.max(0, bavail * bsize - bytes)));
  return path;
}

describe('full disk', () => {
  test('the journal stops, keeps what it has, and goes on when there is room', async (context) => {
    const disk = smallDisk();
    if (disk === undefined) {
      skipped('journal on a full disk');
      context.skip();
      return;
    }
    const dataDir = join(disk, 'data');
    mkdirSync(dataDir);
    const store = await openTestStore(dataDir);
    const kept = await openTestRing(store);
    kept.append(sampleRun(0, 100));
    await kept.commit();
    const filler = fill(disk, 256 * 1024);
    let next = 100;
    let full: unknown;
    while (full === undefined) {
      if (kept.append(sampleRun(next, 500))) next += 500;
      full = await kept.commit().then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    expect(full).toMatchObject({ code: 'DISK_FULL' });
    // Taking goes on until both batches are full; then it stops.
    while (kept.append(sampleRun(next, 500))) next += 500;
    const counts = kept.counts();
    expect(counts.journaled + counts.pending).toBe(counts.delivered);
    await expect(kept.commit()).rejects.toMatchObject({ code: 'DISK_FULL' });
    rmSync(filler);
    await kept.commit();
    expect(kept.durablePosition).toBe(next);
    await kept.take(1_000_000);
    await kept.flush();
    expect(await kept.countStored()).toBe(next);
    await store.close();
  });

  test('a flush that finds no room leaves no part of a file and is repeated', async (context) => {
    const disk = smallDisk();
    if (disk === undefined) {
      skipped('Parquet on a full disk');
      context.skip();
      return;
    }
    const dataDir = join(disk, 'data');
    mkdirSync(dataDir);
    const store = await openTestStore(dataDir);
    const kept = await openTestRing(store);
    for (let first = 0; first < 20_000; first += 1_000) {
      while (!kept.append(sampleRun(first, 1_000))) await kept.commit();
    }
    await kept.commit();
    const filler = fill(disk, 16 * 1024);
    await kept.take(1_000_000);
    await expect(kept.flush()).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(kept.counts()).toMatchObject({ staged: 0, taken: 0, stored: 0, journaled: 20_000 });
    rmSync(filler);
    await kept.take(1_000_000);
    await kept.flush();
    expect(kept.counts()).toMatchObject({ staged: 0, taken: 20_000, stored: 20_000 });
    expect(await kept.countStored()).toBe(20_000);
    await store.close();
  });
});
