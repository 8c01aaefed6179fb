/** A small system of real processes, for tests of what it shows to those who operate it. */
import { join } from 'node:path';
import { readPrometheus, startProcess, temporaryDirectory } from '@tickwire/testing';
import type { PrometheusFamily, TestProcess } from '@tickwire/testing';

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
