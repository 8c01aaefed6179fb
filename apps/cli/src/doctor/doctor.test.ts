// Goal: the doctor says of each machine what a person would, and its scripts set and undo exactly
// that. Method: trees of /proc and /sys of several machines on disk, read by the real code; the
// scripts are run by a shell on such a tree.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { loadUpOptions } from '@tickwire/system';
import { describe, expect, test } from 'vitest';
import { runChecks } from './check.ts';
import type { CheckResult } from './check.ts';
import { hostChecks } from './doctor-command.ts';
import { fixScripts } from './fix-script.ts';
import { openHost } from './host.ts';
import type { Host } from './host.ts';

const fixtures = new URL('../../fixtures/hosts/', import.meta.url);

/** Makes the files of a machine in a new folder. */
function machine(name: string): string {
  const root = temporaryDirectory({ name: 'host' });
  const text = readFileSync(new URL(`${name}.txt`, fixtures), 'utf8');
  for (const part of text.split(/^== /m).slice(1)) {
    const end = part.indexOf('\n');
    const path = join(root, part.slice(0, end));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, part.slice(end + 1));
  }
  return root;
}

const checks = hostChecks(loadUpOptions({ dataDir: '/data' }, {}));

function examine(root: string, change: Partial<Host> = {}): Map<string, CheckResult> {
  const host = openHost({ root, path: undefined, nodeVersion: 'v24.21.0' });
  const results = runChecks(checks, { ...host, ...change });
  return new Map(results.map((result) => [result.id, result]));
}

const statesOf = (results: ReadonlyMap<string, CheckResult>): Record<string, string> =>
  Object.fromEntries([...results].map(([id, { state }]) => [id, state]));

describe('the doctor', () => {
  test('finds nothing to set on a server that is set up for it', () => {
    const results = examine(machine('tuned-server'));
    const states = statesOf(results);
    expect(states).toEqual({
      ...Object.fromEntries([...results.keys()].map((id) => [id, 'ok'])),
      // Programs that are not run here.
      ...{ 'nic-rings': 'unknown', 'nic-coalescing': 'unknown', 'nats-server': 'warn' },
    });
  });

  test('names what slows a laptop down', () => {
    const results = examine(machine('laptop'));
    expect(statesOf(results)).toMatchObject({
      'cpu-governor': 'warn',
      'cpu-idle': 'warn',
      'cpu-isolation': 'warn',
      'irq-affinity': 'ok',
      numa: 'ok',
      'clock-source': 'warn',
      'transparent-huge-pages': 'warn',
      'huge-pages': 'warn',
      'shm-options': 'ok',
      'receive-buffer': 'warn',
      'open-files': 'warn',
      'locked-memory': 'warn',
      kernel: 'warn',
    });
    expect(results.get('cpu-isolation')?.byHand).toContain('isolcpus=2-3');
    expect(results.get('cpu-governor')?.note).toBe('4 cores may clock down between ticks');
  });

  test('sees interrupts on cores that were set apart, and limits that are too low', () => {
    const results = examine(machine('numa-busy'));
    expect(statesOf(results)).toMatchObject({
      'irq-affinity': 'warn',
      numa: 'warn',
      'open-files': 'bad',
      'shm-options': 'warn',
    });
    expect(results.get('irq-affinity')?.settings).toEqual([
      { path: '/proc/irq/24/smp_affinity_list', value: '0-1', before: '0-3' },
      { path: '/proc/irq/26/smp_affinity_list', value: '0-1', before: '2' },
    ]);
  });

  test('says that it does not know where a container shows nothing', () => {
    const states = statesOf(examine(machine('container')));
    expect(states).toMatchObject({
      'cpu-governor': 'unknown',
      'cpu-idle': 'unknown',
      'clock-source': 'unknown',
      'transparent-huge-pages': 'unknown',
      'receive-buffer': 'unknown',
      'open-files': 'ok',
      'shm-options': 'bad',
    });
    expect(statesOf(examine(temporaryDirectory({ name: 'empty' })))).toMatchObject({
      'shm-size': 'bad',
      kernel: 'unknown',
      'open-files': 'unknown',
    });
  });

  test('takes nothing from hostile files into its scripts or onto the terminal', () => {
    const results = [...examine(machine('hostile')).values()];
    const { set, undo } = fixScripts(results, { made: 'here' });
    const told = JSON.stringify(results.map(({ note, read }) => [note, read]));
    for (const text of [set, undo, told]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
    expect(set + undo).not.toMatch(/touch|reboot|`id`/);
    expect(results.find(({ id }) => id === 'receive-buffer')?.state).toBe('unknown');
    // The one honest file among them can be set.
    expect(set).toContain(`put '/sys/devices/system/cpu/cpu0/cpuidle/state1/disable' '1'`);
  });

  test('judges what ethtool and nats-server print', () => {
    const root = machine('laptop');
    mkdirSync(join(root, 'sys/class/net/eth0/device/driver'), { recursive: true });
    mkdirSync(join(root, 'sys/class/net/lo'), { recursive: true });
    const answers: Record<string, string> = {
      'ethtool -g eth0': [
        'Ring parameters for eth0:',
        'Pre-set maximums:',
        'RX:\t\t4096',
        'TX:\t\t4096',
        'Current hardware settings:',
        'RX:\t\t512',
        'TX:\t\t512',
      ].join('\n'),
      'ethtool -c eth0': 'Coalesce parameters for eth0:\nAdaptive RX: on  TX: off\nrx-usecs:\t50',
      'nats-server -v': 'nats-server: v2.8.4',
    };
    const run: Host['run'] = (program, args) => answers[[program, ...args].join(' ')];
    const results = examine(root, { run });
    expect(results.get('nic-rings')?.settings).toEqual([
      {
        command: ['ethtool', '-G', 'eth0', 'rx', '4096'],
        undo: ['ethtool', '-G', 'eth0', 'rx', '512'],
      },
    ]);
    expect(results.get('nic-coalescing')?.settings).toHaveLength(2);
    expect(results.get('nats-server')?.state).toBe('warn');
    answers['nats-server -v'] = 'nats-server: v2.10.1';
    expect(examine(root, { run }).get('nats-server')?.state).toBe('ok');
  });

  test.each([
    ['v24.1.0', 'ok'],
    ['v25.0.0', 'ok'],
    ['v20.20.0', 'bad'],
    ['node', 'unknown'],
  ])('Node %s is %s', (nodeVersion, state) => {
    expect(examine(machine('container'), { nodeVersion }).get('node')?.state).toBe(state);
  });

  test.each([
    [10 * 1024 ** 3, 'ok'],
    [1024 ** 3, 'warn'],
    [1024 ** 2, 'bad'],
  ])('%i free bytes for a store of 2 GiB are %s', (freeBytes, state) => {
    const space: Host['space'] = (path) =>
      path === '/data' ? { totalBytes: 1e12, freeBytes } : { totalBytes: 1e9, freeBytes: 1e9 };
    expect(examine(machine('container'), { space }).get('data-disk')?.state).toBe(state);
  });

  test('runs on this host, and knows each check by one name', () => {
    const results = examine('', {});
    expect(results.size).toBe(checks.length);
    for (const result of results.values()) expect(result.note, result.id).not.toBe('');
  });
});

describe('its scripts', () => {
  const sh = (script: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('/bin/sh', ['-s'], { input: script, encoding: 'utf8' });

  /** Every file of a tree; of a choice the part in brackets: writing one does not keep the list. */
  function contents(root: string): Record<string, string> {
    const names = readdirSync(root, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      names
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          const text = readFileSync(path, 'utf8').trim();
          return [path, /\[(.*)\]/.exec(text)?.[1] ?? text];
        }),
    );
  }

  test.each(['laptop', 'numa-busy'])('set what the checks ask for on %s, and undo it', (name) => {
    const root = machine(name);
    const before = contents(root);
    const found = [...examine(root).values()];
    const settable = found.filter(({ settings }) => (settings?.length ?? 0) > 0);
    expect(settable.length).toBeGreaterThan(2);
    const { set, undo } = fixScripts(found, { root, made: 'in a test' });

    expect(sh(set)).toMatchObject({ status: 0, stderr: '' });
    const after = examine(root);
    for (const { id } of settable) expect(after.get(id)?.state, id).toBe('ok');
    // A second time there is nothing to do.
    expect(sh(set)).toMatchObject({ status: 0, stdout: '', stderr: '' });

    expect(sh(undo)).toMatchObject({ status: 0, stderr: '' });
    expect(contents(root)).toEqual(before);
    expect(sh(undo)).toMatchObject({ status: 0, stdout: '' });
  });

  test('say what they could not set, and go on', () => {
    const root = machine('numa-busy');
    const found = [...examine(root).values()];
    const { set } = fixScripts(found, { root: join(root, 'elsewhere'), made: 'in a test' });
    const end = sh(set);
    expect(end.status).toBe(1);
    expect(end.stderr.match(/is not there any more/g)?.length).toBeGreaterThan(2);
  });

  test('name what only a person can do', () => {
    const { set } = fixScripts([...examine(machine('laptop')).values()], { made: 'here' });
    expect(set).toMatch(/# By hand, cpu-isolation: .*isolcpus=2-3/);
    expect(set).toMatch(/# By hand, open-files: LimitNOFILE=65536/);
  });
});
