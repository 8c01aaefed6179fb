import { describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { imbalance } from '../test/balance.ts';
import { SYMBOLS, testRing, trades } from '../test/test-ring.ts';
import type { TestRing } from '../test/test-ring.ts';
import { createConsumer } from './index.ts';
import type { Consumer, ConsumerGap, ConsumerOptions } from './index.ts';

type Options = Omit<ConsumerOptions, 'dir' | 'rings'>;

function consumerOf({ dir, ring }: TestRing, options: Options): Consumer {
  const consumer = createConsumer({ dir, rings: [ring.name], ...options });
  onTestFinished(() => consumer.stop({ drain: false }));
  return consumer;
}

/** Handlers that wait until they are let go. */
function gate() {
  let opened = Promise.withResolvers<void>();
  return {
    wait: () => opened.promise,
    open: () => opened.resolve(),
    close: () => (opened = Promise.withResolvers<void>()),
  };
}

describe('handlers', () => {
  test('are called by kind, with the tick and where it comes from', async () => {
    const fixture = testRing();
    const seen: string[] = [];
    const consumer = consumerOf(fixture, {
      handlers: {
        trade: (tick, { ring, entry, position }) =>
          void seen.push(`trade ${ring} ${entry?.symbol} ${position} ${tick.price}`),
        quote: (tick) => void seen.push(`quote ${tick.bidPrice}`),
        other: (tick) => void seen.push(`other ${tick.kind}`),
      },
    });
    const running = consumer.run();
    fixture.publish([
      { instrument: 2, price: 7 },
      { kind: TickKind.Quote, price: 8 },
      { kind: TickKind.Level },
    ]);
    await waitFor(() => seen.length === 3, { what: 'the ticks' });
    expect(seen).toEqual(['trade test.0 ETH-USDT 0 7', 'quote 8', `other ${TickKind.Level}`]);
    await consumer.stop();
    expect(await running).toBe('stopped');
    expect(consumer.stats()).toMatchObject({ received: 3, delivered: 3, inFlight: 0 });
  });

  test('filter kinds and symbols that nobody asked for, counted', async () => {
    const fixture = testRing();
    const seen: number[] = [];
    const consumer = consumerOf(fixture, {
      symbols: [SYMBOLS[1]],
      handlers: {
        trade: (tick) => void seen.push(tick.instrument),
        stream: (tick) => void seen.push(tick.instrument),
      },
    });
    void consumer.run();
    fixture.publish([
      { instrument: 1 },
      { instrument: 2 },
      { kind: TickKind.Quote, instrument: 2 },
      { kind: TickKind.Stream, instrument: 0xffff_ffff },
      { instrument: 3 },
    ]);
    await waitFor(() => consumer.stats().received === 5, { what: 'the ticks' });
    expect(seen).toEqual([2, 0xffff_ffff]);
    expect(consumer.stats()).toMatchObject({ delivered: 2, filtered: 3 });
    expect(imbalance(consumer.stats())).toBe(0);
  });

  test('that wait keep their tick, and what comes meanwhile follows in order', async () => {
    const fixture = testRing();
    const { wait, open } = gate();
    const seen: number[] = [];
    const consumer = consumerOf(fixture, {
      handlers: {
        trade: async (tick, origin) => {
          const before = tick.sequence;
          await wait();
          expect([tick.sequence, origin.position]).toEqual([before, before]);
          seen.push(before);
          expect(imbalance(consumer.stats())).toBe(0);
        },
      },
    });
    const running = consumer.run();
    for (let round = 0; round < 5; round++) {
      fixture.publish(trades(100));
      await waitFor(() => consumer.stats().received === (round + 1) * 100, { what: 'the ring' });
    }
    expect(consumer.stats()).toMatchObject({ delivered: 1, inFlight: 499, waiting: 499 });
    open();
    await waitFor(() => seen.length === 500, { what: 'all ticks' });
    expect(seen).toEqual(Array.from({ length: 500 }, (_, position) => position));
    await consumer.stop();
    await running;
  });

  test('are told of the gap before the ticks behind it', async () => {
    const fixture = testRing({ slotCount: 64 });
    const events: (string | number)[] = [];
    const consumer = consumerOf(fixture, {
      from: 'oldest',
      handlers: {
        gap: ({ cause, first, last, count }) =>
          void events.push(`${cause} ${first}-${last} ${count}`),
        trade: (tick) => void events.push(tick.sequence),
      },
    });
    for (let batch = 0; batch < 10; batch++) fixture.publish(trades(10));
    void consumer.run();
    await waitFor(() => events.at(-1) === 99, { what: 'the last tick' });
    const first = Number(events[1]);
    expect(events[0]).toBe(`ring 0-${first - 1} ${first}`);
    expect(events.slice(1)).toEqual(Array.from({ length: 100 - first }, (_, at) => first + at));
    expect(consumer.stats()).toMatchObject({ gaps: 1, lost: first });
  });
});

describe('a full queue', () => {
  test('drops by its policy, counts by instrument and tells the gap', async () => {
    const fixture = testRing();
    const { wait, open } = gate();
    const seen: number[] = [];
    const gaps: ConsumerGap[] = [];
    const changes: boolean[] = [];
    const consumer = consumerOf(fixture, {
      queueTicks: 100,
      handlers: {
        trade: async (tick) => {
          seen.push(tick.sequence);
          await wait();
        },
        gap: (gap) => void gaps.push(gap),
        pressure: ({ isHigh }) => void changes.push(isHigh),
      },
    });
    void consumer.run();
    fixture.publish([{}]);
    await waitFor(() => seen.length === 1, { what: 'a tick at hand' });
    fixture.publish(Array.from({ length: 250 }, (_, at) => ({ instrument: at < 100 ? 1 : 2 })));
    await waitFor(() => consumer.stats().received === 251, { what: 'the ring' });
    const stats = consumer.stats();
    expect(stats).toMatchObject({ dropped: { oldest: 150 }, inFlight: 100, isHigh: true });
    expect(imbalance(stats)).toBe(0);
    expect(stats.rings[0]?.droppedMost).toMatchObject([
      { symbol: SYMBOLS[0], byReason: { oldest: 100 } },
      { symbol: SYMBOLS[1], byReason: { oldest: 50 } },
    ]);
    open();
    await waitFor(() => seen.length === 101, { what: 'what was left' });
    expect(gaps).toMatchObject([{ cause: 'queue', first: 1, last: 150, count: 150 }]);
    expect(seen.slice(1)).toEqual(Array.from({ length: 100 }, (_, at) => 151 + at));
    await waitFor(() => changes.length === 2, { what: 'the low-water mark' });
    expect(changes).toEqual([true, false]);
    expect(consumer.stats().rings[0]).toMatchObject({ isHigh: false, highs: 1 });
  });

  test('of the policy block holds the writer of a paced ring, and loses nothing', async () => {
    const fixture = testRing({ mode: 'paced', slotCount: 256 });
    const { wait, open } = gate();
    const seen: number[] = [];
    const consumer = consumerOf(fixture, {
      policy: 'block',
      queueTicks: 50,
      handlers: {
        trade: async (tick) => {
          seen.push(tick.sequence);
          await wait();
        },
      },
    });
    void consumer.run();
    await fixture.ring.waitForReaders({ count: 1, timeoutMs: 5_000 });
    fixture.publish(trades(64));
    await waitFor(() => consumer.stats().inFlight === 63, { what: 'a full queue' });
    for (let more = 0; more < 2; more++) fixture.publish(trades(64));
    expect(consumer.stats()).toMatchObject({ received: 64, waiting: 50 });
    open();
    await waitFor(() => seen.length === 192, { what: 'all ticks' });
    expect(seen).toEqual(Array.from({ length: 192 }, (_, at) => at));
    expect(consumer.stats().dropped).toMatchObject({ oldest: 0, newest: 0 });
  });

  test('cannot block a live ring', () => {
    const fixture = testRing();
    const handlers = { trade: () => undefined };
    expect(() => consumerOf(fixture, { policy: 'block', handlers })).toThrow(
      expect.objectContaining({ code: 'NOT_PACED', hint: expect.any(String) }),
    );
  });
});

describe('errors of handlers', () => {
  test.each(['at once', 'later'])('end the consumer: %s', async (when) => {
    const fixture = testRing();
    const consumer = consumerOf(fixture, {
      handlers: {
        trade: () => {
          const error = new RangeError('no');
          if (when === 'at once') throw error;
          return Promise.reject(error);
        },
      },
    });
    const running = consumer.run();
    fixture.publish(trades(3));
    await expect(running).rejects.toThrow('no');
    expect(imbalance(consumer.stats())).toBe(0);
    await expect(consumer.run()).rejects.toMatchObject({ code: 'IN_USE' });
  });

  test('are counted by handler and code', async () => {
    const fixture = testRing();
    const seen: number[] = [];
    const consumer = consumerOf(fixture, {
      errors: 'count',
      handlers: {
        trade: (tick) => {
          seen.push(tick.sequence);
          if (tick.sequence % 2 === 0) throw new RangeError(`no ${tick.sequence}`);
          return Promise.reject(new TypeError('later'));
        },
      },
    });
    void consumer.run();
    fixture.publish(trades(10));
    await waitFor(() => consumer.stats().failed === 10, { what: 'all ticks' });
    expect(seen).toHaveLength(10);
    expect(consumer.stats()).toMatchObject({
      delivered: 10,
      errors: [
        { handler: 'trade', code: 'RangeError', count: 5, message: 'no 8' },
        { handler: 'trade', code: 'TypeError', count: 5, message: 'later' },
      ],
    });
  });
});

describe('options', () => {
  const none = () => undefined;
  test.each([
    ['both rings and vendor', { vendor: 'test' }],
    ['an empty list of rings', { rings: [] }],
    ['a ring twice', { rings: ['test.0', 'test.0'] }],
    ['an unknown policy', { policy: 'panic' as never }],
    ['no room', { queueTicks: 0 }],
    ['batches of nothing', { batchTicks: 0 }],
    ['marks upside down', { waterMarks: { high: 0.2, low: 0.4 } }],
    ['an unknown handler', { handlers: { trades: none } as never }],
    ['a handler that is none', { handlers: { trade: 1 } as never }],
    ['ticks and batches at once', { handlers: { trade: none, batch: none } }],
    ['no kinds', { kinds: [] }],
  ])('refuses %s', (_, options) => {
    const { dir } = testRing();
    const wanted = { dir, rings: ['test.0'], handlers: { trade: none }, ...options };
    expect(() => createConsumer(wanted)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });

  test('finds the rings of a vendor', async () => {
    const { dir } = testRing({ name: 'test.0' });
    testRing({ dir, name: 'test.1' });
    testRing({ dir, name: 'other.0' });
    const consumer = createConsumer({ dir, vendor: 'test', handlers: { trade: none } });
    expect(consumer.rings).toEqual(['test.0', 'test.1']);
    await consumer.stop();
    expect(() => createConsumer({ dir, vendor: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'NO_RINGS' }),
    );
  });
});
