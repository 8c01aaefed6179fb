import { hopImbalance } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';

export const drain: ConformanceTest = {
  id: 'drain',
  behaviour: 'on SIGTERM publishes what it received, closes the ring and ends with 0 in time',
  async run({ vendor, start }) {
    const bench = await start({ rate: 1_500 });
    await bench.live();
    const { ring, simulator } = bench;
    const { code, signal, tookMs } = await bench.drain();
    expect({ code, signal }, 'the end of the gateway').toEqual({ code: 0, signal: null });
    expect(tookMs, 'ms from SIGTERM to the end').toBeLessThanOrEqual(vendor.drainMsMax);
    const reader = openRing({ ...bench.ringPlace, from: 'oldest' });
    expect(reader.status(), 'the ring').toBe('closed');
    reader.close();
    const published = vendor.hops.at(-1) ?? '';
    expect(bench.hop(published).out, 'ticks published, and read').toBe(ring.delivered);
    for (const name of vendor.hops) {
      expect(hopImbalance(bench.hop(name)), `imbalance of ${name}`).toBe(0);
      expect(bench.hop(name).inFlight, `in flight at ${name}`).toBe(0);
    }
    const undelivered = simulator.log
      .of('closed')
      .reduce((sum, entry) => sum + entry.undelivered, 0);
    expect(bench.hop(vendor.wireHop).out, 'messages received').toBe(simulator.sent() - undelivered);
  },
};
