// Composition root of the KuCoin simulator as a process of its own: configuration in, one HTTP and
// WebSocket server out. Stops last in a drain, because everybody else still reads from it.
import { join } from 'node:path';
import { HopCounters } from '@tickwire/core';
import { ConnectionLog, runService, startOnFreePort } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { LineFile, SessionLog } from '@tickwire/sim-kit';
import { startKucoinSimulator, symbolNames } from '@tickwire/sim-kucoin';
import type { KucoinSimulatorOptions } from '@tickwire/sim-kucoin';
import { simConfig } from './config.ts';

const GAUGES_EVERY_MS = 1_000;

await runService({
  schema: simConfig,
  operations: startOperations,
  async start(config, { log, stats, timers }) {
    const { symbolCount } = config;
    const connections = new ConnectionLog({
      path: join(config.runDir, `${config.service.replace(/^sim-/, '')}.sent.ndjson`),
      stats,
      total: new HopCounters(stats, 'kucoin.wire', 'message').in,
    });
    const open = (path: string | undefined): LineFile =>
      new LineFile(path, (error) => log.error({ err: error, path }, 'a log cannot be written'));
    const faults = open(config.faultLog);
    const session = open(config.sessionLog);
    const symbols = symbolCount > 0 ? symbolNames(symbolCount) : config.symbols;
    const options: KucoinSimulatorOptions = {
      host: config.host,
      seed: config.seed,
      rate: config.rate,
      faults: config.faults === 'none' ? '' : config.faults,
      depth: config.bookDepth,
      tickerIntervalMs: config.tickerIntervalMs,
      pingIntervalMs: config.pingIntervalMs,
      pingTimeoutMs: config.pingTimeoutMs,
      limits: {
        connectionsMax: config.connectionsMax,
        connectsPerMinute: config.connectsPerMinute,
        weightPer30s: config.weightPer30s,
      },
      cells: (name) => stats.counter(name),
      account: (connectId) => connections.open(connectId),
      timers,
      ...(symbols.length > 0 ? { symbols } : {}),
      onFault: (line: string) => faults.write(line),
      ...(session.isOpen ? { session: sessionLog(session) } : {}),
    };
    const simulator = await startOnFreePort(config.port, (port) =>
      startKucoinSimulator({ ...options, port }),
    );
    if (config.port !== 0 && simulator.port !== config.port) {
      log.warn({ wanted: config.port, port: simulator.port }, 'the port was busy: took the next');
    }

    const connected = stats.counter('gauge/sim.connections');
    const leftOut = stats.counter('gauge/sim.leftOutMs');
    const faultsDone = stats.counter('gauge/sim.faults');
    const report = (): void => {
      const counts = simulator.counts();
      connected.set(counts.connections.length);
      leftOut.set(counts.leftOutMs);
      faultsDone.set(simulator.log.total);
    };
    const gauges = setInterval(report, GAUGES_EVERY_MS);

    return {
      info: {
        restUrl: simulator.url,
        port: simulator.port,
        seed: config.seed,
        rate: config.rate,
        symbols: simulator.symbols,
      },
      async stop() {
        clearInterval(gauges);
        await simulator.close();
        report();
        log.info({ counts: simulator.counts() }, 'sent');
        await Promise.all([faults.end(), session.end()]);
      },
    };
  },
});

/** Nothing is kept in memory: a process runs for days. */
function sessionLog(lines: LineFile): SessionLog {
  return new SessionLog({ entriesMax: 0, write: (line) => lines.write(line) });
}
