import { StreamReason, hopImbalance } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { waitFor } from '@tickwire/testing';
import { expect } from 'vitest';
import type { ConformanceBench } from '../conformance-bench.ts';
import type { ConformanceTest } from '../conformance-test.ts';

const TICKS_BEFORE = 200;

export const killed: ConformanceTest = {
  id: 'killed',
  behaviour: 'killed and started again: goes on in its ring, a new epoch, the loss in the ledger',
  async run({ vendor, start }) {
    const bench = await start({ rate: 800 });
    await bench.live();
    const { ring, simulator, symbols } = bench;
    await bench.until(() => ring.delivered > TICKS_BEFORE, `${TICKS_BEFORE} ticks`);
    const epoch = epochOf(bench);
    bench.gateway.child.kill('SIGKILL');
    await bench.gateway.ended;
    const restarts = () =>
      ring.streams.filter(({ reason }) => reason === StreamReason.WriterRestarted);
    const { log } = simulator;
    const connections = log.of('connected').length;
    await waitFor(() => log.of('closed').length === connections, {
      what: 'the connections to end',
    });
    const sent = simulator.sent();
    const lost = sent - bench.hop(vendor.wireHop).out;
    await bench.startGateway();
    await bench.until(() => restarts().length > 0, 'the takeover to be told in the ring');
    await bench.until(() => simulator.sent() > sent, 'messages to the next gateway');
    await bench.until(() => ring.areLive(symbols), 'every instrument to be live again');
    expect(epochOf(bench), 'writers of the ring so far').toBe(epoch + 1);
    await bench.until(
      () => bench.ledger().some(({ noticedBy }) => noticedBy === 'writer-restarted'),
      'the loss in the ledger',
    );
    for (const { symbol, first, count } of restarts()) {
      if (symbol === undefined || count === 0) continue;
      const hole = { symbol, firstMissing: String(first), missing: count, state: 'open' };
      expect(bench.ledger(), 'holes in the ledger').toContainEqual(expect.objectContaining(hole));
    }
    expect(ring.unexplained, 'sequences that are neither in the ring nor declared').toEqual([]);
    await bench.settle(lost);
    await bench.drain();
    for (const name of vendor.hops) {
      expect(hopImbalance(bench.hop(name)), `imbalance of ${name}`).toBe(0);
    }
  },
};

function epochOf({ ringPlace }: ConformanceBench): number {
  const reader = openRing(ringPlace);
  const { epoch } = reader.header;
  reader.close();
  return epoch;
}
