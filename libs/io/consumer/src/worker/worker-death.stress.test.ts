// Goal: a worker that dies, or does not, is no loss: it is seen, followed or ended. Method: real
// threads whose handlers exit, hang or leave something open.
import { describe, expect, test } from 'vitest';
import { waitFor } from '@tickwire/testing';
import { imbalanceOf } from '../../test/balance.ts';
import { testRing } from '../../test/test-ring.ts';
import { fromOldest, module, prices, started } from '../../test/test-workers.ts';
import type { WorkerDeath } from '../index.ts';

describe('a worker that is gone at once', () => {
  test('is followed by another that misses nothing', async () => {
    const { dir, ring, publish } = testRing({ slotCount: 4_096 });
    const seen = new Set<number>();
    const gaps: unknown[] = [];
    const deaths: WorkerDeath[] = [];
    const fuse = new Int32Array(new SharedArrayBuffer(4));
    const consumer = started({
      ...fromOldest(dir, ring.name),
      module,
      untilClosed: true,
      data: { echo: true, exit: { price: 1_500, fuse } },
      resultsMax: 100_000,
      restartsMax: 1,
      onResult: (result) => {
        const { price } = result as { price?: number };
        if (price === undefined) gaps.push(result);
        else seen.add(price);
      },
      onDeath: (death) => void deaths.push(death),
    });
    publish(prices(2_000));
    ring.close();
    expect(await consumer.run()).toBe('closed');
    expect(deaths).toMatchObject([{ isRestarted: true, error: { code: 'WORKER_DIED' } }]);
    // What the thread had posted and not sent went with it: at most the run at hand comes again.
    expect(seen.size).toBe(2_000);
    expect(gaps).toEqual([]);
    const { received, workers } = consumer.stats();
    const [before] = workers[0]?.closed[0] ?? [];
    expect(before === undefined ? Number.NaN : imbalanceOf(before)).toBe(0);
    expect(received).toBeGreaterThanOrEqual(2_000);
  });
});

describe('a worker that does not end by itself', () => {
  test('is ended when its handler hangs', async () => {
    const { dir, ring, publish } = testRing();
    const deaths: WorkerDeath[] = [];
    const consumer = started({
      ...fromOldest(dir, ring.name),
      module,
      data: { hang: 5 },
      restartsMax: 3,
      onDeath: (death) => void deaths.push(death),
    });
    publish(prices(10));
    const running = consumer.run();
    await waitFor(() => consumer.stats().delivered === 5, { what: 'the tick that hangs' });
    await consumer.stop({ drain: false });
    expect(await running).toBe('stopped');
    expect(deaths).toMatchObject([{ isRestarted: false }]);
    expect(consumer.stats()).toMatchObject({ received: 10, delivered: 5, inFlight: 5 });
  });

  test('is ended when its module left something open', async () => {
    const { dir, ring, publish } = testRing();
    const options = { dir, rings: [ring.name], module, data: { litter: true } };
    const consumer = started({ ...options, from: 'oldest', untilClosed: true });
    publish(prices(10));
    ring.close();
    expect(await consumer.run()).toBe('closed');
    expect(consumer.stats()).toMatchObject({ delivered: 10, inFlight: 0 });
  });
});
