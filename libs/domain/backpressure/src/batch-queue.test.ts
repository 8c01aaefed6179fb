// Goal: nothing vanishes in the queue, and its order is that of the ticks. Method: random pushes
// and takes against a plain list that does what each policy says.
import { testSeed } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchQueue } from './batch-queue.ts';
import type { DropPolicy } from './index.ts';

interface Tick {
  readonly id: number;
  readonly kind: number;
  readonly instrument: number;
}

function bytesOf({ id, kind, instrument }: Tick): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, instrument, true);
  bytes[28] = kind;
  view.setUint32(40, id, true);
  return bytes;
}

function takeAll(queue: BatchQueue): number[] {
  const into = new Uint8Array(queue.count * 64);
  const count = queue.take(into);
  const view = new DataView(into.buffer);
  return Array.from({ length: count }, (_, at) => view.getUint32(at * 64 + 40, true));
}

/** What the policies without conflation say, in the plainest way. */
class NaiveQueue {
  readonly ids: number[] = [];
  full = 0;
  readonly #capacity: number;
  readonly #policy: DropPolicy;

  constructor(capacity: number, policy: DropPolicy) {
    this.#capacity = capacity;
    this.#policy = policy;
  }

  push(id: number): void {
    if (this.ids.length === this.#capacity) {
      this.full += 1;
      if (this.#policy === 'drop-newest') return;
      this.ids.shift();
    }
    this.ids.push(id);
  }
}

const ticks = fc.array(
  fc.record({
    kind: fc.constantFrom(TickKind.Trade, TickKind.Quote),
    instrument: fc.integer({ min: 0, max: 3 }),
    take: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 300 },
);

describe('the batch queue', () => {
  test.each(['drop-oldest', 'drop-newest'] as const)('%s does as a plain list', (policy) => {
    fc.assert(
      fc.property(ticks, fc.integer({ min: 1, max: 20 }), (list, count) => {
        const queue = new BatchQueue({ count, queueTicks: count + 3, policy });
        const naive = new NaiveQueue(count + 3, policy);
        list.forEach(({ kind, instrument, take }, id) => {
          queue.push(bytesOf({ id, kind, instrument }), 0, 0);
          naive.push(id);
          if (take === 0) expect(takeAll(queue)).toEqual(naive.ids.splice(0, count));
          expect(queue.pushed).toBe(queue.taken + queue.dropped.full + queue.waiting);
        });
        expect(queue.dropped).toEqual({ full: naive.full, conflated: 0 });
      }),
      { seed: testSeed() },
    );
  });

  test('conflate keeps order, every trade it can, and the newest quote of each', () => {
    fc.assert(
      fc.property(ticks, (list) => {
        const queue = new BatchQueue({ count: 16, queueTicks: 16, policy: 'conflate' });
        const all = list.map(({ kind, instrument }, id) => ({ id, kind, instrument }));
        for (const tick of all) queue.push(bytesOf(tick), 0, 0);
        const { full, conflated } = queue.dropped;
        const left = takeAll(queue);
        expect(left).toEqual(left.toSorted((a, b) => a - b));
        expect(left.length + full + conflated).toBe(all.length);
        for (let instrument = 0; instrument <= 3; instrument++) {
          const newest = all.findLast(
            (tick) => tick.instrument === instrument && tick.kind === TickKind.Quote,
          );
          if (newest !== undefined) expect(left).toContain(newest.id);
        }
      }),
      { seed: testSeed() },
    );
  });

  test('conflated ticks are quotes only', () => {
    const queue = new BatchQueue({ count: 8, queueTicks: 8, policy: 'conflate' });
    for (let id = 0; id < 6; id++) {
      queue.push(bytesOf({ id, kind: TickKind.Trade, instrument: 1 }), 0, 0);
    }
    for (let id = 6; id < 12; id++) {
      queue.push(bytesOf({ id, kind: TickKind.Quote, instrument: 1 }), 0, 0);
    }
    expect(takeAll(queue).filter((id) => id < 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(queue.dropped.full).toBe(0);
  });

  test('is due by count, or by the age of its oldest tick', () => {
    const queue = new BatchQueue({ count: 3, maxDelayMs: 50, queueTicks: 10 });
    expect([queue.isDue(0), queue.dueInMs(0)]).toEqual([false, Number.POSITIVE_INFINITY]);
    const tick = bytesOf({ id: 1, kind: TickKind.Trade, instrument: 1 });
    queue.push(tick, 0, 100);
    queue.push(tick, 0, 140);
    expect([queue.isDue(149), queue.dueInMs(149), queue.isDue(150)]).toEqual([false, 1, true]);
    queue.push(tick, 0, 141);
    expect(queue.isDue(141)).toBe(true);
  });

  test.each([
    [{ count: 0 }, 'count'],
    [{ count: 65_537 }, 'count'],
    [{ count: 100, queueTicks: 99 }, 'queueTicks'],
    [{ maxDelayMs: -1 }, 'maxDelayMs'],
    [{ count: 1.5 }, 'count'],
  ])('refuses %j by name', (options, name) => {
    expect(() => new BatchQueue(options)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(name) }),
    );
  });

  test('blocks: what has no room is refused, comes again, and nothing is dropped', () => {
    fc.assert(
      fc.property(ticks, (list) => {
        const queue = new BatchQueue({ count: 4, queueTicks: 6, policy: 'block' });
        const taken: number[] = [];
        list.forEach(({ kind, instrument }, id) => {
          const bytes = bytesOf({ id, kind, instrument });
          if (queue.push(bytes, 0, 0)) return;
          expect([queue.waiting, queue.pushed]).toEqual([6, id]);
          taken.push(...takeAll(queue));
          expect(queue.push(bytes, 0, 0)).toBe(true);
        });
        while (queue.waiting > 0) taken.push(...takeAll(queue));
        expect(taken).toEqual(list.map((_, id) => id));
        expect(queue.dropped).toEqual({ full: 0, conflated: 0 });
      }),
      { seed: testSeed() },
    );
  });

  test('takes ticks from any byte of any memory, unchanged', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 200, maxLength: 200 }),
        fc.nat(8),
        fc.nat(8),
        (memory, offset, at) => {
          const bytes = memory.subarray(offset);
          const queue = new BatchQueue({ count: 2 });
          queue.push(bytes, at, 0);
          queue.push(bytes, at + 64, 0);
          const into = new Uint8Array(128);
          expect(queue.take(into)).toBe(2);
          expect(into).toEqual(memory.slice(offset + at, offset + at + 128));
        },
      ),
      { seed: testSeed() },
    );
  });
});
