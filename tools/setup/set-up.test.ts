// Goal: a checkout gets set up by any command, once, and no set-up ever breaks what is there.
// Method: the real launcher in a small checkout of its own; npm is replaced by fake-npm.cjs, which
// installs from the lock file without a network.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { beforeEach, describe, expect, test } from 'vitest';

const SCRIPTS = ['apps/cli/src/main.ts', 'tools/test/run.ts'];

const RUN_A = 'node_modules/run-a';

interface LockEntry {
  version?: string;
  dev?: boolean;
  link?: boolean;
  resolved?: string;
  bin?: Record<string, string>;
}

const PACKAGES: Record<string, LockEntry> = {
  '': {},
  'libs/own': { version: '0.1.0' },
  'node_modules/@own/lib': { resolved: 'libs/own', link: true },
  'node_modules/run-a': { version: '1.0.0', bin: { 'run-a': 'index.js' } },
  'node_modules/run-a/node_modules/inner': { version: '1.0.0' },
  'node_modules/run-b': { version: '1.0.0' },
  'node_modules/dev-a': { version: '1.0.0', dev: true, bin: { 'dev-a': 'index.js' } },
  'node_modules/dev-a/node_modules/inner': { version: '2.0.0', dev: true },
};

let root: string;

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function lock(packages: Record<string, LockEntry>): void {
  put('package-lock.json', JSON.stringify({ packages }));
}

/** Starts `npm run <command>` without npm: what its script in package.json does. */
function launch(command: string, options: { args?: string[]; fake?: string } = {}) {
  return startProcess({
    script: join(root, 'tools/setup/launch.mjs'),
    args: [command, ...(options.args ?? [])],
    cwd: root,
    env: {
      npm_execpath: join(root, 'npm-cli.cjs'),
      FAKE_NPM: options.fake ?? '',
      FAKE_NPM_LOG: join(root, 'npm-calls.log'),
    },
  });
}

async function run(command: string, options: { args?: string[]; fake?: string } = {}) {
  const started = launch(command, options);
  const { code } = await started.ended;
  return { code, stdout: started.stdout, stderr: started.stderr };
}

function npmCalls(): string[] {
  const path = join(root, 'npm-calls.log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function version(path: string): string | undefined {
  const manifest = join(root, 'node_modules', path, 'package.json');
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function leftovers(): string[] {
  return readdirSync(join(root, '.setup')).filter((name) => name !== 'npm.log');
}

beforeEach(() => {
  root = temporaryDirectory({ name: 'set-up' });
  cpSync(import.meta.dirname, join(root, 'tools/setup'), { recursive: true });
  cpSync(join(import.meta.dirname, 'fake-npm.cjs'), join(root, 'npm-cli.cjs'));
  put('package.json', JSON.stringify({ name: 'small', workspaces: ['libs/*'] }));
  put('libs/own/package.json', JSON.stringify({ name: '@own/lib', version: '0.1.0' }));
  for (const path of SCRIPTS) {
    put(path, "console.log(process.argv.slice(2).join(' ') || 'no arguments');\n");
  }
  lock(PACKAGES);
});

describe('set-up', () => {
  test('installs what running needs, says so, and is silent from then on', async () => {
    const first = await run('start', { args: ['--duration', '20'] });
    expect(first).toMatchObject({ code: 0, stdout: 'up --duration 20\n' });
    expect(first.stderr).toMatch(/set up in \d+\.\d s: 3 packages added\n$/);
    expect(version('run-a')).toBe('1.0.0');
    expect(version('dev-a')).toBeUndefined();
    expect(await run('tickwire', { args: ['tail'] })).toEqual({
      code: 0,
      stdout: 'tail\n',
      stderr: '',
    });
    expect(npmCalls()).toHaveLength(1);
  });

  test('adds the packages for tests beside those in use, which stay the same files', async () => {
    await run('start');
    const before = statSync(join(root, 'node_modules/run-a/index.js'));
    const second = await run('test');
    expect(second.stderr).toMatch(/2 packages added\n$/);
    expect(version('dev-a/node_modules/inner')).toBe('2.0.0');
    expect(existsSync(join(root, 'node_modules/.bin/dev-a'))).toBe(true);
    expect(statSync(join(root, 'node_modules/run-a/index.js')).ino).toBe(before.ino);
    expect((await run('start')).stderr).toBe('');
    expect(leftovers()).toEqual([]);
  });

  test('exchanges a package whose version changed and removes none', async () => {
    await run('test');
    put('node_modules/by-hand/package.json', '{"version":"9.0.0"}');
    const entries = Object.entries(PACKAGES).filter(([path]) => !path.startsWith(RUN_A));
    lock({ ...Object.fromEntries(entries), [RUN_A]: { version: '2.0.0' } });
    const result = await run('start');
    expect(result.stderr).toMatch(/0 packages added, 1 exchanged\n$/);
    expect(version('run-a')).toBe('2.0.0');
    expect(version('run-a/node_modules/inner')).toBeUndefined();
    expect([version('dev-a'), version('by-hand')]).toEqual(['1.0.0', '9.0.0']);
  });

  test('takes an install made by hand for its own when it is complete', async () => {
    await run('test');
    rmSync(join(root, 'node_modules/.tickwire-setup.json'));
    expect((await run('start')).stderr).toMatch(/already installed/);
    expect(npmCalls()).toHaveLength(1);
  });

  test('repairs an install that lost a package', async () => {
    await run('start');
    rmSync(join(root, 'node_modules/run-b'), { recursive: true });
    expect((await run('start')).stderr).toMatch(/1 packages added\n$/);
    expect(version('run-b')).toBe('1.0.0');
  });

  test('is not repeated when a manifest changes in what no install depends on', async () => {
    await run('start');
    const manifest = { name: 'small', workspaces: ['libs/*'], scripts: { x: 'y' } };
    put('package.json', JSON.stringify(manifest));
    await run('start');
    expect(npmCalls()).toHaveLength(1);
  });
});

describe('a set-up that fails', () => {
  test('says why in a sentence and leaves the old install working', async () => {
    await run('start');
    const failed = await run('test', { fake: 'fail' });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr.trimEnd().split('\n').at(-1)).toBe(
      'Set-up failed: the npm registry cannot be reached; the packages installed before are ' +
        "untouched (npm's own words: .setup/npm.log).",
    );
    expect((await run('start')).stderr).toBe('');
    expect(leftovers()).toEqual([]);
  });

  test('undoes its steps when the merge cannot be finished', async () => {
    await run('start');
    rmSync(join(root, 'node_modules/.bin'), { recursive: true });
    put('node_modules/.bin', 'in the way of the folder');
    const failed = await run('test');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/^Set-up failed: .*(EEXIST|ENOTDIR)/m);
    expect(version('dev-a')).toBeUndefined();
    expect((await run('start')).code).toBe(0);
  });

  test('is interrupted by a signal and changes nothing', async () => {
    const started = launch('start', { fake: 'hang' });
    await waitFor(() => npmCalls().length === 1, { what: 'npm to run' });
    const { code } = await started.stop('SIGTERM');
    expect(code).toBe(130);
    expect(started.stderr).toMatch(/Set-up interrupted; nothing was installed\.\n$/);
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(root, 'node_modules'))).toBe(false);
  });
});

describe('two set-ups', () => {
  test('at once run npm once', async () => {
    const results = await Promise.all([run('start'), run('start'), run('tickwire')]);
    expect(results.map((result) => result.code)).toEqual([0, 0, 0]);
    expect(npmCalls()).toHaveLength(1);
  });

  test('do not wait for one that was killed', async () => {
    const killed = launch('start', { fake: 'hang' });
    await waitFor(() => npmCalls().length === 1, { what: 'npm to run' });
    await killed.stop('SIGKILL');
    expect(leftovers()).toContain('lock');
    expect((await run('start')).code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  test('wait for one that lives, and say so', async () => {
    const first = launch('start', { fake: 'hang' });
    await waitFor(() => npmCalls().length === 1, { what: 'npm to run' });
    const second = launch('start');
    await second.output(new RegExp(`waiting for another set-up \\(process ${first.pid}\\)`));
    await first.stop('SIGTERM');
    expect((await second.ended).code).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });
});

describe('the command', () => {
  const COUNT_SIGNALS = `
    let signals = 0;
    for (const name of ['SIGINT', 'SIGTERM']) {
      process.on(name, () => {
        signals += 1;
        console.log(name + ' ' + signals);
        setTimeout(() => process.exit(5), 400);
      });
    }
    setInterval(() => {}, 1_000);
    console.log('started');`;

  beforeEach(() => put('apps/cli/src/main.ts', COUNT_SIGNALS));

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'gets %s once, its code passes through',
    async (name) => {
      const started = launch('start');
      await started.output(/started/);
      process.kill(started.pid, name);
      process.kill(started.pid, name);
      expect((await started.ended).code).toBe(5);
      expect(started.stdout).toBe(`started\n${name} 1\n`);
    },
  );

  test('ends in order when the launcher is killed', async () => {
    const started = launch('start');
    await started.output(/started/);
    await started.stop('SIGKILL');
    await waitFor(() => started.stdout.includes('SIGTERM 1'), { what: 'the last SIGTERM' });
  });
});
