// The simulator as a process: ready message, counters that match what a client received, ordered
// stop, and a busy port.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStats, statsPath } from '@tickwire/io-service';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';

interface Info {
  restUrl: string;
  port: number;
  symbols: string[];
}

function start(folder: string, env: Record<string, string>): TestProcess {
  return startProcess({
    script: 'apps/sim-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'sim-kucoin',
      TICKWIRE_RUN_DIR: join(folder, 'run'),
      TICKWIRE_RING_DIR: join(folder, 'ring'),
      TICKWIRE_DATA_DIR: folder,
      ...env,
    },
  });
}

/** A client that subscribes to `topic`; `received` counts every message that came. */
async function connect(
  restUrl: string,
  topic: string,
): Promise<{ received: number; ended: Promise<unknown> }> {
  const bullet = await fetch(`${restUrl}/api/v1/bullet-public`, { method: 'POST' });
  const { data } = (await bullet.json()) as {
    data: { token: string; instanceServers: { endpoint: string }[] };
  };
  const ws = new WebSocket(`${data.instanceServers[0]?.endpoint}?token=${data.token}`);
  const client = { received: 0, ended: once(ws, 'close') };
  ws.addEventListener('message', ({ data: text }) => {
    client.received += 1;
    if (String(text).includes('welcome')) {
      ws.send(JSON.stringify({ id: 1, type: 'subscribe', topic }));
    }
  });
  return client;
}

test('counts in its statistics file exactly what a client received', async () => {
  const folder = temporaryDirectory({ name: 'sim' });
  const faultLog = join(folder, 'faults.ndjson');
  const service = start(folder, {
    TICKWIRE_RATE: '400',
    TICKWIRE_SYMBOLS: 'BTC-USDT,KCS-BTC',
    TICKWIRE_FAULTS: 'drop=0.1,dup=0.05',
    TICKWIRE_FAULT_LOG: faultLog,
  });
  const info = (await service.ready()) as Info;
  expect(info.symbols).toEqual(['BTC-USDT', 'KCS-BTC']);
  const client = await connect(info.restUrl, '/market/level2:BTC-USDT,KCS-BTC');
  await waitFor(() => client.received > 300, { what: 'messages' });
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  await client.ended;
  const { values } = readStats(statsPath(join(folder, 'ring'), 'sim-kucoin'));
  expect(values.get('hop/kucoin.wire/message/in')).toBe(client.received);
  expect(values.get('hop/kucoin.wire/message/dropped:undelivered')).toBe(0);
  const logged = readFileSync(faultLog, 'utf8').trimEnd().split('\n');
  expect(logged.length).toBe(values.get('gauge/sim.faults'));
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ connection: 1, subject: 'level2' });
});

test('the session log has a line for whatever was asked and sent', async () => {
  const folder = temporaryDirectory({ name: 'sim' });
  const sessionLog = join(folder, 'session.ndjson');
  const service = start(folder, {
    TICKWIRE_RATE: '400',
    TICKWIRE_SYMBOLS: 'BTC-USDT',
    TICKWIRE_SESSION_LOG: sessionLog,
  });
  const { restUrl } = (await service.ready()) as Info;
  const client = await connect(restUrl, '/market/match:BTC-USDT');
  await waitFor(() => client.received > 20, { what: 'messages' });
  await service.stop();
  await client.ended;
  const { received } = client;
  const lines = readFileSync(sessionLog, 'utf8').trimEnd().split('\n');
  const entries = lines.map((line): { event: string } => JSON.parse(line));
  expect(entries.filter(({ event }) => event === 'sent')).toHaveLength(received);
  expect(entries).toContainEqual(
    expect.objectContaining({ event: 'asked', what: 'subscribe', topics: ['match:BTC-USDT'] }),
  );
  expect(entries.at(-1)).toMatchObject({ event: 'closed', reason: 'shutdown', sent: received });
});

test('moves to the next port when its own is busy, and says so', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    blocker.close();
  });
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const service = start(temporaryDirectory({ name: 'sim' }), { TICKWIRE_PORT: String(port) });
  const info = (await service.ready()) as Info;
  expect(info.port).toBeGreaterThan(port);
  await service.output(/the port was busy/);
  await service.stop();
});

test('a bad fault specification is one sentence and exit code 1', async () => {
  const service = start(temporaryDirectory({ name: 'sim' }), { TICKWIRE_FAULTS: 'drop=often' });
  expect((await service.ended).code).toBe(1);
  expect(service.messages).toMatchObject([{ type: 'failed', code: 'BAD_FAULT' }]);
});
