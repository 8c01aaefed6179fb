// Goal: over real sockets the client gets what a service sends, and notices what it does not.
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import { hostTimers } from '@tickwire/io-service';
import type { ReplayOutcome } from '@tickwire/venue-cme';
import { waitFor } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';
import { logonPacket, logoutPacket, mdpPacket, sized } from '../../test/mdp-packets.ts';
import { dialReplay } from './dial-replay.ts';
import { FixTag, decodeFix } from './fix-text.ts';
import { ReplayClient } from './replay-client.ts';

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function ask(port: number): Promise<{ sequences: number[]; outcome: ReplayOutcome }> {
  const sequences: number[] = [];
  let outcome: ReplayOutcome | undefined;
  const client = new ReplayClient({
    endpoints: [{ host: '127.0.0.1', port }],
    credentials: { username: 'CME', password: 'CME' },
    dial: dialReplay,
    timers: hostTimers,
    monotonicNs: () => performance.now() * 1e6,
    random: Math.random,
    limits: { logonMs: 200, idleMs: 200 },
    onPacket: (_, __, { sequence }) => sequences.push(sequence),
    onEnd: (_, ended) => (outcome = ended),
    onStray: () => undefined,
  });
  client.request({ id: 1, channel: 310, begin: 1, end: 500 });
  return { sequences, outcome: await waitFor(() => outcome, { what: 'the end of the request' }) };
}

test('a service that answers', async () => {
  const texts: (string | undefined)[] = [];
  const port = await listen((socket) => {
    socket.on('data', (text) => {
      for (const one of text.toString('latin1').match(/9=[^]*?\u000110=\d{3}\u0001/g) ?? []) {
        const type = decodeFix(Buffer.from(one, 'latin1')).get(FixTag.MsgType);
        texts.push(type);
        if (type === 'A') socket.write(sized(logonPacket()));
        if (type !== 'V') continue;
        for (let sequence = 1; sequence <= 500; sequence++) {
          socket.write(sized(mdpPacket({ sequence, template: 46, root: new Uint8Array(200) })));
        }
        socket.write(sized(logoutPacket('done')));
      }
    });
  });
  const { sequences, outcome } = await ask(port);
  expect(outcome).toEqual({ kind: 'complete' });
  expect(sequences).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  await waitFor(() => texts.length === 3, { what: 'the logout' });
  expect(texts).toEqual(['A', 'V', '5']);
});

test('a service that hangs up', async () => {
  const port = await listen((socket) => socket.destroy());
  expect((await ask(port)).outcome.kind).toBe('disconnected');
});

test('a service that says nothing', async () => {
  const sockets: Socket[] = [];
  const port = await listen((socket) => sockets.push(socket.resume()));
  const { outcome } = await ask(port);
  expect(outcome).toEqual({ kind: 'timeout', text: `127.0.0.1:${port}: no logon` });
  await waitFor(() => sockets.every((socket) => socket.readableEnded || socket.destroyed), {
    what: 'the end of the connection',
  });
  for (const socket of sockets) socket.destroy();
});

test('nobody listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { outcome } = await ask(port);
  expect(outcome).toEqual({ kind: 'disconnected', text: `127.0.0.1:${port}: ECONNREFUSED` });
});
