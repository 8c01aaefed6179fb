// Goal: whatever a file holds, a person is told what and where; nothing is taken in silence.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfigFile } from './config-file.ts';
import { parseJsonText } from './json-text.ts';
import { loadUpOptions, resolveUpOptions } from './up-options.ts';

const problemsOf = (text: string): string => {
  try {
    resolveUpOptions({}, parseConfigFile(text, 'c.json'), {});
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    return (error as Error).message;
  }
};

describe('a file', () => {
  const dir = temporaryDirectory({ name: 'config' });
  const write = (text: string): string => {
    const path = join(dir, 'c.json');
    writeFileSync(path, text);
    return path;
  };

  test('is named by an option or by a variable, and may say where its schema is', () => {
    const config = write('\uFEFF{"$schema":"x.json","duration":2.5,"bus":{"port":1},"store":{}}');
    const expected = { durationMs: 2_500, busPort: 1 };
    expect(loadUpOptions({ config }, {})).toMatchObject(expected);
    expect(loadUpOptions({}, { TICKWIRE_CONFIG: config })).toMatchObject(expected);
    expect(loadUpOptions({ config }, { TICKWIRE_CONFIG: '/nowhere' })).toMatchObject(expected);
  });

  test('that is none, a folder or too large is refused, together with other mistakes', () => {
    const folder = join(dir, 'folder');
    mkdirSync(folder);
    const large = write(`{"report":"${'x'.repeat(1_100_000)}"}`);
    for (const [config, problem] of [
      [join(dir, 'none.json'), 'none.json cannot be read: ENOENT'],
      [folder, 'folder cannot be read: it is no file'],
      [large, 'c.json has 1100013 bytes, more than 1 MiB'],
    ]) {
      const attempt = (): unknown => loadUpOptions({ config: config ?? '', rate: 'x' }, {});
      expect(attempt).toThrow(problem);
      expect(attempt).toThrow('--rate: expected');
    }
  });
});

describe('the text of a file', () => {
  test.each([
    ['', 'line 1, column 1 ends where a value is expected'],
    ['[]', 'is not an object of keys and values'],
    ['"{}"', 'is not an object of keys and values'],
    ['{\n  "rate": 1,\n}', 'line 3, column 1 has a comma before the end'],
    ['{"rate": 1 "seed": 2}', 'line 1, column 12 has "\\"" where "," or "}" is expected'],
    ['{\n  // fast\n  "rate": 1}', 'line 2, column 3 has a comment, which JSON has not'],
    ['{rate: 1}', 'line 1, column 2 has "r" where a name in double quotes is expected'],
    ["{'rate': 1}", 'has "\'" where a name in double quotes is expected'],
    ['{"rate": NaN}', 'column 10 has "N" where a value is expected'],
    ['{"rate": 01}', 'column 11 has "1" where "," or "}" is expected'],
    ['{"natsUrl": "nats://u:secret', 'has a text that does not end'],
    ['{"rate": 1}}', 'has "}" where nothing more is expected'],
    [`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 'is nested deeper than 32 levels'],
    [
      `{${Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join(',')}}`,
      'more than 1000 names',
    ],
    [`{"a":${'['.repeat(100_000)}`, 'is nested deeper than 32 levels'],
  ])('%.40j is no JSON', (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
    expect(problemsOf(text)).not.toContain('secret');
  });

  test.each([
    ['{"__proto__":{"rate":1}}', 'c.json:1: __proto__ is unknown'],
    ['{"bus":{"__proto__":1}}', 'c.json:1: bus.__proto__ is unknown'],
    ['{"constructor":1}', 'c.json:1: constructor is unknown'],
    ['{"rate":"500"}', 'c.json:1: rate: expected whole number, 0 to 1000000, got "500"'],
    ['{"rate":1e999}', 'rate: expected whole number'],
    ['{"live":"true"}', 'live: expected true or false, got "true"'],
    ['{"rings":{"slots":5000}}', 'rings.slots: expected power of two, 1024 to 16777216, got 5000'],
    ['{"rate":1,\n"rate":2}', 'c.json:2: rate stands twice, also in line 1'],
    ['{"bus":{},\n"bus":{"port":1}}', 'c.json:2: bus stands twice, also in line 1'],
    ['{"bus":{"port":1,\n"port":1}}', 'c.json:2: bus.port stands twice, also in line 1'],
    ['{"bus.port":1}', '"bus.port" is written {"bus": {"port": …}}'],
    ['{"bus":5}', 'bus is a section: {"bus": {…}}, of bus.port, bus.embedded'],
    ['{"buss":{"port":1}}', 'c.json:1: buss is unknown; did you mean bus?'],
    ['{"rate":{"perSecond":1}}', 'c.json:1: rate: expected whole number, 0 to 1000000, got {'],
    ['{"$schema":5}', 'c.json:1: $schema is unknown'],
    [
      `{${Array.from({ length: 900 }, (_, at) => `"k${at}":1`).join(',')}}`,
      'k99 is unknown; and 800 more',
    ],
    [`{"${'x'.repeat(500_000)}":1}`, 'xxx… is unknown'],
  ])('%.40j is refused', (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  test('means what JSON.parse takes it to mean, whatever it is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(2), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), undefined, indent);
        expect(JSON.stringify(parseJsonText(text).value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { seed: testSeed() },
    );
  });

  test('is JSON to us exactly when it is to JSON.parse, also with a letter changed', () => {
    const text = '{"a":[1,-2.5e3,"\\u0041\\n",true],"b":{"c":null},"d":""}';
    const mark = fc.constantFrom(...'{}[],:"\\0-+eE.tfnu /\n\u0001é');
    fc.assert(
      fc.property(fc.nat(text.length), mark, fc.boolean(), (at, letter, isAdded) => {
        const changed = text.slice(0, at) + letter + text.slice(isAdded ? at : at + 1);
        expect(isJson(changed, parseJsonText)).toBe(isJson(changed, JSON.parse));
      }),
      { seed: testSeed(), numRuns: 2_000 },
    );
  });
});

function isJson(text: string, parse: (text: string) => unknown): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
