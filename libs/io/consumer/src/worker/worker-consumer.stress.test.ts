// Goal: what holds for a consumer holds in a worker thread, and a dead worker is seen. Method: real
// threads on real rings.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { waitFor } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { testRing, trades } from '../../test/test-ring.ts';
import { fromOldest, module, prices, started } from '../../test/test-workers.ts';
import { createWorkerConsumer } from '../index.ts';
import type { WorkerDeath } from '../index.ts';

describe('handlers in a worker', () => {
  test('see every tick and post results', async () => {
    const { dir, ring, publish } = testRing();
    const results: unknown[] = [];
    const consumer = started({
      ...fromOldest(dir, ring.name),
      module,
      data: {},
      untilClosed: true,
      onResult: (result) => void results.push(result),
    });
    publish(prices(500));
    publish([{ kind: TickKind.Stream }]);
    const running = consumer.run();
    await waitFor(() => results.length === 1, { what: 'the sum' });
    expect(results).toEqual([{ rings: ['test.0'], sum: 125_250, seen: 500 }]);
    ring.close();
    expect(await running).toBe('closed');
    expect(consumer.stats()).toMatchObject({ received: 501, delivered: 501, inFlight: 0 });
  });

  test('wait for room when results are not taken; what was refused is counted', async () => {
    const { dir, ring, publish } = testRing();
    const opened = Promise.withResolvers<void>();
    const results: unknown[] = [];
    const consumer = started({
      ...fromOldest(dir, ring.name),
      module,
      data: { echo: true },
      resultsMax: 4,
      onResult: async (result) => {
        await opened.promise;
        results.push(result);
      },
    });
    publish(trades(200));
    const running = consumer.run();
    await waitFor(() => consumer.stats().workers[0]?.results?.waiting === 4, {
      what: 'a full port',
    });
    await waitFor(() => consumer.stats().received === 200, { what: 'the ring' });
    opened.resolve();
    await waitFor(() => consumer.stats().delivered === 200, { what: 'all ticks' });
    await consumer.stop();
    expect(await running).toBe('stopped');
    const { results: counts } = consumer.stats().workers[0] ?? {};
    expect(counts).toMatchObject({ posted: results.length, taken: results.length, waiting: 0 });
    expect(results.length + (counts?.dropped ?? 0)).toBe(200);
  });

  test('that throw end it, and say what they threw', async () => {
    const { dir, ring, publish } = testRing();
    const deaths: WorkerDeath[] = [];
    const consumer = started({
      ...fromOldest(dir, ring.name),
      module,
      data: { poison: 7 },
      onDeath: (death) => void deaths.push(death),
    });
    publish(prices(20));
    await expect(consumer.run()).rejects.toMatchObject({
      code: 'WORKER_DIED',
      cause: expect.objectContaining({ name: 'RangeError', message: 'price 7 is poison' }),
    });
    expect(deaths).toMatchObject([{ worker: 0, rings: ['test.0'], isRestarted: false }]);
    const { received, delivered, failed, dropped, inFlight } = consumer.stats();
    expect({ received, failed, inFlight }).toEqual({ received: 20, failed: 1, inFlight: 0 });
    expect(delivered + dropped.stopped).toBe(20);
  });

  test('are started again where they stopped', async () => {
    const { dir, ring, publish } = testRing();
    const deaths: WorkerDeath[] = [];
    const results: unknown[] = [];
    const consumer = started({
      dir,
      rings: [ring.name],
      module,
      data: { poison: 0, echo: true },
      restartsMax: 1,
      onResult: (result) => void results.push(result),
      onDeath: (death) => void deaths.push(death),
    });
    const running = consumer.run();
    await waitFor(
      () => {
        if (results.length === 0) publish(prices(1));
        return results.length > 0;
      },
      { what: 'a first result', everyMs: 20 },
    );
    publish(prices(1, 0));
    await waitFor(() => deaths.length === 1, { what: 'the death' });
    // It comes upon the same tick again, and may die no more.
    await expect(running).rejects.toMatchObject({ code: 'WORKER_DIED' });
    expect(deaths.map((death) => death.isRestarted)).toEqual([true, false]);
    expect(consumer.stats()).toMatchObject({ restarts: 1, failed: 2 });
    expect(consumer.stats().workers[0]?.closed).toHaveLength(1);
  });
});

describe('batches out of workers', () => {
  test('come in order, ring by ring, with nothing lost on the way', async () => {
    const first = testRing({ name: 'test.0', slotCount: 8_192 });
    const second = testRing({ dir: first.dir, name: 'test.1', slotCount: 8_192 });
    const consumer = started({
      dir: first.dir,
      vendor: 'test',
      from: 'oldest',
      workers: 2,
      untilClosed: true,
      batchTicks: 300,
      batchesMax: 2,
    });
    expect(consumer.shares).toEqual([['test.0'], ['test.1']]);
    for (let more = 0; more < 8; more++) {
      first.publish(trades(500));
      second.publish(trades(700));
    }
    first.ring.close();
    second.ring.close();
    const seen = new Map<string, number[]>([
      ['test.0', []],
      ['test.1', []],
    ]);
    const tick = new TickView();
    for await (const batch of consumer.batches()) {
      expect(batch.gaps).toEqual([]);
      for (let index = 0; index < batch.count; index++) {
        tick.wrap(batch.view, index * 64);
        expect(batch.positions[index]).toBe(tick.sequence);
        seen.get(batch.ring)?.push(tick.sequence);
        expect(batch.directory?.get(tick.instrument)?.symbol).toBe('BTC-USDT');
      }
    }
    const upTo = (count: number) => Array.from({ length: count }, (_, position) => position);
    expect(seen.get('test.0')).toEqual(upTo(4_000));
    expect(seen.get('test.1')).toEqual(upTo(5_600));
    expect(consumer.stats()).toMatchObject({ received: 9_600, delivered: 9_600, inFlight: 0 });
    for (const { batches } of consumer.stats().workers) {
      expect(batches).toMatchObject({ written: batches?.taken, waiting: 0 });
    }
  });

  test('a slow loop fills the queue of the worker, whose policy drops and tells', async () => {
    const { dir, ring, publish } = testRing({ slotCount: 8_192 });
    const consumer = started({
      dir,
      rings: [ring.name],
      from: 'oldest',
      untilClosed: true,
      queueTicks: 500,
      batchTicks: 100,
      batchesMax: 1,
    });
    for (let more = 0; more < 8; more++) publish(trades(1_000));
    ring.close();
    let told = 0;
    let seen = 0;
    for await (const batch of consumer.batches()) {
      if (seen === 0) {
        await waitFor(() => consumer.stats().received === 8_000, { what: 'the ring' });
      }
      told += batch.gaps.reduce((sum, gap) => sum + gap.count, 0);
      seen += batch.count;
    }
    const { dropped, delivered } = consumer.stats();
    expect(dropped.oldest).toBeGreaterThan(0);
    expect([seen, told]).toEqual([delivered, dropped.oldest]);
    expect(seen + told).toBe(8_000);
  });

  test('leaving the loop ends the workers and closes the rings', async () => {
    const { dir, ring, publish } = testRing();
    const before = readdirSync('/proc/self/fd').length;
    const options = { dir, rings: [ring.name], batchTicks: 10, batchesMax: 2 };
    const consumer = started({ ...options, from: 'oldest' });
    publish(trades(100));
    for await (const batch of consumer.batches()) {
      expect(batch.count).toBeGreaterThan(0);
      // The circle between the threads is full, and the worker waits for room in it.
      await waitFor(() => consumer.stats().workers[0]?.batches?.waiting === 20, {
        what: 'batches',
      });
      break;
    }
    expect(consumer.stats().workers[0]?.isOver).toBe(true);
    await waitFor(() => readdirSync('/proc/self/fd').length <= before, { what: 'closed files' });
  });
});

test('a worker consumer refuses what it cannot do', async () => {
  const { dir, ring } = testRing();
  const rings = [ring.name];
  for (const wrong of [{ workers: 0 }, { resultsMax: -1 }, { batchesMax: 1.5 }]) {
    expect(() => createWorkerConsumer({ dir, rings, ...wrong })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION' }),
    );
  }
  await expect(createWorkerConsumer({ dir, rings }).run()).rejects.toMatchObject({
    code: 'BAD_OPTION',
  });
  const missing = createWorkerConsumer({ dir, rings: ['none.0'], module, data: {} });
  await expect(missing.run()).rejects.toMatchObject({
    code: 'WORKER_DIED',
    cause: expect.objectContaining({ code: 'RING_NOT_FOUND' }),
  });
});
