// Goal: `nx build <app>` gives a file that runs without the sources. Method: build as a person
// would, move the bundle to a folder with nothing but the packages it may not contain, and run it.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repositoryRoot, startProcess, temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { runChild } from '../process/run-child.ts';
import { NX_ENVIRONMENT } from '../test/steps.ts';

const BUILD_LIMIT_MS = 120_000;
const NATIVE = ['koffi', '@koromix', '@duckdb'];

async function build(app: string): Promise<void> {
  const bin = join(repositoryRoot(), 'node_modules/.bin');
  const result = await runChild({
    command: join(bin, 'nx'),
    args: ['build', app],
    cwd: repositoryRoot(),
    env: {
      ...process.env,
      ...NX_ENVIRONMENT,
      PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    },
    show: false,
  });
  expect(result.output).toContain('main.js');
  expect(result.code).toBe(0);
}

/** The bundle alone in a folder; returns its path. */
function isolate(app: string): string {
  const folder = temporaryDirectory({ name: 'bundle' });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of NATIVE) {
    symlinkSync(join(repositoryRoot(), 'node_modules', name), join(modules, name));
  }
  const target = join(folder, 'main.mjs');
  cpSync(join(repositoryRoot(), 'dist/apps', app, 'main.js'), target);
  return target;
}

describe('a bundled app', () => {
  test('the command line shows its help', { timeout: BUILD_LIMIT_MS }, async () => {
    await build('cli');
    const started = startProcess({ script: isolate('cli'), args: ['--help'] });
    expect((await started.ended).code).toBe(0);
    expect(started.stdout).toMatch(/\bup\b[\s\S]*\breplay\b/);
  });

  test('a gateway refuses to start unconfigured', { timeout: BUILD_LIMIT_MS }, async () => {
    await build('gateway-kucoin');
    const env = Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => name.startsWith('TICKWIRE_'))
        .map((name) => [name, undefined]),
    );
    const started = startProcess({ script: isolate('gateway-kucoin'), env });
    expect((await started.ended).code).toBe(2);
    expect(`${started.stdout}${started.stderr}`).toContain('TICKWIRE_RING_DIR');
  });
});
