import type { CounterTable } from '@tickwire/core';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { atMostEvery } from './at-most-every.ts';
import { asExposition } from './exposition.ts';
import { familiesOf, renderFamilies } from './mapped-metrics.ts';
import type { Family } from './mapped-metrics.ts';
import { startOperationsServer } from './operations-server.ts';
import type { ShownHealth } from './operations-server.ts';
import { startTracing } from './tick-tracer.ts';
import type { Tracing } from './tick-tracer.ts';
import { VERSION } from './version.ts';

/** Scrapes that come faster share an answer, so that no number of them can take the event loop. */
const SCRAPE_MS_MIN = 200;
/**
 * The event loop's lag is sampled this often, and no lag is shown as this much. Each sample wakes
 * the process: prom-client's own 10 ms were a fifth of what an idle system cost.
 */
const LAG_SAMPLE_MS = 20;

/** Gauges of the library with names of counters; the same numbers come by type beside them. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** As `OperationsOptions` of io-service, of which a service gives more. */
export interface StartOperationsOptions {
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly otlpUrl: string | undefined;
  readonly traceSampleEvery: number;
  readonly stats: CounterTable;
  readonly health: () => ShownHealth;
  readonly log: { warn(details: object, message: string): void };
}

export interface RunningOperations {
  readonly url: string;
  readonly port: number;
  readonly tracer: Tracing;
  close(): Promise<void>;
}

/**
 * Opens a process to those who operate it: metrics, health and traces. Services give it to
 * `runService`; a process of another kind (the supervisor) calls it itself.
 * @throws the error of `listen` when the address cannot be used.
 */
export async function startOperations(options: StartOperationsOptions): Promise<RunningOperations> {
  const { service, stats, log } = options;
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLE_MS });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const tracer = await startTracing({
    service,
    version: VERSION,
    otlpUrl: options.otlpUrl,
    sampleEvery: options.traceSampleEvery,
    stats,
    onError: (message) => log.warn({}, `traces: ${message}`),
  });
  const server = await startOperationsServer({
    host: options.host,
    port: options.port,
    service,
    health: options.health,
    metrics: atMostEvery(SCRAPE_MS_MIN, async () => {
      const families = familiesOf(stats.snapshot(), service);
      const own = ownFamilies(service, options.health());
      const mapped = await renderFamilies([...own, ...families.values()]);
      return `${mapped}\n${asExposition(await registry.metrics())}`;
    }),
    onError: (error) => log.warn({ err: error }, 'a scrape failed'),
  });
  if (options.port !== 0 && server.port !== options.port) {
    log.warn({ wanted: options.port, port: server.port }, 'the port was busy: took the next');
  }
  return {
    url: server.url,
    port: server.port,
    tracer,
    async close() {
      await tracer.close();
      await server.close();
    },
  };
}

/** Facts that no cell holds. */
function ownFamilies(service: string, health: ShownHealth): Family[] {
  const one = (name: string, value: number, labels: Record<string, string> = {}): Family => ({
    name,
    type: 'gauge',
    values: [{ value, labels: { service, ...labels } }],
  });
  return [
    one('tickwire_build_info', 1, { version: VERSION, node: process.version }),
    one('tickwire_ready', health.phase === 'running' ? 1 : 0),
  ];
}
