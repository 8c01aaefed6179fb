// Goal: a program that embeds Tickwire gets every tick, and is told of every one it does not get.
// Method: real services, as processes, against their simulators.
import { waitFor } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../test/start-embedded.ts';
import { brokenLinks } from '../report/hop-links.ts';
import { imbalanceSentence } from '../report/hop-rows.ts';
import type { EmbeddedSystem } from './embedded-system.ts';
import type { SystemStats } from './system-stats.ts';

const delivered = (system: EmbeddedSystem): number => system.getStats().totals.delivered;

const ticksOf = (system: EmbeddedSystem, least: number): Promise<true> =>
  waitFor(() => delivered(system) > least, { what: `${least} ticks`, deadlineMs: 20_000 });

/** Every account of the services and of the rings adds up, and no tick is in flight. */
function expectBalance({ hops, rings }: SystemStats): void {
  expect(hops.filter(({ balanced }) => !balanced).map(imbalanceSentence)).toEqual([]);
  expect(brokenLinks(hops)).toEqual([]);
  for (const { published, start, delivered: got, padded, lost, inFlight } of Object.values(rings)) {
    expect(published - start).toBe(got + padded + lost + inFlight);
    expect(inFlight).toBe(0);
  }
}

describe('an embedded system', () => {
  test('hands over every tick of every message that the simulator sent, as ticks and in batches', async () => {
    let ticks = 0;
    let batched = 0;
    let trades = 0;
    const symbols = new Set<string>();
    const system = await startEmbedded({
      onTick(tick, instrument) {
        ticks += 1;
        if (tick.kind === TickKind.Trade) trades += 1;
        if (instrument !== undefined) symbols.add(instrument.symbol);
      },
      onBatch: (batch) => void (batched += batch.count),
      batch: { count: 100, maxDelayMs: 20 },
    });
    await ticksOf(system, 2_000);
    await system.stop();
    const stats = system.getStats();
    const { totals, dropRate, activeConnections } = stats;
    expect([ticks, batched]).toEqual([totals.delivered, totals.delivered]);
    expect(totals.published).toBe(totals.delivered);
    expectBalance(stats);
    const wire = stats.hops.find(({ name }) => name === 'kucoin.wire');
    expect(wire?.in, 'what the simulator counted').toBe(totals.messages);
    expect(trades).toBeGreaterThan(10);
    expect([...symbols]).toEqual(expect.arrayContaining(['BTC-USDT', 'ETH-USDT']));
    expect([dropRate, totals.handlerErrors, activeConnections]).toEqual([0, 0, 0]);
  }, 60_000);

  test('closes bars, and counts the connections and the rate while it runs', async () => {
    const bars: string[] = [];
    const system = await startEmbedded({
      onBar: (bar) => bars.push(`${bar.symbol} ${bar.intervalMs} ${bar.close}`),
      aggregation: { timeframes: [1] },
    });
    await waitFor(() => bars.length >= 4, { what: 'bars', deadlineMs: 20_000 });
    const { activeConnections, rate, buffers, totals, latency, services } = system.getStats();
    expect(activeConnections).toBe(1);
    expect(rate.peak).toBeGreaterThan(100);
    expect(Object.keys(buffers)).toEqual(['ring kucoin.0']);
    expect(totals.bars).toBeGreaterThanOrEqual(4);
    expect(bars[0]).toMatch(/^(BTC|ETH)-USDT 1000 \d+(\.\d+)?$/);
    expect(latency.decode?.count).toBeGreaterThan(100);
    expect(services.map(({ service, state }) => `${service} ${state}`).sort()).toEqual([
      ...['aggregator running', 'gateway-kucoin running', 'sim-kucoin running'],
    ]);
  }, 60_000);

  test('handlers that throw or reject are counted, told of, and stop nothing', async () => {
    const errors: string[] = [];
    let ticks = 0;
    let batched = 0;
    const system = await startEmbedded({
      onTick: (): unknown => {
        ticks += 1;
        // A promise that nobody waits for, as an asynchronous function gives it.
        return ticks === 5 ? Promise.reject(new Error('fifth')) : undefined;
      },
      onBatch(batch) {
        const isFirst = batched === 0;
        batched += batch.count;
        if (isFirst) throw new Error('first');
      },
      onStream() {
        throw new Error('stream');
      },
      onError: (error, where) => {
        errors.push(`${where}: ${String(error)}`);
        if (errors.length === 1) throw new Error('the handler of errors');
      },
    });
    await ticksOf(system, 1_500);
    await system.stop();
    const stats = system.getStats();
    const told = new Set(errors);
    expect(told).toEqual(
      new Set(['onTick: Error: fifth', 'onBatch: Error: first', 'onStream: Error: stream']),
    );
    expect(stats.totals.handlerErrors).toBe(errors.length + 1);
    expect([ticks, batched]).toEqual([stats.totals.published, stats.totals.published]);
    expectBalance(stats);
  }, 60_000);

  test('a slow taker of batches loses what its policy says, exactly, and the ring nothing', async () => {
    const release = Promise.withResolvers<void>();
    let ticks = 0;
    let batched = 0;
    const system = await startEmbedded({
      onTick: () => void (ticks += 1),
      async onBatch(batch) {
        batched += batch.count;
        await release.promise;
      },
      batch: { count: 10, queueTicks: 50, policy: 'drop-newest' },
    });
    await waitFor(() => (system.getStats().dropped['batch-full'] ?? 0) > 100, {
      ...{ what: 'drops', deadlineMs: 20_000 },
    });
    expect(system.getStats().buffers['batch kucoin.0']).toBe(1);
    release.resolve();
    await system.stop();
    const { totals, dropped, dropRate } = system.getStats();
    expect([ticks, dropped.lapped]).toEqual([totals.published, 0]);
    expect(batched + (dropped['batch-full'] ?? 0)).toBe(totals.delivered);
    expect(dropRate).toBeGreaterThan(0);
  }, 60_000);

  test('a program that stands still loses ticks of the ring, told as gaps that add up', async () => {
    let missed = 0;
    let ticks = 0;
    const feeds = [{ vendor: 'kucoin', symbols: ['BTC-USDT'], rate: 20_000 }];
    const system = await startEmbedded({
      feeds,
      ringSlots: 1_024,
      onTick: () => void (ticks += 1),
      onGap: ({ first, last, count }) => {
        expect(last - first + 1).toBe(count);
        missed += count;
      },
    });
    await ticksOf(system, 500);
    const endMs = performance.now() + 1_000;
    while (performance.now() < endMs); // nothing of this program runs for a second
    await waitFor(() => missed > 0, { what: 'a gap', deadlineMs: 20_000 });
    await system.stop();
    const stats = system.getStats();
    const ring = stats.rings['kucoin.0'];
    expect(ring?.lost).toBe(missed);
    expect(stats.dropped.lapped).toBe(missed);
    expect(ticks + missed).toBe(stats.totals.published);
    expectBalance(stats);
  }, 60_000);

  test('gives ticks, batches and bars to loops as well, until it stops', async () => {
    const system = await startEmbedded({ aggregation: { timeframes: [1] } });
    const counts = { ticks: 0, batched: 0, bars: 0 };
    const loops = [
      (async () => {
        for await (const { tick, instrument, ring } of system.ticks()) {
          counts.ticks += 1;
          const isOfRing = tick.kind === TickKind.Stream || tick.kind === TickKind.Clock;
          const isNamed = instrument !== undefined || isOfRing;
          if (!isNamed || ring !== 'kucoin.0') throw new Error(`a tick of ${ring} without a name`);
        }
      })(),
      (async () => {
        for await (const batch of system.batches({ count: 50 })) counts.batched += batch.count;
      })(),
      (async () => {
        for await (const bar of system.bars()) counts.bars += bar.trades > 0 ? 1 : 0;
      })(),
    ];
    for await (const batch of system.batches()) if (batch.count > 0) break; // leaves alone
    await waitFor(() => counts.ticks > 1_000 && counts.batched > 1_000 && counts.bars > 1, {
      ...{ what: 'all three loops', deadlineMs: 20_000 },
    });
    await system.stop();
    await Promise.all(loops);
    const { dropped, waiting } = system.getStats();
    expect([dropped.lapped, dropped['batch-full'], waiting]).toEqual([0, 0, 0]);
    expect(counts.ticks).toBe(counts.batched);
  }, 60_000);

  test('takes another feed while it runs, and leaves nothing of one that fails', async () => {
    const rings = new Set<string>();
    const system = await startEmbedded({
      onTick: (_tick, _instrument, ring) => void rings.add(ring),
    });
    await system.addFeed({ vendor: 'kucoin', symbols: ['SOL-USDT'] });
    await waitFor(() => rings.size === 2, { what: 'both rings', deadlineMs: 20_000 });
    expect([...rings].sort()).toEqual(['kucoin.0', 'kucoin.1']);
    await expect(system.addFeed({ vendor: 'nobody' })).rejects.toMatchObject({
      ...{ code: 'USAGE', message: 'feed.vendor: there is no vendor "nobody"' },
    });
    await expect(system.addFeed({ vendor: 'kucoin', symbols: ['NOPE'] })).rejects.toMatchObject({
      ...{ code: 'START_FAILED', message: expect.stringMatching(/^kucoin: .*NOPE/) },
    });
    const { feeds, services, restarts } = system.getStats();
    expect([feeds, services.length, restarts]).toEqual([2, 4, 0]);
    await system.stop();
    const stats = system.getStats();
    expect(stats.totals.published).toBe(stats.totals.delivered);
    expectBalance(stats);
  }, 60_000);

  test('starts aggregation when asked to while it runs', async () => {
    const bars: string[] = [];
    const system = await startEmbedded({
      aggregation: false,
      onBar: (bar) => bars.push(bar.symbol),
    });
    await ticksOf(system, 100);
    expect(system.getStats().services).toHaveLength(2);
    await expect(system.enableAggregation({ timeframes: [0.5] })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await Promise.all([system.enableAggregation({ timeframes: [1] }), system.enableAggregation()]);
    await waitFor(() => bars.length > 1, { what: 'bars', deadlineMs: 20_000 });
    expect(system.getStats().services).toHaveLength(3);
  }, 60_000);
});
