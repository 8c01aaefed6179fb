import { describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { imbalance } from '../test/balance.ts';
import { testRing, trades } from '../test/test-ring.ts';
import { createConsumer } from './index.ts';
import type { TickBatch } from './index.ts';

/** The sequence of each tick, which is its position. */
function sequencesOf(batch: TickBatch): number[] {
  const tick = new TickView();
  return Array.from(
    { length: batch.count },
    (_, index) => tick.wrap(batch.view, index * 64).sequence,
  );
}

describe('a loop over batches', () => {
  test('gets all ticks in order, longer batches the more wait, until the ring is closed', async () => {
    const { dir, ring, publish } = testRing({ slotCount: 4_096 });
    const consumer = createConsumer({
      dir,
      rings: [ring.name],
      from: 'oldest',
      untilClosed: true,
      batchTicks: 500,
    });
    for (let more = 0; more < 10; more++) publish(trades(200));
    const seen: number[] = [];
    const counts: number[] = [];
    for await (const batch of consumer.batches()) {
      expect(batch.ring).toBe(ring.name);
      const sequences = sequencesOf(batch);
      expect([...batch.positions.subarray(0, batch.count)]).toEqual(sequences);
      seen.push(...sequences);
      counts.push(batch.count);
      expect(imbalance(consumer.stats())).toBe(0);
      await waitFor(() => consumer.stats().received === 2_000, { what: 'the ring' });
      if (seen.length === 2_000) ring.close();
    }
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, position) => position));
    expect(counts.slice(1, -1).every((count) => count === 500)).toBe(true);
    expect(consumer.stats()).toMatchObject({ delivered: 2_000, inFlight: 0 });
  });

  test('learns of gaps with the batch behind them', async () => {
    const { dir, ring, publish } = testRing();
    const consumer = createConsumer({ dir, rings: [ring.name], queueTicks: 20 });
    const batches = consumer.batches();
    const first = batches.next();
    publish(trades(1));
    expect((await first).value?.count).toBe(1);
    publish(trades(30));
    await waitFor(() => consumer.stats().received === 31, { what: 'the ring' });
    const second = (await batches.next()).value;
    const dropped = consumer.stats().dropped.oldest;
    expect(dropped).toBe(10);
    expect(second?.gaps).toMatchObject([{ cause: 'queue', first: 1, last: 10, count: 10 }]);
    expect(second === undefined ? [] : sequencesOf(second)).toEqual(
      Array.from({ length: 20 }, (_, at) => 11 + at),
    );
    await batches.return();
  });

  test('closes everything when it is left', async () => {
    const { dir, ring, publish } = testRing();
    const consumer = createConsumer({ dir, rings: [ring.name], from: 'oldest' });
    publish(trades(600));
    for await (const batch of consumer.batches()) {
      expect(batch.count).toBeGreaterThan(0);
      break;
    }
    const stats = consumer.stats();
    expect(stats.inFlight).toBe(0);
    expect(imbalance(stats)).toBe(0);
    await expect(consumer.batches().next()).rejects.toMatchObject({ code: 'IN_USE' });
  });

  test('takes only the kinds that are asked for', async () => {
    const { dir, ring, publish } = testRing();
    const kinds = [TickKind.Quote];
    const consumer = createConsumer({ dir, rings: [ring.name], kinds, from: 'oldest' });
    publish([{}, { kind: TickKind.Quote }, {}, { kind: TickKind.Quote }, {}]);
    const batches = consumer.batches();
    const { value } = await batches.next();
    expect(value === undefined ? [] : sequencesOf(value)).toEqual([1, 3]);
    expect(consumer.stats()).toMatchObject({ received: 5, delivered: 2, filtered: 3 });
    await batches.return();
  });
});

describe('a handler of batches', () => {
  test('keeps its batch while it waits', async () => {
    const { dir, ring, publish } = testRing();
    const opened = Promise.withResolvers<void>();
    const seen: number[] = [];
    const consumer = createConsumer({
      dir,
      rings: [ring.name],
      handlers: {
        batch: async (batch) => {
          const before = sequencesOf(batch);
          await opened.promise;
          expect(sequencesOf(batch)).toEqual(before);
          seen.push(...before);
        },
      },
    });
    onTestFinished(() => consumer.stop({ drain: false }));
    const running = consumer.run();
    publish(trades(10));
    await waitFor(() => consumer.stats().delivered > 0, { what: 'a batch at hand' });
    publish(trades(300));
    await waitFor(() => consumer.stats().received === 310, { what: 'the ring' });
    opened.resolve();
    await consumer.stop();
    await running;
    expect(seen).toEqual(Array.from({ length: 310 }, (_, position) => position));
  });
});
