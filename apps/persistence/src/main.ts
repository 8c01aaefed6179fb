// Composition root of persistence: rings ─▶ journals ─▶ Parquet. Top to bottom is the start order;
// the stop mirrors it.
import { randomInt } from 'node:crypto';
import { watchRings } from '@tickwire/io-rings';
import { runService } from '@tickwire/io-service';
import type { RunningService, ServiceContext } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { TickStore } from '@tickwire/io-store';
import { persistenceConfig } from './config.ts';
import type { PersistenceConfig } from './config.ts';
import { Keepers } from './keepers.ts';
import { openLossLedger } from './loss-ledger.ts';
import { Trouble } from './trouble.ts';

/** Of the service's 15 s: reading and storing the rest, before files are closed. */
const STOP_MS = 12_000;
const ANCHOR_MS = 1_000;

await runService({ schema: persistenceConfig, operations: startOperations, start });

async function start(config: PersistenceConfig, context: ServiceContext): Promise<RunningService> {
  const statsId = context.stats.counter('state/persistence.statsId');
  if (statsId.value === 0) statsId.set(randomInt(1, 2 ** 48 - 1));
  const store = await TickStore.open({
    dataDir: config.dataDir,
    statsId: statsId.value,
    budgetBytes: config.storeBudgetBytes,
    memoryMiB: config.storeMemoryMib,
    merge: { filesMin: config.storeMergeFiles, fullRows: config.storeMergeRows },
  });
  const keepers = new Keepers({
    config,
    context,
    store,
    trouble: new Trouble(context),
    onLoss: openLossLedger(config.dataDir, config.service),
  });
  await keepers.finishGoneRings();
  const anchor = setInterval(() => context.clock.refresh(), ANCHOR_MS);
  const watch = watchRings(config.ringDir, (name) => keepers.keep(name));
  return {
    info: { store: config.dataDir },
    async stop() {
      watch.unwatch();
      try {
        await keepers.stop(STOP_MS);
      } finally {
        clearInterval(anchor);
        await store.close();
      }
    },
  };
}
