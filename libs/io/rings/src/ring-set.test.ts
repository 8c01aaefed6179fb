import { describe, expect, onTestFinished, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { seededRandom, temporaryDirectory, testSeed, waitFor } from '@tickwire/testing';
import { createRing } from './ring-producer.ts';
import type { CreateRingOptions, RingProducer } from './ring-producer.ts';
import { openRings } from './ring-set.ts';
import type { OpenRingsOptions } from './ring-set.ts';
import { PublishResult } from './index.ts';
import type { WaitingStrategy } from './index.ts';

const batch = new Uint8Array(TICK_BYTES * 1_024);

function fixture() {
  const dir = temporaryDirectory({ shared: true, name: 'ring-set' });
  const create = (name: string, options: Partial<CreateRingOptions> = {}) => {
    const ring = createRing({ dir, name, vendor: 'test', slotCount: 4_096, ...options });
    onTestFinished(() => ring.close());
    return ring;
  };
  const open = (names: string[], options: Partial<OpenRingsOptions> = {}) => {
    const set = openRings({ dir, names, from: 'oldest', ...options });
    onTestFinished(() => set.close());
    return set;
  };
  return { dir, create, open };
}

function turns(set: ReturnType<typeof openRings>): [string, number][] {
  const taken: [string, number][] = [];
  for (let run = set.poll(); run !== undefined; run = set.poll()) {
    taken.push([run.ringName, run.count]);
  }
  return taken;
}

describe('a set of rings', () => {
  test('gives each ring that has something one turn after the other', () => {
    const { create, open } = fixture();
    const [a, , c] = ['a', 'b', 'c'].map((name) => create(name));
    const set = open(['a', 'b', 'c'], { turnTicks: 100 });
    a?.publish(batch, 250);
    c?.publish(batch, 150);
    expect(turns(set)).toEqual(
      [
        ['c', 100],
        ['a', 100],
        ['c', 50],
        ['a', 100],
        ['a', 50],
      ].map(([name, count]) => [name, count]),
    );
  });

  test('keeps the limit of each ring, over as many runs as it takes', () => {
    const { create, open } = fixture();
    create('small').publish(batch, 100);
    create('large').publish(batch, 1_000);
    const set = open(['small', 'large'], { turnTicks: (name) => (name === 'large' ? 600 : 40) });
    const seen = turns(set);
    const untilSmall = seen.findIndex(([name]) => name === 'small');
    const large = seen.slice(0, untilSmall).reduce((sum, [, count]) => sum + count, 0);
    expect(untilSmall).toBeGreaterThan(0);
    expect(large).toBeGreaterThanOrEqual(600);
    expect(large).toBeLessThan(600 + 256);
    expect(seen.filter(([name]) => name === 'small').map(([, count]) => count)).toEqual([
      40, 40, 20,
    ]);
  });

  test('loses and repeats nothing, in order within each ring', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const { create, open } = fixture();
    const names = Array.from({ length: 9 }, (_, index) => `r${index}`);
    const rings = names.map((name) => create(name));
    const set = open(names, { turnTicks: 64 });
    const next = new Map(names.map((name) => [name, 0]));
    for (let step = 0; step < 2_000; step++) {
      rings[Math.floor(random() * 9)]?.publish(batch, 1 + Math.floor(random() * 200));
      for (let polls = Math.floor(random() * 12); polls > 0; polls--) {
        const run = set.poll();
        if (run === undefined) break;
        expect(run.gap?.first ?? run.firstPosition, `seed ${seed}`).toBe(next.get(run.ringName));
        next.set(run.ringName, run.firstPosition + run.count);
      }
    }
    turns(set);
    for (const { account } of set.accounts()) {
      expect(account).toMatchObject({ inFlight: 0 });
      expect(account.delivered + account.lost).toBe(account.published);
    }
  });

  test('a ring with a flood does not keep the others waiting', () => {
    const { create, open } = fixture();
    const flood = create('flood');
    const quiet = Array.from({ length: 63 }, (_, index) => create(`q${index}`));
    const set = open(['flood', ...quiet.map(({ name }) => name)]);
    for (let round = 0; round < 20; round++) {
      flood.publish(batch, 1_024);
      quiet.forEach((ring) => ring.publish(batch, 1));
      const seen = new Set<string>();
      for (let polls = 0; polls < 2 * 64; polls++) seen.add(set.poll()?.ringName ?? '');
      seen.delete('');
      expect(seen.size).toBe(64);
    }
  });

  test('rings come and go, and their accounts stay exact', () => {
    const { create, open } = fixture();
    create('a').publish(batch, 10);
    const set = open([]);
    expect(set.poll()).toBeUndefined();
    expect(set.add('a').name).toBe('a');
    expect(() => set.add('a')).toThrow(expect.objectContaining({ code: 'DUPLICATE_RING' }));
    expect(() => set.add('none')).toThrow(expect.objectContaining({ code: 'RING_NOT_FOUND' }));
    expect(set.poll()?.count).toBe(10);
    expect(set.remove('b')).toBeUndefined();
    expect(set.remove('a')).toMatchObject({ delivered: 10, inFlight: 0 });
    expect(set.names).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN])(
    'refuses turns of %d ticks and leaves nothing open',
    (ticks) => {
      const { create, open } = fixture();
      create('a');
      const refused = expect.objectContaining({ code: 'BAD_LIMIT' });
      expect(() => open(['a'], { turnTicks: ticks })).toThrow(refused);
    },
  );

  test.each<WaitingStrategy>(['spin', 'adaptive', 'yield', 'park'])(
    'waits for all of its rings (%s)',
    async (waiting) => {
      const { create, open } = fixture();
      const rings = ['a', 'b', 'c'].map((name) => create(name));
      const set = open(['a', 'b', 'c']);
      let ticks = 0;
      const done = set.run((run) => void (ticks += run.count), { waiting, untilClosed: true });
      for (const ring of [...rings, ...rings]) {
        const before = ticks;
        ring.publish(batch, 3);
        await waitFor(() => ticks === before + 3, { what: `the ticks of ${ring.name}` });
      }
      rings.forEach((ring) => ring.close());
      expect(await done).toBe('closed');
      expect(ticks).toBe(18);
    },
  );

  test('acknowledges to a paced writer what was handled, however busy the other rings are', async () => {
    const { create, open } = fixture();
    const busy = create('busy');
    const paced = create('paced', { mode: 'paced', slotCount: 64 });
    const set = open(['busy', 'paced'], { register: { label: 'test', required: true } });
    await paced.waitForReaders({ count: 1, timeoutMs: 5_000 });
    let published = 0;
    for (let round = 0; round < 2_000; round++) {
      busy.publish(batch, 10);
      if (paced.publish(batch, 8) === PublishResult.Published) published += 8;
      set.poll();
      set.poll();
    }
    turns(set);
    expect(published).toBeGreaterThan(8_000);
    expect(set.get('paced')?.account()).toMatchObject({ delivered: published, lost: 0 });
  });

  test('follows a ring to its successor and says whose it is', async () => {
    const { create, open } = fixture();
    const first: RingProducer = create('a');
    create('b');
    const moves: string[] = [];
    const set = open(['a', 'b'], { onNewRing: (name) => moves.push(name) });
    first.publish(batch, 5);
    expect(set.poll()?.count).toBe(5);
    first.close();
    create('a').publish(batch, 7);
    let taken = 0;
    const stop = new AbortController();
    const done = set.run((run) => void (taken += run.count), { signal: stop.signal });
    await waitFor(() => taken === 7, { what: 'the ticks of the successor' });
    stop.abort();
    expect(await done).toBe('aborted');
    expect(moves).toEqual(['a']);
  });
});
