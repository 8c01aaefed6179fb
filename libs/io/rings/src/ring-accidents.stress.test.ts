// Goal: what happens to one process of a ring is that process's own affair. Method: processes that
// are stopped, that store where they may only read, or whose file is cut under them, and two that
// want the same ring at the same moment.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { fillProofTicks } from '@tickwire/ipc-ring';
import { createMonotonicClock } from '@tickwire/ipc-shm';
import {
  seededRandom,
  startProcess,
  temporaryDirectory,
  testSeed,
  waitFor,
} from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { isBalanced } from '../prove/checked-ticks.ts';
import {
  readerResult,
  startReader,
  startWriter,
  whereIs,
  writerDone,
} from '../prove/proof-processes.ts';
import type { ProofReaderResult, ReaderWhereabouts } from '../prove/proof-reader.ts';
import type { Race, RaceResult } from '../test-processes/racing-writer.ts';
import { removeRing } from './ring-folder.ts';
import { createRing } from './ring-producer.ts';
import type { RingProducer } from './ring-producer.ts';
import { openRing } from './ring-subscription.ts';

const NAME = 'test.0';
const folder = (): string => temporaryDirectory({ shared: true, name: 'rings' });
const testProcess = (name: string): string => join(import.meta.dirname, '../test-processes', name);
const reading = { name: NAME, required: false, waiting: 'yield', follow: true } as const;

function expectExact(result: ProofReaderResult): void {
  const { account, broken, disorder, gapTicks } = result;
  expect({ broken, disorder }).toEqual({ broken: 0, disorder: 0 });
  expect(gapTicks).toBe(account.lost);
  expect(isBalanced(account)).toBe(true);
  expect(account.inFlight).toBe(0);
}

async function hasArrived(reader: TestProcess, position: number): Promise<void> {
  const at = async (): Promise<boolean> =>
    (await whereIs<ReaderWhereabouts>(reader)).cursor === position;
  await waitFor(at, { what: `a reader at ${position}` });
}

/** Stops a process as a debugger or a frozen container does, for at least `timeMs`. */
async function stopped(process: TestProcess, timeMs: number, during: () => Promise<void>) {
  process.child.kill('SIGSTOP');
  const state = (): string =>
    readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1] ?? '';
  await waitFor(() => state().startsWith('T'), { what: 'the stop', everyMs: 1 });
  const stoppedAtMs = performance.now();
  await during();
  await waitFor(() => performance.now() - stoppedAtMs >= timeMs, { what: 'time', everyMs: 1 });
  process.child.kill('SIGCONT');
}

describe('a writer that is stopped for a second', () => {
  test('is silent, then live again; nobody takes its ring, nothing is torn or lost', async () => {
    const dir = folder();
    const ring = { dir, name: NAME, mode: 'live', slotCount: 65_536 } as const;
    const writer = startWriter({ ...ring, batches: [5, 64], burst: 4 });
    await writer.ready();
    const reader = startReader({ ...reading, dir });
    await reader.ready();
    const subscription = openRing({ dir, name: NAME });
    await stopped(writer, 1_000, async () => {
      await waitFor(() => subscription.status() === 'silent', { what: 'silence' });
      const create = (): unknown =>
        createRing({ dir, name: NAME, vendor: 'proof', slotCount: 65_536, directoryCapacity: 16 });
      expect(create).toThrow(expect.objectContaining({ code: 'ALREADY_OWNED' }));
      expect(subscription.status()).toBe('silent');
    });
    await waitFor(() => subscription.status() === 'live', { what: 'life' });
    const before = subscription.reader.published;
    await waitFor(() => subscription.reader.published > before, { what: 'more ticks' });
    writer.child.send('stop');
    const done = await writerDone(writer);
    await hasArrived(reader, done.published);
    reader.child.send('stop');
    const result = await readerResult(reader);
    expectExact(result);
    expect(result.account).toMatchObject({ epoch: 1, padded: 0, published: done.published });
    subscription.close();
  });
});

describe('a reader that is stopped', () => {
  const SLOTS = 1_024;
  const BATCH = 128;

  /** Publishes `batches` and waits for `reader` after each: it cannot be lapped. */
  async function publish(ring: RingProducer, batches: number, reader: TestProcess) {
    const words = new Int32Array((BATCH * TICK_BYTES) / 4);
    for (let batch = 0; batch < batches; batch++) {
      fillProofTicks(words, ring.position, BATCH);
      ring.publish(new Uint8Array(words.buffer), BATCH);
      await hasArrived(reader, ring.position);
    }
  }

  test.each([10, 1_000])(
    'for %i ms has one gap, exact; the others lose nothing',
    async (timeMs) => {
      const dir = folder();
      const ring = createRing({ dir, name: NAME, vendor: 'proof', slotCount: SLOTS });
      const victim = startReader({ ...reading, dir });
      const other = startReader({ ...reading, dir });
      for (const reader of [victim, other]) await reader.ready();
      await publish(ring, 1, other);
      await hasArrived(victim, BATCH);
      await stopped(victim, timeMs, () => publish(ring, 24, other));
      await hasArrived(victim, ring.position);
      for (const reader of [victim, other]) reader.child.send('stop');
      const lapped = await readerResult(victim);
      expectExact(lapped);
      // It goes on half a ring behind the writer, as a lapped reader does.
      const next = ring.position - SLOTS / 2;
      const gap = { first: BATCH, last: next - 1, count: next - BATCH };
      expect(lapped).toMatchObject({ gaps: 1, lastGap: gap, gapTicks: gap.count });
      const whole = await readerResult(other);
      expectExact(whole);
      expect(whole).toMatchObject({ gaps: 0, verified: ring.position });
      ring.close();
    },
  );

  test('and not lapped meanwhile loses nothing', async () => {
    const dir = folder();
    const ring = createRing({ dir, name: NAME, vendor: 'proof', slotCount: SLOTS });
    const victim = startReader({ ...reading, dir });
    const other = startReader({ ...reading, dir });
    for (const reader of [victim, other]) await reader.ready();
    await stopped(victim, 10, () => publish(ring, SLOTS / BATCH, other));
    await hasArrived(victim, ring.position);
    victim.child.send('stop');
    const result = await readerResult(victim);
    expectExact(result);
    expect(result).toMatchObject({ gaps: 0, verified: SLOTS });
    ring.close();
  });
});

describe('a reader that does what it may not', () => {
  test('dies of its first store into the ring, and changes nothing', async () => {
    const ring = createRing({ dir: folder(), name: NAME, vendor: 'proof', slotCount: 64 });
    ring.publish(new Uint8Array(TICK_BYTES), 1);
    const reader = startProcess({ script: testProcess('writing-reader.ts'), args: [ring.path] });
    expect(await reader.ended).toEqual({ code: null, signal: 'SIGSEGV' });
    expect(reader.stdout).toBe('mapped\n');
    ring.publish(new Uint8Array(TICK_BYTES), 1);
    const subscription = openRing({ dir: join(ring.path, '..'), name: NAME, from: 'oldest' });
    expect(subscription.poll()?.count).toBe(2);
    expect(subscription.account().epoch).toBe(1);
    subscription.close();
    ring.close();
  });
});

describe('a ring that its owner cuts while it is read', () => {
  test('kills by SIGBUS who touches what is gone, and nobody else', async () => {
    const dir = folder();
    const cut = createRing({ dir, name: NAME, vendor: 'proof', slotCount: 64 });
    const whole = createRing({ dir, name: 'whole.0', vendor: 'proof', slotCount: 64 });
    const victim = startReader({ ...reading, dir });
    const other = startReader({ ...reading, dir, name: 'whole.0' });
    for (const reader of [victim, other]) await reader.ready();
    // This process has the file mapped as well, but leaves it alone from here on.
    cut.abandon();
    truncateSync(cut.path, 0);
    expect(await victim.ended).toEqual({ code: null, signal: 'SIGBUS' });
    const words = new Int32Array(TICK_BYTES / 4);
    fillProofTicks(words, 0, 1);
    whole.publish(new Uint8Array(words.buffer), 1);
    await hasArrived(other, 1);
    other.child.send('stop');
    expectExact(await readerResult(other));
    expect(() => openRing({ dir, name: NAME })).toThrow(
      expect.objectContaining({ code: 'BAD_SIZE' }),
    );
    whole.close();
  });
});

describe('two writers at the same moment', () => {
  const RACES = 100;
  /** Long enough for both to have the message. */
  const HEAD_START_NS = 4e6;
  const monotonicNs = createMonotonicClock();
  const size = { vendor: 'proof', slotCount: 64, directoryCapacity: 4 } as const;

  async function startRacers(): Promise<[TestProcess, TestProcess]> {
    const start = () => startProcess({ script: testProcess('racing-writer.ts') });
    const racers: [TestProcess, TestProcess] = [start(), start()];
    for (const racer of racers) await racer.ready();
    return racers;
  }

  async function race(racers: readonly TestProcess[], rings: readonly Race['ring'][]) {
    const startAtNs = monotonicNs() + HEAD_START_NS;
    const results = racers.map(async (racer, index): Promise<RaceResult> => {
      racer.messages.length = 0;
      racer.child.send({ ring: rings[index] ?? rings[0], startAtNs });
      return waitFor(() => racer.messages[0] as RaceResult | undefined, {
        what: 'the race',
        everyMs: 1,
      });
    });
    return Promise.all(results);
  }

  test('exactly one gets the ring, whatever is there, a hundred times', async () => {
    const random = seededRandom(testSeed());
    const dir = folder();
    const path = join(dir, `${NAME}.ring`);
    const racers = await startRacers();
    const scenes = [
      'left open by the dead',
      'closed',
      'none',
      'empty',
      'foreign',
      'another geometry',
    ] as const;
    for (let round = 0; round < RACES; round++) {
      const ring = { dir, name: NAME, ...size };
      const scene = scenes[Math.floor(random() * scenes.length)] ?? 'none';
      if (scene === 'none') rmSync(path, { force: true });
      if (scene === 'empty' || scene === 'foreign') {
        rmSync(path, { force: true });
        writeFileSync(path, scene === 'empty' ? '' : 'x'.repeat(9_000), { mode: 0o640 });
      }
      const slotCount = scene === 'another geometry' ? 128 : 64;
      const results = await race(racers, [{ ...ring, slotCount }]);
      const winners = results.filter(({ won }) => won);
      expect(winners, `round ${round}, ${scene}`).toHaveLength(1);
      const loser = results.find(({ won }) => !won);
      expect(loser?.code, `round ${round}, ${scene}`).toBe('ALREADY_OWNED');
      const winner = racers[results.findIndex(({ won }) => won)];
      const leave = random() < 0.5 ? 'close' : 'abandon';
      winner?.child.send(leave);
      await waitFor(() => isFree(dir), { what: `${leave} of the winner`, everyMs: 1 });
    }
  });

  test('both get their own ring in one folder, a hundred times', async () => {
    const dir = folder();
    const racers = await startRacers();
    const rings = ['a.0', 'b.0'].map((name) => ({ dir, name, ...size }));
    for (let round = 0; round < RACES; round++) {
      const results = await race(racers, rings);
      const won = { type: 'raced', won: true };
      expect(results, `round ${round}`).toEqual([won, won]);
      for (const racer of racers) racer.child.send('close');
      for (const { name } of rings) {
        await waitFor(() => removeRing(dir, name), { what: `the end of ${name}`, everyMs: 1 });
      }
    }
  });
});

/** Whether nobody writes the ring any more. */
function isFree(dir: string): boolean {
  const subscription = openRing({ dir, name: NAME, silentAfterMs: 0 });
  const status = subscription.status();
  subscription.close();
  return status === 'closed' || status === 'dead';
}
