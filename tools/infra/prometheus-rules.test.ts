// Goal: an alert fires when it must and only then, and leads to a page that helps. Method: promtool
// runs the unit tests beside the rules; what they cover is counted here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { announceSkip, repositoryRoot } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertRules } from './rule-files.ts';

const root = repositoryRoot();
const folder = join(root, 'infra/prometheus');
const tests = readdirSync(join(folder, 'tests')).map((name) => join(folder, 'tests', name));

interface AlertTest {
  alertname: string;
  exp_alerts: unknown[];
}

const cases = tests.flatMap((path) => {
  const { tests: groups } = parse(readFileSync(path, 'utf8')) as {
    tests: { alert_rule_test: AlertTest[] }[];
  };
  return groups.flatMap((group) => group.alert_rule_test);
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) {
  if (process.env.CI !== undefined) throw new Error('CI runs without promtool: see .ci/run');
  const remedy = 'apt-get install --no-install-recommends prometheus';
  announceSkip('the alert rules in infra/prometheus', { missing: 'promtool', remedy });
}

const promtool = (...args: string[]) =>
  spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });

describe.skipIf(!hasPromtool)('promtool', () => {
  test('accepts the configuration and every rule', () => {
    const { status, stdout, stderr } = promtool('check', 'config', 'prometheus.yml');
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('6 rule files found');
  });

  test.each(tests)('passes %s', (path) => {
    const { status, stdout, stderr } = promtool('test', 'rules', path);
    expect(status, stdout + stderr).toBe(0);
  });
});

describe.each(alertRules(root))('$alert', ({ alert, labels, annotations }) => {
  test('is tested both ways', () => {
    const own = cases.filter(({ alertname }) => alertname === alert);
    expect(own.filter(({ exp_alerts: expected }) => expected.length > 0)).not.toEqual([]);
    expect(own.filter(({ exp_alerts: expected }) => expected.length === 0)).not.toEqual([]);
  });

  test('says how bad it is, what was measured, and what to do', () => {
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary).toBeTruthy();
    expect(annotations.description).toContain('$value');
    const { runbook = '' } = annotations;
    expect(runbook).toMatch(/^docs\/runbooks\/[\w-]+\.md$/);
    expect(existsSync(join(root, runbook)), runbook).toBe(true);
    // The page speaks of the alert by its name.
    expect(readFileSync(join(root, runbook), 'utf8')).toContain(alert);
  });
});
