import { describe, expect, test } from 'vitest';
import type { Folders } from '../folders.ts';
import type { ReadyInfo } from '../supervise/service-spec.ts';
import { planServices } from './plan.ts';
import { movedPortNotes } from './service-info.ts';
import { resolveUpOptions } from '../config/up-options.ts';
import type { UpFlags } from '../config/up-options.ts';

const folders: Folders = { dataDir: '/d', runDir: '/d/run', logDir: '/d/log', ringDir: '/r' };
const READY: ReadyInfo = new Map([
  ['broker', { url: 'nats://127.0.0.1:4333', kind: 'embedded' }],
  ['sim-kucoin', { restUrl: 'http://127.0.0.1:7401', port: 7401 }],
]);

function plan(flags: UpFlags, env: NodeJS.ProcessEnv = {}, natsBinary?: string) {
  const options = resolveUpOptions({ seed: 7, ...flags }, {}, env);
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
      'gateway-kucoin',
    ]);
    expect(names(specs, 'drainStage')).toEqual([
      'gateway-kucoin',
      'aggregator',
      'persistence',
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

  test('applies a preset', () => {
    expect(environmentOf(plan({ preset: 'max-symbols' }), 'gateway-kucoin')).toMatchObject({
      TICKWIRE_RING_SLOTS: '131072',
    });
  });

  test('says which ports moved', () => {
    const options = resolveUpOptions({}, {}, {});
    expect(movedPortNotes(READY, options)).toEqual([
      'Port 4222 is busy: broker uses 4333.',
      'Port 7400 is busy: sim-kucoin uses 7401.',
    ]);
  });
});
