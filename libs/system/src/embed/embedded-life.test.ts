// Goal: whatever happens to an embedded system or its program, nothing of it stays and nothing is
// hidden. Method: real services, ended at every point of their lives.
import { existsSync, readFileSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { defaultRingDir } from '@tickwire/io-rings';
import { readServiceRecords } from '@tickwire/io-service';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { startEmbedded } from '../../test/start-embedded.ts';
import type { EmbeddedSystem } from './embedded-system.ts';
import { startSystem } from './start-system.ts';

const delivered = (system: EmbeddedSystem): number => system.getStats().totals.delivered;
const feeds = [{ vendor: 'kucoin', symbols: ['BTC-USDT'] }];

/** Where the systems of one test make their temporary folders. */
let temporary = '';

beforeEach(() => {
  temporary = temporaryDirectory({ name: 'embedded' });
  vi.stubEnv('TMPDIR', temporary);
  return () => vi.unstubAllEnvs();
});

const childCount = (): number =>
  readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  ).length;

describe('an embedded system', () => {
  test('goes on when its gateway is killed, and says what that meant', async () => {
    const dataDir = join(temporary, 'data');
    const streams: string[] = [];
    const states: string[] = [];
    const system = await startEmbedded({
      dataDir,
      onStream: ({ state, reason, scope }) => streams.push(`${scope} ${state} ${reason}`),
      onServiceState: ({ service, state }) => states.push(`${service} ${state}`),
    });
    const gateway = (): number =>
      readServiceRecords(join(dataDir, 'run')).find((one) => one.service === 'gateway-kucoin')
        ?.pid ?? 0;
    await waitFor(() => delivered(system) > 500, { what: 'ticks', deadlineMs: 20_000 });
    const killed = gateway();
    process.kill(killed, 'SIGKILL');
    const before = delivered(system);
    await waitFor(() => ![0, killed].includes(gateway()) && delivered(system) > before + 500, {
      ...{ what: 'ticks of the next gateway', deadlineMs: 20_000 },
    });
    expect(streams).toContain('ring gap writer-restarted');
    expect(states).toEqual(
      expect.arrayContaining(['gateway-kucoin restarting', 'gateway-kucoin running']),
    );
    await system.stop();
    const { restarts, totals, rings } = system.getStats();
    expect(restarts).toBe(1);
    expect(totals.gaps).toBeGreaterThan(0);
    const ring = rings['kucoin.0'];
    expect(ring?.delivered).toBe((ring?.published ?? 0) - (ring?.padded ?? 0));
    expect(existsSync(join(dataDir, 'ledger', 'kucoin.ndjson'))).toBe(true);
    expect(readdirSync(dataDir)).not.toContain('run');
  }, 60_000);

  test('two of them do not meet, and leave nothing', async () => {
    const before = childCount();
    const systems = await Promise.all([startEmbedded(), startEmbedded()]);
    await waitFor(() => systems.every((system) => delivered(system) > 100), { what: 'ticks' });
    const ringDirs = readdirSync(temporary).map((name) => defaultRingDir(join(temporary, name)));
    expect(ringDirs.map((dir) => existsSync(dir))).toEqual([true, true]);
    await Promise.all(systems.map((system) => Promise.all([system.stop(), system.stop()])));
    expect(readdirSync(temporary)).toEqual([]);
    expect(ringDirs.map((dir) => existsSync(dir))).toEqual([false, false]);
    expect(childCount()).toBe(before);
    await expect(systems[0]?.addFeed({ vendor: 'kucoin' })).rejects.toMatchObject({
      message: 'system: it is stopping or has stopped',
    });
  }, 60_000);

  test('two of them do not share a data directory', async () => {
    const dataDir = join(temporary, 'data');
    await startEmbedded({ dataDir });
    await expect(startSystem({ feeds, dataDir })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
    });
  }, 60_000);

  test('a start that fails says of whom and why, and leaves nothing', async () => {
    const before = childCount();
    const bad = { vendor: 'kucoin', symbols: ['NOPE'] };
    await expect(startSystem({ feeds: [...feeds, bad] })).rejects.toMatchObject({
      ...{
        code: 'START_FAILED',
        message: expect.stringMatching(/^kucoin: .*NOPE/),
      },
      hint: expect.stringMatching(/dataDir/),
    });
    expect(readdirSync(temporary)).toEqual([]);
    expect(childCount()).toBe(before);
  }, 60_000);

  test.each(['sim-kucoin starting', 'gateway-kucoin starting', 'aggregator starting'])(
    'stopped at "%s" it leaves nothing',
    async (moment) => {
      const before = childCount();
      const { signal, abort } = abortable();
      const starting = startSystem({
        ...{ feeds, signal, aggregation: true },
        onServiceState({ service, state }) {
          if (`${service} ${state}` === moment) abort();
        },
      });
      await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
      expect(readdirSync(temporary)).toEqual([]);
      expect(childCount()).toBe(before);
    },
    60_000,
  );

  test('stops at the abort of its signal', async () => {
    const { signal, abort } = abortable();
    const system = await startEmbedded({ signal });
    abort();
    await system.stop();
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  test('a handler that never comes back cannot hold up the end', async () => {
    const system = await startEmbedded({
      onBatch: () => new Promise(() => undefined),
      batch: { count: 10 },
    });
    await waitFor(() => system.getStats().waiting > 50, { what: 'a queue', deadlineMs: 20_000 });
    await system.stop();
    const { dropped, totals, waiting } = system.getStats();
    expect(totals.batched + (dropped.unclaimed ?? 0)).toBe(totals.delivered);
    // One batch: full, or as full as it was when its time was up.
    expect(totals.batched).toBeGreaterThan(0);
    expect(totals.batched).toBeLessThanOrEqual(10);
    expect(waiting).toBe(0);
  }, 60_000);

  test('ends with the program that it is part of, and the next one clears up', async () => {
    const dataDir = join(temporary, 'data');
    const program = startProcess({
      script: 'libs/system/test-processes/embedding-program.ts',
      args: [dataDir],
    });
    await program.output(/running with 1 feed/);
    const pids = readServiceRecords(join(dataDir, 'run')).map((record) => record.pid);
    expect(pids).toHaveLength(2);
    await program.stop('SIGKILL');
    await waitFor(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), {
      ...{ what: 'its services to end', deadlineMs: 20_000 },
    });
    await (await startEmbedded({ dataDir })).stop();
    expect(existsSync(defaultRingDir(dataDir))).toBe(false);
  }, 60_000);

  test('what a killed program has left in temporary folders goes with the next start', async () => {
    const program = startProcess({ script: 'libs/system/test-processes/embedding-program.ts' });
    await program.output(/running with 1 feed/);
    const [name = ''] = readdirSync(temporary);
    const left = join(temporary, name);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(left, longAgo, longAgo);
    await (await startEmbedded()).stop();
    expect(existsSync(left), 'that of a program which runs').toBe(true);
    const pids = readServiceRecords(join(left, 'run')).map((record) => record.pid);
    await program.stop('SIGKILL');
    await waitFor(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), {
      ...{ what: 'its services to end', deadlineMs: 20_000 },
    });
    utimesSync(left, longAgo, longAgo);
    const ringDir = defaultRingDir(left);
    expect(existsSync(ringDir)).toBe(true);
    await (await startEmbedded()).stop();
    expect([left, ringDir].map((path) => existsSync(path))).toEqual([false, false]);
  }, 60_000);

  test('the key of an account is in no file, statistic or picture of the system', async () => {
    const dataDir = join(temporary, 'data');
    const apiKey = { key: 'id-of-the-key', secret: 'hush-secret', passphrase: 'hush-phrase' };
    const notes: string[] = [];
    const system = await startEmbedded({
      ...{ dataDir, feeds: [{ vendor: 'kucoin', apiKey }] },
      onNote: (line) => notes.push(line),
    });
    await waitFor(() => delivered(system) > 100, { what: 'ticks', deadlineMs: 20_000 });
    const shown = [JSON.stringify(system.getStats()), inspect(system, { depth: 9 }), ...notes];
    await system.stop();
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(files.join('')).toContain('ready');
    expect([...shown, ...files].join('')).not.toMatch(/hush|id-of-the-key/);
  }, 60_000);

  test('keeps ticks and bars, and puts bars on a bus of its own, when asked to', async () => {
    const dataDir = join(temporary, 'data');
    const system = await startEmbedded({
      ...{ dataDir, persistence: true, bus: true, aggregation: { timeframes: [1] } },
    });
    await waitFor(() => system.getStats().totals.bars > 1, { what: 'bars', deadlineMs: 20_000 });
    await system.stop();
    const hop = (name: string) => system.getStats().hops.find((one) => one.name === name);
    expect(hop('store.kucoin.0')?.out).toBe(system.getStats().totals.delivered);
    expect(hop('bus.bars')?.out).toBe(system.getStats().totals.bars);
  }, 60_000);
});

describe('again and again', () => {
  test('five times started and stopped, a program has nothing left of it', async () => {
    const proof = startProcess({
      script: 'libs/system/prove/embed-cycles.prove.ts',
      env: { TICKWIRE_CYCLES: '5' },
    });
    expect(await proof.ended, proof.stdout + proof.stderr).toEqual({ code: 0, signal: null });
    expect(proof.stdout).toMatch(/5 cycles in [\d.]+ s, \d+ ticks, all delivered/);
  }, 120_000);

  test('the example of the repository runs as it stands', async () => {
    const example = startProcess({ script: 'docs/examples/embed.ts' });
    expect(await example.ended, example.stderr).toEqual({ code: 0, signal: null });
    expect(example.stdout).toMatch(/\d+ ticks from kucoin\.0/);
    expect(example.stdout).toMatch(/(BTC|ETH)-USDT closed at [\d.]+, \d+ trades/);
    expect(example.stdout).toMatch(/activeConnections: 1/);
    expect(readdirSync(temporary)).toEqual([]);
    const text = readFileSync('docs/examples/embed.ts', 'utf8');
    for (const page of ['README.md', 'docs/how-to/embed.md']) {
      expect(readFileSync(page, 'utf8')).toContain(`\`\`\`ts\n${text}\`\`\``);
    }
    const code = text.split('\n').filter((line) => line !== '' && !line.startsWith('//'));
    expect(code.length).toBeLessThanOrEqual(10);
  }, 60_000);
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
