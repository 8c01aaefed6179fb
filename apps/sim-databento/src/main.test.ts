// The simulator as a process: ready message, counters that match what a client received, ordered
// stop, and a busy port.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { readStats, statsPath } from '@tickwire/io-service';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { DbnDecoder } from '@tickwire/wire-dbn';
import { expect, onTestFinished, test } from 'vitest';

interface Info {
  readonly port: number;
  readonly key: string;
  readonly dataset: string;
}

function start(folder: string, env: Record<string, string>): TestProcess {
  return startProcess({
    script: 'apps/sim-databento/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'sim-databento',
      TICKWIRE_RUN_DIR: join(folder, 'run'),
      TICKWIRE_RING_DIR: join(folder, 'ring'),
      TICKWIRE_DATA_DIR: folder,
      ...env,
    },
  });
}

/** A client that starts a session of mbo; `records` counts what came. */
function startSession({ port, key, dataset }: Info): { records: number; ended: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1');
  const client = { records: 0, ended: once(socket, 'close') };
  const decoder = new DbnDecoder();
  let text = '';
  let isText = true;
  socket.on('data', (bytes) => {
    if (!isText) {
      decoder.push(bytes);
      while (decoder.next()) client.records += 1;
      return;
    }
    text += bytes.toString('latin1');
    const challenge = /cram=(.*)\n/.exec(text)?.[1];
    if (challenge === undefined) return;
    // Records only come once the session has started, so all so far is text.
    if (/success=1.*\n/.test(text)) {
      isText = false;
      socket.write('schema=mbo|stype_in=raw_symbol|symbols=ALL_SYMBOLS\nstart_session\n');
      return;
    }
    const hash = createHash('sha256').update(`${challenge}|${key}`).digest('hex');
    socket.write(`auth=${hash}-${key.slice(-5)}|dataset=${dataset}\n`);
  });
  return client;
}

test('counts in its statistics file exactly what a client received', async () => {
  const folder = temporaryDirectory({ name: 'sim' });
  const service = start(folder, { TICKWIRE_RATE: '2000', TICKWIRE_KEYS: 'db-anotherkey' });
  const info = (await service.ready()) as Info;
  expect(info).toMatchObject({ dataset: 'GLBX.MDP3', key: 'db-anotherkey' });
  const client = startSession(info);
  await waitFor(() => client.records > 500, { what: 'records' });
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  await client.ended;
  const { values } = readStats(statsPath(join(folder, 'ring'), 'sim-databento'));
  expect(values.get('hop/databento.wire/message/in')).toBe(client.records);
  expect(values.get('count/connections.closed.shutdown')).toBe(1);
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
  expect(((await service.ready()) as Info).port).toBeGreaterThan(port);
  await service.output(/the port was busy/);
  await service.stop();
});

test.each([
  [{ TICKWIRE_FAULTS: 'drop=often' }, 'BAD_FAULT'],
  [{ TICKWIRE_SCHEMAS: 'mbq' }, 'BAD_OPTION'],
  [{ TICKWIRE_INSTRUMENTS: '0' }, 'BAD_OPTION'],
])('%o is one sentence and exit code 1', async (env, code) => {
  const service = start(temporaryDirectory({ name: 'sim' }), env);
  expect((await service.ended).code).toBe(1);
  expect(service.messages).toMatchObject([{ type: 'failed', code }]);
});
