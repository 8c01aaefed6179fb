// Goal: the model says what it said when it was written, and says it of the code's own protocol.
// Method: Spin searches the smallest variants here, all of them in `npm run prove -- ring-model`;
// what the model is compiled with is compared with what the proof and the page name.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { announceSkip, repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { MODEL_VARIANTS, PROPERTIES, QUICK_VARIANTS } from './model-variants.ts';
import { missingCommand, readSearchReport, searchModel } from './spin-search.ts';

const folder = join(repositoryRoot(), 'libs/ipc/ring/model');
const model = readdirSync(folder)
  .filter((name) => name.endsWith('.pml'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const page = readFileSync(join(folder, 'README.md'), 'utf8');

const missing = missingCommand();
if (missing !== undefined) {
  const { command, debianPackage } = missing;
  if (process.env.CI !== undefined) throw new Error(`CI runs without ${command}: see .ci/run`);
  const remedy = `apt-get install --no-install-recommends ${debianPackage}`;
  announceSkip('the model of the ring', { missing: command, remedy });
}

function namesIn(pattern: RegExp): Set<string> {
  return new Set([...model.matchAll(pattern)].map((match) => match[1] as string));
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

describe('the model of the ring', () => {
  const flags = MODEL_VARIANTS.flatMap((variant) => variant.flags);
  const bounds = namesIn(/^#ifndef (\w+)\n#define \1 /gm);

  test('is compiled with every flag that it knows, and with no other', () => {
    const conditions = [...namesIn(/#ifn?def (\w+)$/gm), ...namesIn(/defined\((\w+)\)/g)];
    const known = conditions.filter((name) => !bounds.has(name));
    expect(sorted(flags.filter((flag) => !flag.includes('=')))).toEqual(sorted(known));
    const bounded = flags.filter((flag) => flag.includes('=')).map((flag) => flag.split('=')[0]);
    expect([...bounds]).toEqual(expect.arrayContaining(bounded));
  });

  test('asserts every property, and each is broken by a mistake', () => {
    const asserted = namesIn(/assert\((\w+)\)/g);
    const broken = MODEL_VARIANTS.map(({ expected }) => expected).filter((it) => it !== 'holds');
    expect(sorted(broken)).toEqual(sorted(asserted));
    expect([...asserted]).toEqual(expect.arrayContaining([...PROPERTIES]));
  });

  test('is explained flag by flag', () => {
    const explained = new Set([...page.matchAll(/`(\w+)`/g)].map((match) => match[1]));
    const unexplained = flags.filter((flag) => !explained.has(flag.split('=')[0]));
    expect(sorted(unexplained)).toEqual([]);
  });

  test('has no two searches of one name', () => {
    const names = MODEL_VARIANTS.map(({ name }) => name);
    expect(sorted(names)).toHaveLength(names.length);
  });
});

describe('a report of Spin', () => {
  const complete =
    'State-vector 116 byte, depth reached 858, errors: 0\n  1700833 states, stored\n';

  test.each([
    ['holds', complete],
    ['deliveredWhole', `pan:1: assertion violated deliveredWhole (at depth 9)\n${complete}`],
    ['invalid end state', `pan:1: invalid end state (at depth 9)\n${complete}`],
    ['incomplete: out of memory', `pan: reached -DMEMLIM bound\n\tout of memory\n${complete}`],
    ['incomplete', `Warning: Search not completed\n${complete}`],
  ])('says %s', (result, text) => {
    expect(readSearchReport(text)).toEqual({ result, states: 1_700_833, depth: 858 });
  });

  test('is incomplete where a path was cut off', () => {
    const text = `error: max search depth too small\n${complete}`;
    expect(readSearchReport(text).result).toMatch(/^incomplete: deeper than /);
  });

  test('never holds with an error in it', () => {
    expect(readSearchReport(complete.replace('errors: 0', 'errors: 1')).result).not.toBe('holds');
  });

  test('is refused when it is none', () => {
    expect(() => readSearchReport('pan: cannot start')).toThrow('no report of a search');
  });
});

describe.skipIf(missing !== undefined)('a search by Spin', () => {
  test.each(QUICK_VARIANTS)('of $name ends with $expected', { timeout: 120_000 }, async (quick) => {
    const report = await searchModel(quick, {
      model: join(folder, 'ring.pml'),
      folder: temporaryDirectory({ name: 'model' }),
      limitMs: 110_000,
      memoryMbMax: 1_000,
    });
    expect(report.result).toBe(quick.expected);
    expect(report.states).toBeGreaterThan(10);
  });

  test('tells of a model that Spin refuses', async () => {
    const refused = { name: 'refused', flags: ['WORDS=9', 'SPIN'], expected: 'holds' };
    const searched = searchModel(refused, {
      model: join(folder, 'ring.pml'),
      folder: temporaryDirectory({ name: 'model' }),
      limitMs: 60_000,
      memoryMbMax: 1_000,
    });
    await expect(searched).rejects.toThrow('spin failed');
  });
});
