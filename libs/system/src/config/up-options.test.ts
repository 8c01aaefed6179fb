// Goal: every way to say something is heard, the strongest wins, and all mistakes are named at once.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, presetValues } from '../plan/presets.ts';
import { parseConfigFile } from './config-file.ts';
import { CONFIG_KEYS, findConfigKey, variableOf } from './config-keys.ts';
import type { ConfigKey } from './config-keys.ts';
import { resolveConfig } from './config-values.ts';
import { loadUpOptions, resolveUpOptions } from './up-options.ts';

/** Two values of each key that differ from each other and from the default, with their texts. */
const SAMPLES: Readonly<Record<string, readonly [unknown, string, unknown, string]>> = {
  vendors: [['kucoin'], 'kucoin', ['kucoin'], 'kucoin'],
  symbols: [['A-B', 'C-D'], 'A-B,C-D', ['E-F'], 'E-F'],
  live: [true, 'yes', true, '1'],
  preset: ['min-latency', 'min-latency', 'max-symbols', 'max-symbols'],
  timeframe: [[1, 5], '1,5', [7], '7'],
  natsUrl: ['nats://a:1', 'nats://a:1', 'tls://b:2', 'tls://b:2'],
  logLevel: ['warn', 'warn', 'error', 'error'],
  'bus.embedded': [true, 'true', true, 'yes'],
  'aggregator.emptyBars': [true, '1', true, 'true'],
  'aggregator.waiting': ['spin', 'spin', 'spin', 'spin'],
  'api.enabled': [false, 'no', false, '0'],
  'rings.slots': [2048, '2048', 4096, '4096'],
  'store.budgetBytes': [2_000_000, '2000000', 3_000_000, '3000000'],
  'store.flushMs': [200, '200', 300, '300'],
  'supervision.retryMs': [2_000, '2000', 3_000, '3000'],
  'rings.directoryEntries': [32, '32', 64, '64'],
  'telemetry.otlpUrl': ['http://a:1', 'http://a:1', 'http://b:2', 'http://b:2'],
};

function samplesOf(key: ConfigKey): readonly [unknown, string, unknown, string] {
  const known = SAMPLES[key.path];
  if (known !== undefined) return known;
  return key.form === 'number' ? [11, '11', 12, '12'] : ['one', 'one', 'two', 'two'];
}

const resolve = (parts: {
  flags?: Record<string, unknown>;
  environment?: Record<string, string>;
  file?: Record<string, unknown>;
}) =>
  resolveConfig({
    flags: parts.flags ?? {},
    environment: parts.environment ?? {},
    file: { name: 'c.json', values: parts.file ?? {} },
  });

describe('every key', () => {
  test.each(CONFIG_KEYS.map((key) => [key.path, key] as const))('%s', (path, key) => {
    const [first, firstText, second, secondText] = samplesOf(key);
    const get = (config: ReturnType<typeof resolve>) => config.values.get(path);
    const variable = variableOf(path);
    expect(get(resolve({}))).toMatchObject({ value: key.value, origin: 'default' });
    const file = { [path]: second };
    expect(get(resolve({ file }))).toMatchObject({ value: second, origin: 'file' });
    const environment = { [variable]: firstText };
    expect(get(resolve({ file, environment }))).toEqual({
      ...{ value: first, origin: 'environment', from: variable },
    });
    const flags = { [path]: second };
    expect(get(resolve({ flags, environment }))).toMatchObject({ value: second, origin: 'flag' });
    expect(resolve({ environment: { [variable]: secondText } }).problems).toEqual([]);
    if (key.value !== undefined) expect(key.schema.safeParse(key.value).success).toBe(true);
  });

  test('has a name of its own in the environment', () => {
    const names = CONFIG_KEYS.map((key) => variableOf(key.path));
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(PRESET_NAMES)('of preset %s exists, is valid, and yields to a file', (name) => {
    const values = presetValues(name);
    for (const [path, value] of Object.entries(values)) {
      expect(findConfigKey(path)?.schema.safeParse(value).success).toBe(true);
      expect(resolve({ flags: { preset: name } }).values.get(path)).toEqual({
        ...{ value, origin: 'preset', from: name },
      });
      const file = { [path]: samplesOf(findConfigKey(path) as ConfigKey)[0] };
      expect(resolve({ flags: { preset: name }, file }).values.get(path)?.origin).toBe('file');
    }
  });
});

describe('mistakes', () => {
  test('of file and environment are named together, each with its place', () => {
    const env = { TICKWIRE_BUS_PORT: 'many', TICKWIRE_RATE: '-1', NATS_URL: 'http://x' };
    const file = parseConfigFile(
      '{"ratte":5,"simulator":{"prot":1},"seed":"x","symbols":[1]}',
      'c',
    );
    const attempt = (): unknown => resolveUpOptions({ config: 'c.json' }, file, env);
    expect(attempt).toThrow(expect.objectContaining({ code: 'USAGE', exitCode: 2 }));
    for (const problem of [
      'the configuration has 7 mistakes',
      'TICKWIRE_BUS_PORT: expected a number, got "many"',
      'TICKWIRE_RATE: ',
      'NATS_URL: expected nats://host:port, got "http://x"',
      'c.json: ratte is unknown; did you mean rate?',
      'c.json: simulator.prot is unknown; did you mean simulator.port?',
      'c.json: seed: ',
      'c.json: symbols.0: ',
    ]) {
      expect(attempt).toThrow(problem);
    }
  });

  test('any wrong value of any key is named by its path, and nothing else is', () => {
    const wrong = fc.constantFrom<unknown>(null, {}, -1e9, 1.5e300, '', [[]], [null]);
    const keys = fc.constantFrom(...CONFIG_KEYS);
    fc.assert(
      fc.property(keys, wrong, (key, value) => {
        const { problems } = resolve({ file: { [key.path]: value } });
        const isValid = key.schema.safeParse(value).success;
        expect(problems).toHaveLength(isValid ? 0 : 1);
        if (!isValid) expect(problems[0]).toContain(`c.json: ${key.path}`);
      }),
      { seed: testSeed() },
    );
  });

  test('are told of a vendor there is not, and of --demo with --live', () => {
    expect(() => resolveUpOptions({ vendors: ['cme', 'kucoin'] }, {}, {})).toThrow(
      'there is no vendor cme in this version, use kucoin',
    );
    expect(() => resolveUpOptions({ demo: true, live: true }, {}, {})).toThrow('--demo');
  });
});

describe('the file', () => {
  const dir = temporaryDirectory({ name: 'config' });
  const write = (text: string): string => {
    const path = join(dir, 'c.json');
    writeFileSync(path, text);
    return path;
  };

  test('is named by an option or by a variable, and may say where its schema is', () => {
    const config = write('\uFEFF{"$schema":"x.json","duration":2.5,"bus":{"port":1}}');
    const expected = { durationMs: 2_500, busPort: 1 };
    expect(loadUpOptions({ config }, {})).toMatchObject(expected);
    expect(loadUpOptions({}, { TICKWIRE_CONFIG: config })).toMatchObject(expected);
  });

  test.each([
    ['[]', 'is not an object'],
    ['{', 'is not JSON'],
    ['{"rate":1,}', 'is not JSON'],
    ['{"__proto__":{"rate":1}}', '__proto__.rate is unknown'],
    ['{"constructor":1}', 'constructor is unknown'],
    [`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, 'is unknown'],
    [`{"report":"${'x'.repeat(1_100_000)}"}`, 'more than 1 MiB'],
  ])('that is %.20s… is refused in a sentence', (text, problem) => {
    expect(() => loadUpOptions({ config: write(text) }, {})).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(problem) }),
    );
  });

  test('that is none is refused', () => {
    expect(() => loadUpOptions({ config: join(dir, 'none.json') }, {})).toThrow('cannot be read');
    expect(() => loadUpOptions({ config: dir }, {})).toThrow('cannot be read');
  });
});

test('the options have the documented defaults', () => {
  const options = resolveUpOptions({}, {}, {});
  expect(options).toMatchObject({
    ...{ vendors: ['kucoin'], symbols: [], live: false, rate: 500, timeframesSec: [1, 60] },
    ...{ durationMs: undefined, dataDir: '.tickwire', natsUrl: undefined },
    storeBudgetBytes: 2 * 1024 ** 3,
  });
  expect(options.seed).toBeGreaterThanOrEqual(0);
  expect(options.seed).toBeLessThan(2 ** 32);
});
