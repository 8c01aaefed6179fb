// Goal: the supervisor keeps its promises about order, restarts and ends. Method: real processes
// that keep the contract of services and misbehave on demand.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import { readStats, statsPath } from '@tickwire/io-service';
import { afterEach, describe, expect, test } from 'vitest';
import { isAlive } from './process-identity.ts';
import type { ServiceRole, ServiceSpec } from './service-spec.ts';
import { Supervisor } from './supervisor.ts';

const entry = fileURLToPath(new URL('../../fixtures/fake-service.ts', import.meta.url));

interface Fake {
  service: string;
  mode?: string;
  startStage?: number;
  drainStage?: number;
  readyDeadlineMs?: number;
  stopDeadlineMs?: number;
}

let running: Supervisor | undefined;

afterEach(async () => {
  running?.kill();
  await running?.ended({ deadlineMs: 5_000 });
  running = undefined;
});

function setUp(fakes: readonly Fake[], options: { silentMsMax?: number } = {}) {
  const dir = temporaryDirectory({ name: 'supervisor' });
  for (const name of ['run', 'rings', 'data', 'log']) mkdirSync(join(dir, name));
  const notes: string[] = [];
  const plan = fakes.map((fake): ServiceSpec => ({
    service: fake.service,
    role: 'consumer' satisfies ServiceRole,
    entry,
    startStage: fake.startStage ?? 0,
    drainStage: fake.drainStage ?? 0,
    readyDeadlineMs: fake.readyDeadlineMs ?? 15_000,
    stopDeadlineMs: fake.stopDeadlineMs ?? 10_000,
    environment: () => ({
      PATH: process.env.PATH ?? '',
      TICKWIRE_SERVICE: fake.service,
      TICKWIRE_RUN_DIR: join(dir, 'run'),
      TICKWIRE_RING_DIR: join(dir, 'rings'),
      TICKWIRE_DATA_DIR: join(dir, 'data'),
      FAKE_MODES: `${fake.service}=${fake.mode ?? 'well'}`,
    }),
  }));
  const supervisor = new Supervisor({
    plan,
    logPath: (service) => join(dir, 'log', `${service}.log`),
    random: () => 0,
    ...options,
    onNote: (line) => notes.push(line),
    onChange: () => undefined,
    onProcessEnd: () => undefined,
  });
  running = supervisor;
  const events = (): string[] =>
    readFileSync(join(dir, 'data', 'events.txt'), 'utf8')
      .trim()
      .split('\n');
  const stateOf = (service: string): string | undefined =>
    supervisor.services().find((view) => view.service === service)?.state;
  return { supervisor, notes, events, stateOf, dir };
}

const never = new AbortController().signal;

describe('the supervisor', () => {
  test('starts by stages and drains by stages', async () => {
    const { supervisor, events, stateOf } = setUp([
      { service: 'gateway', startStage: 2, drainStage: 0 },
      { service: 'reader', startStage: 1, drainStage: 1 },
      { service: 'bus', startStage: 0, drainStage: 2 },
    ]);
    await supervisor.start(never);
    expect(['gateway', 'reader', 'bus'].map(stateOf)).toEqual(['running', 'running', 'running']);
    expect(supervisor.ready.get('bus')).toEqual({ url: 'nats://127.0.0.1:4999', port: 4999 });
    const views = supervisor.services();
    await supervisor.stop();
    expect(events()).toEqual([
      'bus starts',
      'reader starts',
      'gateway starts',
      'gateway stops',
      'reader stops',
      'bus stops',
    ]);
    expect(supervisor.problems()).toEqual([]);
    expect(views.map(isAlive)).toEqual([false, false, false]);
  });

  test('says in one sentence why a service could not start', async () => {
    const { supervisor } = setUp([{ service: 'gateway', mode: 'fails-at-start' }]);
    await expect(supervisor.start(never)).rejects.toMatchObject({
      code: 'START_FAILED',
      message: 'gateway could not start (exit code 1: the venue answered 503; try again later)',
    });
  });

  test('does not wait for ever for a service to become ready', async () => {
    const { supervisor, stateOf } = setUp([
      { service: 'mute', mode: 'never-ready', readyDeadlineMs: 700, stopDeadlineMs: 500 },
    ]);
    await expect(supervisor.start(never)).rejects.toThrow('did not become ready within 0.7 s');
    await supervisor.stop();
    expect(stateOf('mute')).toBe('exited');
  });

  test('starts a crashed service again and records why; the others do not notice', async () => {
    const { supervisor, notes, stateOf, dir } = setUp([
      { service: 'fragile', mode: 'crashes-once' },
      { service: 'solid' },
    ]);
    const solidBefore = () => supervisor.services()[1];
    await supervisor.start(never);
    const solid = solidBefore();
    await waitFor(() => supervisor.restarts.length === 1 && stateOf('fragile') === 'running', {
      what: 'one restart',
    });
    expect(supervisor.restarts[0]).toMatchObject({ service: 'fragile', signal: 'SIGKILL' });
    expect(notes.join('\n')).toMatch(/fragile ended \(killed by SIGKILL\)/);
    expect(solidBefore()).toEqual(solid);
    // The counters outlive the process: both starts are in them.
    const counters = readStats(statsPath(join(dir, 'rings'), 'fragile'));
    expect(counters.values.get('count/starts')).toBe(2);
    await supervisor.stop();
    expect(supervisor.problems()).toEqual([]);
  });

  test('tries a service that does not stay up once in a while, and says so at the end', async () => {
    const { supervisor, notes, stateOf } = setUp([{ service: 'solid' }, { service: 'loop' }]);
    await supervisor.start(never);
    const spec = supervisor.services().find((view) => view.service === 'loop');
    process.kill(spec?.pid ?? 0, 'SIGKILL');
    for (let restarts = 1; restarts <= 10; restarts++) {
      await waitFor(
        () => supervisor.restarts.length === restarts && stateOf('loop') === 'running',
        {
          what: `restart ${restarts}`,
        },
      );
      const pid = supervisor.services().find((view) => view.service === 'loop')?.pid ?? 0;
      process.kill(pid, 'SIGKILL');
    }
    await waitFor(() => stateOf('loop') === 'failed', { what: 'the circuit to open' });
    expect(supervisor.restarts).toHaveLength(11);
    expect(notes.at(-1)).toMatch(/loop ended 11 times in a row .* tried once a minute now/);
    expect(stateOf('solid')).toBe('running');
    await supervisor.stop();
    expect(supervisor.problems()).toEqual(['loop stayed down (killed by SIGKILL)']);
  }, 60_000);

  test('kills a service that hangs at its stop, and says so', async () => {
    const { supervisor, stateOf } = setUp([
      { service: 'stuck', mode: 'hangs-at-stop', stopDeadlineMs: 400 },
    ]);
    await supervisor.start(never);
    const [view] = supervisor.services();
    await supervisor.stop();
    expect(supervisor.problems()).toEqual(['stuck did not stop within 0.4 s and was killed']);
    expect(stateOf('stuck')).toBe('exited');
    expect(view !== undefined && isAlive(view)).toBe(false);
  });

  test('a crash of one while others are drained is told at the end', async () => {
    const { supervisor, events } = setUp([
      { service: 'gateway', mode: 'hangs-at-stop', drainStage: 0, stopDeadlineMs: 2_000 },
      { service: 'reader', drainStage: 1 },
    ]);
    await supervisor.start(never);
    const reader = supervisor.services()[1];
    const stopping = supervisor.stop();
    await waitFor(() => events().includes('gateway stops'), { what: 'the drain' });
    process.kill(reader?.pid ?? 0, 'SIGKILL');
    await stopping;
    expect(supervisor.problems().toSorted()).toEqual([
      'gateway did not stop within 2 s and was killed',
      'reader ended while others were drained (killed by SIGKILL)',
    ]);
    expect(supervisor.restarts).toEqual([]);
  });

  test('tells of a service that stands still, and for how long it did', async () => {
    const { supervisor, notes } = setUp([{ service: 'stalled' }, { service: 'solid' }]);
    await supervisor.start(never);
    const view = () => supervisor.services()[0];
    const pid = view()?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await waitFor(() => notes.length === 1, { what: 'the silence' });
    expect(view()).toMatchObject({ state: 'running', stalls: 0 });
    expect(view()?.reason).toMatch(/^has not answered for \d+\.\d s$/);
    process.kill(pid, 'SIGCONT');
    await waitFor(() => view()?.stalls === 1, { what: 'its answer' });
    expect(view()).toMatchObject({ pid, silentMs: 0, reason: '' });
    expect(view()?.stallMsMax).toBeGreaterThan(3_000);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/^stalled has not answered for \d\.\d s\.$/);
    expect(notes[1]).toMatch(/^stalled answers again after \d\.\d s\.$/);
    expect(supervisor.restarts).toEqual([]);
  });

  test('kills a service that stands still for longer than it may, and starts it again', async () => {
    const { supervisor, stateOf } = setUp([{ service: 'stalled' }], { silentMsMax: 3_500 });
    await supervisor.start(never);
    const before = supervisor.services()[0]?.pid ?? 0;
    process.kill(before, 'SIGSTOP');
    await waitFor(() => supervisor.restarts.length === 1 && stateOf('stalled') === 'running', {
      what: 'another process',
    });
    expect(supervisor.services()[0]?.pid).not.toBe(before);
  });

  test('a service that is stopped while its program still loads has ended well', async () => {
    const { supervisor } = setUp([{ service: 'early' }]);
    const controller = new AbortController();
    const starting = supervisor.start(controller.signal);
    // The process exists, and has had no time to load anything.
    await waitFor(() => supervisor.services()[0]?.pid, { what: 'the process', everyMs: 0 });
    controller.abort();
    await starting;
    await supervisor.stop();
    expect(supervisor.problems()).toEqual([]);
  });

  test('stops in order when asked to in the middle of the start', async () => {
    const { supervisor, events } = setUp([
      { service: 'first', startStage: 0 },
      { service: 'mute', mode: 'never-ready', startStage: 1, stopDeadlineMs: 500 },
      { service: 'third', startStage: 2 },
    ]);
    const controller = new AbortController();
    const starting = supervisor.start(controller.signal);
    await waitFor(() => supervisor.services()[1]?.state === 'starting', { what: 'stage 1' });
    controller.abort();
    await starting;
    await supervisor.stop();
    expect(events().filter((event) => event.startsWith('third'))).toEqual([]);
    expect(supervisor.services().map((view) => view.state)).toEqual([
      'exited',
      'exited',
      'waiting',
    ]);
  });
});
