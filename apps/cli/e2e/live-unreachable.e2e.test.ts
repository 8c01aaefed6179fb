// Goal: live without a vendor to reach ends in one sentence that says which host, why and what to
// do; nothing is left. Method: the real command line, against hosts that fail in each way there is.
import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, temporaryDirectory } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago: nobody answers there. */
async function nobody(): Promise<string> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return `https://127.0.0.1:${port}`;
}

/** A host that takes the connection and never says anything, as behind a firewall that drops. */
const silentHost = async (): Promise<string> =>
  `https://127.0.0.1:${await portOf(createServer((socket) => socket.on('error', () => undefined)))}`;

/** A host that speaks HTTP where TLS is expected. */
const plainHost = async (): Promise<string> =>
  `https://127.0.0.1:${await portOf(createHttpServer((_request, response) => response.end('hi')))}`;

describe('up --live', () => {
  test.each([
    // The name is reserved: no DNS knows it, with or without a network.
    ['no such name', () => Promise.resolve('https://kucoin.invalid'), /DNS/],
    ['nobody there', nobody, /the connection is refused/],
    ['no TLS there', plainHost, /TLS|SSL/],
    ['no answer', silentHost, /no answer in 4000 ms/],
  ])(
    '%s: one sentence, exit 1, nothing left',
    async (_, host, why) => {
      const url = await host();
      const dataDir = join(temporaryDirectory({ name: 'live' }), 'data');
      const ringDir = join(temporaryDirectory({ name: 'live', shared: true }), 'rings');
      const place = ['--data-dir', dataDir, '--ring-dir', ringDir];
      const up = startProcess({
        script,
        args: [
          ...['up', '--vendors', 'kucoin', '--symbols', 'BTC-USDT', '--live', '--duration', '5'],
          ...place,
        ],
        env: {
          ...{ NO_COLOR: '1', TICKWIRE_DEBUG: undefined, NATS_URL: undefined },
          ...{ TICKWIRE_BUS_PORT: '0', TICKWIRE_TELEMETRY_PORT: '0', TICKWIRE_API_PORT: '0' },
          TICKWIRE_KUCOIN_REST_URL: url,
        },
      });
      expect(await up.ended).toEqual({ code: 1, signal: null });
      const sentences = up.stderr.split('\n').filter((line) => line.includes('could not start'));
      expect(sentences).toHaveLength(1);
      expect(sentences[0]).toContain(`gateway-kucoin could not start`);
      expect(sentences[0]).toContain(`${url} cannot be reached`);
      expect(sentences[0]).toMatch(why);
      expect(sentences[0]).toContain('leave out --live to use the simulator');
      expect(up.stderr).not.toMatch(/\n\s+at /);
      expect(existsSync(ringDir)).toBe(false);
      expect(existsSync(join(dataDir, 'run'))).toBe(false);
    },
    60_000,
  );
});
