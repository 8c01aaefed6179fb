// Goal: merging changes the files and nothing else: not a row, not a count, at no moment, for no
// reader, whatever fails.
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  startProcess,
  seededRandom,
  temporaryDirectory,
  testSeed,
  waitFor,
} from '@tickwire/testing';
import { CrashingDisk } from '../test/crashing-disk.ts';
import { NOON_NS, appendAll, openTestRing, openTestStore, sampleRun } from '../test/sample-ring.ts';
import { openDatabase } from './database.ts';
import { openStore } from './query-store.ts';
import type { QueryStore } from './query-store.ts';
import type { RingStore } from './ring-store.ts';
import { StoreCompactor } from './store-compactor.ts';
import { fileListPath, tableDir } from './store-layout.ts';
import type { TickStore } from './tick-store.ts';

const MERGE = { filesMin: 4, fullRows: 1_000 };
let dataDir: string;

beforeEach(() => {
  dataDir = temporaryDirectory({ name: 'store' });
});

async function store(kept: RingStore, first: number, count: number): Promise<void> {
  for (let at = 0; at < count; at += 250) {
    await appendAll(kept, sampleRun(first + at, Math.min(250, count - at)));
  }
  await flush(kept);
}

async function flush(kept: RingStore): Promise<void> {
  await kept.commit();
  await kept.take(1_000_000);
  await kept.flush();
}

async function compactAll(opened: TickStore): Promise<number> {
  let merges = 0;
  while ((await opened.compact()) !== undefined) merges += 1;
  return merges;
}

/** Rows, different positions, and a checksum of every column. */
async function look(reader?: QueryStore): Promise<unknown> {
  const opened = reader ?? (await openStore(dataDir));
  const { rows } = await opened.query(
    `SELECT count(*), count(DISTINCT position), bit_xor(hash(t)) FROM (SELECT * FROM raw_ticks) t`,
  );
  if (reader === undefined) opened.close();
  return rows[0];
}

/** Rows and different positions. */
async function counted(reader?: QueryStore): Promise<unknown> {
  const [rows, distinct] = (await look(reader)) as unknown[];
  return { rows, distinct };
}

const parquetFiles = (): string[] =>
  readdirSync(tableDir(dataDir, 'ticks'), { recursive: true })
    .map((name) => basename(String(name)))
    .filter((name) => name.endsWith('.parquet'))
    .sort();

const leftovers = (): string[] =>
  readdirSync(dataDir, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.tmp') || /commits\/./.test(name));

describe('compaction', () => {
  test('merges small files in order; every row, hole and count stays', async () => {
    const opened = await openTestStore(dataDir, { merge: MERGE });
    const kept = await openTestRing(opened);
    let next = 0;
    let merges = 0;
    for (let at = 0; at < 40; at++) {
      if (at === 10) {
        await kept.noteGap({ first: next, last: next + 6, reason: 'lapped' });
        next += 7;
      }
      await store(kept, next, 20 + at);
      next += 20 + at;
      if (at >= 20) merges += await compactAll(opened);
    }
    const before = await look();
    merges += await compactAll(opened);
    expect(merges).toBeGreaterThan(5);
    expect(opened.inventory.files.length).toBeLessThan(12);
    expect(parquetFiles()).toHaveLength(opened.inventory.files.length);
    expect(leftovers()).toEqual([]);
    expect(await look()).toEqual(before);
    expect(kept.counts()).toMatchObject({ stored: 1_580, taken: 1_580, lapped: 7, damaged: 0 });
    expect(await kept.countStored()).toBe(1_580);
    await kept.recount();
    expect(kept.counts().stored).toBe(1_580);

    const [largest] = [...opened.inventory.files].sort((a, b) => b.bytes - a.bytes);
    const reader = await openStore(dataDir);
    const { rows } = await reader.query(`SELECT position FROM read_parquet('${largest?.path}')`);
    const positions = rows.map(([position]) => Number(position));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    reader.close();
    await opened.close();

    const again = await openTestStore(dataDir, { merge: MERGE });
    const resumed = await openTestRing(again);
    expect(resumed.resumePosition).toBe(next);
    expect(resumed.counts()).toMatchObject({ delivered: 1_580, stored: 1_580, lapped: 7 });
    expect(await look()).toEqual(before);
    await again.close();
  });

  test('a crash between any two operations: readers see each row once, and so does a restart', async () => {
    const random = seededRandom(testSeed());
    const disk = new CrashingDisk();
    let opened = await openTestStore(dataDir, { merge: MERGE, disk });
    let kept = await openTestRing(opened);
    let next = 0;
    const prepare = async (): Promise<void> => {
      for (let at = 0; at < 4; at++, next += 10) await store(kept, next, 10);
    };
    let crashes = 0;
    for (let operations = 0; ; operations++) {
      await prepare();
      const before = await look();
      const reader = await openStore(dataDir);
      disk.left = operations;
      const result = await opened.compact().catch((error: unknown) => error);
      const crashed = disk.left === 0 && result instanceof Error;
      disk.left = Infinity;
      // A reader that was open, one that opens now, and one after the restart.
      expect(await look(reader), `reader after ${operations} operations`).toEqual(before);
      expect(await look(), `new reader after ${operations} operations`).toEqual(before);
      reader.close();
      await opened.close();
      // The restart may die as well, at any point of its repair.
      disk.left = Math.floor(random() * 10);
      const repaired = await openTestStore(dataDir, { merge: MERGE, disk }).catch(() => undefined);
      disk.left = Infinity;
      expect(await look(), `half a restart after ${operations} operations`).toEqual(before);
      await repaired?.close();
      opened = await openTestStore(dataDir, { merge: MERGE, disk });
      expect(leftovers(), `restart after ${operations} operations`).toEqual([]);
      expect(await look(), `restart after ${operations} operations`).toEqual(before);
      expect(parquetFiles()).toHaveLength(opened.inventory.files.length);
      kept = await openTestRing(opened);
      expect(kept.counts()).toMatchObject({ stored: next, delivered: next, damaged: 0 });
      await compactAll(opened);
      expect(await look()).toEqual(before);
      if (!crashed) break;
      crashes += 1;
    }
    // Sync, list, rename, directory, files.json, four removals, directory, list, directory.
    expect(crashes).toBeGreaterThanOrEqual(12);
    await opened.close();
  });

  test('at each step of a merge, a query sees every row once', async () => {
    const disk = new CrashingDisk();
    const opened = await openTestStore(dataDir, { merge: MERGE, disk });
    const kept = await openTestRing(opened);
    for (let at = 0; at < 4; at++) await store(kept, at * 10, 10);
    const wanted = JSON.parse(readFileSync(fileListPath(dataDir), 'utf8')) as { files: string[] };
    expect(wanted.files).toHaveLength(4);
    const missing: string[] = [];
    disk.before = () => {
      // The rename of this list is what readers see; each file that it names must be there.
      const { files } = JSON.parse(readFileSync(fileListPath(dataDir), 'utf8')) as typeof wanted;
      const there = files.map((name) => join(dataDir, 'store', name));
      for (const path of there) if (statSync(path).size === 0) missing.push(path);
      const ranges = files.map((name) => /-(\d+)-(\d+)\.parquet$/.exec(name)?.slice(1).map(Number));
      const covered = ranges.reduce(
        (sum, range) => sum + (range?.[1] ?? 0) - (range?.[0] ?? 0) + 1,
        0,
      );
      expect(covered).toBe(40);
    };
    const done = disk.done;
    expect(await opened.compact()).toMatchObject({ rows: 40, files: 4 });
    expect(disk.done - done).toBeGreaterThanOrEqual(12);
    expect(missing).toEqual([]);
    await opened.close();
  });

  test('goes on in the same process when the disk fails for a while', async () => {
    const disk = new CrashingDisk();
    let nowMs = 0;
    const opened = await openTestStore(dataDir, { merge: MERGE, disk, nowMs: () => nowMs });
    const kept = await openTestRing(opened);
    let next = 0;
    for (let operations = 0; operations < 14; operations++) {
      for (let at = 0; at < 5; at++, next += 10) await store(kept, next, 10);
      disk.left = operations;
      await opened.compact().catch(() => undefined);
      disk.left = Infinity;
      await store(kept, next, 10);
      next += 10;
      nowMs += 60_000;
      await compactAll(opened);
      expect(await kept.countStored(), `after ${operations} operations`).toBe(next);
      expect(kept.counts()).toMatchObject({ stored: next, taken: next });
      expect(leftovers(), `after ${operations} operations`).toEqual([]);
    }
    expect(await counted()).toEqual({ rows: next, distinct: next });
    await opened.close();
  });

  test('a flush whose commit fails at any operation stores its rows once', async () => {
    const disk = new CrashingDisk();
    const opened = await openTestStore(dataDir, { disk });
    const kept = await openTestRing(opened);
    let next = 0;
    let failures = 0;
    for (let operations = 0; ; operations++) {
      const run = sampleRun(next, 10);
      const view = new DataView(run.bytes.buffer);
      // Half of it on the next day: a commit of two files.
      const lateNs = NOON_NS + 86_400_000_000_000n;
      for (let at = 5; at < 10; at++) view.setBigUint64(at * 64 + 8, lateNs, true);
      next += 10;
      await appendAll(kept, run);
      await kept.commit();
      await kept.take(100);
      disk.left = operations;
      const failed = await kept.flush().then(
        () => false,
        () => true,
      );
      disk.left = Infinity;
      await flush(kept);
      expect(await kept.countStored(), `after ${operations} operations`).toBe(next);
      expect(kept.counts()).toMatchObject({ stored: next, taken: next, staged: 0 });
      expect(await counted(), `after ${operations} operations`).toEqual({
        rows: next,
        distinct: next,
      });
      if (!failed) break;
      failures += 1;
    }
    expect(failures).toBeGreaterThanOrEqual(8);
    await opened.close();
  });

  test('removes nothing when the merged file would not hold the same rows', async () => {
    const opened = await openTestStore(dataDir, { merge: MERGE });
    const kept = await openTestRing(opened);
    for (let at = 0; at < 4; at++) await store(kept, at * 10, 10);
    const before = await look();
    const files = parquetFiles();
    // Copies that leave a row out: of the middle, and the last.
    for (const wrong of ['WHERE position <> 17', 'ORDER BY position LIMIT 39']) {
      const database = await openDatabase({ memoryMiB: 64, threads: 1 });
      const connection = await database.connect();
      const run = connection.run.bind(connection);
      connection.run = (sql) => run(sql.replace(') TO ', ` ${wrong}) TO `));
      const compactor = new StoreCompactor({
        inventory: opened.inventory,
        database: { connect: () => Promise.resolve(connection), close: () => undefined },
        limits: MERGE,
        nowMs: () => 0,
      });
      const failure = { code: 'BAD_STORE', message: expect.stringContaining('other rows') };
      await expect(compactor.next(), wrong).rejects.toMatchObject(failure);
      // Left alone for a while: what fails does not keep the store busy.
      expect(await compactor.next()).toBeUndefined();
      database.close();
    }
    expect(parquetFiles()).toEqual(files);
    expect(leftovers()).toEqual([]);
    expect(await look()).toEqual(before);
    await opened.close();
  });

  test('removes nothing when a file cannot be read', async () => {
    const opened = await openTestStore(dataDir, { merge: MERGE });
    const kept = await openTestRing(opened);
    for (let at = 0; at < 4; at++) await store(kept, at * 10, 10);
    const files = parquetFiles();
    const path = opened.inventory.files[0]?.path ?? '';
    const hurt = Uint8Array.from(readFileSync(path)).fill(0xff, 60, 120);
    writeFileSync(path, hurt);
    await expect(opened.compact()).rejects.toMatchObject({ code: 'DISK_FAILED' });
    expect(parquetFiles()).toEqual(files);
    expect(leftovers()).toEqual([]);
    await opened.close();
  });

  test('a stop ends a merge at once and leaves its files as they were', async () => {
    const opened = await openTestStore(dataDir, { merge: { filesMin: 4, fullRows: 1_000_000 } });
    const kept = await openTestRing(opened);
    for (let at = 0; at < 4; at++) await store(kept, at * 50_000, 50_000);
    const files = parquetFiles();
    const before = await look();
    const merging = opened.compact();
    await opened.stopCompacting();
    expect(await merging).toBeUndefined();
    expect(parquetFiles()).toEqual(files);
    expect(leftovers()).toEqual([]);
    expect(await opened.compact()).toBeUndefined();
    expect(await look()).toEqual(before);
    await opened.close();
  });

  test('the budget still takes the oldest rows first, and its count stays exact', async () => {
    let opened = await openTestStore(dataDir, { merge: MERGE });
    let kept = await openTestRing(opened);
    for (let at = 0; at < 4; at++) await store(kept, at * 10, 10);
    const other = await openTestRing(opened, { ringId: { hi: 9, lo: 9 }, name: 'kucoin.1' });
    await store(other, 0, 10);
    await store(other, 10, 10);
    // The merged file is the newest on disk and holds the oldest rows.
    expect(await compactAll(opened)).toBe(1);
    await store(kept, 40, 10);
    await opened.close();

    const total = parquetFiles().length;
    expect(total).toBe(4);
    opened = await openTestStore(dataDir, { merge: MERGE, budgetBytes: 1 });
    kept = await openTestRing(opened);
    const expired = await opened.enforceBudget();
    expect(expired[0]).toMatchObject({ rows: 40, file: { first: 0, last: 39 } });
    expect(kept.counts()).toMatchObject({ stored: 50, expired: 40 });
    expect(await kept.countStored()).toBe(10);
    expect(await counted()).toEqual({ rows: 10, distinct: 10 });
    await opened.close();
  });

  test('merging and removing at the same time count every row once', async () => {
    const random = seededRandom(testSeed());
    const opened = await openTestStore(dataDir, { merge: MERGE, budgetBytes: 30_000 });
    const kept = await openTestRing(opened);
    let next = 0;
    let merges = 0;
    let rowsExpired = 0;
    for (let round = 0; round < 60; round++) {
      const count = 1 + Math.floor(random() * 60);
      await store(kept, next, count);
      next += count;
      const [merged, expired] = await Promise.all([opened.compact(), opened.enforceBudget()]);
      if (merged !== undefined) merges += 1;
      rowsExpired += expired.reduce((sum, { rows }) => sum + rows, 0);
      const { stored, expired: counted } = kept.counts();
      expect({ stored, counted }, `round ${round}`).toEqual({ stored: next, counted: rowsExpired });
      expect((await kept.countStored()) + rowsExpired, `round ${round}`).toBe(next);
    }
    expect(merges).toBeGreaterThan(3);
    expect(rowsExpired).toBeGreaterThan(0);
    await opened.close();
  });

  test(
    'a query of another process never sees a row twice or not',
    { timeout: 90_000 },
    async () => {
      const opened = await openTestStore(dataDir, { merge: { filesMin: 2, fullRows: 1_000_000 } });
      const kept = await openTestRing(opened);
      await store(kept, 0, 10);
      const reader = startProcess({ script: 'libs/io/store/test/query-loop.ts', args: [dataDir] });
      const looks = (): number =>
        (reader.messages.at(-1) as { looks?: number } | undefined)?.looks ?? 0;
      let next = 10;
      let merges = 0;
      await waitFor(
        async () => {
          await store(kept, next, 10);
          next += 10;
          if ((await opened.compact()) !== undefined) merges += 1;
          expect(reader.child.exitCode, reader.stderr).toBeNull();
          return merges >= 30 && looks() >= 30;
        },
        { what: 'merges and looks', deadlineMs: 60_000 },
      );
      reader.child.send('stop');
      await reader.ended;
      expect(reader.messages.at(-1), reader.stderr).toMatchObject({ faults: [] });
      expect(await counted()).toEqual({ rows: next, distinct: next });
      await opened.close();
    },
  );
});

describe('list of files', () => {
  test('a store without one is read from its directories, and gets one from the next start', async () => {
    const opened = await openTestStore(dataDir);
    const kept = await openTestRing(opened);
    await store(kept, 0, 10);
    await opened.close();
    const bare = temporaryDirectory({ name: 'bare' });
    const [file] = opened.inventory.files;
    const source = file?.path ?? '';
    const target = source.replace(dataDir, bare);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
    dataDir = bare;
    expect(await counted()).toEqual({ rows: 10, distinct: 10 });
    const again = await openTestStore(dataDir);
    expect(JSON.parse(readFileSync(fileListPath(dataDir), 'utf8'))).toMatchObject({
      files: [expect.stringContaining('-0-9.parquet')],
    });
    await again.close();
  });

  test.each([
    '',
    '{}',
    '{"version":1,"files":["../../etc/x.parquet"]}',
    '{"version":2,"files":[]}',
  ])('refuses a list that is none: %j', async (text) => {
    await (await openTestStore(dataDir)).close();
    writeFileSync(fileListPath(dataDir), text);
    await expect(openStore(dataDir)).rejects.toMatchObject({ code: 'BAD_STORE' });
  });

  test('a query begins again when its files go before it has read them', async () => {
    const opened = await openTestStore(dataDir, { budgetBytes: 1 });
    const kept = await openTestRing(opened);
    await store(kept, 0, 10);
    await store(kept, 10, 10);
    const reader = await openStore(dataDir);
    const stale = readFileSync(fileListPath(dataDir));
    await opened.enforceBudget();
    const fresh = readFileSync(fileListPath(dataDir));
    // As if the list had been read just before the removal.
    writeFileSync(fileListPath(dataDir), stale);
    const answer = counted(reader);
    writeFileSync(fileListPath(dataDir), fresh);
    expect(await answer).toEqual({ rows: 10, distinct: 10 });
    reader.close();
    await opened.close();
  });
});
