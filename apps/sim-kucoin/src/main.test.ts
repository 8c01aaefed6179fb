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
  const bullet = await fetch(`${info.restUrl}/api/v1/bullet-public`, { method: 'POST' });
  const { data } = (await bullet.json()) as {
    data: { token: string; instanceServers: { endpoint: string }[] };
  };
  const ws = new WebSocket(`${data.instanceServers[0]?.endpoint}?token=${data.token}`);
  let received = 0;
  ws.addEventListener('message', ({ data: text }) => {
    received += 1;
    if (String(text).includes('welcome')) {
      ws.send('{"id":1,"type":"subscribe","topic":"/market/level2:BTC-USDT,KCS-BTC"}');
    }
  });
  const closed = once(ws, 'close');
  await waitFor(() => received > 300, { what: 'messages' });
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  await closed;
  const { values } = readStats(statsPath(join(folder, 'ring'), 'sim-kucoin'));
  expect(values.get('hop/kucoin.wire/message/in')).toBe(received);
  expect(values.get('hop/kucoin.wire/message/dropped:undelivered')).toBe(0);
  const logged = readFileSync(faultLog, 'utf8').trimEnd().split('\n');
  expect(logged.length).toBe(values.get('gauge/sim.faults'));
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ connection: 1, subject: 'level2' });
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
