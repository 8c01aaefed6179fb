/** A small system of real processes, for tests of what it shows to those who operate it. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTraceStore } from '@tickwire/io-telemetry';
import type { TraceStore } from '@tickwire/io-telemetry';
import { readPrometheus, startProcess, temporaryDirectory } from '@tickwire/testing';
import type { PrometheusFamily, TestProcess } from '@tickwire/testing';
import { onTestFinished } from 'vitest';

export class TelemetryHost {
  readonly ringDir = temporaryDirectory({ name: 'telemetry-ring', shared: true });
  readonly dataDir = temporaryDirectory({ name: 'telemetry-data' });

  /** Starts `apps/<app>`; the service is named as the app. */
  start(app: string, settings: Record<string, string> = {}): TestProcess {
    return startProcess({ script: `apps/${app}/src/main.ts`, env: this.env(app, settings) });
  }

  env(service: string, settings: Record<string, string> = {}): Record<string, string> {
    return {
      TICKWIRE_SERVICE: service,
      TICKWIRE_RUN_DIR: join(this.dataDir, 'run'),
      TICKWIRE_RING_DIR: this.ringDir,
      TICKWIRE_DATA_DIR: this.dataDir,
      TICKWIRE_LOG_LEVEL: 'warn',
      ...settings,
    };
  }
}

/** Where the operations door of a service is, by what it said when it was ready. */
export async function operationsUrl(service: TestProcess): Promise<string> {
  const info = await service.ready();
  const isObject = typeof info === 'object' && info !== null && 'ops' in info;
  const ops: unknown = isObject ? info.ops : undefined;
  const hasUrl = typeof ops === 'object' && ops !== null && 'url' in ops;
  if (!hasUrl || typeof ops.url !== 'string') throw new Error('it said no operations URL');
  return ops.url;
}

export async function scrapeText(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  if (response.status !== 200) throw new Error(`${url}/metrics: ${response.status}`);
  return await response.text();
}

export async function scrape(url: string): Promise<Map<string, PrometheusFamily>> {
  return readPrometheus(await scrapeText(url));
}

/** A collector that keeps what OTLP/HTTP exporters send as JSON. */
export async function startCollector(): Promise<{ url: string; store: TraceStore }> {
  const store = createTraceStore({ tracesMax: 10_000 });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    store.add(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, store };
}
