// Goal: a receive buffer has the size it was given. Method: real sockets on loopback, and the
// host's own limit from /proc.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { receiveBufferBytes, setReceiveBuffer } from './socket-buffers.ts';

function descriptorOf(handle: unknown): number {
  const fd = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : -1;
  return Number(fd);
}

async function connected(): Promise<Socket> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  await once(socket, 'connect');
  return socket;
}

test('reads and sets the receive buffer of a TCP socket; the kernel counts it twice', async () => {
  const fd = descriptorOf(Reflect.get(await connected(), '_handle'));
  expect(receiveBufferBytes(fd)).toBeGreaterThan(0);
  setReceiveBuffer(fd, 100_000);
  expect(receiveBufferBytes(fd)).toBe(200_000);
});

test('what exceeds the limit of the host is cut to it', async () => {
  const limit = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
  const fd = descriptorOf(Reflect.get(await connected(), '_handle'));
  setReceiveBuffer(fd, limit + 1_000_000);
  expect(receiveBufferBytes(fd)).toBe(2 * limit);
});

test('what is no socket is refused with the name of the system', () => {
  const fd = openSync('/dev/null', 'r');
  onTestFinished(() => closeSync(fd));
  expect(() => receiveBufferBytes(fd)).toThrow(
    expect.objectContaining({ code: 'SYSTEM', errnoName: 'ENOTSOCK' }),
  );
  expect(() => setReceiveBuffer(-1, 1)).toThrow(
    expect.objectContaining({ code: 'SYSTEM', errnoName: 'EBADF' }),
  );
});
