// Goal: a replay at maximum speed waits for a slow reader and loses nothing, although the ring is
// far smaller than the recording; told to stop, it stops. Method: the real service, a ring of 64
// ticks, a reader in this process.
import { join } from 'node:path';
import { readCounters } from '@tickwire/core';
import type { CounterSnapshot } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { repositoryRoot, startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const SAMPLE = join(repositoryRoot(), 'samples/kucoin-session');
const SLOTS = 64;

async function startReplay(sources: readonly string[], ringDir: string): Promise<TestProcess> {
  const dataDir = temporaryDirectory();
  const service = startProcess({
    script: 'apps/gateway-replay/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'gateway-replay',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_LOG_LEVEL: 'error',
      TICKWIRE_REPLAY_SOURCES: JSON.stringify(sources),
      TICKWIRE_REPLAY_SPEED: 'max',
      TICKWIRE_REPLAY_SLOTS: String(SLOTS),
      TICKWIRE_REPLAY_READERS: '1',
    },
  });
  await service.ready();
  return service;
}

const countsOf = (ringDir: string): CounterSnapshot['values'] =>
  readCounters(readFileSync(join(ringDir, 'gateway-replay.stats'))).values;

const attach = (dir: string, name: string) =>
  openRing({ dir, name, from: 'oldest', register: { label: 'test', required: true } });

describe('a replay at maximum speed', () => {
  test.each([
    ['raw messages', SAMPLE, 'kucoin.0', 'hop/kucoin.normalise/tick'],
    ['recorded ticks', `${SAMPLE}.twc`, 'ticks.0', 'hop/file.ticks/tick'],
  ])('of %s waits for a slow reader and loses nothing', async (_what, source, name, hop) => {
    const ringDir = temporaryDirectory({ shared: true });
    const service = await startReplay([source], ringDir);
    const reader = attach(ringDir, name);
    let delivered = 0;
    let fullest = 0;
    await reader.run(
      async (run) => {
        expect(run.gap).toBeUndefined();
        delivered += run.count;
        fullest = Math.max(fullest, reader.account().inFlight);
        // A turn of the event loop for each run: far slower than the writer.
        await new Promise((resolve) => setImmediate(resolve));
      },
      { untilClosed: true },
    );
    expect(await service.ended).toEqual({ code: 0, signal: null });
    const account = reader.account();
    reader.close();
    expect(account).toMatchObject({ lost: 0, inFlight: 0, start: 0, delivered });
    expect(delivered).toBeGreaterThan(SLOTS * 8);
    expect(fullest).toBeLessThanOrEqual(SLOTS);
    const counts = countsOf(ringDir);
    expect(counts.get(`${hop}/out`)).toBe(delivered);
    expect(counts.get(`${hop}/in`)).toBe(delivered);
  });

  test('stops on SIGTERM while it waits, and accounts for what it had not published', async () => {
    const ringDir = temporaryDirectory({ shared: true });
    const service = await startReplay([SAMPLE], ringDir);
    const reader = attach(ringDir, 'kucoin.0'); // registers and never reads
    await waitFor(() => reader.account().published > 0 && countsOf(ringDir).size > 0, {
      what: 'the first ticks',
    });
    await waitFor(
      () => {
        const before = reader.account().published;
        return before >= SLOTS / 2;
      },
      { what: 'a full ring' },
    );
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    reader.close();
    const counts = countsOf(ringDir);
    const value = (name: string): number => counts.get(name) ?? 0;
    expect(value('hop/kucoin.normalise/tick/dropped:aborted')).toBeGreaterThan(0);
    expect(value('hop/kucoin.normalise/tick/in')).toBe(
      value('hop/kucoin.normalise/tick/out') + value('hop/kucoin.normalise/tick/dropped:aborted'),
    );
  });
});
