import { describe, expect, test } from 'vitest';
import { TickKind } from '@tickwire/wire-tick';
import type { ModelTick } from '../test/model-queue.ts';
import { runOf } from '../test/run-of.ts';
import { MARKS_MAX } from './gap-marks.ts';
import { TickBuffer, createTickQueue } from './index.ts';
import type { TickQueue } from './index.ts';

const into = new TickBuffer(4_096);

const ticks = (count: number, of: Partial<ModelTick> = {}): ModelTick[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: TickKind.Trade,
    instrument: 1,
    ...of,
    position: (of.position ?? 0) + index,
  }));

function push(queue: TickQueue, pushed: readonly ModelTick[]): void {
  queue.push(runOf(pushed), 0, pushed.length);
}

function takeAll(queue: TickQueue): number[] {
  const positions: number[] = [];
  while (queue.hasMore) {
    queue.takeGap();
    const count = queue.take(into, into.capacity);
    positions.push(...into.positions.subarray(0, count));
  }
  return positions;
}

describe('a queue', () => {
  test('ends a run at a gap, and gives nothing while one is due', () => {
    const queue = createTickQueue({ capacity: 100, policy: 'drop-oldest' });
    push(queue, ticks(3));
    queue.noteGap({ first: 3, last: 9, count: 7 });
    push(queue, ticks(2, { position: 10 }));
    expect(queue.take(into, 100)).toBe(3);
    expect([queue.isGapDue, queue.take(into, 100)]).toEqual([true, 0]);
    const source = { first: 3, last: 9, count: 7 };
    expect(queue.takeGap()).toEqual({ source, dropped: undefined });
    expect(queue.take(into, 100)).toBe(2);
    expect([queue.takeGap(), queue.hasMore]).toEqual([undefined, false]);
  });

  test.each(['drop-oldest', 'conflate'] as const)(
    'of %s tells gaps early rather than late when more wait than it can mark',
    (policy) => {
      const queue = createTickQueue({ capacity: 4_096, policy });
      const count = MARKS_MAX + 50;
      for (let index = 0; index < count; index++) {
        push(queue, ticks(1, { position: index * 10 }));
        queue.noteGap({ first: index * 10 + 1, last: index * 10 + 9, count: 9 });
      }
      push(queue, ticks(1, { position: count * 10 }));
      let told = 0;
      while (queue.hasMore) {
        told += queue.takeGap()?.source?.count ?? 0;
        const taken = queue.take(into, 1);
        if (taken === 1) expect(told).toBeGreaterThanOrEqual((into.positions[0]! / 10) * 9);
      }
      expect(told).toBe(count * 9);
    },
  );

  test('keeps positions beyond 2^32', () => {
    const queue = createTickQueue({ capacity: 10, policy: 'drop-newest' });
    const position = 2 ** 52 + 1;
    push(queue, ticks(12, { position }));
    expect(queue.takeGap()).toBeUndefined();
    expect(queue.frontPosition).toBe(position);
    expect(queue.take(into, 100)).toBe(10);
    const dropped = { first: position + 10, last: position + 11, count: 2 };
    expect(queue.takeGap()).toEqual({ source: undefined, dropped });
  });

  test('gives up what waits, counted by instrument', () => {
    for (const policy of ['block', 'conflate'] as const) {
      const queue = createTickQueue({ capacity: 10, policy });
      push(queue, [...ticks(2, { instrument: 70_000 }), ...ticks(3, { instrument: 3 })]);
      queue.discard();
      expect(queue.waiting).toBe(0);
      expect(queue.drops.byReason()).toMatchObject({ stopped: 5 });
      expect(queue.drops.worst(5)).toMatchObject([
        { instrument: 3, total: 3 },
        { instrument: -1, total: 2 },
      ]);
    }
  });

  test.each([0, 1.5, -1, 2 ** 24 + 1])('refuses a capacity of %d', (capacity) => {
    expect(() => createTickQueue({ capacity, policy: 'block' })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining('capacity') }),
    );
  });
});

describe('conflation', () => {
  const quotes = (instruments: number, position: number): ModelTick[] =>
    Array.from({ length: instruments }, (_, instrument) => ({
      kind: TickKind.Quote,
      instrument,
      position: position + instrument,
    }));

  test('leaves every quote to a taker that keeps up', () => {
    const queue = createTickQueue({ capacity: 100, policy: 'conflate' });
    for (let round = 0; round < 10; round++) {
      push(queue, quotes(50, round * 50));
      expect(takeAll(queue)).toHaveLength(50);
    }
    expect(queue.drops.total).toBe(0);
  });

  test('keeps trades, and the newest quote of each instrument, however long it goes on', () => {
    const queue = createTickQueue({ capacity: 100, policy: 'conflate' });
    push(queue, ticks(40, { position: 0 }));
    for (let round = 0; round < 10_000; round++) push(queue, quotes(50, 40 + round * 50));
    const trades = Array.from({ length: 40 }, (_, position) => position);
    const newest = Array.from({ length: 50 }, (_, index) => 40 + 9_999 * 50 + index);
    // Between the last sweep and the end a few replaced ones may wait: order is what counts.
    const taken = takeAll(queue);
    expect(taken).toEqual(taken.toSorted((a, b) => a - b));
    expect(taken.slice(0, 40)).toEqual(trades);
    expect(taken.slice(-50)).toEqual(newest);
    expect(queue.drops.byReason()).toMatchObject({ oldest: 0, 'last-value': 0 });
  });

  test('says so when it must drop a last value', () => {
    const queue = createTickQueue({ capacity: 10, policy: 'conflate' });
    push(queue, quotes(15, 0));
    expect(queue.drops.byReason()).toMatchObject({ 'last-value': 5, conflated: 0 });
    expect(queue.takeGap()?.dropped).toEqual({ first: 0, last: 4, count: 5 });
  });

  test('drops the extension of a quote with it', () => {
    const queue = createTickQueue({ capacity: 3, policy: 'conflate' });
    const pair = (position: number): ModelTick[] => [
      { kind: TickKind.Quote, instrument: 1, position },
      { kind: TickKind.QuoteExt, instrument: 1, position: position + 1 },
    ];
    push(queue, [...pair(0), ...pair(2), { kind: TickKind.Quote, instrument: 1, position: 4 }]);
    expect(takeAll(queue)).toEqual([4]);
    expect(queue.drops.byReason()).toMatchObject({ conflated: 4 });
  });
});
