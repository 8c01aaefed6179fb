// Goal: what every service shows on its operations door is true: alive while it starts, ready only
// while it runs, its counters through a kill, and each metric as docs/reference/metrics.md says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { startKucoinSimulator } from '@tickwire/sim-kucoin';
import {
  announceSkip,
  readPrometheus,
  repositoryRoot,
  sampleOf,
  startProcess,
  waitFor,
} from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TelemetryHost, operationsUrl, scrape, scrapeText } from '../test/telemetry-host.ts';

const SYMBOLS = 'BTC-USDT,ETH-USDT';

async function gatewaySettings(): Promise<Record<string, string>> {
  const simulator = await startKucoinSimulator({ symbols: SYMBOLS.split(','), rate: 400 });
  onTestFinished(() => simulator.close());
  return {
    TICKWIRE_SYMBOLS: SYMBOLS,
    TICKWIRE_KUCOIN_REST_URL: simulator.url,
    TICKWIRE_SIMULATED: '1',
  };
}

function startHeld(): TestProcess {
  return startProcess({
    script: 'apps/gateway-kucoin/test-processes/held-service.ts',
    env: new TelemetryHost().env('held', { TICKWIRE_LOG_LEVEL: 'info' }),
  });
}

async function statusOf(url: string): Promise<string> {
  const response = await fetch(url);
  return `${response.status} ${(await response.text()).trim()}`;
}

describe('the operations door of a service', () => {
  test('lives while it starts, is ready while it runs, and not from the first signal on', async () => {
    const service = startHeld();
    const [, url = ''] = await service.output(/"url":"(http:[^"]+)".*open to operators/);
    expect(await statusOf(`${url}/livez`)).toBe('200 ok');
    expect(await statusOf(`${url}/readyz`)).toBe('503 the service is starting');
    service.child.send('go');
    await service.ready();
    expect(await statusOf(`${url}/readyz`)).toBe('200 ok');
    const health = '{"service":"held","phase":"running","ok":false,"reason":"held by a test"}';
    expect(await statusOf(`${url}/healthz`)).toBe(`503 ${health}`);
    const running = await scrape(url);
    expect(sampleOf(running, 'tickwire_ready', { service: 'held' })).toBe(1);
    expect(sampleOf(running, 'tickwire_health', { service: 'held' })).toBe(0);
    service.child.kill('SIGTERM');
    await waitFor(async () => (await statusOf(`${url}/readyz`)).startsWith('503'), {
      what: 'it to be not ready',
    });
    expect(await statusOf(`${url}/livez`)).toBe('200 ok');
    await waitFor(async () => sampleOf(await scrape(url), 'tickwire_ready') === 0, {
      what: 'the gauge',
    });
    service.child.send('go');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  test('counters go on where a killed process left them', async () => {
    const host = new TelemetryHost();
    const settings = await gatewaySettings();
    const frames = { hop: 'kucoin.wire', unit: 'message' };
    let last = 0;
    for (let life = 0; life < 3; life++) {
      const gateway = host.start('gateway-kucoin', settings);
      const url = await operationsUrl(gateway);
      const first = sampleOf(await scrape(url), 'tickwire_hop_out_total', frames) ?? 0;
      expect(first).toBeGreaterThanOrEqual(last);
      const seen = await waitFor(
        async () => {
          const now = sampleOf(await scrape(url), 'tickwire_hop_out_total', frames) ?? 0;
          return now > first + 100 ? now : undefined;
        },
        { what: '100 frames more', everyMs: 50 },
      );
      last = seen;
      await gateway.stop('SIGKILL');
    }
  });
});

interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: string[];
  readonly shownBy: string;
  readonly meaning: string;
}

const reference = (): string =>
  readFileSync(join(repositoryRoot(), 'docs/reference/metrics.md'), 'utf8');

/** The rows of the tables of docs/reference/metrics.md. */
function documentedMetrics(): Map<string, DocumentedMetric> {
  const cells = (line: string): string[] => line.split(' | ').map((cell) => cell.trim());
  const rows = reference()
    .split('\n')
    .filter((line) => line.startsWith('| `tickwire_'))
    .map((line) => cells(line.replace(/^\| | \|$/g, '')));
  return new Map(
    rows.map(([name = '', type = '', labels = '', shownBy = '', , meaning = '']) => {
      const plain = name.replaceAll('`', '');
      const names = [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
      return [plain, { name: plain, type, labels: names, shownBy, meaning }];
    }),
  );
}

/** `stage measured by`, as its table says. */
function documentedStages(): string[] {
  const rows = reference().matchAll(/^\| `(\w+)` \| ([a-z, -]+) \| [^|]+ \| [^|]+ \|$/gm);
  return [...rows].flatMap(([, stage = '', services = '']) =>
    services.split(', ').map((service) => `${stage} ${service}`),
  );
}

/** Services whose metrics are scraped here; those of the others are looked at by name only. */
const SCRAPED = ['aggregator', 'broker', 'gateway-kucoin', 'persistence', 'sim-kucoin'];

async function startAll(): Promise<Map<string, string>> {
  const host = new TelemetryHost();
  const all = { TICKWIRE_TIMEFRAMES: '1', TICKWIRE_OTLP_URL: 'http://127.0.0.1:9' };
  const urls = new Map<string, string>();
  const start = async (app: string, settings: Record<string, string>): Promise<unknown> => {
    const service = host.start(app, { ...all, ...settings });
    urls.set(app, await operationsUrl(service));
    return await service.ready();
  };
  const simulated = { TICKWIRE_SYMBOLS: SYMBOLS, TICKWIRE_RATE: '300', TICKWIRE_SIMULATED: '1' };
  const { restUrl } = (await start('sim-kucoin', simulated)) as { restUrl: string };
  const { url } = (await start('broker', {})) as { url: string };
  const later = [
    start('aggregator', { TICKWIRE_NATS_URL: url }),
    start('persistence', {}),
    start('gateway-kucoin', { ...simulated, TICKWIRE_KUCOIN_REST_URL: restUrl }),
  ];
  await Promise.all(later);
  return urls;
}

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** What `promtool check metrics` says of ours; names of the library are not ours to change. */
function promtoolOn(text: string): string[] {
  const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  const lines = `${result.stdout}${result.stderr}`.split('\n');
  return lines.filter((line) => line !== '' && !/^(nodejs|process)_/.test(line));
}

describe('the metrics of a running system', () => {
  test('are valid, bounded, and what the reference says', async () => {
    const urls = await startAll();
    const documented = documentedMetrics();
    await waitFor(
      async () => {
        const families = await scrape(urls.get('persistence') ?? '');
        const labels = { stage: 'persist' };
        return (sampleOf(families, 'tickwire_latency_seconds_count', labels) ?? 0) > 0;
      },
      { what: 'something to be kept', everyMs: 100 },
    );
    const found = new Set<string>();
    const stages = new Set<string>();
    const wrong: string[] = [];
    for (const [service, url] of urls) {
      const text = await scrapeText(url);
      if (hasPromtool) expect(promtoolOn(text)).toEqual([]);
      const families = readPrometheus(text);
      for (const { name, type, help, samples } of families.values()) {
        for (const sample of samples) expect(sample.labels.service).toBe(service);
        if (!name.startsWith('tickwire_')) continue;
        found.add(name);
        for (const { labels } of samples) {
          if (labels.stage !== undefined) stages.add(`${labels.stage} ${service}`);
        }
        const row = documented.get(name);
        if (row === undefined) wrong.push(`${name} of ${service} is not documented`);
        else if (row.type !== type) wrong.push(`${name} is a ${type}`);
        else if (row.meaning !== help) wrong.push(`${name} means: ${help}`);
        const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
        for (const label of [...labels].filter((one) => one !== 'le' && one !== 'service')) {
          if (row !== undefined && !row.labels.includes(label)) wrong.push(`${name}: ${label}`);
        }
      }
      for (const name of ['nodejs_eventloop_lag_seconds', 'process_cpu_seconds_total']) {
        expect(families.has(name)).toBe(true);
      }
      expect(sampleOf(families, 'tickwire_metrics_left_out')).toBe(0);
    }
    for (const { name, shownBy } of documented.values()) {
      const services = shownBy.split(', ');
      const isSure = !services.includes('once one happened');
      const isScraped = shownBy === 'all' || services.some((one) => SCRAPED.includes(one));
      if (isSure && isScraped && !found.has(name)) wrong.push(`${name} is nowhere`);
    }
    const scrapedStages = documentedStages().filter((one) =>
      SCRAPED.includes(one.split(' ')[1] ?? ''),
    );
    expect([...stages].sort()).toEqual(scrapedStages.sort());
    expect(wrong).toEqual([]);
  });
});

if (!hasPromtool) {
  const remedy = 'apt-get install prometheus';
  announceSkip('metrics with promtool', { missing: 'promtool', remedy });
}
