// Goal: what the journal called durable is there after a crash at any byte, and nothing else is.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { seededRandom, temporaryDirectory, testSeed } from '@tickwire/testing';
import {
  RING,
  encodedEntries,
  openTestRing,
  openTestStore,
  sampleEntry,
  sampleRun,
} from '../test/sample-ring.ts';
import { hostDisk } from './disk.ts';
import type { Disk, DiskFile } from './disk.ts';
import { GapLedger } from './gap-ledger.ts';
import { JournalReader } from './journal-reader.ts';
import { recoverJournal } from './journal-recovery.ts';
import { JournalSegments } from './journal-segments.ts';
import { JournalWriter } from './journal-writer.ts';
import type { JournalWriterOptions } from './journal-writer.ts';

function openJournal(
  directory: string,
  change: Partial<JournalWriterOptions> = {},
): { journal: JournalWriter; segments: JournalSegments } {
  mkdirSync(directory, { recursive: true });
  const segments = new JournalSegments();
  const journal = new JournalWriter({
    directory,
    ringId: RING,
    disk: hostDisk,
    segments,
    nextPosition: 0,
    entries: new Uint8Array(0),
    batchBytes: 64 * 1024,
    ...change,
  });
  return { journal, segments };
}

function readAll(segments: JournalSegments, from = 0): { positions: number[]; ticks: string } {
  const reader = new JournalReader(segments, from);
  const positions: number[] = [];
  const parts: Buffer[] = [];
  for (let run = reader.next(); run !== undefined; run = reader.next()) {
    for (let at = 0; at < run.count; at++) positions.push(run.firstPosition + at);
    parts.push(Buffer.from(run.bytes.subarray(0, run.count * TICK_BYTES)));
  }
  reader.close();
  return { positions, ticks: Buffer.concat(parts).toString('hex') };
}

const upTo = (end: number, from = 0): number[] =>
  Array.from({ length: end - from }, (_, at) => from + at);

const hexOf = (from: number, end: number): string =>
  Buffer.from(sampleRun(from, end - from).bytes).toString('hex');

describe('journal', () => {
  test('a file cut at any byte keeps its whole frames, and only those', async () => {
    const root = temporaryDirectory({ name: 'journal', shared: true });
    const { journal, segments } = openJournal(join(root, 'whole'));
    const ends = [{ bytes: 0, ticks: 0 }];
    journal.appendEntries(encodedEntries([sampleEntry(0)]));
    for (let commit = 0; commit < 4; commit++) {
      journal.append(sampleRun(commit * 2, 2));
      await journal.commit();
      ends.push({ bytes: segments.at(0)?.bytes ?? 0, ticks: (commit + 1) * 2 });
    }
    await journal.close();
    const [name = ''] = readdirSync(join(root, 'whole'));
    const whole = readFileSync(join(root, 'whole', name));
    for (let length = 0; length <= whole.length; length++) {
      const directory = join(root, 'cut');
      mkdirSync(directory);
      writeFileSync(join(directory, name), whole.subarray(0, length));
      const wanted = ends.findLast(({ bytes }) => bytes <= length) ?? { bytes: 0, ticks: 0 };
      const found = recoverJournal({ directory, ringId: RING, from: 0 });
      expect(found, `cut at ${length}`).toMatchObject({
        ticks: wanted.ticks,
        nextPosition: wanted.ticks,
      });
      expect(readAll(found.segments).ticks).toBe(hexOf(0, wanted.ticks));
      rmSync(directory, { recursive: true });
    }
  });

  test('a changed byte anywhere never changes a tick: the frame ends the file', async () => {
    const root = temporaryDirectory({ name: 'journal', shared: true });
    const { journal } = openJournal(join(root, 'whole'));
    for (let first = 0; first < 8; first += 2) {
      journal.append(sampleRun(first, 2));
      await journal.commit();
    }
    await journal.close();
    const [name = ''] = readdirSync(join(root, 'whole'));
    const whole = readFileSync(join(root, 'whole', name));
    // The epoch, the directory count and the reserved bytes of a header are not covered.
    const uncovered = new Set([16, 17, 18, 19, 32, 33, 34, 35, ...upTo(64, 40)]);
    for (let at = 0; at < whole.length; at++) {
      if (at % 192 < 64 && uncovered.has(at % 192)) continue;
      const directory = join(root, 'changed');
      mkdirSync(directory);
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(join(directory, name), bytes);
      const frame = Math.floor(at / 192);
      let ticks: string;
      try {
        ticks = readAll(recoverJournal({ directory, ringId: RING, from: 0 }).segments).ticks;
      } catch (error) {
        expect(error, `byte ${at}`).toMatchObject({ code: 'BAD_STORE' }); // another ring's id
        ticks = hexOf(0, frame * 2);
      }
      const wanted = hexOf(0, frame * 2);
      // A changed position moves the frame's ticks; what lies before the frame never moves.
      expect(ticks.startsWith(wanted), `byte ${at}`).toBe(true);
      if (at % 192 >= 64) expect(ticks, `byte ${at}`).toBe(wanted);
      rmSync(directory, { recursive: true });
    }
  });

  test('rotates by size, names its instruments in each file, and lets stored files go', async () => {
    const directory = join(temporaryDirectory({ name: 'journal' }), 'j');
    const { journal, segments } = openJournal(directory, { segmentBytes: 8 * 1024 });
    journal.appendEntries(encodedEntries([0, 1, 2].map((index) => sampleEntry(index))));
    for (let first = 0; first < 1_000; first += 50) {
      journal.append(sampleRun(first, 50));
      await journal.commit();
    }
    expect(segments.count).toBeGreaterThan(5);
    expect(readAll(segments).positions).toEqual(upTo(1_000));
    segments.release(500);
    expect(readAll(segments, 500).positions).toEqual(upTo(1_000, 500));
    await journal.close();
    const found = recoverJournal({ directory, ringId: RING, from: 500 });
    expect(found.entries).toEqual(
      new Uint8Array(encodedEntries([0, 1, 2].map((index) => sampleEntry(index)))),
    );
    expect(found).toMatchObject({ ticks: 500, nextPosition: 1_000, tornBytes: 0 });
    found.segments.release(1_000);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a reader follows the writer and sees each position once', async () => {
    const directory = join(temporaryDirectory({ name: 'journal' }), 'j');
    const { journal, segments } = openJournal(directory, { segmentBytes: 16 * 1024 });
    const random = seededRandom(testSeed());
    const reader = new JournalReader(segments, 0);
    const seen: number[] = [];
    let next = 0;
    for (let round = 0; round < 200; round++) {
      const count = 1 + Math.floor(random() * 40);
      if (random() < 0.2) next += 3; // a hole
      while (!journal.append(sampleRun(next, count))) await journal.commit();
      next += count;
      if (random() < 0.5) await journal.commit();
      if (random() < 0.5) continue;
      for (let run = reader.next(); run !== undefined; run = reader.next()) {
        for (let at = 0; at < run.count; at++) seen.push(run.firstPosition + at);
      }
      expect(reader.nextPosition).toBe(journal.durablePosition);
    }
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    reader.close();
    await journal.close();
  });

  test('refuses the journal of another ring', () => {
    const root = temporaryDirectory({ name: 'journal' });
    const { journal } = openJournal(join(root, 'a'));
    journal.append(sampleRun(0, 1));
    return journal.close().then(() => {
      mkdirSync(join(root, 'b'));
      const [name = ''] = readdirSync(join(root, 'a'));
      copyFileSync(join(root, 'a', name), join(root, 'b', name));
      const other = { directory: join(root, 'b'), ringId: { hi: 1, lo: 2 }, from: 0 };
      expect(() => recoverJournal(other)).toThrow(expect.objectContaining({ code: 'BAD_STORE' }));
    });
  });
});

/** A disk on which each operation fails with a given probability, as disks do. */
function failingDisk(random: () => number, share: number): { disk: Disk; faults: Set<string> } {
  const faults = new Set<string>();
  const fail = (code: string, what: string): void => {
    if (random() >= share) return;
    faults.add(`${what} ${code}`);
    throw Object.assign(new Error(`${code}: ${what}`), { code });
  };
  const wrap = (file: DiskFile): DiskFile => ({
    async write(bytes, at) {
      fail('EIO', 'write');
      if (random() < share) {
        // Takes a part, then is full.
        faults.add('write ENOSPC');
        const part = bytes.subarray(0, at.offset + Math.ceil((bytes.length - at.offset) / 2));
        await file.write(part, at);
        throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
      }
      return file.write(bytes, at);
    },
    async datasync() {
      fail('EIO', 'datasync');
      await file.datasync();
    },
    async truncate(bytes) {
      fail('EIO', 'truncate');
      await file.truncate(bytes);
    },
    close: () => file.close(),
  });
  return {
    faults,
    disk: {
      ...hostDisk,
      async create(path) {
        fail('ENOSPC', 'create');
        return wrap(await hostDisk.create(path));
      },
    },
  };
}

describe('journal on a failing disk', () => {
  test('keeps what it could not write and stores each tick once in the end', async () => {
    const random = seededRandom(testSeed());
    const dataDir = temporaryDirectory({ name: 'store' });
    const { disk, faults } = failingDisk(random, 0.15);
    const store = await openTestStore(dataDir, { disk, segmentBytes: 64 * 1024 });
    const kept = await openTestRing(store);
    const codes = new Set<string>();
    const commit = async (): Promise<void> => {
      for (;;) {
        try {
          await kept.commit();
          return;
        } catch (error) {
          codes.add(error instanceof Error && 'code' in error ? String(error.code) : '?');
          const { delivered, journaled, pending } = kept.counts();
          expect(journaled + pending).toBe(delivered);
        }
      }
    };
    let next = 0;
    for (let round = 0; round < 150; round++) {
      const run = sampleRun(next, 1 + Math.floor(random() * 100));
      while (!kept.append(run)) await commit();
      next += run.count;
      await commit();
      expect(kept.durablePosition).toBe(next);
      await kept.take(1_000);
      if (kept.isFull(1_000)) await kept.flush();
    }
    await kept.take(1_000_000);
    await kept.flush();
    expect(kept.counts()).toMatchObject({ delivered: next, stored: next, pending: 0, damaged: 0 });
    expect(await kept.countStored()).toBe(next);
    expect([...codes].sort()).toEqual(['DISK_FAILED', 'DISK_FULL', 'SYNC_FAILED']);
    expect(faults).toContain('datasync EIO');
    await store.close();
  });

  test('a crash between any two operations of a failing disk loses nothing durable', async () => {
    const seed = testSeed();
    for (let round = 0; round < 20; round++) {
      const random = seededRandom(seed + round);
      const dataDir = temporaryDirectory({ name: 'store', shared: true });
      const { disk } = failingDisk(random, 0.2);
      const directory = join(dataDir, 'journal');
      const { journal } = openJournal(directory, { disk, segmentBytes: 4 * 1024 });
      let next = 0;
      for (let step = 0; step < 30; step++) {
        const run = sampleRun(next, 1 + Math.floor(random() * 20));
        if (journal.append(run)) next += run.count;
        await journal.commit().catch(() => undefined);
      }
      // No close: the process is gone now.
      const durable = journal.durablePosition;
      const found = recoverJournal({ directory, ringId: RING, from: 0 });
      expect(found.nextPosition).toBeGreaterThanOrEqual(durable);
      const { positions, ticks } = readAll(found.segments);
      expect(positions).toEqual(upTo(found.nextPosition));
      expect(ticks).toBe(hexOf(0, found.nextPosition));
      await journal.close().catch(() => undefined); // frees the file; it is not looked at again
    }
  });
});

describe('gap ledger', () => {
  test('drops a line that a crash cut, at any byte, and goes on behind the whole ones', () => {
    const path = join(temporaryDirectory({ name: 'gaps', shared: true }), 'gaps.ndjson');
    const ledger = new GapLedger(path);
    const first = { first: 10, last: 19, reason: 'lapped', noticedMs: 1 } as const;
    const second = { first: 30, last: 30, reason: 'pad', noticedMs: 2 } as const;
    ledger.append(first);
    const firstBytes = readFileSync(path).length;
    ledger.append(second);
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const cut = new GapLedger(path);
      const expected =
        length === whole.length ? [first, second] : length >= firstBytes ? [first] : [];
      expect(cut.gaps, `cut at ${length}`).toEqual(expected);
      cut.append(second);
      expect(new GapLedger(path).gaps).toEqual([...expected, second]);
    }
    expect(new GapLedger(path).count('lapped', 15)).toBe(5);
  });
});
