// Composition root of the KuCoin simulator as a process of its own: configuration in, one HTTP and
// WebSocket server out. Stops last in a drain, because everybody else still reads from it.
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { join } from 'node:path';
import { HopCounters } from '@tickwire/core';
import { ConnectionLog, runService, startOnFreePort } from '@tickwire/io-service';
import type { Log } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { SessionLog, startKucoinSimulator, symbolNames } from '@tickwire/sim-kucoin';
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
    const faults = openLines(config.faultLog, log);
    const session = openLines(config.sessionLog, log);
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
      ...(faults === undefined ? {} : { onFault: (line: string) => faults.write(line) }),
      ...(session === undefined ? {} : { session: sessionLog(session) }),
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
        await Promise.all([faults, session].map(endLines));
      },
    };
  },
});

function openLines(path: string | undefined, log: Log): WriteStream | undefined {
  if (path === undefined) return undefined;
  const lines = createWriteStream(path, { flags: 'a' });
  lines.on('error', (error) => log.error({ err: error, path }, 'a log cannot be written'));
  return lines;
}

/** Nothing is kept in memory: a process runs for days. */
function sessionLog(lines: WriteStream): SessionLog {
  return new SessionLog({ entriesMax: 0, write: (line) => void lines.write(line) });
}

function endLines(lines: WriteStream | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (lines === undefined || lines.destroyed) resolve();
    else lines.end(() => resolve());
  });
}
