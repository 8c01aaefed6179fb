import { hopImbalance } from '@tickwire/core';
import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';

const FAULTS_MIN = 30;

export const accounting: ConformanceTest = {
  id: 'accounting',
  behaviour: 'accounts for every message and tick at every hop, whatever happened to them',
  async run({ vendor, start }) {
    const bench = await start({ rate: 1_000 });
    await bench.live();
    const { simulator, ring } = bench;
    simulator.setFaults(vendor.faults.mixed);
    const { log } = simulator;
    await bench.until(() => log.of('fault').length >= FAULTS_MIN, `${FAULTS_MIN} faults`);
    simulator.setFaults('');
    simulator.setRate(0);
    for (const symbol of bench.symbols) simulator.step(10, symbol);
    await bench.settle();
    const { code } = await bench.drain();
    expect(code, 'exit code').toBe(0);
    const sent = simulator.sent();
    expect(bench.hop(vendor.wireHop).out, 'messages sent, and received').toBe(sent);
    for (const name of vendor.hops) {
      const hop = bench.hop(name);
      expect(hopImbalance(hop), `in − out − dropped − in flight of ${name}`).toBe(0);
      expect(hop.inFlight, `in flight at ${name} at the end`).toBe(0);
      expect(hop.counted, `terms counted at ${name}`).toEqual(
        expect.arrayContaining(['in', 'out']),
      );
    }
    expect(bench.hop(vendor.parseHop).in, 'messages parsed').toBe(sent);
    const published = vendor.hops.at(-1) ?? '';
    expect(bench.hop(published).out, 'ticks published, and read').toBe(ring.delivered);
  },
};
