// Composition root of the aggregator: rings in; bars out, to a ring of their own and to the bus.
// The bus is never waited for. Stops after the gateways: it reads their closed rings to the end.
import { join } from 'node:path';
import { connectBus } from '@tickwire/io-bus';
import { runService } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { BarOutlet, BusHop } from './bar-outlet.ts';
import { BarRing } from './bar-ring.ts';
import { aggregatorConfig } from './config.ts';
import { DecisionJournal } from './decision-journal.ts';
import { RingSet } from './ring-set.ts';

const TICK_MS = 100;
const ANCHOR_MS = 1_000;
const BUS_DRAIN_MS = 5_000;

await runService({
  schema: aggregatorConfig,
  operations: startOperations,
  async start(config, { log, stats, clock, tracer, fail }) {
    const { ringDir: dir, timeframes: timeframesMs, graceMs, emptyBars, natsUrl } = config;
    const memoryDir = join(config.dataDir, 'aggregator');
    const journal = new DecisionJournal(join(memoryDir, 'bar-decisions.ndjson'));
    const { barRing: name, barRingSlots: slotCount } = config;
    const barRing = await BarRing.open({ dir, name, slotCount, clock });
    const busHop = new BusHop(stats, clock);
    const outlet = new BarOutlet({ ring: barRing, clock, stats, busHop });
    const bus =
      natsUrl === undefined
        ? undefined
        : await connectBus({
            servers: natsUrl,
            name: config.service,
            connectDeadlineMs: 0,
            queueMessagesMax: config.busQueueMessages,
            meter: busHop.meter,
          });
    if (bus !== undefined) outlet.connect(bus);
    else log.warn('no bus is configured: bars go to their ring only');

    const onOpened = (count: number): void => outlet.onOpened(count);
    const shared = {
      dir,
      timeframesMs,
      graceMs,
      emptyBars,
      stats,
      clock,
      tracer,
      runTicks: config.runTicks,
      waiting: config.waiting,
      outlet,
      journal,
      memoryDir,
    };
    const rings = new RingSet({ ...shared, onOpened, log, fail });
    const report = (): void => {
      rings.tick();
      outlet.showOpen(rings.openCount);
      if (bus !== undefined) busHop.show(bus);
    };
    const ticking = setInterval(report, TICK_MS);
    const anchoring = setInterval(() => clock.refresh(), ANCHOR_MS);

    return {
      info: { ring: name, ringId: barRing.ringId, timeframesMs, ...(natsUrl && { natsUrl }) },
      async stop() {
        clearInterval(ticking);
        clearInterval(anchoring);
        await rings.stop();
        outlet.showOpen(rings.openCount);
        barRing.close();
        if (bus === undefined) return;
        await bus.drain(BUS_DRAIN_MS);
        busHop.show(bus);
      },
    };
  },
});
