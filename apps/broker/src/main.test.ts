// Goal: one process is the bus, whichever kind, and leaves nothing behind however it ends.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connectBus, findNatsServer } from '@tickwire/io-bus';
import { announceSkip, startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';

interface Info {
  url: string;
  port: number;
  kind: string;
  durable: boolean;
  children?: { name: string; pid: number; startTicks: number }[];
}

const binary = await findNatsServer();
const missing = 'nats-server';
if (binary === undefined) {
  announceSkip('broker process with nats-server', {
    missing,
    remedy: 'apt-get install nats-server',
  });
}

async function start(
  env: Record<string, string> = {},
): Promise<{ broker: TestProcess; info: Info }> {
  const dataDir = temporaryDirectory({ name: 'broker' });
  const broker = startProcess({
    script: 'apps/broker/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'broker',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_RING_DIR: temporaryDirectory({ name: 'broker', shared: true }),
      TICKWIRE_DATA_DIR: dataDir,
      ...env,
    },
  });
  return { broker, info: (await broker.ready()) as Info };
}

async function roundTrip(url: string): Promise<void> {
  const bus = await connectBus({ servers: url, name: 'test' });
  bus.subscribe('ping', (message) => message.respond('pong'));
  await bus.flush(5_000);
  const reply = await bus.request('ping', '', { timeoutMs: 5_000 });
  expect(new TextDecoder().decode(reply.data)).toBe('pong');
  await bus.drain(1_000);
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('the broker process, embedded', () => {
  test('serves, says that streams are not durable, ends on SIGTERM with 0', async () => {
    const { broker, info } = await start();
    expect(info).toMatchObject({ kind: 'embedded', durable: false });
    await roundTrip(info.url);
    await broker.output(/streams are not durable/);
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
  });

  test('moves to the next free port and says so', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { broker, info } = await start({ TICKWIRE_PORT: String(port) });
    expect(info.port).toBeGreaterThan(port);
    await broker.output(/the port was busy/);
    await broker.stop();
    await new Promise((resolve) => taken.close(resolve));
  });

  test('names a bad configuration key and exits with 2', async () => {
    const broker = startProcess({
      script: 'apps/broker/src/main.ts',
      env: { TICKWIRE_SERVICE: 'broker', TICKWIRE_PORT: '70000' },
    });
    expect((await broker.ended).code).toBe(2);
    expect(broker.stderr).toContain('TICKWIRE_PORT');
  });
});

describe.skipIf(binary === undefined)('the broker process, nats-server', () => {
  const env = { TICKWIRE_NATS_BINARY: binary ?? '' };

  test('serves durably on the wanted port, and takes its child along on SIGTERM', async () => {
    const { broker, info } = await start(env);
    expect(info).toMatchObject({ kind: 'nats-server', durable: true });
    const child = info.children?.[0];
    expect(child).toMatchObject({ name: 'nats-server' });
    expect(child?.startTicks).toBeGreaterThan(0);
    await roundTrip(info.url);
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
    expect(isAlive(child?.pid ?? 0)).toBe(false);
    const again = await start({ ...env, TICKWIRE_PORT: String(info.port) });
    expect(again.info.port).toBe(info.port);
    const other = await start({ ...env, TICKWIRE_PORT: String(info.port) });
    expect(other.info.port).toBeGreaterThan(info.port);
    await again.broker.stop();
    await other.broker.stop();
  });

  test('leaves no nats-server behind when it is killed', async () => {
    const { broker, info } = await start(env);
    const pid = info.children?.[0]?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    await broker.stop('SIGKILL');
    await waitFor(() => !isAlive(pid), { what: 'nats-server to follow its owner' });
  });

  test('fails, so that it is restarted, when nats-server dies', async () => {
    const { broker, info } = await start(env);
    process.kill(info.children?.[0]?.pid ?? 0, 'SIGKILL');
    expect((await broker.ended).code).toBe(1);
  });
});
