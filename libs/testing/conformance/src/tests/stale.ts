import { StreamState } from '@tickwire/core';
import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';

/** Ticks of each instrument before the silence: enough to learn its cadence. */
const LEARNED_TICKS = 40;

export const stale: ConformanceTest = {
  id: 'stale',
  behaviour: 'marks instruments whose connection says nothing, and unmarks them when it does',
  async run({ vendor, start }) {
    const bench = await start({ rate: 400 });
    await bench.live();
    const { ring, simulator, symbols } = bench;
    await bench.until(
      () => symbols.every((symbol) => ring.of(symbol).ticks > LEARNED_TICKS),
      'a cadence to be learned',
    );
    simulator.setFaults(vendor.faults.silent);
    const { log } = simulator;
    await bench.until(() => log.of('fault').length > 0, 'the silence');
    const silentMs = log.of('fault')[0]?.atMs ?? 0;
    const before = ring.streams.length;
    const marked = (symbol: string): number | undefined =>
      ring.streams
        .slice(before)
        .find((seen) => (seen.symbol ?? symbol) === symbol && seen.state !== StreamState.Live)
        ?.atMs;
    await bench.until(
      () => symbols.every((symbol) => marked(symbol) !== undefined),
      'every instrument to be marked',
      vendor.staleMsMax + 5_000,
    );
    for (const symbol of symbols) {
      const afterMs = (marked(symbol) ?? Infinity) - silentMs;
      expect(afterMs, `ms until ${symbol} was marked`).toBeLessThanOrEqual(vendor.staleMsMax);
    }
    simulator.setFaults('');
    await bench.until(() => ring.areLive(symbols), 'every instrument to be live again');
  },
};
