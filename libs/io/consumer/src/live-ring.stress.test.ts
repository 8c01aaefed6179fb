// Goal: whatever a live ring, a slow program and a killed writer do to each other, every tick is
// delivered in order or told as missing. Method: a writer that never rests, handlers that wait or
// block at random, kill -9 and a successor.
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  seededRandom,
  startProcess,
  temporaryDirectory,
  testSeed,
  waitFor,
} from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { waitForRing } from '@tickwire/io-rings';
import type { TickView } from '@tickwire/wire-tick';
import { imbalance } from '../test/balance.ts';
import { createConsumer } from './index.ts';
import type { ConsumerOptions, TickOrigin } from './index.ts';

const NAME = 'test.0';

async function startWriter(dir: string): Promise<TestProcess> {
  const writer = startProcess({
    script: 'libs/io/consumer/test-processes/live-writer.ts',
    args: [dir, NAME],
  });
  await writer.ready();
  return writer;
}

/** What a program saw: order, and how much it was told that it missed. */
class Observed {
  delivered = 0;
  disorder = 0;
  ringGaps = 0;
  queueGaps = 0;
  #next = 0;

  readonly tick = (tick: TickView, { position }: TickOrigin): void => {
    if (position < this.#next || tick.sequence !== position >>> 0) this.disorder++;
    this.#next = position + 1;
    this.delivered++;
  };
}

const policies = ['drop-oldest', 'drop-newest', 'conflate'] as const;

describe.each(policies)('%s on a live ring whose writer is killed', (policy) => {
  test('delivers in order and accounts for every tick', { timeout: 90_000 }, async () => {
    const random = seededRandom(testSeed());
    const dir = temporaryDirectory({ shared: true, name: 'consumer' });
    let writer = await startWriter(dir);
    (await waitForRing({ dir, name: NAME, timeoutMs: 5_000 })).close();
    const observed = new Observed();
    const options: ConsumerOptions = {
      dir,
      rings: [NAME],
      policy,
      queueTicks: 500,
      untilClosed: true,
      handlers: {
        other: (tick, origin) => {
          observed.tick(tick, origin);
          const choice = random();
          if (choice < 0.0005) blockFor(3);
          return choice < 0.05 ? turn() : undefined;
        },
        gap: ({ cause, count }) => {
          if (cause === 'ring') observed.ringGaps += count;
          else observed.queueGaps += count;
        },
      },
    };
    const consumer = createConsumer(options);
    const running = consumer.run();
    for (let kill = 0; kill < 3; kill++) {
      const before = consumer.stats();
      await waitFor(
        () => {
          const { delivered, lost } = consumer.stats();
          return delivered > before.delivered + 5_000 && lost > before.lost;
        },
        { what: 'ticks and laps', deadlineMs: 30_000 },
      );
      expect(imbalance(consumer.stats())).toBe(0);
      await writer.stop('SIGKILL');
      writer = await startWriter(dir);
    }
    writer.child.send('stop');
    expect(await running).toBe('closed');
    const stats = consumer.stats();
    expect(imbalance(stats)).toBe(0);
    expect(observed.disorder).toBe(0);
    expect(observed.delivered).toBe(stats.delivered);
    const { dropped, lost } = stats;
    expect(observed.ringGaps).toBe(lost);
    expect(observed.queueGaps).toBe(dropped.oldest + dropped.newest + dropped['last-value']);
    expect(dropped.stopped).toBe(0);
    expect(dropped[policy === 'drop-newest' ? 'newest' : 'oldest']).toBeGreaterThan(0);
    expect(dropped.conflated > 0).toBe(policy === 'conflate');
    const account = stats.rings[0]?.account;
    expect(account).toMatchObject({ delivered: stats.received, lost, inFlight: 0 });
    expect(account?.epoch).toBe(4);
  });
});

/** A handler that computes for so long: the ring is not read meanwhile. */
function blockFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
