// Composition root of the bus: nats-server as a child when its binary is given, else the embedded
// broker in this process. Stops after everybody who publishes.
import { BusError, startEmbeddedBroker, startNatsServer } from '@tickwire/io-bus';
import type { BrokerCounts, EmbeddedBroker, NatsServer } from '@tickwire/io-bus';
import { processStartTicks, runService, startOnFreePort } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { brokerConfig } from './config.ts';

const GAUGES_EVERY_MS = 500;
const DRAIN_MS = 1_000;
const SERVER_STOP_MS = 5_000;

await runService({
  schema: brokerConfig,
  operations: startOperations,
  async start(config, { log, stats, fail }) {
    const { natsBinary: binary, dataDir } = config;
    const startBroker = (port: number): Promise<EmbeddedBroker | NatsServer> =>
      binary === undefined
        ? startEmbeddedBroker({ port })
        : startNatsServer({ binary, dataDir, port });
    const broker = await startOnFreePort(config.port, startBroker);
    const { url, port, kind, durable } = broker;
    if (config.port !== 0 && port !== config.port) {
      log.warn({ wanted: config.port, port }, 'the port was busy: took the next free one');
    }
    const info = { url, port, kind, durable };

    if (broker.kind === 'nats-server') {
      let stopping = false;
      void broker.exited.then(() => {
        if (!stopping) fail(new BusError('SERVER_FAILED', 'nats-server ended by itself'));
      });
      const { pid } = broker;
      const child = { name: 'nats-server', pid, startTicks: processStartTicks(pid) };
      return {
        info: { ...info, children: [child] },
        async stop() {
          stopping = true;
          await broker.stop(SERVER_STOP_MS);
        },
      };
    }

    log.warn(
      'the embedded broker keeps nothing: streams are not durable, use nats-server for that',
    );
    const base = broker.counts();
    const cells = (Object.keys(base) as (keyof BrokerCounts)[]).map((name) => {
      const isGauge = name === 'clients' || name === 'subscriptions';
      const cell = stats.counter(`${isGauge ? 'gauge' : 'count'}/bus.${name}`);
      return { name, cell, before: isGauge ? 0 : cell.value };
    });
    const report = (): void => {
      const counts = broker.counts();
      for (const { name, cell, before } of cells) cell.set(before + counts[name]);
    };
    const timer = setInterval(report, GAUGES_EVERY_MS);
    return {
      info,
      async stop() {
        clearInterval(timer);
        await broker.drain(DRAIN_MS);
        report();
      },
    };
  },
});
