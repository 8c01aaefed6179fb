import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';

export const firstTick: ConformanceTest = {
  id: 'first-tick',
  behaviour: 'connects, and every instrument has ticks and is told to be live',
  async run({ start }) {
    const bench = await start();
    await bench.live();
    const { ring, symbols, simulator } = bench;
    expect(ring.unmarked, 'ticks of a simulator without the flag SIMULATED').toBe(0);
    const asked = new Set(simulator.log.of('asked').flatMap(({ topics }) => topics));
    for (const symbol of symbols) {
      for (const channel of bench.vendor.channels) {
        expect(asked, 'topics asked for').toContain(`${channel}:${symbol}`);
      }
    }
  },
};
