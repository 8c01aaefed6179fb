// Goal: what is appended is in Parquet once, whole and unchanged, whatever happens in between.
import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { TICK_BYTES, TICK_KIND_OFFSET, TICK_KIND_PAD } from '@tickwire/core';
import { temporaryDirectory, testSeed } from '@tickwire/testing';
import {
  NOON_NS,
  RING_TEXT,
  appendAll,
  openTestRing,
  openTestStore,
  sampleRun,
} from '../test/sample-ring.ts';
import { openStore } from './query-store.ts';
import type { RingStore } from './ring-store.ts';
import { ringJournalDir, tableDir } from './store-layout.ts';
import { rowToTick } from './tick-rows.ts';

const ALL = 1_000_000;
let dir: { path: string };

beforeEach(() => {
  dir = { path: temporaryDirectory({ name: 'store' }) };
});

async function storeAll(kept: RingStore): Promise<void> {
  await kept.commit();
  await kept.take(ALL);
  await kept.flush();
}

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  const store = await openStore(dir.path);
  const { columns, rows } = await store.query(sql, { rowsMax: ALL });
  store.close();
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
}

describe('ring store', () => {
  test('stores every tick once and gives back its bytes', async () => {
    const store = await openTestStore(dir.path);
    const kept = await openTestRing(store);
    for (let first = 0; first < 10_000; first += 250) await appendAll(kept, sampleRun(first, 250));
    await storeAll(kept);
    expect(await kept.countStored()).toBe(10_000);
    expect(kept.counts()).toMatchObject({
      delivered: 10_000,
      journaled: 10_000,
      taken: 10_000,
      staged: 0,
      stored: 10_000,
      pending: 0,
      damaged: 0,
    });
    await store.close();
    const rows = await rowsOf('SELECT * FROM raw_ticks ORDER BY position');
    expect(rows).toHaveLength(10_000);
    const expected = sampleRun(0, 10_000).bytes;
    rows.forEach((row, at) => {
      const wanted = expected.subarray(at * TICK_BYTES, (at + 1) * TICK_BYTES);
      expect(Buffer.compare(rowToTick(row), wanted), `position ${at}`).toBe(0);
    });
  });

  test('any 64 bytes come back as they were', async () => {
    const seed = testSeed();
    const tick = fc.uint8Array({ minLength: TICK_BYTES, maxLength: TICK_BYTES }).map((bytes) => {
      // Readers of a ring never hand out a PAD.
      if (bytes[TICK_KIND_OFFSET] === TICK_KIND_PAD) bytes[TICK_KIND_OFFSET] = 1;
      return bytes;
    });
    const edges = fc
      .constantFrom(0x00, 0xff, 0x7f, 0x80)
      .map((value) =>
        new Uint8Array(TICK_BYTES).fill(value).fill(2, TICK_KIND_OFFSET, TICK_KIND_OFFSET + 1),
      );
    const ticks = fc.sample(fc.oneof(tick, edges), { seed, numRuns: 200 });
    const bytes = new Uint8Array(Buffer.concat(ticks));
    const store = await openTestStore(dir.path);
    const kept = await openTestRing(store);
    const first = 2 ** 52;
    for (let at = 0; at < ticks.length; at += 8) {
      const part = bytes.subarray(at * TICK_BYTES, (at + 8) * TICK_BYTES);
      const run = { bytes: part, count: 8, epoch: 3, publishedNs: undefined };
      await appendAll(kept, { ...run, firstPosition: first + at });
    }
    await kept.commit();
    for (let staged = 1; staged > 0;) {
      staged = await kept.take(ALL);
      await kept.flush();
    }
    await store.close();
    const rows = await rowsOf('SELECT * FROM raw_ticks ORDER BY position');
    expect(rows.map((row) => row.position)).toEqual(ticks.map((_, at) => first + at));
    rows.forEach((row, at) => {
      expect(Buffer.from(rowToTick(row)).toString('hex')).toBe(
        Buffer.from(ticks[at] ?? []).toString('hex'),
      );
      expect(row.epoch).toBe(3);
    });
  });

  test('resumes behind the last durable tick and keeps counting', async () => {
    let store = await openTestStore(dir.path);
    let kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 500));
    await storeAll(kept);
    await appendAll(kept, sampleRun(500, 300));
    await store.close();

    store = await openTestStore(dir.path);
    kept = await openTestRing(store);
    expect(kept.resumePosition).toBe(800);
    expect(kept.counts()).toMatchObject({ delivered: 800, journaled: 800, stored: 500 });
    await appendAll(kept, sampleRun(800, 200));
    await storeAll(kept);
    expect(kept.counts()).toMatchObject({ delivered: 1_000, taken: 1_000, stored: 1_000 });
    expect(await kept.countStored()).toBe(1_000);
    await store.close();
    expect(readdirSync(ringJournalDir(dir.path, RING_TEXT)).sort()).toEqual(['account.json']);
  });

  test('counts anew for new counters', async () => {
    let store = await openTestStore(dir.path);
    let kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 500));
    await storeAll(kept);
    await store.close();
    store = await openTestStore(dir.path, { statsId: 8 });
    kept = await openTestRing(store);
    expect(kept.counts()).toMatchObject({ start: 500, delivered: 0, stored: 0 });
    await appendAll(kept, sampleRun(500, 10));
    await storeAll(kept);
    expect(kept.counts()).toMatchObject({ start: 500, delivered: 10, taken: 10, stored: 10 });
    await store.close();
  });

  test('explains holes: gaps are durable, counted by reason, and never repeated', async () => {
    let store = await openTestStore(dir.path);
    let kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 100));
    await kept.noteGap({ first: 100, last: 149, reason: 'lapped' });
    await appendAll(kept, sampleRun(150, 50));
    await kept.noteGap({ first: 200, last: 201, reason: 'pad' });
    await store.close();
    store = await openTestStore(dir.path);
    kept = await store.ring({
      ringId: { hi: 0x0123_4567, lo: 0x89ab_cdef },
      name: 'kucoin.0',
      vendor: 'kucoin',
    });
    expect(kept.resumePosition).toBe(202);
    expect(kept.attach(210)).toEqual({ first: 202, last: 209 });
    await kept.noteGap({ first: 202, last: 209, reason: 'lapped' });
    expect(kept.counts()).toMatchObject({ delivered: 150, lapped: 58, pad: 2, damaged: 0 });
    await store.close();
  });

  test('splits a flush at midnight of tsRecv, together or not at all', async () => {
    const store = await openTestStore(dir.path);
    const kept = await openTestRing(store);
    const run = sampleRun(0, 10);
    const view = new DataView(run.bytes.buffer);
    const midnightNs = NOON_NS + 43_200_000_000_000n;
    for (let at = 0; at < 10; at++) {
      // 4 ticks up to the last ns of the day, 6 from its first on.
      view.setBigUint64(at * TICK_BYTES + 8, midnightNs + BigInt(at) - 4n, true);
    }
    await appendAll(kept, run);
    await storeAll(kept);
    await store.close();
    const days = await rowsOf(
      'SELECT day::VARCHAR AS day, count(*) AS n, min(position) AS first FROM raw_ticks GROUP BY ALL ORDER BY 1',
    );
    expect(days).toEqual([
      { day: '2026-11-21', n: 4, first: 0 },
      { day: '2026-11-22', n: 6, first: 4 },
    ]);
  });

  test('refuses two writers and files that repeat positions', async () => {
    const store = await openTestStore(dir.path);
    await expect(openTestStore(dir.path)).rejects.toMatchObject({ code: 'BAD_STORE' });
    const kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 10));
    await storeAll(kept);
    await store.close();
    const day = join(tableDir(dir.path, 'ticks'), 'vendor=kucoin', 'day=2026-11-21');
    copyFileSync(join(day, `${RING_TEXT}-0-9.parquet`), join(day, `${RING_TEXT}-5-14.parquet`));
    await expect(openTestStore(dir.path)).rejects.toMatchObject({ code: 'BAD_STORE' });
  });

  test('reads its rows again when the files of a flush cannot be written', async () => {
    const store = await openTestStore(dir.path);
    const kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 500));
    await storeAll(kept);
    const run = sampleRun(500, 500);
    const view = new DataView(run.bytes.buffer);
    const nextDayNs = NOON_NS + 86_400_000_000_000n;
    for (let at = 0; at < 500; at++) view.setBigUint64(at * TICK_BYTES + 8, nextDayNs, true);
    await appendAll(kept, run);
    await kept.commit();
    await kept.take(ALL);
    const inTheWay = join(tableDir(dir.path, 'ticks'), 'vendor=kucoin', 'day=2026-11-22');
    writeFileSync(inTheWay, '');
    await expect(kept.flush()).rejects.toMatchObject({ code: 'DISK_FAILED' });
    expect(kept.counts()).toMatchObject({ staged: 0, journaled: 1_000, stored: 500 });
    rmSync(inTheWay);
    await kept.take(ALL);
    await kept.flush();
    expect(kept.counts()).toMatchObject({ staged: 0, taken: 1_000, stored: 1_000 });
    expect(await kept.countStored()).toBe(1_000);
    await store.close();
  });

  test('keeps within its budget: oldest day first, never the newest file of a ring', async () => {
    const store = await openTestStore(dir.path, { budgetBytes: 1 });
    const kept = await openTestRing(store);
    for (let day = 0; day < 3; day++) {
      const run = sampleRun(day * 100, 100);
      const view = new DataView(run.bytes.buffer);
      for (let at = 0; at < 100; at++) {
        const recvNs = NOON_NS + BigInt(2 - day) * 86_400_000_000_000n;
        view.setBigUint64(at * TICK_BYTES + 8, recvNs, true);
      }
      await appendAll(kept, run);
      await storeAll(kept);
    }
    const expired = await store.enforceBudget();
    expect(expired.map(({ file, rows }) => [file.day, rows])).toEqual([
      ['2026-11-22', 100],
      ['2026-11-23', 100],
    ]);
    expect(await kept.countStored()).toBe(100);
    expect(kept.counts()).toMatchObject({ stored: 300, expired: 200, taken: 300 });
    await store.close();
    const again = await openTestStore(dir.path);
    const reopened = await openTestRing(again);
    expect(reopened.counts()).toMatchObject({ delivered: 300, stored: 300, expired: 200 });
    await again.close();
  });

  test('leaves nothing of a ring of old whose last file the budget removed', async () => {
    let store = await openTestStore(dir.path, { statsId: 6 });
    let kept = await openTestRing(store);
    await appendAll(kept, sampleRun(0, 100));
    await storeAll(kept);
    await store.close();
    store = await openTestStore(dir.path, { budgetBytes: 1 });
    kept = await openTestRing(store, { ringId: { hi: 1, lo: 2 } });
    await appendAll(kept, sampleRun(0, 50));
    await storeAll(kept);
    expect(await store.enforceBudget()).toHaveLength(1);
    await store.close();
    const left = readdirSync(dir.path, { recursive: true }).filter((name) =>
      String(name).includes(RING_TEXT),
    );
    expect(left).toEqual([]);
    expect(await rowsOf('SELECT count(*) AS n FROM ticks')).toEqual([{ n: 50 }]);
  });
});
