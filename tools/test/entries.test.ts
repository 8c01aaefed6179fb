// Goal: what passes under the test runner also loads under plain Node. The runner transforms what
// it loads: it forgives named imports that a CommonJS package does not export, syntax that type
// stripping refuses, and specifiers without an ending.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { packageFolders } from '../lint/package-folders.ts';
import { runChild } from '../process/run-child.ts';

const entries = packageFolders(repositoryRoot())
  .map((folder) => join(folder, 'src/index.ts'))
  .filter((path) => existsSync(join(repositoryRoot(), path)));

test('there are libraries to load', () => {
  expect(entries).toContain('libs/core/src/index.ts');
});

test.each(entries)('%s loads under plain Node, without a warning', async (entry) => {
  const script = `await import(${JSON.stringify(join(repositoryRoot(), entry))});`;
  const result = await runChild({
    command: process.execPath,
    args: ['--input-type=module', '--eval', script],
    cwd: repositoryRoot(),
    show: false,
  });
  expect(result.output).toBe('');
  expect(result.code).toBe(0);
});
