// Goal: the ring's promises between real processes. Method: ticks whose every word follows from
// their position, written and read by separate processes, some of them killed.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom, temporaryDirectory, testSeed, waitFor } from '@tickwire/testing';
import type { ProofReaderResult } from '../prove/proof-reader.ts';
import {
  readerResult,
  startKilledWriter,
  startReader,
  startWriter,
  writerDone,
  writerInfo,
} from '../prove/proof-processes.ts';
import { createRing } from './ring-producer.ts';
import { openRing } from './ring-subscription.ts';

const live = { name: 'proof.0', mode: 'live', slotCount: 4_096 } as const;
const reading = { name: 'proof.0', required: false, waiting: 'yield' } as const;

function expectExact({ account, broken, disorder, gapTicks }: ProofReaderResult): void {
  expect({ broken, disorder }).toEqual({ broken: 0, disorder: 0 });
  expect(gapTicks).toBe(account.lost);
  const { published, start, delivered, padded, lost, inFlight } = account;
  expect(published - start).toBe(delivered + padded + lost + inFlight);
}

describe('two processes on a live ring', () => {
  test.each(['spin', 'park'] as const)('no torn tick, exact losses (%s)', async (waiting) => {
    const dir = temporaryDirectory({ shared: true, name: 'rings' });
    const reader = startReader({ ...reading, dir, waiting });
    const writer = startWriter({ ...live, dir, batches: [1, 16, 3, 700, 64], ticks: 20_000_000 });
    const done = await writerDone(writer);
    const result = await readerResult(reader);
    expectExact(result);
    expect(result.account).toMatchObject({ published: done.published, inFlight: 0 });
    expect(result.account.delivered).toBeGreaterThan(1_000);
    // A small ring under an unthrottled writer: being lapped is what this is about.
    expect(result.gaps).toBeGreaterThan(0);
  });
});

describe('two processes on a paced ring', () => {
  test('two million ticks arrive, none lost', async () => {
    const dir = temporaryDirectory({ shared: true, name: 'rings' });
    const paced = { ...live, mode: 'paced', readers: 1 } as const;
    const writer = startWriter({ ...paced, dir, batches: [1, 16, 256], ticks: 2_000_000 });
    const reader = startReader({ ...reading, dir, required: true });
    const done = await writerDone(writer);
    const result = await readerResult(reader);
    expectExact(result);
    expect(done.published).toBe(2_000_000);
    expect(result.account).toMatchObject({ delivered: 2_000_000, lost: 0, padded: 0, inFlight: 0 });
    expect(done.counters.full).toBeGreaterThan(0);
  });
});

describe('a killed writer', () => {
  test('inside a publication: the next one fills it with PAD, the reader goes on', async () => {
    const dir = temporaryDirectory({ shared: true, name: 'rings' });
    const victim = startWriter({ ...live, dir, batches: [10], burst: 1 });
    const before = await writerInfo(victim);
    const reader = startReader({ ...reading, dir });
    await reader.ready();
    await victim.stop('SIGKILL');
    const killed = startKilledWriter(join(dir, 'proof.0.ring'));
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
    const next = startWriter({ ...live, dir, batches: [10], ticks: 1_000 });
    const after = await writerInfo(next);
    expect(after).toMatchObject({ ringId: before.ringId, padded: 32 });
    expect(after.epoch).toBe(before.epoch + 2);
    const result = await readerResult(reader);
    expectExact(result);
    expect(result.ringId).toBe(before.ringId);
    expect(result.account.padded).toBeGreaterThanOrEqual(32);
    expect(result.account.inFlight).toBe(0);
  });

  test('at any time: same ring id, next epoch, nothing torn, nothing twice', async () => {
    const random = seededRandom(testSeed());
    const dir = temporaryDirectory({ shared: true, name: 'rings' });
    const options = { ...live, dir, slotCount: 65_536, batches: [16_384, 1, 300, 16_384] };
    let writer = startWriter(options);
    const first = await writerInfo(writer);
    const reader = startReader({ ...reading, dir });
    await reader.ready();
    const { reader: watcher } = openRing({ dir, name: live.name });
    for (let kill = 1; kill <= 6; kill++) {
      const killAt = watcher.published + random() * 1_000_000;
      await waitFor(() => watcher.published >= killAt, { what: 'ticks', everyMs: 1 });
      await writer.stop('SIGKILL');
      writer = startWriter(options);
      const next = await writerInfo(writer);
      expect(next).toMatchObject({ ringId: first.ringId, epoch: first.epoch + kill });
    }
    writer.child.send('stop');
    await writerDone(writer);
    const result = await readerResult(reader);
    expectExact(result);
    expect(result.ringId).toBe(first.ringId);
    expect(result.account).toMatchObject({ epoch: first.epoch + 6, inFlight: 0 });
  });
});

describe('a second writer', () => {
  test('is refused while the first lives, in a sentence, and harms nothing', async () => {
    const dir = temporaryDirectory({ shared: true, name: 'rings' });
    const writer = startWriter({ ...live, dir, batches: [10] });
    await writer.ready();
    const options = { dir, name: live.name, vendor: 'proof', slotCount: live.slotCount };
    const refused = expect.objectContaining({ code: 'ALREADY_OWNED', hint: expect.any(String) });
    expect(() => createRing(options)).toThrow(refused);
    expect(() => createRing({ ...options, slotCount: 64 })).toThrow(refused);
    const subscription = openRing({ dir, name: live.name, from: 'latest' });
    const run = await waitFor(() => subscription.poll(), { what: 'ticks of the first writer' });
    expect(run.count).toBeGreaterThan(0);
    expect(subscription.account().epoch).toBe(1);
    subscription.close();
    await writer.stop('SIGKILL');
    // Its ring is taken over as soon as the kernel has freed the lock.
    const next = createRing({ ...options, directoryCapacity: 16 });
    expect(next.epoch).toBe(2);
    expect(join(dir, 'proof.0.ring')).toBe(next.path);
    next.close();
  });
});
