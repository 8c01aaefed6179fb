// Goal: whatever happens to a system, its supervisor tells the truth and leaves nothing behind.
// Method: the real command line in processes of its own, with fake services that keep the contract
// and misbehave on demand; signals and kills are real.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, readSupervisorRecord } from '@tickwire/system';
import type { SupervisorRecord } from '@tickwire/system';

const script = fileURLToPath(new URL('../fixtures/fake-tickwire.ts', import.meta.url));

let dataDir = '';
let ringDir = '';

beforeEach(() => {
  dataDir = join(temporaryDirectory({ name: 'cli' }), 'data');
  ringDir = join(temporaryDirectory({ name: 'cli', shared: true }), 'rings');
});

/** Whatever a failed test left running. */
afterEach(async () => {
  if (existsSync(join(dataDir, 'run'))) await tickwire(['down', '--grace', '1']).ended;
});

interface Setting {
  /** Who misbehaves how: `broker=crashes-once`. */
  modes?: string;
  dataDir?: string;
}

function tickwire(args: readonly string[], setting: Setting = {}): TestProcess {
  const { modes = '' } = setting;
  const place = ['--data-dir', setting.dataDir ?? dataDir];
  return startProcess({
    script,
    args: [...args, ...place, ...(args[0] === 'up' ? ['--ring-dir', ringDir] : [])],
    env: {
      ...{ FAKE_MODES: modes, NO_COLOR: '1', TICKWIRE_DEBUG: undefined, NATS_URL: undefined },
      ...{ TICKWIRE_API_ENABLED: 'false', TICKWIRE_TELEMETRY_PORT: '0' },
    },
  });
}

async function recordWhenRunning(): Promise<SupervisorRecord> {
  return waitFor(
    () => {
      const record = readSupervisorRecord(join(dataDir, 'run'));
      const services = record?.info.services ?? [];
      const isUp = services.length === 5 && services.every(({ state }) => state === 'running');
      return isUp ? record : undefined;
    },
    { what: 'all services running' },
  );
}

function events(): string[] {
  const path = join(dataDir, 'events.txt');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

const drained = (): string[] => events().filter((event) => event.endsWith('stops'));

function expectNothingLeft(record?: SupervisorRecord): void {
  expect(existsSync(ringDir)).toBe(false);
  expect(existsSync(join(dataDir, 'run'))).toBe(false);
  expect(record?.info.services.filter(isAlive) ?? []).toEqual([]);
}

const DRAIN_ORDER = ['gateway-kucoin', 'aggregator', 'persistence', 'broker', 'sim-kucoin'].map(
  (service) => `${service} stops`,
);

describe('up', () => {
  test('runs for its duration, balances, reports and leaves nothing', async () => {
    const report = join(dataDir, 'r.json');
    const up = tickwire(['up', '--duration', '0.5', '--report', report, '--seed', '7']);
    expect(await up.ended).toEqual({ code: 0, signal: null });
    expect(up.stdout).toMatch(/Stopped in order .* Every hop balances\./);
    expect(drained()).toEqual(DRAIN_ORDER);
    const written = JSON.parse(readFileSync(report, 'utf8')) as {
      run: { seed: number };
      hops: { name: string; balanced: boolean }[];
      services: { name: string; cpuMs: number; pssBytes: number }[];
    };
    expect(written.run.seed).toBe(7);
    expect(written.hops).toHaveLength(13);
    expect(written.hops.every((hop) => hop.balanced)).toBe(true);
    expect(written.services.map(({ name }) => name)).toContain('gateway-kucoin');
    expect(written.services.every(({ cpuMs, pssBytes }) => cpuMs > 0 && pssBytes > 0)).toBe(true);
    expectNothingLeft();
  });

  test('is shown while it runs, refuses a second one, and drains on Ctrl-C', async () => {
    const up = tickwire(['up']);
    const record = await recordWhenRunning();
    const pidOf = (name: string): number =>
      record.info.services.find(({ service }) => service === name)?.pid ?? 0;
    const pids = record.info.services.map(({ service, pid }) => [service, pid]);
    // A suspended service is not called running.
    process.kill(pidOf('broker'), 'SIGSTOP');
    const [status, audit, second, other] = [
      tickwire(['status', '--json']),
      tickwire(['audit']),
      tickwire(['up']),
      tickwire(['up'], { dataDir: `${dataDir}-other` }),
    ];

    expect(await status.ended).toEqual({ code: 0, signal: null });
    const shown = JSON.parse(status.stdout) as {
      supervised: boolean;
      services: { service: string; state: string; pid: number }[];
    };
    process.kill(pidOf('broker'), 'SIGCONT');
    expect(shown.supervised).toBe(true);
    expect(shown.services.map(({ service, pid }) => [service, pid])).toEqual(pids);
    expect(shown.services.map(({ state }) => state)).toEqual(
      pids.map(([service]) => (service === 'broker' ? 'suspended' : 'running')),
    );

    expect(await audit.ended).toEqual({ code: 0, signal: null });
    expect(audit.stdout).toMatch(/store\.kucoin\.0 +tick +20 +20 +0 +0 +balances/);

    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr).toContain(`Tickwire already runs on ${dataDir} (pid ${up.pid}).`);
    expect(second.stderr).toContain('`tickwire down`');

    expect(await other.ended).toEqual({ code: 1, signal: null });
    expect(other.stderr).toContain(`Another tickwire uses the ring directory ${ringDir}.`);
    expect(existsSync(join(`${dataDir}-other`, 'run'))).toBe(false);

    expect(record.info.services.every(isAlive)).toBe(true);
    up.child.kill('SIGINT');
    expect(await up.ended).toEqual({ code: 0, signal: null });
    expect(drained()).toEqual(DRAIN_ORDER);
    expectNothingLeft(record);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'drains on %s, as when a terminal is closed',
    async (signal) => {
      const up = tickwire(['up']);
      const record = await recordWhenRunning();
      up.child.kill(signal);
      expect(await up.ended).toEqual({ code: 0, signal: null });
      expect(drained()).toEqual(DRAIN_ORDER);
      expectNothingLeft(record);
    },
  );

  test('goes on with the drain when a service dies in it, says so, and exits with 1', async () => {
    const up = tickwire(['up'], { modes: 'gateway-kucoin=slow-at-stop' });
    const record = await recordWhenRunning();
    up.child.kill('SIGTERM');
    await waitFor(() => events().includes('gateway-kucoin stops'), { what: 'the drain' });
    const aggregator = record.info.services.find(({ service }) => service === 'aggregator');
    process.kill(aggregator?.pid ?? 0, 'SIGKILL');
    expect(await up.ended).toEqual({ code: 1, signal: null });
    expect(up.stderr).toMatch(/aggregator ended while others were drained \(killed by SIGKILL\)/i);
    expect(drained()).toEqual(DRAIN_ORDER.filter((event) => !event.startsWith('aggregator')));
    expectNothingLeft(record);
  });

  test('ends at once on the second signal, and leaves nothing', async () => {
    const up = tickwire(['up'], { modes: 'aggregator=hangs-at-stop' });
    const record = await recordWhenRunning();
    up.child.kill('SIGINT');
    await waitFor(() => events().includes('aggregator stops'), { what: 'the drain to hang' });
    up.child.kill('SIGINT');
    expect(await up.ended).toEqual({ code: 1, signal: null });
    expect(up.stderr).toMatch(/Ended at once/);
    expectNothingLeft(record);
  });

  test('names the hop that does not balance and exits with 1, as audit does', async () => {
    const up = tickwire(['up'], { modes: 'persistence=loses-a-tick' });
    await recordWhenRunning();
    const audit = tickwire(['audit', '--json']);
    expect(await audit.ended).toEqual({ code: 1, signal: null });
    expect(JSON.parse(audit.stdout)).toMatchObject({ balanced: false });
    expect(audit.stderr).toBe('Out of balance: store.kucoin.0.\n');
    up.child.kill('SIGTERM');
    expect(await up.ended).toEqual({ code: 1, signal: null });
    expect(up.stderr).toMatch(/store\.kucoin\.0 is out of balance by 1 \(in 20, out 19/);
    expectNothingLeft();
  });

  test('says why a service could not start, and stops the others', async () => {
    const up = tickwire(['up'], { modes: 'aggregator=fails-at-start' });
    expect(await up.ended).toEqual({ code: 1, signal: null });
    expect(up.stderr).toMatch(/aggregator could not start \(exit code 1: the venue answered 503/i);
    expect(up.stderr).not.toMatch(/\n\s+at /);
    expect(events()).toContain('broker stops');
    expectNothingLeft();
  });

  test('restarts what crashes and reports why', async () => {
    const report = join(dataDir, 'r.json');
    const up = tickwire(['up', '--report', report], { modes: 'gateway-kucoin=crashes-once' });
    await waitFor(
      () => events().filter((event) => event === 'gateway-kucoin starts').length === 2,
      {
        what: 'the second start',
      },
    );
    const record = await recordWhenRunning();
    up.child.kill('SIGTERM');
    expect(await up.ended).toEqual({ code: 0, signal: null });
    const { restarts } = JSON.parse(readFileSync(report, 'utf8')) as { restarts: unknown[] };
    expect(restarts).toMatchObject([{ service: 'gateway-kucoin', signal: 'SIGKILL' }]);
    expectNothingLeft(record);
  });
});

describe('down', () => {
  test('asks a living supervisor, and leaves what is not ours in the ring directory', async () => {
    mkdirSync(ringDir, { recursive: true, mode: 0o700 });
    writeFileSync(join(ringDir, 'notes.txt'), 'mine');
    const up = tickwire(['up']);
    const record = await recordWhenRunning();
    const down = tickwire(['down']);
    expect(await down.ended).toEqual({ code: 0, signal: null });
    expect(down.stdout).toMatch(/has ended; nothing is left in shared memory/);
    expect(await up.ended).toEqual({ code: 0, signal: null });
    expect(readdirSync(ringDir)).toEqual(['notes.txt']);
    expect(record.info.services.filter(isAlive)).toEqual([]);
    expect(existsSync(join(dataDir, 'run'))).toBe(false);
  });

  test('ends what a killed supervisor left, in order, and a new run works', async () => {
    const up = tickwire(['up']);
    const record = await recordWhenRunning();
    up.child.kill('SIGKILL');
    await up.ended;
    expect(record.info.services.every(isAlive)).toBe(true);

    const refused = tickwire(['up']);
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.stderr).toMatch(
      /Services of an earlier run .*broker \(pid \d+\).*tickwire down/,
    );
    expect(record.info.services.every(isAlive)).toBe(true);

    const down = tickwire(['down', '--json']);
    expect(await down.ended).toEqual({ code: 0, signal: null });
    const result = JSON.parse(down.stdout) as { ended: string[]; killed: string[] };
    expect(result.ended).toHaveLength(5);
    expect(result.killed).toEqual([]);
    expect(drained()).toEqual(DRAIN_ORDER);
    expectNothingLeft(record);

    const again = tickwire(['up', '--duration', '0.1']);
    expect(await again.ended).toEqual({ code: 0, signal: null });
  });

  test('finds a service by its lock alone', async () => {
    const up = tickwire(['up'], { modes: 'gateway-kucoin=never-ready' });
    const gateway = await waitFor(
      () =>
        readSupervisorRecord(join(dataDir, 'run'))?.info.services.find(
          ({ service, state }) => service === 'gateway-kucoin' && state === 'starting',
        ),
      { what: 'the gateway to start' },
    );
    await waitFor(() => events().includes('gateway-kucoin starts'), { what: 'its lock' });
    up.child.kill('SIGKILL');
    await up.ended;
    // As after a crash at the worst moment: no record names it.
    rmSync(join(dataDir, 'run', 'supervisor.json'));
    expect(existsSync(join(dataDir, 'run', 'gateway-kucoin.json'))).toBe(false);
    const down = tickwire(['down', '--ring-dir', ringDir, '--grace', '1']);
    expect(await down.ended).toEqual({ code: 0, signal: null });
    expect(isAlive(gateway)).toBe(false);
    expectNothingLeft();
  });
});
