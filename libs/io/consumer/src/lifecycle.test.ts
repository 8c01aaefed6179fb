import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listReaders } from '@tickwire/io-rings';
import { startProcess, waitFor } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { imbalance } from '../test/balance.ts';
import { testRing, trades } from '../test/test-ring.ts';
import { createConsumer } from './index.ts';

const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('the end of a consumer', () => {
  test('hands over what waits', async () => {
    const { dir, ring, publish } = testRing();
    const opened = Promise.withResolvers<void>();
    const consumer = createConsumer({
      dir,
      rings: [ring.name],
      handlers: { trade: () => opened.promise },
    });
    const running = consumer.run();
    publish(trades(100));
    await waitFor(() => consumer.stats().received === 100, { what: 'the ring' });
    const stopped = consumer.stop();
    opened.resolve();
    await stopped;
    expect(await running).toBe('stopped');
    expect(consumer.stats()).toMatchObject({ delivered: 100, dropped: { stopped: 0 } });
  });

  test.each(['at once', 'after a bound', 'by a signal'])('leaves the rest: %s', async (how) => {
    const { dir, ring, publish } = testRing();
    const abort = new AbortController();
    const consumer = createConsumer({
      dir,
      rings: [ring.name],
      handlers: { trade: () => new Promise(() => undefined) },
    });
    const running = consumer.run({ signal: abort.signal });
    publish(trades(100));
    await waitFor(() => consumer.stats().received === 100, { what: 'the ring' });
    if (how === 'at once') await consumer.stop({ drain: false });
    if (how === 'after a bound') await consumer.stop({ timeoutMs: 20 });
    if (how === 'by a signal') abort.abort();
    expect(await running).toBe(how === 'by a signal' ? 'aborted' : 'stopped');
    const stats = consumer.stats();
    expect(stats).toMatchObject({ delivered: 1, dropped: { stopped: 99 }, inFlight: 0 });
    expect(imbalance(stats)).toBe(0);
  });

  test('leaves no file open', async () => {
    const { dir, ring, publish } = testRing();
    const before = openFiles();
    for (let round = 0; round < 3; round++) {
      const handlers = { trade: () => undefined };
      const consumer = createConsumer({ dir, rings: [ring.name], label: 'test', handlers });
      const running = consumer.run();
      publish(trades(10));
      await waitFor(() => consumer.stats().received === 10, { what: 'the ring' });
      await consumer.stop();
      await running;
    }
    expect(openFiles()).toBe(before);
    expect(listReaders(dir, ring.name)).toEqual([]);
  });

  test('leaves nothing that would keep its process alive', async () => {
    const { dir, ring, publish } = testRing();
    const leaving = startProcess({
      script: 'libs/io/consumer/test-processes/consume-and-leave.ts',
      args: [dir, ring.name, '50'],
    });
    await leaving.ready();
    publish(trades(100));
    expect(await leaving.ended, leaving.stderr).toMatchObject({ code: 0 });
    expect(leaving.messages.at(-1)).toMatchObject({ stats: { received: 100, inFlight: 0 } });
  });

  test('is possible before it was started, and twice', async () => {
    const { dir, ring } = testRing();
    const before = openFiles();
    const consumer = createConsumer({ dir, rings: [ring.name], handlers: { trade: () => {} } });
    await consumer.stop();
    await consumer.stop();
    expect(openFiles()).toBe(before);
    await expect(consumer.run()).rejects.toMatchObject({ code: 'IN_USE' });
  });

  test('closes what it had opened when a ring is missing', () => {
    const { dir, ring } = testRing();
    const before = openFiles();
    const handlers = { trade: () => undefined };
    expect(() => createConsumer({ dir, rings: [ring.name, 'none.0'], handlers })).toThrow(
      expect.objectContaining({ code: 'RING_NOT_FOUND' }),
    );
    expect(openFiles()).toBe(before);
  });
});

describe('several rings', () => {
  test('are read in turn: a full one does not keep the others waiting', async () => {
    const busy = testRing({ name: 'test.0', slotCount: 16_384 });
    const calm = testRing({ dir: busy.dir, name: 'test.1' });
    const order: string[] = [];
    const consumer = createConsumer({
      dir: busy.dir,
      vendor: 'test',
      from: 'oldest',
      untilClosed: true,
      handlers: { trade: (_, { ring }) => void order.push(ring) },
    });
    for (let more = 0; more < 20; more++) busy.publish(trades(500));
    calm.publish(trades(1));
    busy.ring.close();
    calm.ring.close();
    expect(await consumer.run()).toBe('closed');
    expect(order).toHaveLength(10_001);
    expect(order.indexOf('test.1')).toBeLessThanOrEqual(256);
    expect(consumer.stats().rings.map((ring) => ring.received)).toEqual([10_000, 1]);
  });

  test('a replaced ring is followed, its ticks named by its own directory', async () => {
    const old = testRing({ slotCount: 256 });
    const seen: string[] = [];
    const consumer = createConsumer({
      dir: old.dir,
      rings: ['test.0'],
      handlers: {
        trade: async (tick, { entry, ringId }) => {
          const before = `${ringId.lo} ${tick.sequence} ${entry?.symbol}`;
          await Promise.resolve();
          expect(`${ringId.lo} ${tick.sequence} ${entry?.symbol}`).toBe(before);
          seen.push(before);
        },
      },
    });
    const running = consumer.run();
    const oldId = old.ring.ringId.lo;
    old.publish([{ instrument: 1 }, { instrument: 2 }]);
    old.ring.close();
    const next = testRing({ dir: old.dir, slotCount: 512 });
    next.publish([{ instrument: 3, kind: TickKind.Trade }]);
    await waitFor(() => seen.length === 3, { what: 'the ticks of both' });
    expect(seen).toEqual([
      `${oldId} 0 BTC-USDT`,
      `${oldId} 1 ETH-USDT`,
      `${next.ring.ringId.lo} 0 SOL-USDT`,
    ]);
    await consumer.stop();
    await running;
  });
});
