// Goal: the unit that operators are given starts what is there, and may do no more than it needs.
// Method: systemd's own verifier, on the unit with its paths moved to this checkout; and the
// command line in it against the program itself.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { announceSkip, repositoryRoot, runToEnd, temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';

const root = repositoryRoot();
const folder = join(root, 'infra/systemd');
const unit = readFileSync(join(folder, 'tickwire.service'), 'utf8');
const INSTALLED = '/opt/tickwire';

/** Values of a setting, in order; lines that are comments have none. */
function settings(name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match) => match[1] ?? '');
}

const commands = [...settings('ExecStartPre'), ...settings('ExecStart')];

describe('the unit', () => {
  test.each(commands)('%s names files and options that exist', async (command) => {
    const [node = '', script = '', verb = '', ...words] = command.split(' ');
    for (const path of [node, script]) {
      expect(path.startsWith(`${INSTALLED}/`)).toBe(true);
      expect(existsSync(path.replace(INSTALLED, root)), path).toBe(true);
    }
    const help = await runToEnd({
      script: script.replace(`${INSTALLED}/`, ''),
      args: [verb, '--help'],
    });
    expect(help.code, help.stderr).toBe(0);
    for (const word of words.filter((text) => text.startsWith('-'))) {
      expect(help.stdout, word).toMatch(new RegExp(`^\\s+(-\\w, )?${word} `, 'm'));
    }
  });

  test('keeps its data where it may write', () => {
    const [start = ''] = settings('ExecStart');
    expect(start).toContain('--data-dir /var/lib/tickwire');
    expect(settings('StateDirectory')).toEqual(['tickwire']);
    expect(settings('ReadWritePaths')).toEqual(['/dev/shm']);
    expect(settings('ProtectSystem')).toEqual(['strict']);
  });

  test('waits longer than the slowest drain, and signals the supervisor alone', () => {
    const plan = readFileSync(join(root, 'libs/system/src/plan/plan.ts'), 'utf8');
    const stopMs = Number(/STOP_DEADLINE_MS = ([\d_]+)/.exec(plan)?.[1]?.replaceAll('_', ''));
    const stages = 5; // gateways, aggregator, persistence, bus, simulators
    expect(stopMs).toBeGreaterThan(0);
    expect(Number(settings('TimeoutStopSec')[0]) * 1000).toBeGreaterThan(stages * stopMs);
    expect(settings('KillMode')).toEqual(['mixed']);
  });

  test('comes with a configuration that the program takes', async () => {
    const place = temporaryDirectory({ name: 'systemd' });
    const config = join(place, 'tickwire.json');
    writeFileSync(config, readFileSync(join(folder, 'tickwire.json.example')));
    const args = ['doctor', '--json', '--config', config, '--data-dir', place];
    const { stdout } = await runToEnd({ script: 'apps/cli/src/main.ts', args });
    const { checks } = JSON.parse(stdout) as {
      checks: { id: string; state: string; note: string }[];
    };
    expect(checks.find(({ id }) => id === 'configuration')).toMatchObject({ state: 'ok' });
  });

  test('comes with an environment whose variables reach a service', () => {
    const lines = readFileSync(join(folder, 'environment.example'), 'utf8').split('\n');
    const names = lines.flatMap((line) => /^#?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1] ?? []);
    expect(names).toContain('NATS_URL');
    const config = readFileSync(join(root, 'apps/gateway-kucoin/src/config.ts'), 'utf8');
    for (const name of names.filter((text) => text.startsWith('TICKWIRE_'))) {
      const key = name
        .replace('TICKWIRE_', '')
        .toLowerCase()
        .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      expect(config, name).toMatch(new RegExp(`\\b${key}:`));
    }
  });
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) {
  if (process.env.CI !== undefined) throw new Error('CI runs without systemd-analyze: see .ci/run');
  const remedy = 'apt-get install --no-install-recommends systemd';
  announceSkip('infra/systemd/tickwire.service', { missing: 'systemd-analyze', remedy });
}

describe.skipIf(!hasSystemd)('systemd-analyze', () => {
  const moved = (): string => {
    const path = join(temporaryDirectory({ name: 'systemd' }), 'tickwire.service');
    writeFileSync(path, unit.replaceAll(INSTALLED, root));
    return path;
  };

  test('finds no mistake', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', moved()], {
      encoding: 'utf8',
    });
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('tickwire'));
    expect(said).toEqual([]);
    expect(status, stderr).toBe(0);
  });

  test('calls its exposure low', () => {
    const args = ['security', '--offline=true', '--no-pager', moved()];
    const { stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    const score = /Overall exposure level for tickwire\.service: (\d+\.\d+)/.exec(stdout)?.[1];
    expect(score, stderr).toBeDefined();
    process.stdout.write(`exposure of tickwire.service: ${score} of 10\n`);
    expect(Number(score)).toBeLessThan(3);
  });
});
