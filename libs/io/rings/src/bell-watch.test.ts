import { describe, expect, onTestFinished, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import { createRing } from './ring-producer.ts';
import { openRing } from './ring-subscription.ts';

const batch = new Uint8Array(TICK_BYTES);

function fixture(readers = 1) {
  const dir = temporaryDirectory({ shared: true, name: 'bell' });
  const ring = createRing({ dir, name: 'test.0', vendor: 'test', slotCount: 64 });
  onTestFinished(() => ring.close());
  const subscriptions = Array.from({ length: readers }, () => openRing({ dir, name: 'test.0' }));
  onTestFinished(() => subscriptions.forEach((subscription) => subscription.close()));
  const [subscription] = subscriptions;
  if (subscription === undefined) throw new Error('at least one');
  return { ring, subscription, subscriptions };
}

describe('the bell', () => {
  test('wakes a reader that waits, again and again, and blocks nothing meanwhile', async () => {
    const { ring, subscription } = fixture();
    for (let tick = 0; tick < 50; tick++) {
      const waited = subscription.waitForBell();
      ring.publish(batch, 1);
      await waited;
      await waitFor(() => subscription.poll() !== undefined, { what: 'the tick' });
    }
    expect(subscription.account()).toMatchObject({ delivered: 50, inFlight: 0 });
  });

  test('is not waited for when something is there, or the ring has ended', async () => {
    const { ring, subscription } = fixture();
    ring.publish(batch, 1);
    await subscription.waitForBell();
    expect(subscription.poll()?.count).toBe(1);
    ring.close();
    await subscription.waitForBell();
    expect(subscription.ended).toBe(true);
  });

  test('lets go of a reader that is told to stop, before or while it waits', async () => {
    const { subscription } = fixture();
    const stop = new AbortController();
    const waited = subscription.waitForBell(stop.signal);
    stop.abort();
    await waited;
    await subscription.waitForBell(stop.signal);
    expect(subscription.poll()).toBeUndefined();
  });

  test('is heard by a few; more readers than that take naps, and miss nothing', async () => {
    const { ring, subscriptions } = fixture(6);
    const stop = new AbortController();
    const seen = subscriptions.map(() => 0);
    const running = subscriptions.map((subscription, at) =>
      subscription.run((run) => void (seen[at] = (seen[at] ?? 0) + run.count), {
        signal: stop.signal,
      }),
    );
    for (let tick = 1; tick <= 30; tick++) {
      ring.publish(batch, 1);
      await waitFor(() => seen.every((count) => count === tick), { what: 'every reader' });
    }
    stop.abort();
    expect(await Promise.all(running)).toEqual(subscriptions.map(() => 'aborted'));
  });
});
