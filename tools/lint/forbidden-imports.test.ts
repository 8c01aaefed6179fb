import { describe, expect, test } from 'vitest';
import { forbiddenImports } from './forbidden-imports.ts';

function forbids(folder: string, specifier: string, tests = false): boolean {
  const manifest = {
    name: '@tickwire/x',
    dependencies: { '@tickwire/core': '*', koffi: '1.0.0', '@duckdb/node-api': '1.0.0' },
    devDependencies: { '@tickwire/sim-x': '*' },
  };
  return new RegExp(forbiddenImports({ folder, manifest, tests }).regex).test(specifier);
}

describe('forbidden imports', () => {
  test.each([
    ['libs/core', 'node:fs'],
    ['libs/core', 'fs'],
    ['libs/domain/book', '@duckdb/node-api'],
    ['libs/ipc/ring', 'koffi'],
    ['libs/ipc/shm', '@duckdb/node-api'],
    ['libs/io/store', 'koffi'],
    ['libs/io/store', 'pino'],
    ['libs/io/store', '@tickwire/core-of-something-else'],
    ['libs/io/store', '@tickwire/testing'],
  ])('%s must not import %s', (folder, specifier) => {
    expect(forbids(folder, specifier)).toBe(true);
  });

  test.each([
    ['libs/core', './clock.ts'],
    ['libs/domain/book', '@tickwire/core'],
    ['libs/ipc/shm', 'koffi'],
    ['libs/ipc/shm', 'node:fs'],
    ['libs/io/store', '@duckdb/node-api'],
    ['libs/io/store', '@duckdb/node-api/lib/x.js'],
    ['libs/testing', 'vitest'],
  ])('%s may import %s', (folder, specifier) => {
    expect(forbids(folder, specifier)).toBe(false);
  });

  test('what is declared for tests is for tests only', () => {
    expect(forbids('apps/x', '@tickwire/sim-x', true)).toBe(false);
    expect(forbids('apps/x', '@tickwire/sim-x')).toBe(true);
  });

  test('tests of a pure layer may use Node, the test runner and the testing library', () => {
    for (const specifier of ['node:fs', 'vitest', '@tickwire/testing']) {
      expect(forbids('libs/core', specifier, true)).toBe(false);
    }
  });
});
