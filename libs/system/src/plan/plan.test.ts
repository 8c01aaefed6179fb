import { describe, expect, test } from 'vitest';
import type { Folders } from '../folders.ts';
import type { ReadyInfo } from '../supervise/service-spec.ts';
import { planServices } from './plan.ts';
import { PRESET_NAMES, presetValues } from './presets.ts';
import { movedPortNotes } from './service-info.ts';
import { parseConfigFile } from '../config/config-file.ts';
import { resolveUpOptions } from '../config/up-options.ts';
import type { UpFlags } from '../config/up-options.ts';

const folders: Folders = { dataDir: '/d', runDir: '/d/run', logDir: '/d/log', ringDir: '/r' };
const READY: ReadyInfo = new Map([
  ['broker', { url: 'nats://127.0.0.1:4333', kind: 'embedded' }],
  ['sim-kucoin', { restUrl: 'http://127.0.0.1:7401', port: 7401 }],
]);

function plan(flags: UpFlags, env: NodeJS.ProcessEnv = {}, natsBinary?: string) {
  const options = resolveUpOptions({ seed: 7, ...flags }, undefined, env);
  return planServices(options, {
    folders,
    natsBinary,
    environment: env,
    entryOf: (app) => `/apps/${app}`,
  });
}

const names = (specs: ReturnType<typeof plan>, stage: 'startStage' | 'drainStage'): string[] =>
  specs.toSorted((a, b) => a[stage] - b[stage]).map((spec) => spec.service);

const environmentOf = (specs: ReturnType<typeof plan>, service: string) =>
  specs.find((spec) => spec.service === service)?.environment(READY);

describe('the plan of services', () => {
  test('starts consumers before data and drains in the order of the data', () => {
    const specs = plan({});
    expect(names(specs, 'startStage')).toEqual([
      'broker',
      'sim-kucoin',
      'persistence',
      'aggregator',
      'api',
      'gateway-kucoin',
    ]);
    expect(names(specs, 'drainStage')).toEqual([
      'gateway-kucoin',
      'aggregator',
      'persistence',
      'api',
      'broker',
      'sim-kucoin',
    ]);
  });

  test('runs no simulator when live and no broker when there is a server', () => {
    expect(names(plan({ live: true }), 'startStage')).not.toContain('sim-kucoin');
    const specs = plan({}, { NATS_URL: 'nats://elsewhere:4222' });
    expect(names(specs, 'startStage')).not.toContain('broker');
    expect(environmentOf(specs, 'aggregator')).toMatchObject({
      TICKWIRE_NATS_URL: 'nats://elsewhere:4222',
    });
  });

  test('tells each service what earlier ones said', () => {
    const specs = plan({ symbols: ['BTC-USDT'], rate: 9, timeframe: [1, 5] });
    expect(environmentOf(specs, 'gateway-kucoin')).toMatchObject({
      TICKWIRE_SERVICE: 'gateway-kucoin',
      TICKWIRE_RUN_DIR: '/d/run',
      TICKWIRE_RING_DIR: '/r',
      TICKWIRE_SYMBOLS: 'BTC-USDT',
      TICKWIRE_KUCOIN_REST_URL: 'http://127.0.0.1:7401',
      TICKWIRE_NATS_URL: 'nats://127.0.0.1:4333',
    });
    expect(environmentOf(specs, 'sim-kucoin')).toMatchObject({
      TICKWIRE_RATE: '9',
      TICKWIRE_SEED: '7',
      TICKWIRE_SYMBOLS: 'BTC-USDT',
    });
    expect(environmentOf(specs, 'aggregator')).toMatchObject({ TICKWIRE_TIMEFRAMES: '1,5' });
  });

  test('keeps a restarted server on the port that others were told', () => {
    const specs = plan({});
    expect(environmentOf(specs, 'broker')?.TICKWIRE_PORT).toBe('4333');
    expect(environmentOf(specs, 'sim-kucoin')?.TICKWIRE_PORT).toBe('7401');
    const first = specs.find((spec) => spec.service === 'broker')?.environment(new Map());
    expect(first?.TICKWIRE_PORT).toBe('4222');
  });

  test('does not pass settings of its own caller on to services', () => {
    const specs = plan(
      { live: true },
      { TICKWIRE_RATE: '1', TICKWIRE_TETHER_FD: '3', HOME: '/h', TICKWIRE_KUCOIN_API_KEY: 'k' },
    );
    const environment = environmentOf(specs, 'gateway-kucoin');
    expect(environment).toMatchObject({ HOME: '/h', TICKWIRE_KUCOIN_API_KEY: 'k' });
    expect(environment).not.toHaveProperty('TICKWIRE_KUCOIN_REST_URL');
    expect(environment).not.toHaveProperty('TICKWIRE_TETHER_FD');
    expect(environment).not.toHaveProperty('TICKWIRE_RATE');
  });

  test.each(PRESET_NAMES)('gives the services every value of preset %s', (preset) => {
    const specs = plan({ preset });
    const given: Record<string, unknown> = {
      'rings.slots': environmentOf(specs, 'gateway-kucoin')?.TICKWIRE_RING_SLOTS,
      'rings.directoryEntries': environmentOf(specs, 'gateway-kucoin')?.TICKWIRE_DIRECTORY_CAPACITY,
      'aggregator.runTicks': environmentOf(specs, 'aggregator')?.TICKWIRE_RUN_TICKS,
      'aggregator.waiting': environmentOf(specs, 'aggregator')?.TICKWIRE_WAITING,
      'bus.queueMessages': environmentOf(specs, 'aggregator')?.TICKWIRE_BUS_QUEUE_MESSAGES,
    };
    const { 'gateway.symbolsPerConnection': symbols, ...others } = presetValues(preset);
    for (const [path, value] of Object.entries(others)) expect(given[path]).toBe(String(value));
    // As many as a gateway takes; KuCoin's then takes as many as KuCoin's topics allow.
    const wanted = environmentOf(specs, 'gateway-kucoin')?.TICKWIRE_SYMBOLS_PER_CONNECTION;
    expect(wanted).toBe(symbols === undefined ? '100' : '1000');
  });

  test('gives each service the settings of the file that are its own', () => {
    const values = {
      store: { budgetBytes: 2_000_000, flushMs: 700 },
      aggregator: { graceMs: 7, emptyBars: true },
      telemetry: { host: '127.0.0.2', port: 9000, otlpUrl: 'http://o:1', sampleEvery: 9 },
      api: { host: '127.0.0.3', port: 9100, tlsCertFile: 'c', tlsKeyFile: 'k', clientsMax: 3 },
      simulator: { port: 9200, faults: 'drop=0.1' },
      logLevel: 'warn',
    };
    const file = parseConfigFile(JSON.stringify(values), 'c.json');
    const environment = { TICKWIRE_API_KEYS: 'a-key-of-sixteen-letters' };
    const specs = planServices(resolveUpOptions({}, file, {}), {
      ...{ folders, natsBinary: undefined, environment, entryOf: (app) => app },
    });
    const of = (service: string): Record<string, string> | undefined =>
      specs.find((spec) => spec.service === service)?.environment(new Map());
    expect(of('persistence')).toMatchObject({
      ...{ TICKWIRE_STORE_BUDGET_BYTES: '2000000', TICKWIRE_STORE_FLUSH_MS: '700' },
    });
    expect(of('aggregator')).toMatchObject({ TICKWIRE_GRACE_MS: '7', TICKWIRE_EMPTY_BARS: '1' });
    expect(of('aggregator')).not.toHaveProperty('TICKWIRE_API_KEYS');
    expect(of('sim-kucoin')).toMatchObject({ TICKWIRE_PORT: '9200', TICKWIRE_FAULTS: 'drop=0.1' });
    expect(of('api')).toMatchObject({
      ...{ TICKWIRE_HOST: '127.0.0.3', TICKWIRE_PORT: '9100', TICKWIRE_CLIENTS_MAX: '3' },
      ...{ TICKWIRE_TLS_CERT_FILE: 'c', TICKWIRE_TLS_KEY_FILE: 'k', TICKWIRE_ALLOW_REMOTE: '0' },
      ...environment,
    });
    for (const [place, spec] of specs.entries()) {
      expect(spec.environment(new Map())).toMatchObject({
        TICKWIRE_OPS_HOST: '127.0.0.2',
        TICKWIRE_OPS_PORT: String(9001 + place),
        TICKWIRE_OTLP_URL: 'http://o:1',
        TICKWIRE_TRACE_SAMPLE_EVERY: '9',
        TICKWIRE_LOG_LEVEL: 'warn',
      });
    }
  });

  test('says which ports moved', () => {
    const options = resolveUpOptions({}, undefined, {});
    expect(movedPortNotes(READY, options)).toEqual([
      'Port 4222 is busy: broker uses 4333.',
      'Port 7400 is busy: sim-kucoin uses 7401.',
    ]);
  });
});
