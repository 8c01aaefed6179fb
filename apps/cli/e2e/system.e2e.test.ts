// Goal: the demo, as a stranger runs it, accounts for every tick. Method: the real command line and
// all real services, on directories and ports of this test; what the report says is checked against
// the simulator's own log and a count(*) that does not come from the report.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readServiceRecords } from '@tickwire/io-service';
import { openStore } from '@tickwire/io-store';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childrenOf, isAlive } from '@tickwire/system';

const script = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let dataDir = '';
let ringDir = '';
let configPath = '';

beforeEach(() => {
  dataDir = join(temporaryDirectory({ name: 'system' }), 'data');
  ringDir = join(temporaryDirectory({ name: 'system', shared: true }), 'rings');
  configPath = join(dirname(dataDir), 'config.json');
  configure({});
});

afterEach(async () => {
  if (existsSync(join(dataDir, 'run'))) await tickwire('down', '--grace', '5').ended;
});

function configure(ports: {
  bus?: number;
  simulator?: number;
  embedded?: boolean;
  faults?: string;
}): void {
  const config = {
    dataDir,
    ringDir,
    bus: { port: ports.bus ?? 0, embedded: ports.embedded ?? false },
    simulator: {
      port: ports.simulator ?? 0,
      ...(ports.faults === undefined ? {} : { faults: ports.faults }),
    },
  };
  writeFileSync(configPath, JSON.stringify(config));
}

function tickwire(command: string, ...args: readonly string[]): TestProcess {
  const place = command === 'up' ? ['--config', configPath] : ['--data-dir', dataDir];
  return startProcess({
    script,
    args: [command, ...args, ...place],
    env: { NO_COLOR: '1', TICKWIRE_DEBUG: undefined, NATS_URL: undefined },
  });
}

interface Hop {
  name: string;
  in: number;
  out: number;
  dropped: Record<string, number>;
  inFlight: number;
  balanced: boolean;
}

interface Report {
  run: { ringIds: Record<string, string>; problems: string[] };
  hops: Hop[];
  latency: Record<string, { count: number; p50Ns: number; p99Ns: number }>;
  bars: { closed: number };
  store: { rows: number; files: number; bytes: number };
  restarts: unknown[];
  services: { name: string; cpuMs: number; pssBytes: number }[];
}

const readReport = (path: string): Report => JSON.parse(readFileSync(path, 'utf8')) as Report;

const hopOf = (report: Report, name: string): Hop =>
  report.hops.find((hop) => hop.name === name) ?? expect.fail(`no hop ${name}`);

async function countRows(sql: string): Promise<unknown> {
  const store = await openStore(dataDir);
  try {
    return (await store.query(sql)).rows[0]?.[0];
  } finally {
    store.close();
  }
}

/** What the simulator says it sent, in its own log. */
function sentBySimulator(): number {
  const lines = readFileSync(join(dataDir, 'log', 'sim-kucoin.log'), 'utf8')
    .trim()
    .split('\n');
  const sent = lines.map((line) => JSON.parse(line) as { msg: string; counts?: { sent: number } });
  return sent.find((line) => line.msg === 'sent')?.counts?.sent ?? expect.fail('no count');
}

async function whenDataFlows(up: TestProcess): Promise<void> {
  const query = (): boolean => {
    if (up.hasEnded) throw new Error(`up ended: ${up.stderr}`);
    return (
      existsSync(join(ringDir, 'kucoin.0.ring')) &&
      readServiceRecords(join(dataDir, 'run')).some(({ service }) => service === 'gateway-kucoin')
    );
  };
  await waitFor(query, { what: 'the gateway', deadlineMs: 25_000 });
}

async function expectCleanEnd(up: TestProcess): Promise<void> {
  const end = await up.ended;
  expect(end, up.stderr).toEqual({ code: 0, signal: null });
}

describe('the demo', () => {
  test('accounts for every tick from the simulator to the store', async () => {
    const path = join(dirname(dataDir), 'r.json');
    const up = tickwire('up', '--duration', '4', '--report', path, '--timeframe', '1');
    await whenDataFlows(up);
    const tail = tickwire('tail', '--count', '5', '--json', '--kind', 'TRADE,LEVEL');
    expect(await tail.ended).toEqual({ code: 0, signal: null });
    const ticks = tail.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    expect(ticks).toHaveLength(5);
    expect(ticks.every(({ kind }) => kind === 'TRADE' || kind === 'LEVEL')).toBe(true);

    await expectCleanEnd(up);
    const report = readReport(path);
    expect(report.run.problems).toEqual([]);
    expect(report.hops).toHaveLength(17);
    for (const hop of report.hops) {
      expect(hop, hop.name).toMatchObject({ balanced: true, inFlight: 0 });
      expect(
        Object.values(hop.dropped).filter((n) => n > 0),
        hop.name,
      ).toEqual([]);
    }
    expect(hopOf(report, 'kucoin.wire').in).toBeGreaterThan(500);
    expect(report.bars.closed).toBeGreaterThan(0);
    expect(hopOf(report, 'bars').out).toBe(report.bars.closed);
    // The two ends against what did not come from the counters.
    expect(hopOf(report, 'kucoin.wire').in).toBe(sentBySimulator());
    const ringId = report.run.ringIds['kucoin.0'] ?? '';
    const stored = await countRows(`SELECT count(*) FROM ticks WHERE vendor = 'kucoin'`);
    expect(hopOf(report, 'store.kucoin.0').out).toBe(stored);
    expect(ringId).toMatch(/^[0-9a-f]{16}$/);
    for (const stage of ['wire', 'decode', 'ring', 'bar', 'persist']) {
      expect(report.latency[stage]?.count, stage).toBeGreaterThan(0);
    }
    // CPU time comes in steps of 10 ms: an idle bus may not have used one.
    expect(report.services.filter(({ pssBytes }) => pssBytes === 0)).toEqual([]);
    expect(report.services.filter(({ cpuMs }) => cpuMs > 0).length).toBeGreaterThanOrEqual(5);
    expect(existsSync(ringDir)).toBe(false);

    const audit = tickwire('audit', '--report', path);
    expect(await audit.ended).toEqual({ code: 0, signal: null });
    const query = tickwire('query', 'SELECT count(*) AS n FROM bars', '--json');
    expect(await query.ended).toEqual({ code: 0, signal: null });
    expect(JSON.parse(query.stdout)).toEqual([{ n: report.bars.closed }]);
  }, 60_000);

  test('shows while it runs the gaps that its ledger and its report name', async () => {
    const path = join(dirname(dataDir), 'r.json');
    configure({ faults: 'drop=0.01,garbage=0.01' });
    const up = tickwire('up', '--report', path, '--rate', '1000', '--seed', '7');
    await up.output(/lost [1-9]\d* · gaps [1-9]/, 25_000);
    const status = tickwire('status', '--json');
    expect(await status.ended).toEqual({ code: 0, signal: null });
    const shown = JSON.parse(status.stdout) as { gaps: number; lost: number };
    up.child.kill('SIGINT');
    await expectCleanEnd(up);
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report & { gaps: unknown[] };
    expect(shown.gaps).toBeGreaterThan(0);
    expect(report.gaps.length).toBeGreaterThanOrEqual(shown.gaps);
    const parse = hopOf(report, 'kucoin.parse');
    expect(parse.balanced).toBe(true);
    const rejected = Object.values(parse.dropped).reduce((sum, n) => sum + n, 0);
    expect(rejected).toBeGreaterThanOrEqual(shown.lost);
    expect(report.hops.filter(({ balanced }) => !balanced)).toEqual([]);
    const audit = tickwire('audit', '--report', path, '--json');
    expect(await audit.ended).toEqual({ code: 0, signal: null });
  }, 60_000);

  test('loses nothing behind the socket when the gateway and the persistence are killed', async () => {
    const path = join(dirname(dataDir), 'r.json');
    configure({ embedded: true });
    const up = tickwire('up', '--report', path, '--timeframe', '1');
    await whenDataFlows(up);
    expect((await up.output(/embedded broker/)).length).toBe(1);
    for (const service of ['gateway-kucoin', 'persistence']) {
      const find = () =>
        readServiceRecords(join(dataDir, 'run')).find((r) => r.service === service);
      const before = await waitFor(find, { what: service });
      process.kill(before.pid, 'SIGKILL');
      await waitFor(() => (find()?.pid ?? before.pid) !== before.pid, {
        what: `${service} again`,
        deadlineMs: 25_000,
      });
    }
    const tail = tickwire('tail', '--count', '20'); // data flows again
    expect(await tail.ended).toEqual({ code: 0, signal: null });
    up.child.kill('SIGINT');
    const end = await up.ended;
    const report = readReport(path);
    expect(report.run.problems).toEqual([]);
    expect(report.restarts).toHaveLength(2);
    // What lay unread in the socket of the killed gateway is lost, and only the simulator's count
    // can know it: it is declared as a drop, so that every hop balances.
    const wire = hopOf(report, 'kucoin.wire');
    const { 'connection-lost': lost = 0, undelivered = 0 } = wire.dropped;
    expect(wire.in).toBe(wire.out + lost + undelivered);
    expect(report.hops.filter((hop) => !hop.balanced)).toEqual([]);
    expect(end, up.stderr).toEqual({ code: 0, signal: null });
    const stored = await countRows(`SELECT count(*) FROM ticks WHERE vendor = 'kucoin'`);
    expect(hopOf(report, 'store.kucoin.0').out).toBe(stored);
  }, 60_000);

  test('moves from busy ports, and down ends what a killed supervisor left', async () => {
    const [bus, simulator] = [await listen(), await listen()];
    try {
      configure({ bus: portOf(bus), simulator: portOf(simulator) });
      const up = tickwire('up');
      await up.output(new RegExp(`Port ${portOf(bus)} is busy: broker uses \\d+\\.`), 30_000);
      await up.output(new RegExp(`Port ${portOf(simulator)} is busy: sim-kucoin uses \\d+\\.`));
      const services = readServiceRecords(join(dataDir, 'run')).filter(
        ({ service }) => service !== 'supervisor',
      );
      expect(services).toHaveLength(6);
      const children = services.flatMap(({ info }) => childrenOf(info));
      up.child.kill('SIGKILL');
      await up.ended;
      expect(services.every(isAlive)).toBe(true);

      const down = tickwire('down');
      expect(await down.ended).toEqual({ code: 0, signal: null });
      expect([...services, ...children].filter(isAlive)).toEqual([]);
      expect(existsSync(ringDir)).toBe(false);
      expect(existsSync(join(dataDir, 'run'))).toBe(false);
      expect(readdirSync(dataDir)).toContain('store');
    } finally {
      bus.close();
      simulator.close();
    }
  }, 60_000);
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
