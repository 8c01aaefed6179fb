import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';

const HEARTBEATS = 4;

export const heartbeat: ConformanceTest = {
  id: 'heartbeat',
  behaviour: 'sends its heartbeat as often as the vendor wants it',
  async run({ vendor, start }) {
    const bench = await start({ rate: 100, shortHeartbeat: true });
    const { intervalMs, noticeMsMax } = vendor.heartbeat;
    const { log } = bench.simulator;
    const beats = (): number[] =>
      log
        .of('asked')
        .filter(({ what, connection }) => what === 'heartbeat' && connection === 1)
        .map(({ atMs }) => atMs);
    await bench.until(
      () => beats().length >= HEARTBEATS,
      `${HEARTBEATS} heartbeats, one each ${intervalMs} ms`,
      HEARTBEATS * noticeMsMax + 5_000,
    );
    const openedMs = log.of('connected')[0]?.atMs ?? 0;
    const timesMs = [openedMs, ...beats()];
    timesMs.slice(1).forEach((atMs, at) => {
      const silentMs = atMs - (timesMs[at] ?? 0);
      expect(silentMs, 'ms between two heartbeats').toBeLessThanOrEqual(noticeMsMax);
    });
    expect(log.of('closed'), 'connections closed while heartbeats came').toEqual([]);
  },
};
