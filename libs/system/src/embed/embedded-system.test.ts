// Goal: a program that embeds Tickwire gets every tick, is told of every one it does not get, and
// has nothing left when it stops. Method: real services, as processes, against their simulators.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readServiceRecords } from '@tickwire/io-service';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { afterEach, describe, expect, test } from 'vitest';
import { foldersOfTest } from '../../test/folders-of-test.ts';
import type { StartSystemOptions } from './embed-options.ts';
import type { EmbeddedSystem } from './embedded-system.ts';
import { startSystem } from './start-system.ts';

let running: EmbeddedSystem[] = [];

afterEach(async () => {
  await Promise.all(running.map((system) => system.stop()));
  running = [];
});

async function start(options: Partial<StartSystemOptions> = {}): Promise<EmbeddedSystem> {
  const feeds = [{ vendor: 'kucoin', symbols: ['BTC-USDT', 'ETH-USDT'], rate: 1_000 }];
  const system = await startSystem({ feeds, seed: 7, ...options });
  running.push(system);
  return system;
}

const delivered = (system: EmbeddedSystem): number => system.getStats().totals.delivered;

describe('an embedded system', () => {
  test('hands over every tick that the gateway published, once as ticks, once in batches', async () => {
    let ticks = 0;
    let batched = 0;
    let trades = 0;
    const symbols = new Set<string>();
    const system = await start({
      onTick(tick, instrument) {
        ticks += 1;
        if (tick.kind === TickKind.Trade) trades += 1;
        if (instrument !== undefined) symbols.add(instrument.symbol);
      },
      onBatch: (batch) => void (batched += batch.count),
      batch: { count: 100, maxDelayMs: 20 },
    });
    await waitFor(() => delivered(system) > 2_000, { what: 'ticks', deadlineMs: 20_000 });
    await system.stop();
    const { totals, dropRate, activeConnections } = system.getStats();
    expect([ticks, batched]).toEqual([totals.delivered, totals.delivered]);
    expect(totals.published).toBe(totals.delivered);
    expect(trades).toBeGreaterThan(10);
    expect(totals.messages).toBeGreaterThan(1_000);
    expect([...symbols]).toEqual(expect.arrayContaining(['BTC-USDT', 'ETH-USDT']));
    expect([dropRate, totals.handlerErrors, activeConnections]).toEqual([0, 0, 0]);
  }, 60_000);

  test('closes bars, and counts the connections and the rate while it runs', async () => {
    const bars: string[] = [];
    const system = await start({
      onBar: (bar) => bars.push(`${bar.symbol} ${bar.intervalMs} ${bar.close}`),
      aggregation: { timeframes: [1] },
    });
    await waitFor(() => bars.length >= 4, { what: 'bars', deadlineMs: 20_000 });
    const { activeConnections, rate, buffers, totals } = system.getStats();
    expect(activeConnections).toBe(1);
    expect(rate.peak).toBeGreaterThan(100);
    expect(Object.keys(buffers)).toEqual(['ring kucoin.0']);
    expect(totals.bars).toBeGreaterThanOrEqual(4);
    expect(bars[0]).toMatch(/^(BTC|ETH)-USDT 1000 \d+(\.\d+)?$/);
  }, 60_000);

  test('a handler that throws, and one that is slow, lose what is counted and nothing else', async () => {
    const errors: string[] = [];
    const release = Promise.withResolvers<void>();
    let ticks = 0;
    let batched = 0;
    const system = await start({
      onTick() {
        ticks += 1;
        if (ticks === 5) throw new Error('fifth');
      },
      async onBatch(batch) {
        batched += batch.count;
        await release.promise;
      },
      onError: (error, where) => errors.push(`${where}: ${String(error)}`),
      batch: { count: 10, queueTicks: 50, policy: 'drop-newest' },
    });
    await waitFor(() => (system.getStats().dropped['batch-full'] ?? 0) > 100, {
      ...{ what: 'drops', deadlineMs: 20_000 },
    });
    release.resolve();
    await system.stop();
    const { totals, dropped } = system.getStats();
    expect(errors).toEqual(['onTick: Error: fifth']);
    expect(totals.handlerErrors).toBe(1);
    expect(ticks).toBe(totals.published);
    expect(batched + (dropped['batch-full'] ?? 0)).toBe(totals.delivered);
  }, 60_000);

  test('takes another feed while it runs, and refuses a bad one by name', async () => {
    const rings = new Set<string>();
    const system = await start({ onTick: (_tick, _instrument, ring) => void rings.add(ring) });
    await system.addFeed({ vendor: 'kucoin', symbols: ['SOL-USDT'] });
    await waitFor(() => rings.size === 2, { what: 'both rings', deadlineMs: 20_000 });
    expect([...rings].sort()).toEqual(['kucoin.0', 'kucoin.1']);
    expect(system.getStats().feeds).toBe(2);
    await expect(system.addFeed({ vendor: 'nobody' })).rejects.toMatchObject({
      ...{ code: 'USAGE', message: 'feed.vendor: there is no vendor "nobody"' },
    });
    await expect(system.addFeed({ vendor: 'kucoin', symbols: ['NOPE'] })).rejects.toMatchObject({
      code: 'START_FAILED',
    });
    expect(system.getStats().feeds).toBe(2);
    await system.stop();
    const { totals } = system.getStats();
    expect(totals.published).toBe(totals.delivered);
  }, 60_000);

  test('goes on when its gateway is killed', async () => {
    const dataDir = join(temporaryDirectory({ name: 'embedded' }), 'data');
    const notes: string[] = [];
    const system = await start({ dataDir, onNote: (line) => notes.push(line) });
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
    expect(notes.join('\n')).toMatch(/gateway-kucoin ended \(killed by SIGKILL\)/);
    expect(system.getStats().restarts).toBe(1);
  }, 60_000);

  test('leaves nothing, and two of them do not meet', async () => {
    const systems = await Promise.all([start(), start()]);
    await waitFor(() => systems.every((system) => delivered(system) > 100), { what: 'ticks' });
    await Promise.all(systems.map((system) => system.stop()));
    expect(foldersOfTest()).toEqual([]);
  }, 60_000);

  test('ends with the program that it is part of', async () => {
    const dataDir = join(temporaryDirectory({ name: 'embedded' }), 'data');
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
  }, 60_000);

  test.each([
    [{ feeds: [{ vendor: 'kucoin', symbols: [] }] }, 'feeds[0].symbols'],
    [{ feeds: [{ vendor: 'kucoin', symbols: ['A B'] }] }, 'feeds[0].symbols'],
    [{ feeds: [{ vendor: 'kucoin', dataset: 'X' }] }, 'feeds[0].dataset'],
    [{ feeds: [{ vendor: 'kucoin', rate: -1 }] }, 'feeds[0].rate'],
    [{ feeds: [{ vendor: 'kucoin', apiKey: 'abc' }] }, 'apiKey'],
    [{ feeds: [], aggregation: { timeframes: [0] } }, 'aggregation.timeframes'],
  ] as const)('refuses %j before anything starts', async (options, name) => {
    await expect(startSystem(options)).rejects.toMatchObject({
      ...{ code: 'USAGE', message: expect.stringContaining(name) },
    });
  });
});

test('the example of the repository runs as it stands', async () => {
  const example = startProcess({ script: 'docs/examples/embed.ts' });
  expect(await example.ended, example.stderr).toEqual({ code: 0, signal: null });
  expect(example.stdout).toMatch(/\d+ ticks from kucoin\.0/);
  expect(example.stdout).toMatch(/(BTC|ETH)-USDT closed at [\d.]+, \d+ trades/);
  expect(example.stdout).toMatch(/activeConnections: 1/);
  const left = readdirSync('/dev/shm').filter((name) => name.includes('tickwire-embedded'));
  expect(left).toEqual([]);
  expect(readFileSync('docs/examples/embed.ts', 'utf8').split('\n').length).toBeLessThan(20);
}, 60_000);
