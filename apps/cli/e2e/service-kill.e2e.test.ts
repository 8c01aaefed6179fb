// Goal: every service may be killed, and the run still accounts for every message. The long form of
// this is `npm run prove -- service-kill`; here each service is killed once.
import { join } from 'node:path';
import { seededRandom, temporaryDirectory, testSeed } from '@tickwire/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { judgeRun } from '../prove/kill-judgement.ts';
import { readLedger } from '@tickwire/system';
import { KillRun } from '../prove/kill-run.ts';
import type { KillOutcome } from '../prove/kill-run.ts';

let running: KillRun | undefined;

afterEach(() => {
  running?.abandon();
  running = undefined;
});

describe('a system whose services are killed', () => {
  test('has each of them back, and loses nothing that is not in the ledger', async () => {
    const seed = testSeed();
    const dataDir = join(temporaryDirectory({ name: 'kill' }), 'data');
    running = await KillRun.start({ dataDir, rate: 2_000, seed, random: seededRandom(seed) });
    const kills: KillOutcome[] = [];
    for (const service of running.services()) kills.push(await running.kill(service));
    expect(kills.length).toBeGreaterThanOrEqual(5);
    expect(await judgeRun(await running.stop(), { dataDir, kills })).toEqual([]);
  }, 120_000);

  test('a gateway that is stopped in order and started again declares no loss', async () => {
    const seed = testSeed();
    const dataDir = join(temporaryDirectory({ name: 'kill' }), 'data');
    running = await KillRun.start({ dataDir, rate: 2_000, seed, random: seededRandom(seed) });
    await running.kill('gateway-kucoin', 'SIGTERM');
    const { exitCode, report } = await running.stop();
    expect(exitCode).toBe(0);
    const wire = report?.hops.find(({ name }) => name === 'kucoin.wire');
    expect(wire).toMatchObject({ balanced: true });
    expect(Object.values(wire?.dropped ?? {}).filter((count) => Number(count) > 0)).toEqual([]);
    expect(readLedger(dataDir).entries).toEqual([]);
  }, 60_000);
});
