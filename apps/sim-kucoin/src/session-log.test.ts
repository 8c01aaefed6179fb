// Goal: the process writes the oracle's lines for whoever compares them with what a client saw.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { expect, test } from 'vitest';

test('the session log has a line for whatever was asked and sent', async () => {
  const folder = temporaryDirectory({ name: 'sim' });
  const sessionLog = join(folder, 'session.ndjson');
  const service = startProcess({
    script: 'apps/sim-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'sim-kucoin',
      TICKWIRE_RUN_DIR: join(folder, 'run'),
      TICKWIRE_RING_DIR: join(folder, 'ring'),
      TICKWIRE_DATA_DIR: folder,
      TICKWIRE_RATE: '400',
      TICKWIRE_SYMBOLS: 'BTC-USDT',
      TICKWIRE_SESSION_LOG: sessionLog,
    },
  });
  const { restUrl } = (await service.ready()) as { restUrl: string };
  const bullet = await fetch(`${restUrl}/api/v1/bullet-public`, { method: 'POST' });
  const { data } = (await bullet.json()) as {
    data: { token: string; instanceServers: { endpoint: string }[] };
  };
  const ws = new WebSocket(`${data.instanceServers[0]?.endpoint}?token=${data.token}`);
  let received = 0;
  ws.addEventListener('message', ({ data: text }) => {
    received += 1;
    if (String(text).includes('welcome')) {
      ws.send('{"id":1,"type":"subscribe","topic":"/market/match:BTC-USDT"}');
    }
  });
  const closed = once(ws, 'close');
  await waitFor(() => received > 20, { what: 'messages' });
  await service.stop();
  await closed;
  const lines = readFileSync(sessionLog, 'utf8').trimEnd().split('\n');
  const entries = lines.map((line): { event: string } => JSON.parse(line));
  expect(entries.filter(({ event }) => event === 'sent')).toHaveLength(received);
  expect(entries).toContainEqual(
    expect.objectContaining({ event: 'asked', what: 'subscribe', topics: ['match:BTC-USDT'] }),
  );
  expect(entries.at(-1)).toMatchObject({ event: 'closed', reason: 'shutdown', sent: received });
});
