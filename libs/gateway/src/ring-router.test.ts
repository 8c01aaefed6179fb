// Goal: every tick goes into the one ring of its symbol, under its index there, and what concerns
// all goes into every ring, counted. Method: real rings, batches of every mixture, read back.
import { INSTRUMENT_ALL, SUPERSEDES_NONE } from '@tickwire/core';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { entryOf, setUpRings } from '../test/rings-setup.ts';

/** Ticks of these indexes, numbered. */
function batchOf(indexes: readonly (number | undefined)[]): TickBatch {
  const batch = new TickBatch(Math.max(1, indexes.length));
  indexes.forEach((index, at) => {
    const tick = batch.add(TickKind.Trade);
    tick.instrument = index ?? INSTRUMENT_ALL;
    tick.sequence = at;
  });
  return batch;
}

function setUpThree() {
  const parts = setUpRings();
  const { rings, router } = parts.live(3);
  const indexes = ['A', 'B', 'C', 'D'].map((symbol, at) => {
    router.setHome(symbol, at % 3);
    return router.define(entryOf(symbol));
  });
  const symbolsIn = (name: string): string =>
    parts
      .read(name)
      .map(({ symbol, sequence }) => `${symbol}${sequence}`)
      .join(' ');
  return { ...parts, rings, router, indexes, symbolsIn };
}

describe('the router of several rings', () => {
  test('gives a batch of one symbol to its ring, under the index that it has there', () => {
    const { router, indexes, symbolsIn, normalise } = setUpThree();
    const [a, b, c] = indexes;
    router.publish(batchOf([b, b]), 0);
    router.publish(batchOf([a]), 0);
    router.publish(batchOf([c, c, c]), 0);
    expect(symbolsIn('acme.0')).toBe('A0');
    expect(symbolsIn('acme.1')).toBe('B0 B1');
    expect(symbolsIn('acme.2')).toBe('C0 C1 C2');
    expect([normalise.in.value, normalise.out.value]).toEqual([0, 6]);
  });

  test('divides a batch of several symbols, in order', () => {
    const { router, indexes, symbolsIn, normalise } = setUpThree();
    const [a, b, c, d] = indexes;
    router.publish(batchOf([d, b, a, b, d, c]), 0);
    expect(symbolsIn('acme.0')).toBe('D0 A2 D4');
    expect(symbolsIn('acme.1')).toBe('B1 B3');
    expect(symbolsIn('acme.2')).toBe('C5');
    expect(normalise.out.value).toBe(6);
  });

  test('gives what concerns all to every ring, and counts it once for each', () => {
    const { router, indexes, symbolsIn, normalise } = setUpThree();
    normalise.in.add(3); // as the normaliser does: once each
    router.publish(batchOf([indexes[1], undefined, undefined]), 0);
    expect(symbolsIn('acme.0')).toBe('1 2');
    expect(symbolsIn('acme.1')).toBe('B0 1 2');
    expect(symbolsIn('acme.2')).toBe('1 2');
    expect([normalise.in.value, normalise.out.value]).toEqual([7, 7]);
  });

  test('of one ring passes everything on as it is', () => {
    const { live, read, normalise } = setUpRings();
    const { router } = live(1);
    router.setHome('A', 0);
    const index = router.define(entryOf('A'));
    expect(index).toBe(1);
    router.publish(batchOf([index, undefined]), 0);
    expect(read('acme.0').map(({ symbol }) => symbol)).toEqual(['A', '']);
    expect([normalise.in.value, normalise.out.value]).toEqual([0, 2]);
  });

  test('keeps chains of entries within their ring, and finds those of a symbol that returns', () => {
    const { rings, router, indexes } = setUpThree();
    const [ring] = rings.all.slice(1);
    if (ring === undefined) throw new Error('no ring');
    const finer = router.define({ ...entryOf('B', -4), supersedes: indexes[1] ?? 0 });
    const { directory } = ring.producer;
    expect(directory.get(2)).toMatchObject({ symbol: 'B', priceExp: -4, supersedes: 1 });
    expect(finer).toBe(0x1_0002);
    expect(router.adopt(entryOf('B', -4), ring)).toBe(finer);
    expect(router.adopt(entryOf('B'), ring)).toBe(indexes[1]);
    const finest = router.adopt(entryOf('B', -6), ring);
    expect(directory.get((finest ?? 0) & 0xffff)).toMatchObject({ supersedes: 2 });
    const strange = router.adopt(entryOf('A'), ring);
    expect(directory.get((strange ?? 0) & 0xffff)).toMatchObject({ supersedes: SUPERSEDES_NONE });
  });

  test('counts the ticks of each symbol, and begins anew when they are taken', () => {
    const { rings, router, indexes } = setUpThree();
    router.publish(batchOf([indexes[0], indexes[3], indexes[0], undefined, indexes[1]]), 0);
    const take = (): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const ring of rings.all) ring.takeCounts(counts);
      return counts;
    };
    expect(Object.fromEntries(take())).toEqual({ A: 2, B: 1, D: 1 });
    expect(take().size).toBe(0);
  });
});
