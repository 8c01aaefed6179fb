import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';
import { expectWithin, held } from './subscription-limits.ts';

/** For so long the vendor refuses whoever comes: a client without a backoff shows itself. */
const REFUSING_MS = 2_000;

export const reconnect: ConformanceTest = {
  id: 'reconnect',
  behaviour: 'comes back after a reset, not too often, and holds exactly what it held',
  async run({ vendor, start }) {
    const bench = await start();
    await bench.live();
    const { simulator, ring } = bench;
    const { log } = simulator;
    const before = held(log).sort();
    const connections = log.of('connected').length;
    const streams = ring.streams.length;
    simulator.setFaults(`${vendor.faults.reset},${vendor.faults.refuse}`);
    await bench.until(() => log.of('closed').length >= connections, 'every connection to end');
    await bench.until(() => ring.streams.length > streams, 'the loss to be told');
    const endedMs = log.of('closed').at(-1)?.atMs ?? 0;
    await bench.until(
      () => log.of('refused').some(({ atMs }) => atMs - endedMs > REFUSING_MS),
      `an attempt after ${REFUSING_MS} ms of refusals`,
    );
    simulator.setFaults('');
    await bench.until(() => log.of('connected').length > connections, 'a new connection');
    await bench.until(() => held(log).length >= before.length, 'the topics to be asked for');
    await bench.until(() => ring.areLive(bench.symbols), 'every instrument to be live again');
    expect(held(log).sort(), 'topics held again').toEqual(before);
    const again = log
      .of('asked')
      .filter(({ connection, what }) => connection > connections && what === 'subscribe');
    const topics = again.flatMap((entry) => entry.topics);
    expect(topics.sort(), 'topics asked for, each once').toEqual(before);
    expectWithin(log, vendor.limits);
  },
};
