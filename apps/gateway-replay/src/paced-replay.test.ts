// Goal: a replay at maximum speed waits for a slow reader and loses nothing, although the ring is
// far smaller than the recording; told to stop, it stops. Method: the real service, a ring of 64
// ticks, a reader in this process.
import { join } from 'node:path';
import { openRing } from '@tickwire/io-rings';
import { repositoryRoot, temporaryDirectory, waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { countsOf, startReplay } from '../test/replay-service.ts';

const SAMPLE = join(repositoryRoot(), 'samples/kucoin-session');
const SLOTS = 64;
const ENVIRONMENT = { TICKWIRE_REPLAY_SLOTS: String(SLOTS), TICKWIRE_REPLAY_READERS: '1' };

const attach = (dir: string, name: string) =>
  openRing({ dir, name, from: 'oldest', register: { label: 'test', required: true } });

describe('a replay at maximum speed', () => {
  test.each([
    ['raw messages', SAMPLE, 'kucoin.0', 'hop/kucoin.normalise/tick'],
    ['recorded ticks', `${SAMPLE}.twc`, 'ticks.0', 'hop/file.ticks/tick'],
  ])('of %s waits for a slow reader and loses nothing', async (_what, source, name, hop) => {
    const ringDir = temporaryDirectory({ shared: true });
    const service = await startReplay([source], { ringDir, env: ENVIRONMENT });
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
    const service = await startReplay([SAMPLE], { ringDir, env: ENVIRONMENT });
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
