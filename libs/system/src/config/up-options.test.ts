// Goal: every way to say something is heard, the strongest wins, all mistakes are named at once.
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, presetValues } from '../plan/presets.ts';
import { parseConfigFile } from './config-file.ts';
import { CONFIG_KEYS, findConfigKey, variableOf } from './config-keys.ts';
import type { ConfigKey } from './config-keys.ts';
import { resolveConfig } from './config-values.ts';
import { SERVICE_VARIABLES } from './service-variables.ts';
import { resolveUpConfig, resolveUpOptions } from './up-options.ts';

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
  'supervision.silentMsMax': [2_000, '2000', 3_000, '3000'],
  'rings.directoryEntries': [32, '32', 64, '64'],
  'api.allowRemote': [true, 'yes', true, '1'],
  'api.allowedOrigins': [['http://a'], 'http://a', ['https://b:1'], 'https://b:1'],
  'telemetry.otlpUrl': ['http://a:1', 'http://a:1', 'http://b:2', 'http://b:2'],
};

function samplesOf(key: ConfigKey): readonly [unknown, string, unknown, string] {
  const known = SAMPLES[key.path];
  if (known !== undefined) return known;
  return key.form === 'number' ? [11, '11', 12, '12'] : ['one', 'one', 'two', 'two'];
}

/** `{ 'bus.port': 1 }` as the text of a file. */
function fileText(values: Readonly<Record<string, unknown>>): string {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const [section = '', leaf] = path.split('.');
    if (leaf === undefined) root[section] = value;
    else root[section] = { ...(root[section] as object | undefined), [leaf]: value };
  }
  return JSON.stringify(root);
}

const resolve = (parts: {
  flags?: Record<string, unknown>;
  environment?: Record<string, string>;
  file?: Record<string, unknown>;
}) =>
  resolveConfig({
    flags: parts.flags ?? {},
    environment: parts.environment ?? {},
    file: parseConfigFile(fileText(parts.file ?? {}), 'c.json'),
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
    expect(get(resolve({ flags: { [path]: firstText }, file }))).toMatchObject({ value: first });
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
  test('of file, environment and options are named together, each with its place', () => {
    const env = { TICKWIRE_BUS_PORT: 'many', TICKWIRE_RATE: '-1', NATS_URL: 'http://u:secret@x' };
    const text = `{"ratte":5,
      "simulator":{"prot":1},"seed":"x",
      "symbols":["A-B",1]}`;
    const file = parseConfigFile(text, 'c.json');
    const flags = { rate: 'fast', demo: true, live: true };
    const attempt = (): unknown => resolveUpOptions(flags, file, env);
    expect(attempt).toThrow(expect.objectContaining({ code: 'USAGE', exitCode: 2 }));
    for (const problem of [
      'the configuration has 9 mistakes',
      '--rate: expected whole number, 0 to 1000000, got "fast"',
      'TICKWIRE_BUS_PORT: expected whole number, 0 to 65535, got "many"',
      'TICKWIRE_RATE: expected whole number, 0 to 1000000, got "-1"',
      'NATS_URL: expected address such as nats://host:port, got "http://…@x"',
      'c.json:1: ratte is unknown; did you mean rate?',
      'c.json:2: simulator.prot is unknown; did you mean simulator.port?',
      'c.json:2: seed: expected whole number, 0 to 4294967295, got "x"',
      'c.json:3: symbols.1: expected list of names without spaces and commas, got 1',
      '--demo runs on simulators',
    ]) {
      expect(attempt).toThrow(problem);
    }
    expect(attempt).not.toThrow('secret');
  });

  test('any wrong value of any key is named by its path, and nothing else is', () => {
    const keys = fc.constantFrom(...CONFIG_KEYS);
    fc.assert(
      fc.property(keys, fc.jsonValue({ maxDepth: 2 }), (key, generated) => {
        const value: unknown = JSON.parse(JSON.stringify(generated)); // −0 is written as 0
        const { problems, values } = resolve({ file: { [key.path]: value } });
        const isValid = key.schema.safeParse(value).success;
        expect(problems).toHaveLength(isValid ? 0 : 1);
        if (isValid) expect(values.get(key.path)).toMatchObject({ value, origin: 'file' });
        else expect(problems[0]).toContain(`c.json:1: ${key.path}`);
      }),
      { seed: testSeed(), numRuns: 1_000 },
    );
  });

  test('of one key leave the others as they were given', () => {
    const one = fc.record(
      Object.fromEntries(
        CONFIG_KEYS.map((key) => {
          const [first, , second] = samplesOf(key);
          return [key.path, fc.constantFrom(first, second)];
        }),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(one, fc.constantFrom(...CONFIG_KEYS), (file, broken) => {
        const whole = resolve({ file });
        expect(whole.problems).toEqual([]);
        const given = [...whole.values].filter(([, { origin }]) => origin === 'file');
        const read = Object.fromEntries(given.map(([path, { value }]) => [path, value]));
        expect(read).toEqual({ ...file });
        const { problems } = resolve({ file: { ...file, [broken.path]: null } });
        expect(problems).toEqual([expect.stringContaining(`c.json:1: ${broken.path}: expected `)]);
      }),
      { seed: testSeed() },
    );
  });

  test('are told of a vendor there is not', () => {
    const env = { TICKWIRE_VENDORS: 'nyse,kucoin' };
    expect(() => resolveUpOptions({}, undefined, env)).toThrow(
      'TICKWIRE_VENDORS: there is no vendor nyse in this version, use cme, databento, kucoin',
    );
    expect(resolveUpConfig({ vendors: ['nyse'] }, {}).problems).toHaveLength(1);
  });

  test.each([
    ['TICKWIRE_RATTE', 'TICKWIRE_RATE'],
    ['TICKWIRE_API_PROT', 'TICKWIRE_API_PORT'],
    ['TICKWIRE_CONFG', 'TICKWIRE_CONFIG'],
    ['TICKWIRE_KUCOIN_APIKEY', 'TICKWIRE_KUCOIN_API_KEY'],
  ])('%s was meant to be %s', (variable, meant) => {
    expect(resolve({ environment: { [variable]: 'hidden' } }).problems).toEqual([
      `${variable} is unknown; did you mean ${meant}?`,
    ]);
  });

  test('are not seen in variables of services or of others', () => {
    const environment = Object.fromEntries(
      [...SERVICE_VARIABLES, 'TICKWIRE_DEBUG', 'TICKWIRE_TETHER_FD', 'RATTE'].map((name) => [
        name,
        CONFIG_KEYS.some((key) => variableOf(key.path) === name) ? '' : 'x',
      ]),
    );
    expect(resolve({ environment: { ...environment, TICKWIRE_OTLP_URL: '' } }).problems).toEqual(
      [],
    );
  });
});

test('a system without duplicates is planned for lists with them', () => {
  const flags = { vendors: 'kucoin,kucoin', symbols: 'A-B, C-D,A-B', timeframe: '60,1,60' };
  expect(resolveUpOptions(flags, undefined, {})).toMatchObject({
    ...{ vendors: ['kucoin'], symbols: ['A-B', 'C-D'], timeframesSec: [1, 60] },
  });
});

test('the options have the documented defaults', () => {
  const options = resolveUpOptions({}, undefined, {});
  expect(options).toMatchObject({
    ...{ vendors: ['kucoin'], symbols: [], live: false, rate: 500, timeframesSec: [1, 60] },
    ...{ durationMs: undefined, dataDir: '.tickwire', natsUrl: undefined },
    storeBudgetBytes: 2 * 1024 ** 3,
  });
  expect(options.seed).toBeGreaterThanOrEqual(0);
  expect(options.seed).toBeLessThan(2 ** 32);
});
