import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { parseUpConfig, readUpConfig } from './up-config.ts';
import { resolveUpOptions } from './up-options.ts';

describe('the options of up', () => {
  test('have the documented defaults', () => {
    const options = resolveUpOptions({}, {}, {});
    expect(options).toMatchObject({
      vendors: ['kucoin'],
      symbols: [],
      live: false,
      rate: 500,
      timeframesSec: [1, 60],
      durationMs: undefined,
      dataDir: '.tickwire',
      natsUrl: undefined,
      storeBudgetBytes: 2 * 1024 ** 3,
    });
    expect(options.seed).toBeGreaterThanOrEqual(0);
    expect(options.seed).toBeLessThan(2 ** 32);
  });

  test('the command line wins over the file, the file over the defaults', () => {
    const file = parseUpConfig('{"rate":100,"seed":1,"timeframe":[5],"natsUrl":"nats://h:1"}', 'c');
    const options = resolveUpOptions({ rate: 200 }, file, { NATS_URL: 'nats://env:2' });
    expect(options).toMatchObject({
      rate: 200,
      seed: 1,
      timeframesSec: [5],
      natsUrl: 'nats://h:1',
    });
    expect(resolveUpOptions({}, {}, { NATS_URL: 'nats://env:2' }).natsUrl).toBe('nats://env:2');
    expect(resolveUpOptions({ demo: true }, { live: true }, {}).live).toBe(false);
  });

  test('name the vendors there are', () => {
    expect(() => resolveUpOptions({ vendors: ['cme', 'kucoin'] }, {}, {})).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'there is no vendor cme in this version',
        hint: 'Use --vendors with: kucoin',
      }),
    );
  });

  test('refuse --demo with --live', () => {
    expect(() => resolveUpOptions({ demo: true, live: true }, {}, {})).toThrow('--demo');
  });
});

describe('the file of --config', () => {
  test.each([
    ['{"ratte":5}', 'ratte is unknown'],
    ['{"simulator":{"prot":5}}', 'simulator.prot is unknown'],
    ['{"rate":"fast"}', 'rate: '],
    ['{"symbols":["BTC-USDT",5]}', 'symbols.1: '],
    ['{"preset":"warp"}', 'preset: '],
    ['[]', 'the file: '],
    ['{', 'is not JSON'],
  ])('names what is wrong in %s', (text, problem) => {
    expect(() => parseUpConfig(text, 'c.json')).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(problem) }),
    );
  });

  test('names every problem at once', () => {
    expect(() => parseUpConfig('{"a":1,"b":2,"rate":-1}', 'c')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/rate: .*; a is unknown; b is unknown/),
      }),
    );
  });

  test('is read from disk', () => {
    const path = join(temporaryDirectory({ name: 'config' }), 'c.json');
    writeFileSync(path, '{"vendors":["kucoin"],"duration":2.5}');
    expect(readUpConfig(path)).toEqual({ vendors: ['kucoin'], duration: 2.5 });
    expect(() => readUpConfig(`${path}x`)).toThrow('cannot be read');
  });
});
