// Composition root of the Databento simulator as a process of its own: configuration in, one TCP
// port out. Stops last in a drain, because everybody else still reads from it.
import { join } from 'node:path';
import { HopCounters } from '@tickwire/core';
import { ConnectionLog, runService, startOnFreePort } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { MADE_SCHEMAS, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoSimulatorOptions, FilesOptions, MadeSchema } from '@tickwire/sim-databento';
import { LineFile, SimulatorError } from '@tickwire/sim-kit';
import { simConfig } from './config.ts';
import type { SimConfig } from './config.ts';

const GAUGES_EVERY_MS = 1_000;

await runService({
  schema: simConfig,
  operations: startOperations,
  async start(config, { log, stats, timers }) {
    const connections = new ConnectionLog({
      path: join(config.runDir, `${config.service.replace(/^sim-/, '')}.sent.ndjson`),
      stats,
      total: new HopCounters(stats, 'databento.wire', 'message').in,
    });
    const faults = new LineFile(config.faultLog, (error) =>
      log.error({ err: error, path: config.faultLog }, 'a log cannot be written'),
    );
    const schemas = madeSchemas(config.schemas);
    const options: DatabentoSimulatorOptions = {
      ...{ host: config.host, seed: config.seed, dataset: config.dataset, keys: config.keys },
      ...{ instruments: config.instruments, rate: config.rate, historyMs: config.historyMs },
      ...{ logBytesMax: config.logBytesMax, behindMax: config.behindMax },
      ...{ sessionsMax: config.sessionsMax, authTimeoutMs: config.authTimeoutMs },
      ...(config.connectsPerSecMax > 0 ? { connectsPerSecMax: config.connectsPerSecMax } : {}),
      subscriptionsPerSecMax: config.subscriptionsPerSecMax,
      ...(schemas.length > 0 ? { schemas } : {}),
      ...(config.files.length > 0 ? { files: filesOptions(config) } : {}),
      onFilesFailed: (error) => log.error({ err: error }, 'the files cannot be read any further'),
      faults: config.faults === 'none' ? '' : config.faults,
      cells: (name) => stats.counter(name),
      account: (sessionId) => connections.open(sessionId),
      onFault: (entry) => faults.write(`${JSON.stringify(entry)}\n`),
      timers,
    };
    const simulator = await startOnFreePort(config.port, (port) =>
      startDatabentoSimulator({ ...options, port }),
    );
    if (config.port !== 0 && simulator.port !== config.port) {
      log.warn({ wanted: config.port, port: simulator.port }, 'the port was busy: took the next');
    }

    const sessions = stats.counter('gauge/sim.connections');
    const leftOut = stats.counter('gauge/sim.leftOutMs');
    const faultsDone = stats.counter('gauge/sim.faults');
    const report = (): void => {
      sessions.set(simulator.reports().filter(({ end }) => end === undefined).length);
      leftOut.set(simulator.leftOutMs);
      faultsDone.set(simulator.faultLog.total);
    };
    const gauges = setInterval(report, GAUGES_EVERY_MS);

    return {
      info: {
        ...{ host: config.host, port: simulator.port, dataset: simulator.dataset },
        ...{ key: config.keys[0], seed: config.seed, rate: config.rate },
        symbols: simulator.listed.map(({ rawSymbol }) => rawSymbol).slice(0, 100),
      },
      async stop() {
        clearInterval(gauges);
        await simulator.close();
        report();
        for (const session of simulator.reports()) log.info({ session }, 'sent');
        await faults.end();
      },
    };
  },
});

function filesOptions({ files, speed, loop, begins }: SimConfig): FilesOptions {
  return { paths: files, speed: speed === 'max' ? speed : Number(speed), loops: loop, begins };
}

/** @throws SimulatorError `BAD_OPTION` for one that is not made. */
function madeSchemas(names: readonly string[]): MadeSchema[] {
  return names.map((name) => {
    const schema = MADE_SCHEMAS.find((made) => made === name);
    if (schema !== undefined) return schema;
    const known = MADE_SCHEMAS.join(', ');
    throw new SimulatorError('BAD_OPTION', 'schemas', `no ${name}; known are ${known}`);
  });
}
