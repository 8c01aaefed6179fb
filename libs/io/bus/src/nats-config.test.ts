// Goal: the configuration that operators are given works. Method: the real nats-server runs it, on
// a port of its own choosing.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { announceSkip, repositoryRoot, temporaryDirectory, waitFor } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';
import { connectBus, findNatsServer, startNatsServer } from './index.ts';

const binary = await findNatsServer();
if (binary === undefined) {
  const remedy = 'apt-get install nats-server';
  announceSkip('infra/nats/nats-server.conf', { missing: 'nats-server', remedy });
}

/** nats-server's own account of where it listens: { nats: [url], monitoring: [url] }. */
function portsIn(folder: string): { nats: string[]; monitoring: string[] } | undefined {
  const name = readdirSync(folder).find((file) => file.endsWith('.ports'));
  if (name === undefined) return undefined;
  const text = readFileSync(join(folder, name), 'utf8');
  return text === '' ? undefined : (JSON.parse(text) as { nats: string[]; monitoring: string[] });
}

test.skipIf(binary === undefined)('nats-server takes the configuration as it is', async () => {
  const folder = temporaryDirectory({ name: 'nats' });
  const given = readFileSync(join(repositoryRoot(), 'infra/nats/nats-server.conf'), 'utf8');
  const config = join(folder, 'nats.conf');
  // The one change: any free port, so that this test disturbs nobody.
  writeFileSync(config, given.replaceAll(':4222', ':-1').replaceAll(':8222', ':-1'));
  const args = ['-c', config, '-sd', folder, '--ports_file_dir', folder];
  const server = spawn(binary ?? '', args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  onTestFinished(async () => {
    server.kill();
    await ended;
  });
  const ports = await waitFor(() => portsIn(folder), { what: 'the ports of nats-server' });
  const [url = '', monitoring = ''] = [ports.nats[0], ports.monitoring[0]];
  expect(`${url} ${monitoring}`).toMatch(/^nats:\/\/127\.0\.0\.1:\d+ http:\/\/127\.0\.0\.1:\d+$/);

  const state = (await (await fetch(`${monitoring}/varz`)).json()) as Record<string, unknown>;
  expect(state).toMatchObject({
    server_name: 'tickwire',
    max_payload: 1_048_576,
    host: '127.0.0.1',
  });
  expect(state.jetstream).toMatchObject({ config: { max_storage: 4 * 1024 ** 3 } });

  const bus = await connectBus({ servers: url, name: 'test' });
  const received: string[] = [];
  bus.subscribe('bar.>', (message) => received.push(message.subject));
  await bus.flush(5_000);
  expect(bus.publish('bar.1s.X.Y', new Uint8Array(16_384))).toBe(true);
  await waitFor(() => received.length > 0, { what: 'the message' });
  expect(received).toEqual(['bar.1s.X.Y']);
  await bus.drain(5_000);
});

/** Settings of a configuration, comments and what says where it listens left out. */
function limitsOf(text: string): string[] {
  const plain = text.replace(/^\s*#.*$/gm, '').replace(/[{},]/g, '\n');
  const lines = plain.split('\n').map((line) => line.trim().replace(/:\s+/, ' '));
  return lines.filter((line) => line !== '' && !/^(server_name|listen|http)\b/.test(line)).sort();
}

test.skipIf(binary === undefined)('the server of a run has the same limits', async () => {
  const dataDir = temporaryDirectory({ name: 'nats' });
  const server = await startNatsServer({ binary: binary ?? '', dataDir });
  onTestFinished(() => server.stop());
  const given = readFileSync(join(repositoryRoot(), 'infra/nats/nats-server.conf'), 'utf8');
  const used = readFileSync(join(dataDir, 'nats/limits.conf'), 'utf8');
  expect(limitsOf(used)).toEqual(limitsOf(given));
  expect(limitsOf(given).length).toBeGreaterThan(7);

  const bus = await connectBus({ servers: server.url, name: 'test' });
  await bus.flush(5_000);
  // Beyond max_payload the client itself refuses, by what the server told it.
  expect(bus.publish('a', new Uint8Array(1_048_577))).toBe(false);
  expect(bus.stats().dropped).toMatchObject({ oversize: 1 });
  await bus.drain(5_000);
});
