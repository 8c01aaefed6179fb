// Goal: the life of a service as its supervisor and its successor see it. Method: real processes.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { findServices, readStats, recordPath, statsPath } from './index.ts';

interface Place {
  runDir: string;
  ringDir: string;
  dataDir: string;
}

function place(): Place {
  const dir = temporaryDirectory({ name: 'service', shared: true });
  return { runDir: join(dir, 'run'), ringDir: join(dir, 'ring'), dataDir: join(dir, 'data') };
}

function start(at: Place, env: Record<string, string> = {}): TestProcess {
  return startProcess({
    script: 'libs/io/service/fixtures/counting-service.ts',
    env: {
      TICKWIRE_SERVICE: 'counting',
      TICKWIRE_RUN_DIR: at.runDir,
      TICKWIRE_RING_DIR: at.ringDir,
      TICKWIRE_DATA_DIR: at.dataDir,
      ...env,
    },
  });
}

const starts = (at: Place): number | undefined =>
  readStats(statsPath(at.ringDir, 'counting')).values.get('count/starts');

describe('runService', () => {
  test('is found while it lives, drains on SIGTERM and leaves no record', async () => {
    const at = place();
    const service = start(at);
    expect(await service.ready()).toEqual({ answer: 42 });
    expect(findServices(at.runDir)).toMatchObject([
      { service: 'counting', pid: service.pid, alive: true, info: { answer: 42 } },
    ]);
    expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(existsSync(recordPath(at.runDir, 'counting'))).toBe(false);
    expect(readStats(statsPath(at.ringDir, 'counting')).values.get('count/stops')).toBe(1);
  });

  test('a second instance is refused and the first goes on', async () => {
    const at = place();
    const first = start(at);
    await first.ready();
    const second = start(at);
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.messages).toContainEqual(expect.objectContaining({ code: 'ALREADY_RUNNING' }));
    expect(first.hasEnded).toBe(false);
    await first.stop();
  });

  test('counts outlive kill -9 and go on in the successor', async () => {
    const at = place();
    const first = start(at);
    await first.ready();
    await first.stop('SIGKILL');
    expect(findServices(at.runDir)).toMatchObject([{ pid: first.pid, alive: false }]);
    expect(starts(at)).toBe(1);
    const second = start(at);
    await second.ready();
    expect(starts(at)).toBe(2);
    await second.stop();
  });

  test('a bad configuration is one message with every bad key, exit code 2', async () => {
    const service = start(place(), { TICKWIRE_LOG_LEVEL: 'loud', TICKWIRE_RUN_DIR: '' });
    expect(await service.ended).toMatchObject({ code: 2 });
    expect(service.stderr).toMatch(/TICKWIRE_RUN_DIR.*TICKWIRE_LOG_LEVEL/);
    expect(service.stderr).not.toMatch(/\n\s+at /);
  });

  test('a failed start reports its code and ends with 1', async () => {
    const service = start(place(), { TICKWIRE_MODE: 'refuse' });
    expect(await service.ended).toMatchObject({ code: 1 });
    expect(service.messages).toContainEqual(
      expect.objectContaining({ type: 'failed', code: 'REFUSED', hint: 'try later' }),
    );
  });

  test('a failure while running stops it in order and ends with 1', async () => {
    const at = place();
    const service = start(at, { TICKWIRE_MODE: 'fail-later' });
    expect(await service.ended).toMatchObject({ code: 1 });
    expect(readStats(statsPath(at.ringDir, 'counting')).values.get('count/stops')).toBe(1);
  });

  test('a stop that hangs is cut at its deadline, a second signal at once', async () => {
    const slow = start(place(), { TICKWIRE_MODE: 'hang', TICKWIRE_DEADLINE_MS: '50' });
    await slow.ready();
    expect(await slow.stop()).toEqual({ code: 1, signal: null });
    const impatient = start(place(), { TICKWIRE_MODE: 'hang', TICKWIRE_DEADLINE_MS: '60000' });
    await impatient.ready();
    impatient.child.kill('SIGTERM');
    await impatient.output(/stopping/);
    expect(await impatient.stop()).toEqual({ code: 1, signal: null });
  });

  test('goes on when its supervisor is gone', async () => {
    const at = place();
    const service = start(at);
    await service.ready();
    service.child.disconnect();
    await service.output(/going on without it/);
    await waitFor(() => findServices(at.runDir)[0]?.alive, { what: 'the service to live on' });
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
