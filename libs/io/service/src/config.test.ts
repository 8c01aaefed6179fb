import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  ConfigError,
  environmentFlag,
  environmentKey,
  environmentList,
  environmentNumber,
  loadConfig,
  serviceConfig,
} from './index.ts';

const schema = serviceConfig.extend({
  symbols: environmentList,
  rate: environmentNumber.default(500),
  live: environmentFlag.default(false),
});

const base = {
  TICKWIRE_SERVICE: 'gateway-kucoin',
  TICKWIRE_RUN_DIR: 'run',
  TICKWIRE_RING_DIR: 'ring',
  TICKWIRE_DATA_DIR: 'data',
};

test('keys become variables', () => {
  expect(environmentKey('natsUrl')).toBe('TICKWIRE_NATS_URL');
  expect(environmentKey('kucoinRestUrl')).toBe('TICKWIRE_KUCOIN_REST_URL');
});

describe('loadConfig', () => {
  test('reads, converts and fills in defaults', () => {
    const environment = { ...base, TICKWIRE_SYMBOLS: 'BTC-USDT, ETH-USDT,', TICKWIRE_LIVE: 'yes' };
    expect(loadConfig(schema, environment)).toEqual({
      service: 'gateway-kucoin',
      runDir: 'run',
      ringDir: 'ring',
      dataDir: 'data',
      logLevel: 'info',
      opsHost: '127.0.0.1',
      opsPort: 0,
      traceSampleEvery: 65_536,
      parent: 'optional',
      symbols: ['BTC-USDT', 'ETH-USDT'],
      rate: 500,
      live: true,
    });
  });

  test('names every bad key at once, with what was given', () => {
    const problems = (() => {
      try {
        loadConfig(schema, { ...base, TICKWIRE_SERVICE: '../x', TICKWIRE_RATE: 'fast' });
      } catch (error) {
        if (error instanceof ConfigError) return error.problems;
      }
      return [];
    })();
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(/TICKWIRE_SERVICE: .*"\.\.\/x"/);
    expect(problems.join('\n')).toMatch(/TICKWIRE_RATE: .*"fast"/);
    expect(problems.join('\n')).toMatch(/TICKWIRE_SYMBOLS: .*not set/);
  });

  test('leaves the keys of other services alone', () => {
    const environment = { ...base, TICKWIRE_SYMBOLS: 'A', TICKWIRE_TIMEFRAMES: '1,60' };
    expect(loadConfig(z.object({ symbols: environmentList }), environment)).toEqual({
      symbols: ['A'],
    });
  });
});
