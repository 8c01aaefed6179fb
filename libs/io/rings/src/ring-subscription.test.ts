import { rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import { listReaders } from './registered-readers.ts';
import { createRing } from './ring-producer.ts';
import type { CreateRingOptions } from './ring-producer.ts';
import { openRing } from './ring-subscription.ts';
import type { OpenRingOptions } from './ring-subscription.ts';
import { PublishResult } from './index.ts';

const batch = new Uint8Array(TICK_BYTES * 64);

function fixture() {
  const dir = temporaryDirectory({ shared: true, name: 'rings' });
  const create = (options: Partial<CreateRingOptions> = {}) => {
    const ring = createRing({ dir, name: 'test.0', vendor: 'test', slotCount: 64, ...options });
    onTestFinished(() => ring.close());
    return ring;
  };
  const open = (options: Partial<OpenRingOptions> = {}) => {
    const subscription = openRing({ dir, name: 'test.0', from: 'oldest', ...options });
    onTestFinished(() => subscription.close());
    return subscription;
  };
  return { dir, create, open };
}

describe('ring subscription', () => {
  test('says that there is no such ring', () => {
    const { open } = fixture();
    const missing = expect.objectContaining({ code: 'RING_NOT_FOUND', hint: expect.any(String) });
    expect(() => open()).toThrow(missing);
  });

  test('lets the reader decide where to start once it knows which ring it is', () => {
    const { create, open } = fixture();
    const ring = create();
    ring.publish(batch, 9);
    const resumed = open({
      from: (header) => (header.ringId.lo === ring.ringId.lo ? { position: 4 } : 'oldest'),
    });
    expect(resumed.account()).toMatchObject({ start: 4, inFlight: 5 });
    expect(open({ from: () => 'oldest' }).account().start).toBe(0);
  });

  test('hands out runs by for await and ends with the ring', async () => {
    const { create, open } = fixture();
    const ring = create();
    const subscription = open({ runTicksMax: 10 });
    ring.publish(batch, 25);
    ring.close();
    const runs: [number, number][] = [];
    for await (const run of subscription.runs({ untilClosed: true })) {
      expect(run.gap).toBeUndefined();
      runs.push([run.firstPosition, run.count]);
    }
    expect(runs).toEqual([
      [0, 10],
      [10, 10],
      [20, 5],
    ]);
    expect(subscription.ended).toBe(true);
    expect(subscription.account()).toMatchObject({ delivered: 25, inFlight: 0 });
  });

  test.each(['spin', 'yield', 'park'] as const)(
    'runs until the ring closes (%s)',
    async (waiting) => {
      const { create, open } = fixture();
      const ring = create();
      const subscription = open();
      let seen = 0;
      const ended = subscription.run((run) => void (seen += run.count), {
        waiting,
        untilClosed: true,
      });
      for (let round = 1; round <= 20; round++) {
        ring.publish(batch, 3);
        await waitFor(() => seen === round * 3, { what: `round ${round}`, everyMs: 1 });
      }
      ring.close();
      expect(await ended).toBe('closed');
    },
  );

  test('stops when told to, and waits for a handler that takes its time', async () => {
    const { create, open } = fixture();
    const ring = create();
    const subscription = open({ runTicksMax: 1 });
    const stop = new AbortController();
    ring.publish(batch, 3);
    const order: string[] = [];
    const handler = async (run: { firstPosition: number }): Promise<void> => {
      const position = run.firstPosition;
      order.push(`start ${position}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`end ${position}`);
      if (position === 1) stop.abort();
    };
    expect(await subscription.run(handler, { signal: stop.signal })).toBe('aborted');
    expect(order).toEqual(['start 0', 'end 0', 'start 1', 'end 1']);
    expect(subscription.account()).toMatchObject({ delivered: 2, inFlight: 1 });
  });

  test('throws what the handler throws', async () => {
    const { create, open } = fixture();
    create().publish(batch, 1);
    const failing = open().run(() => {
      throw new Error('of the handler');
    });
    await expect(failing).rejects.toThrow('of the handler');
  });

  test('reports what it missed before what comes after', () => {
    const { create, open } = fixture();
    const ring = create();
    const subscription = open();
    for (let round = 0; round < 4; round++) ring.publish(batch, 64);
    const run = subscription.poll();
    expect(run?.gap).toEqual({ first: 0, last: 223, count: 224 });
    expect([run?.firstPosition, run?.count]).toEqual([224, 32]);
    expect(subscription.poll()).toBeUndefined();
    expect(subscription.account()).toMatchObject({ delivered: 32, lost: 224, inFlight: 0 });
  });

  test('moves on to the successor of a closed ring, closing the account', async () => {
    const { create, open } = fixture();
    const old = create();
    const moves: [number, number][] = [];
    const subscription = open({
      onNewRing: (closed, opened) => moves.push([closed.delivered, opened.start]),
    });
    old.publish(batch, 5);
    old.close();
    const next = create({ slotCount: 128 });
    next.publish(batch, 7);
    let seen = 0;
    const found = await waitFor(
      () => {
        const run = subscription.poll();
        seen += run?.count ?? 0;
        return seen === 12 ? run : undefined;
      },
      { what: 'the ticks of the second ring' },
    );
    expect(found.ringId).toEqual(next.ringId);
    expect(moves).toEqual([[5, 0]]);
    expect(subscription.closedAccounts()).toMatchObject([
      { ringId: old.ringId, delivered: 5, inFlight: 0 },
    ]);
    expect(subscription.account()).toMatchObject({ ringId: next.ringId, delivered: 7 });
    expect(subscription.status()).toBe('live');
  });

  test('moves on from a ring whose writer is gone without a word', async () => {
    const { create, open } = fixture();
    const old = create();
    const subscription = open();
    old.publish(batch, 5);
    old.abandon();
    rmSync(old.path); // somebody cleaned up after the dead writer
    const next = create();
    next.publish(batch, 1);
    let seen = 0;
    await waitFor(() => (seen += subscription.poll()?.count ?? 0) === 6, { what: 'both rings' });
    expect(subscription.account().ringId).toEqual(next.ringId);
  });

  test('tells silent from dead by the lock', async () => {
    const { create, open } = fixture();
    const ring = create();
    let nowNs = ring.clock.monotonicNs();
    const subscription = open({ monotonicNs: () => nowNs });
    expect(subscription.status()).toBe('live');
    nowNs += 1e9;
    expect(subscription.status()).toBe('silent');
    ring.abandon();
    expect(subscription.status()).toBe('dead');
  });

  test('cannot be used after close', () => {
    const { create, open } = fixture();
    create();
    const subscription = open();
    subscription.close();
    subscription.close();
    expect(() => subscription.poll()).toThrow(expect.objectContaining({ code: 'DETACHED' }));
  });
});

describe('registered readers', () => {
  test('are seen by others while they are there', () => {
    const { create, open, dir } = fixture();
    const ring = create();
    ring.publish(batch, 5);
    const subscription = open({ register: { label: 'aggregator' } });
    expect(listReaders(dir, 'test.0')).toMatchObject([
      { label: 'aggregator', required: false, cursor: 0, start: 0, pid: process.pid },
    ]);
    subscription.poll();
    subscription.poll();
    expect(listReaders(dir, 'test.0')).toMatchObject([{ cursor: 5, delivered: 5, lost: 0 }]);
    subscription.close();
    expect(listReaders(dir, 'test.0')).toEqual([]);
  });

  test('hold back a paced ring until they have handled what they took', async () => {
    const { create, open } = fixture();
    const ring = create({ mode: 'paced' });
    const subscription = open({ register: { label: 'bars', required: true }, runTicksMax: 16 });
    await subscription.whenSeen({ timeoutMs: 5_000 });
    await ring.waitForReaders({ count: 1, timeoutMs: 5_000 });
    let published = 0;
    while (ring.publish(batch, 16) === PublishResult.Published) published += 16;
    expect(published).toBe(64);
    expect(subscription.poll()?.count).toBe(16); // taken, but not yet handled
    expect(ring.publish(batch, 1)).toBe(PublishResult.Full);
    const room = ring.waitForRoom();
    expect(subscription.poll()?.count).toBe(16); // asking again says that it was
    await room;
    expect(ring.publish(batch, 16)).toBe(PublishResult.Published);
    expect(ring.counters().full).toBeGreaterThanOrEqual(2);
    subscription.close();
    await waitFor(() => ring.publish(batch, 16) === PublishResult.Published, {
      what: 'room after the reader left',
    });
  });

  test('are waited for in vain only so long', async () => {
    const { create } = fixture();
    const ring = create({ mode: 'paced' });
    await expect(ring.waitForReaders({ count: 1, timeoutMs: 20 })).rejects.toThrow(
      expect.objectContaining({ code: 'TIMEOUT' }),
    );
    const stop = AbortSignal.abort();
    await expect(ring.waitForRoom(stop)).resolves.toBeUndefined();
  });
});
