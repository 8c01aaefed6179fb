// The simulator as a process: ready message, a configuration that leads to its feeds, counters that
// match what came, ordered stop.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStats, statsPath } from '@tickwire/io-service';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';

const PORT_BASE = 20_000;
const PORTS = 20_000;

function start(folder: string, env: Record<string, string>): TestProcess {
  return startProcess({
    script: 'apps/sim-cme/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'sim-cme',
      TICKWIRE_RUN_DIR: join(folder, 'run'),
      TICKWIRE_RING_DIR: join(folder, 'ring'),
      TICKWIRE_DATA_DIR: folder,
      // Ports of their own for each run, so that runs at the same time do not hear one another.
      TICKWIRE_BASE_PORT: String(PORT_BASE + ((process.pid * 8) % PORTS)),
      ...env,
    },
  });
}

/** Group and port of a connection of the configuration. */
function endpointOf(xml: string, id: string): { group: string; port: number } {
  const connection = xml.split('<connection id="').find((text) => text.startsWith(`${id}"`)) ?? '';
  const group = /<ip>([\d.]+)<\/ip>/.exec(connection)?.[1] ?? '';
  return { group, port: Number(/<port>(\d+)<\/port>/.exec(connection)?.[1]) };
}

/** Sequences of the packets that come to a group. */
async function listen({ group, port }: { group: string; port: number }): Promise<number[]> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const sequences: number[] = [];
  socket.on('message', (bytes) => sequences.push(bytes.readUInt32LE(0)));
  socket.bind(port, group);
  await once(socket, 'listening');
  socket.addMembership(group, '127.0.0.1');
  onTestFinished(() => void socket.close());
  return sequences;
}

test('its configuration leads to its feeds, and its counters are what it sent', async () => {
  const folder = temporaryDirectory({ name: 'sim-cme' });
  const pcap = join(folder, 'sent.pcap');
  const service = start(folder, { TICKWIRE_INSTRUMENTS: '30', TICKWIRE_PCAP: pcap });
  const info = (await service.ready()) as { config: string; port: number };
  const xml = readFileSync(info.config, 'utf8');
  expect(xml).toContain(`<port>${info.port}</port>`);
  const lineA = await listen(endpointOf(xml, '310IA'));
  await waitFor(() => lineA.length > 100, { what: 'packets' });
  const first = lineA[0] ?? 0;
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  const { values } = readStats(statsPath(join(folder, 'ring'), 'sim-cme'));
  const sent = values.get('count/sent.IA') ?? 0;
  await waitFor(() => lineA.at(-1) === sent, { what: 'the last packet' });
  expect(lineA).toEqual(Array.from({ length: sent - first + 1 }, (_, at) => first + at));
  const all = [...values].flatMap(([name, n]) => (name.startsWith('count/sent.') ? [n] : []));
  const total = values.get('hop/cme.sent/message/in') ?? 0;
  expect(total).toBe(all.reduce((sum, n) => sum + n, 0));
  expect(readFileSync(pcap).length).toBeGreaterThan(total * 60);
});

test('a bad fault specification is one sentence and exit code 1', async () => {
  const service = start(temporaryDirectory({ name: 'sim-cme' }), { TICKWIRE_FAULTS: 'drop=often' });
  expect((await service.ended).code).toBe(1);
  expect(service.messages).toMatchObject([{ type: 'failed', code: 'BAD_FAULT' }]);
});
