import { StreamState } from '@tickwire/core';
import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';

export const halfOpen: ConformanceTest = {
  id: 'half-open',
  behaviour: 'notices within the documented time that its peer stopped answering',
  async run({ vendor, start }) {
    const bench = await start({ shortHeartbeat: true });
    await bench.live();
    const { ring, simulator } = bench;
    const { log } = simulator;
    const before = ring.streams.length;
    simulator.setFaults(vendor.faults.halfOpen);
    await bench.until(() => log.of('fault').length > 0, 'the connection to be half open');
    const faultMs = log.of('fault')[0]?.atMs ?? 0;
    simulator.setFaults('');
    const notices = () =>
      ring.streams.slice(before).filter(({ state }) => state !== StreamState.Live);
    await bench.until(
      () => notices().length > 0,
      'a state other than live',
      vendor.heartbeat.noticeMsMax + 5_000,
    );
    const noticedMs = (notices()[0]?.atMs ?? Infinity) - faultMs;
    expect(noticedMs, 'ms from the silence to the notice').toBeLessThanOrEqual(
      vendor.heartbeat.noticeMsMax,
    );
    await bench.until(() => ring.areLive(bench.symbols), 'every instrument to be live again');
  },
};
