// Goal: what a ring held is in the store, once; what is not there is counted, exactly. Real
// processes, real rings, real Parquet.
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom, temporaryDirectory, testSeed, waitFor } from '@tickwire/testing';
import {
  ringHops,
  startPersistence,
  storedPositions,
  values,
} from '../test/persistence-process.ts';
import type { Folders } from '../test/persistence-process.ts';
import { TestWriter } from '../test/test-writer.ts';

/** Of a ring file: the cursor `claimed` comes first, behind the header page. */
const CURSORS_OFFSET = 4096;
const BALANCED = { dropped: 0, inFlight: 0, imbalance: 0 };

function folders(): Folders {
  const ringDir = join(temporaryDirectory({ name: 'rings', shared: true }), 'ring');
  mkdirSync(ringDir, { mode: 0o700 });
  return { ringDir, dataDir: temporaryDirectory({ name: 'data' }) };
}

/** What a writer leaves that dies between claiming positions and publishing them. */
function claim(path: string, position: number): void {
  const cell = new Uint8Array(Float64Array.of(position).buffer);
  const fd = openSync(path, 'r+');
  writeSync(fd, cell, 0, cell.length, CURSORS_OFFSET);
  closeSync(fd);
}

const stored = (at: Folders): number => values(at).get('hop/store.kucoin.0/tick/out') ?? 0;

describe('persistence', () => {
  test('stores a ring to its end and balances every hop', async () => {
    const at = folders();
    const service = startPersistence(at);
    await service.ready();
    const writer = new TestWriter({ dir: at.ringDir });
    writer.write(10_000);
    await waitFor(() => stored(at) >= 10_000, { what: 'the first flush' });
    writer.write(2_345);
    writer.ring.close();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const expected = { in: 12_345, out: 12_345, ...BALANCED };
    expect(ringHops(at, 'kucoin.0')).toEqual([expected, expected, expected]);
    expect(await storedPositions(at.dataDir)).toEqual({
      rows: 12_345,
      distinct: 12_345,
      first: 0,
      last: 12_344,
      wrong: 0,
    });
    const counts = values(at);
    expect(counts.get('gauge/store.files')).toBeGreaterThanOrEqual(2);
    expect(counts.get('gauge/persistence.kucoin.0.durablePosition')).toBe(12_345);
  });

  test('merges small files meanwhile, and every hop still balances', async () => {
    const at = folders();
    const service = startPersistence(at, {
      TICKWIRE_STORE_FLUSH_MS: '20',
      TICKWIRE_STORE_MERGE_FILES: '2',
    });
    await service.ready();
    const writer = new TestWriter({ dir: at.ringDir });
    let written = 0;
    await waitFor(
      () => {
        if (stored(at) === written) {
          writer.write(100);
          written += 100;
        }
        return (values(at).get('count/store.compactions') ?? 0) >= 5;
      },
      { what: 'five merges' },
    );
    writer.ring.close();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const expected = { in: written, out: written, ...BALANCED };
    expect(ringHops(at, 'kucoin.0')).toEqual([expected, expected, expected]);
    const found = await storedPositions(at.dataDir);
    expect(found).toMatchObject({ rows: written, distinct: written, last: written - 1, wrong: 0 });
    const files = readdirSync(join(at.dataDir, 'store/ticks'), { recursive: true })
      .map(String)
      .filter((name) => name.includes('.parquet'));
    expect(values(at).get('gauge/store.files')).toBe(files.length);
    expect(values(at).get('count/store.compactionsFailed')).toBe(0);
    expect(files.length).toBeLessThanOrEqual(written / 100 - 5);
  });

  test('goes on after kill -9 at any moment: nothing lost, nothing twice', async () => {
    const random = seededRandom(testSeed());
    const at = folders();
    const writer = new TestWriter({ dir: at.ringDir });
    let service = startPersistence(at, { TICKWIRE_STORE_FLUSH_MS: '20' });
    await service.ready();
    let written = 0;
    const more = (): void => {
      const count = 1 + Math.floor(random() * 400);
      writer.write(count);
      written += count;
    };
    for (let kill = 0; kill < 4; kill++) {
      // Killed after a random amount of progress, which is a random point of its work.
      const enough = stored(at) + Math.floor(random() * 6_000);
      await waitFor(
        () => {
          more();
          return stored(at) >= enough;
        },
        { what: 'progress' },
      );
      await service.stop('SIGKILL');
      more();
      service = startPersistence(at, { TICKWIRE_STORE_FLUSH_MS: '20' });
      await service.ready();
    }
    writer.ring.close();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const found = await storedPositions(at.dataDir);
    expect(found).toEqual({
      rows: written,
      distinct: written,
      first: 0,
      last: written - 1,
      wrong: 0,
    });
    const expected = { in: written, out: written, ...BALANCED };
    expect(ringHops(at, 'kucoin.0')).toEqual([expected, expected, expected]);
  });

  test('counts what the ring overwrote while nobody read, and names it in the ledger', async () => {
    const at = folders();
    const writer = new TestWriter({ dir: at.ringDir, slotCount: 1024 });
    let service = startPersistence(at);
    await service.ready();
    writer.write(500);
    await waitFor(() => stored(at) === 500, { what: 'the first ticks' });
    await service.stop('SIGKILL');
    writer.write(5_000);
    service = startPersistence(at);
    await service.ready();
    writer.ring.close();
    await service.stop();
    const [ring, journal, store] = ringHops(at, 'kucoin.0');
    expect(ring).toMatchObject({ in: 5_500, inFlight: 0, imbalance: 0 });
    const kept = 5_500 - (ring?.dropped ?? 0);
    expect(kept).toBeGreaterThanOrEqual(1_000);
    expect(journal).toEqual({ in: kept, out: kept, ...BALANCED });
    expect(store).toEqual({ in: kept, out: kept, ...BALANCED });
    expect(await storedPositions(at.dataDir)).toMatchObject({
      rows: kept,
      distinct: kept,
      wrong: 0,
    });
    const ledger = readFileSync(join(at.dataDir, 'ledger', 'persistence.ndjson'), 'utf8').trim();
    const gaps = ledger.split('\n').map((line): unknown => JSON.parse(line));
    expect(gaps).toEqual([
      expect.objectContaining({
        ring: 'kucoin.0',
        first: 500,
        reason: 'lapped',
        count: ring?.dropped,
      }),
    ]);
  });

  test('follows a ring that is replaced, and one that is gone before it was stored', async () => {
    const at = folders();
    const first = new TestWriter({ dir: at.ringDir });
    let service = startPersistence(at, { TICKWIRE_STORE_FLUSH_MS: '60000' });
    await service.ready();
    const journaled = (): number => values(at).get('hop/journal.kucoin.0/tick/out') ?? 0;
    first.write(300);
    // Before it is found nobody reads it, and its successor would be all there is to find.
    await waitFor(() => journaled() === 300, { what: 'the first ring in the journal' });
    first.ring.close();
    const second = new TestWriter({ dir: at.ringDir });
    second.write(200);
    await waitFor(() => journaled() === 500, { what: 'both rings in the journal' });
    await service.stop('SIGKILL');
    second.ring.close();
    rmSync(at.ringDir, { recursive: true });
    mkdirSync(at.ringDir, { mode: 0o700 });
    service = startPersistence(at);
    await service.ready();
    await service.stop();
    expect(await storedPositions(at.dataDir)).toMatchObject({ rows: 500, distinct: 500, wrong: 0 });
  });

  test('a paced ring waits for it: nothing is lost however fast it is written', async () => {
    const at = folders();
    const writer = new TestWriter({ dir: at.ringDir, mode: 'paced', slotCount: 1024 });
    const service = startPersistence(at);
    await writer.ring.waitForReaders({ count: 1, timeoutMs: 10_000 });
    await writer.writePaced(100_000);
    writer.ring.close();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const expected = { in: 100_000, out: 100_000, ...BALANCED };
    expect(ringHops(at, 'kucoin.0')).toEqual([expected, expected, expected]);
    expect(await storedPositions(at.dataDir)).toMatchObject({ distinct: 100_000, wrong: 0 });
  });

  test('explains positions that a dead writer had claimed', async () => {
    const at = folders();
    const service = startPersistence(at);
    await service.ready();
    const writer = new TestWriter({ dir: at.ringDir });
    writer.write(100);
    writer.ring.abandon();
    claim(writer.ring.path, 107);
    const next = new TestWriter({ dir: at.ringDir });
    expect(next.ring.paddedAtTakeover).toBe(7);
    next.write(50);
    next.ring.close();
    await service.stop();
    const [ring, journal, store] = ringHops(at, 'kucoin.0');
    expect(ring).toEqual({ in: 157, out: 150, dropped: 7, inFlight: 0, imbalance: 0 });
    expect(values(at).get('hop/ring.kucoin.0.persistence/tick/dropped:pad')).toBe(7);
    expect(journal).toEqual({ in: 150, out: 150, ...BALANCED });
    expect(store).toEqual({ in: 150, out: 150, ...BALANCED });
    expect(await storedPositions(at.dataDir)).toEqual({
      rows: 150,
      distinct: 150,
      first: 0,
      last: 156,
      wrong: 0,
    });
  });

  test('a second one on the same data directory is refused in a sentence', async () => {
    const at = folders();
    const service = startPersistence(at);
    await service.ready();
    const other = startPersistence(
      { ...at, ringDir: folders().ringDir },
      {
        TICKWIRE_RUN_DIR: temporaryDirectory({ name: 'run' }),
      },
    );
    expect(await other.ended).toEqual({ code: 1, signal: null });
    expect(other.messages).toContainEqual(
      expect.objectContaining({ type: 'failed', code: 'BAD_STORE' }),
    );
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
