// Goal: what rules, dashboards and documents name is what the services really show. Method: the
// demo as it is started by anybody, every target of its list scraped; then the real Prometheus with
// the repository's own configuration, asked for each selector of each rule.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import {
  announceSkip,
  readPrometheus,
  repositoryRoot,
  startProcess,
  temporaryDirectory,
  waitFor,
} from '@tickwire/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { metricNames, recordedNames, ruleExpressions, selectors } from './rule-files.ts';

const script = 'apps/cli/src/main.ts';
const root = repositoryRoot();
const folder = temporaryDirectory({ name: 'metrics' });
const shared = temporaryDirectory({ name: 'metrics', shared: true });
const dataDir = join(folder, 'data');
const targetsPath = join(dataDir, 'run/prometheus-targets.json');

interface TargetGroup {
  targets: string[];
  labels: { service: string };
}

let shown = new Map<string, Set<string>>();

async function scrape(target: string): Promise<string> {
  const response = await fetch(`http://${target}/metrics`);
  expect(response.status, target).toBe(200);
  return response.text();
}

const targetGroups = (): TargetGroup[] =>
  JSON.parse(readFileSync(targetsPath, 'utf8')) as TargetGroup[];

/** Metric names by service, as a scrape of all targets shows them now. */
async function scrapeAll(): Promise<Map<string, Set<string>>> {
  const names = new Map<string, Set<string>>();
  for (const { targets, labels } of targetGroups()) {
    const texts = await Promise.all(targets.map(scrape));
    const samples = texts.flatMap((text) =>
      [...readPrometheus(text).values()].flatMap((family) => family.samples),
    );
    for (const { name, labels: own } of samples) {
      expect(own.service, name).toBe(labels.service);
    }
    names.set(labels.service, new Set(samples.map(({ name }) => name)));
  }
  return names;
}

beforeAll(async () => {
  const config = join(folder, 'config.json');
  const ringDir = join(shared, 'rings');
  const ports = { bus: { port: 0 }, simulator: { port: 0 }, telemetry: { port: 0 } };
  writeFileSync(config, JSON.stringify({ dataDir, ringDir, timeframe: [1], ...ports }));
  const up = startProcess({
    script,
    args: ['up', '--config', config],
    env: { NO_COLOR: '1', TICKWIRE_DEBUG: undefined, NATS_URL: undefined },
  });
  const isReady = async (): Promise<boolean> => {
    if (up.hasEnded) throw new Error(`up ended: ${up.stderr}`);
    if (!existsSync(targetsPath) || targetGroups().length < 6) return false;
    shown = await scrapeAll();
    return shown.get('gateway-kucoin')?.has('tickwire_streams') === true;
  };
  await waitFor(isReady, { what: 'all services to be scraped', deadlineMs: 60_000, everyMs: 200 });
}, 90_000);

afterAll(async () => {
  const down = startProcess({ script, args: ['down', '--data-dir', dataDir, '--grace', '5'] });
  await down.ended;
}, 60_000);

const anywhere = (): Set<string> => new Set([...shown.values()].flatMap((names) => [...names]));

function filesBelow(path: string, pattern: RegExp): string[] {
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { recursive: true })
    .map(String)
    .filter((name) => pattern.test(name))
    .map((name) => join(path, name));
}

describe('a scrape of the demo', () => {
  test('has the targets of the supervisor and of every service', () => {
    expect([...shown.keys()].sort()).toEqual(
      expect.arrayContaining([
        ...['aggregator', 'broker', 'gateway-kucoin', 'persistence', 'sim-kucoin', 'supervisor'],
      ]),
    );
    for (const [service, names] of shown) {
      expect(names.has('tickwire_build_info'), service).toBe(true);
    }
  });

  test('shows each metric that a rule or a dashboard names', () => {
    const recorded = new Set(recordedNames(root));
    const names = [
      ...ruleExpressions(root).flatMap(metricNames),
      ...filesBelow('infra', /dashboard.*\.json$|\/dashboards\/.*\.json$/).flatMap((path) =>
        metricNames(readFileSync(join(root, path), 'utf8')),
      ),
    ];
    expect(names.length).toBeGreaterThan(20);
    const missing = names.filter((name) => !anywhere().has(name) && !recorded.has(name));
    expect([...new Set(missing)]).toEqual([]);
  });

  test('shows each metric that a document names, or the reference lists it', () => {
    const reference = readFileSync(join(root, 'docs/reference/metrics.md'), 'utf8');
    const pages = ['README.md', ...filesBelow('docs', /\.md$/), ...filesBelow('infra', /\.md$/)];
    const recorded = new Set(recordedNames(root));
    const missing = pages.flatMap((page) =>
      metricNames(readFileSync(join(root, page), 'utf8'))
        .filter((name) => !recorded.has(name))
        .filter((name) => !anywhere().has(name) && !anywhere().has(`${name}_bucket`))
        // Those that come with their first occurrence, or with a setting that the demo has not.
        .filter((name) => !reference.includes(`\`${name}\``))
        .map((name) => `${page}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
if (!hasPrometheus) {
  if (process.env.CI !== undefined) throw new Error('CI runs without prometheus: see .ci/run');
  const remedy = 'apt-get install --no-install-recommends prometheus';
  announceSkip('infra/prometheus with a running system', { missing: 'prometheus', remedy });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Prometheus with the repository's rules and scrape jobs, on this system's list of targets. */
async function startPrometheus(): Promise<string> {
  const place = temporaryDirectory({ name: 'prometheus' });
  cpSync(join(root, 'infra/prometheus'), place, { recursive: true });
  const config = join(place, 'prometheus.yml');
  const given = readFileSync(config, 'utf8');
  const systemPath = '/var/lib/tickwire/run/prometheus-targets.json';
  expect(given).toContain(systemPath);
  writeFileSync(config, given.replace(systemPath, targetsPath));
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(place, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: dirname(config) },
  );
  let log = '';
  server.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (log = (log + text).slice(-4_000)));
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  onTestFinished(async () => {
    server.kill();
    await ended;
  });
  const isReady = async (): Promise<boolean> => {
    if (server.exitCode !== null) throw new Error(`prometheus ended: ${log}`);
    const response = await fetch(`http://${address}/-/ready`).catch(() => undefined);
    return response?.status === 200;
  };
  await waitFor(isReady, { what: 'prometheus', deadlineMs: 30_000, everyMs: 100 });
  return `http://${address}/api/v1`;
}

describe.skipIf(!hasPrometheus)('Prometheus with infra/prometheus', () => {
  test('reaches every target, loads every rule, and finds each selector of the rules', async () => {
    const api = await startPrometheus();
    const ask = async <T>(path: string): Promise<T> => {
      const body = (await (await fetch(`${api}/${path}`)).json()) as { status: string; data: T };
      expect(body.status, path).toBe('success');
      return body.data;
    };
    const count = async (query: string): Promise<number> => {
      const path = `query?query=${encodeURIComponent(`count(${query})`)}`;
      const { result } = await ask<{ result: { value: [number, string] }[] }>(path);
      return Number(result[0]?.value[1] ?? 0);
    };
    type Targets = { activeTargets: { health: string; labels: Record<string, string> }[] };
    const healthy = async (): Promise<boolean> => {
      const { activeTargets } = await ask<Targets>('targets');
      return (
        activeTargets.length === targetGroups().length &&
        activeTargets.every(({ health }) => health === 'up')
      );
    };
    await waitFor(healthy, { what: 'all targets up', deadlineMs: 30_000, everyMs: 200 });

    const rules = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules');
    const loaded = rules.groups.flatMap((group) => group.rules);
    expect(loaded).toHaveLength(ruleExpressions(root).length);

    // A value is there as soon as two samples are: rates, and what is recorded of them.
    const recorded = 'tickwire:latency_seconds:p99{stage="decode"} > 0';
    const hasValue = async (): Promise<boolean> => (await count(recorded)) > 0;
    await waitFor(hasValue, { what: recorded, deadlineMs: 40_000, everyMs: 200 });

    const wanted = new Set(ruleExpressions(root).flatMap(selectors));
    expect(wanted.size).toBeGreaterThan(20);
    const empty: string[] = [];
    for (const selector of wanted) if ((await count(selector)) === 0) empty.push(selector);
    expect(empty).toEqual([]);

    // What runs well sounds no alarm of being down or empty.
    const { alerts } = await ask<{ alerts: { labels: { alertname: string } }[] }>('alerts');
    const names = alerts.map(({ labels }) => labels.alertname);
    for (const alarm of ['TickwireServiceDown', 'TickwireTargetDown', 'TickwireNoData']) {
      expect(names).not.toContain(alarm);
    }
  }, 120_000);
});
