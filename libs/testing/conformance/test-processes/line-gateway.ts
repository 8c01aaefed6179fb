// A gateway of a venue that exists in tests alone: as small as one can be that passes the suite,
// and with mistakes on request, so that the suite is known to be able to fail.
import { randomInt } from 'node:crypto';
import { HopCounters, collectHops, hopImbalance } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import {
  environmentList,
  environmentNumber,
  openGapFile,
  runService,
  serviceConfig,
} from '@tickwire/io-service';
import { LINE_BUGS } from '../test/line-bug.ts';
import { LineFeed } from '../test/line-feed.ts';
import { LinePublisher, takeoverTick } from '../test/line-publisher.ts';

await runService({
  schema: serviceConfig.extend({
    symbols: environmentList,
    port: environmentNumber,
    heartbeatMs: environmentNumber,
    bug: serviceConfig.shape.dataDir,
  }),
  async start(config, { stats, clock }) {
    const place = { dir: config.ringDir, name: 'line.0' };
    const ring = createRing({
      ...{ ...place, vendor: 'line', clock, slotCount: 16_384, directoryCapacity: 256 },
      takeoverTick: () => takeoverTick(clock),
    });
    const bug = LINE_BUGS.find((known) => known === config.bug) ?? 'none';
    const ledger = openGapFile(config.dataDir, 'line');
    const publisher = new LinePublisher({ ring, clock, stats, ledger, bug });
    if (ring.epoch > 1) {
      declareKilledWork(stats, ring);
      publisher.resume(place);
    }
    const feed = new LineFeed({
      ...{ publisher, stats, symbols: config.symbols, port: config.port, bug },
      heartbeatMs: config.heartbeatMs,
      random: () => randomInt(2 ** 32) / 2 ** 32,
    });
    await feed.start();
    return {
      info: { ring: place.name },
      async stop() {
        await feed.close();
        ring.close();
      },
    };
  },
});

/** What the life before had counted as taken and not finished. */
function declareKilledWork(stats: CounterTable, ring: RingProducer): void {
  const wire = new HopCounters(stats, 'line.wire', 'message');
  const parse = new HopCounters(stats, 'line.parse', 'message');
  const normalise = new HopCounters(stats, 'line.normalise', 'tick');
  parse.in.set(wire.out.value);
  const { padded, takeovers } = ring.counters();
  normalise.out.set(ring.position - padded - takeovers);
  for (const hop of [parse, normalise]) {
    const report = collectHops([stats.snapshot().values]).get(hop.hop);
    if (report !== undefined) hop.dropped('killed').add(hopImbalance(report));
  }
}
