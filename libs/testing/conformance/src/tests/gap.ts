import { StreamState } from '@tickwire/core';
import { sequencesOf } from '@tickwire/sim-kit';
import { expect } from 'vitest';
import type { ConformanceBench } from '../conformance-bench.ts';
import type { ConformanceTest } from '../conformance-test.ts';

const HOLES_MIN = 8;
/** Steps of each market behind the last fault: a hole shows when the next message comes. */
const REVEALING_STEPS = 20;

export const gap: ConformanceTest = {
  id: 'gap',
  behaviour: 'declares exactly what was kept from it, in the ring and in the ledger',
  async run({ vendor, start }) {
    const bench = await start({ rate: 800 });
    await bench.live();
    const { simulator, ring } = bench;
    simulator.setFaults(vendor.faults.gaps);
    await bench.until(() => simulator.log.omitted().length >= HOLES_MIN, `${HOLES_MIN} holes`);
    simulator.setFaults('');
    simulator.setRate(0);
    for (const symbol of bench.symbols) simulator.step(REVEALING_STEPS, symbol);
    const omitted = simulator.log.omitted();
    await bench.settle();
    // In vain at worst: what is missing is then seen in the comparison, not in a deadline.
    await bench.until(() => declared(bench).length >= omitted.length, 'the holes to be declared');
    expect(declared(bench), 'declared in the ring').toEqual(omitted);
    expect(inLedger(bench, 'open'), 'declared in the ledger').toEqual(omitted);
    expect(bench.counter('count/gaps'), 'gaps counted').toBeGreaterThan(0);
    if (!vendor.repairsGaps) return;
    await bench.until(() => inLedger(bench, 'repaired').length >= omitted.length, 'the repairs');
    expect(inLedger(bench, 'repaired'), 'repaired in the ledger').toEqual(omitted);
    for (const symbol of bench.symbols) {
      const truth = simulator.book(symbol);
      if (truth === undefined) continue;
      await bench.until(() => ring.book(symbol)?.sequence === truth.sequence, 'the book');
      expect(ring.book(symbol), `the book of ${symbol}`).toEqual(truth);
    }
  },
};

/** What the ring declares as missing: `<symbol> <sequence>`, sorted. */
export function declared({ ring }: ConformanceBench): string[] {
  return ring.streams
    .filter(({ state, symbol, count }) => state === StreamState.Gap && symbol && count > 0)
    .flatMap(({ symbol = '', first, count }) => sequencesOf(symbol, first, count))
    .sort();
}

export function inLedger(bench: ConformanceBench, state: 'open' | 'repaired'): string[] {
  return bench
    .ledger()
    .filter((record) => record.state === state && record.firstMissing !== undefined)
    .flatMap(({ symbol = '', firstMissing, missing = 0 }) =>
      sequencesOf(symbol, Number(firstMissing), missing),
    )
    .sort();
}
