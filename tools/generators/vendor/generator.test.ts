// Goal: nothing is written unless all of it can be, and what is written names no other vendor.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';

const root = repositoryRoot();
const load = createRequire(import.meta.url);

interface Names {
  readonly vendor: string;
  readonly Vendor: string;
  readonly VENDOR: string;
}
interface Package {
  readonly folder: string;
  readonly manifest: Record<string, unknown>;
}
const { vendorNames }: { vendorNames: (name: string) => Names } = load('./names.cjs');
const { renderTemplates }: { renderTemplates: (names: Names) => { path: string; text: string }[] } =
  load('./templates.cjs');
const { addToPlan }: { addToPlan: (text: string, names: Names) => string } =
  load('./plan-entry.cjs');
const { addToLock }: { addToLock: (text: string, packages: readonly Package[]) => string } = load(
  './workspace-packages.cjs',
);
const generateVendor: (tree: MemoryTree, options: { name: string }) => Promise<() => void> =
  load('./generator.cjs');

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What Nx gives a generator, over the checkout's files; what is written is only kept. */
class MemoryTree {
  readonly root = root;
  readonly written = new Map<string, string>();
  readonly #present: ReadonlySet<string>;

  constructor(present: readonly string[] = []) {
    this.#present = new Set(present);
  }

  exists(path: string): boolean {
    return this.#present.has(path);
  }

  read(path: string): string {
    return read(path);
  }

  write(path: string, text: string): void {
    this.written.set(path, text);
  }
}

test.each(['', 'a', 'Acme', 'ac me', 'ac-me', '1acme', '../x', 'a'.repeat(17), 'ümlaut'])(
  'the name "%s" is refused in a sentence',
  async (name) => {
    const tree = new MemoryTree();
    await expect(generateVendor(tree, { name })).rejects.toThrow(/lower-case letters and digits/);
    expect(tree.written.size).toBe(0);
  },
);

test('a vendor that is there is not written over', async () => {
  const tree = new MemoryTree(['apps/gateway-acme/src/main.ts']);
  await expect(generateVendor(tree, { name: 'acme' })).rejects.toThrow(
    'There is something called "acme" already: apps/gateway-acme/src/main.ts',
  );
  expect(tree.written.size).toBe(0);
  await expect(generateVendor(new MemoryTree(), { name: 'kucoin' })).rejects.toThrow(/already/);
});

test('what is written has the vendor’s name alone, in every form', () => {
  const files = renderTemplates(vendorNames('zeta9'));
  expect(files.length).toBeGreaterThan(25);
  for (const { path, text } of files) {
    expect(`${path}\n${text}`, path).not.toMatch(/__|acme|kucoin|\.template/i);
  }
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'libs/venue/zeta9/src/normaliser.ts',
      'apps/gateway-zeta9/src/conformance.e2e.test.ts',
      'docs/vendors/zeta9.md',
      'libs/system/src/plan/vendors/zeta9.ts',
    ]),
  );
});

test('with the longest name no line is too long', async () => {
  const tree = new MemoryTree();
  await generateVendor(tree, { name: 'abcdefghijklmnop' });
  for (const [path, text] of tree.written) {
    if (!path.endsWith('.ts')) continue;
    const long = text.split('\n').filter((line) => line.length > 100);
    expect(long, path).toEqual([]);
  }
});

describe('the list of vendors', () => {
  const plan = read('libs/system/src/plan/vendors.ts');

  test('gets one import and one name', () => {
    const added = addToPlan(plan, vendorNames('zeta'));
    expect(added).toContain("import { zetaVendor } from './vendors/zeta.ts';");
    expect(added).toMatch(/const vendors: readonly Vendor\[\] = \[\w+(, \w+)*, zetaVendor\];/);
    expect(addToPlan(added, vendorNames('alpha'))).toMatch(/zetaVendor, alphaVendor\];/);
  });

  test('may be as long as it likes, and have names that are words of the language', () => {
    const names = ['class', 'new', 'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'omega'];
    const all = names.reduce((text, name) => addToPlan(text, vendorNames(name)), plan);
    const wrapped = all.replace(
      /= \[(\w+Vendor, .*)\];/,
      (_, list: string) => `= [\n  ${list.replaceAll(', ', ',\n  ')},\n];`,
    );
    expect(wrapped).not.toBe(all);
    expect(addToPlan(wrapped, vendorNames('zeta'))).toContain('omegaVendor, zetaVendor];');
  });

  test('of another form is refused', () => {
    expect(() => addToPlan('const vendors = [];', vendorNames('zeta'))).toThrow(/no longer/);
    const added = addToPlan(plan, vendorNames('zeta'));
    expect(() => addToPlan(added, vendorNames('zeta'))).toThrow(/already/);
  });
});

describe('package-lock.json', () => {
  const lock = read('package-lock.json');

  test('is as npm writes it: a package taken out and put back leaves no trace', () => {
    const whole = JSON.parse(lock) as { packages: Record<string, unknown> };
    const folder = 'libs/sim/kucoin';
    const taken = [folder, 'node_modules/@tickwire/sim-kucoin'];
    const rest = Object.entries(whole.packages).filter(([path]) => !taken.includes(path));
    const without = { ...whole, packages: Object.fromEntries(rest) };
    const manifest = JSON.parse(read(`${folder}/package.json`)) as Record<string, unknown>;
    expect(addToLock(JSON.stringify(without), [{ folder, manifest }])).toBe(lock);
  });
});
