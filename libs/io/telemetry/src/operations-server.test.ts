// Goal: the operations door says what it must, and nothing that comes in through it can take the
// service down or hold it up. Method: real sockets, raw bytes.
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startOperationsServer } from './operations-server.ts';
import type { OperationsServerOptions, ShownHealth } from './operations-server.ts';

async function start(options: Partial<OperationsServerOptions> = {}) {
  const health: { now: ShownHealth } = { now: { phase: 'running', ok: true, reason: '' } };
  const errors: unknown[] = [];
  const server = await startOperationsServer({
    host: '127.0.0.1',
    port: 0,
    service: 'test',
    health: () => health.now,
    metrics: async () => 'm 1\n',
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => server.close());
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
  return { server, health, errors, get };
}

async function rawSocket(port: number): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  socket.on('error', () => undefined); // a reset is one way to be refused
  await once(socket, 'connect');
  return { socket, received: () => received };
}

/** Sends raw bytes and gives what came back once the server has closed. */
async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const { socket, received } = await rawSocket(port);
  socket.write(bytes);
  await once(socket, 'close');
  return received();
}

describe('the operations door', () => {
  test('tells phase and health apart', async () => {
    const { health, get } = await start();
    const shown = async () => {
      const answers = await Promise.all(['/livez', '/readyz', '/healthz'].map((path) => get(path)));
      return answers.map(({ status }) => status);
    };
    expect(await shown()).toEqual([200, 200, 200]);
    health.now = { phase: 'running', ok: false, reason: 'one connection is not live' };
    expect(await shown()).toEqual([200, 200, 503]);
    expect(JSON.parse((await get('/healthz')).body)).toEqual({ service: 'test', ...health.now });
    health.now = { phase: 'starting', ok: true, reason: '' };
    expect(await shown()).toEqual([200, 503, 503]);
    expect((await get('/readyz')).body).toBe('the service is starting\n');
    health.now = { phase: 'stopping', ok: true, reason: '' };
    expect(await shown()).toEqual([200, 503, 503]);
  });

  test('serves metrics in the text format, also to a scraper that adds a query', async () => {
    const { get } = await start();
    const { status, body, headers } = await get('/metrics?name=x');
    expect({ status, body }).toEqual({ status: 200, body: 'm 1\n' });
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const head = await get('/metrics', { method: 'HEAD' });
    expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: '' });
  });

  test('says that a scrape failed, without the why', async () => {
    const failing = { metrics: () => Promise.reject(new Error('canary at /a/path.ts:1')) };
    const { get, errors } = await start(failing);
    const { status, body } = await get('/metrics');
    expect(status).toBe(500);
    expect(body).not.toMatch(/canary|path/);
    expect(errors).toHaveLength(1);
  });

  test.each(['/', '/metrics/', '/../metrics', '/%2e%2e/etc/passwd', '//x', '/livez2', '*'])(
    'has nothing at %s',
    async (path) => {
      const { server } = await start();
      const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      expect(await raw(server.port, request)).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('takes no %s', async (method) => {
    const { get } = await start();
    const { status, headers } = await get('/metrics', { method });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('does not wait for the body of what it refuses', async () => {
    const { server } = await start();
    const head = 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n';
    expect(await raw(server.port, head + 'x'.repeat(10_000))).toMatch(/^HTTP\/1\.1 405 /);
  });

  test.each([
    ['headers beyond 8 KiB', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(9_000)}\r\n\r\n`],
    ['a path beyond 8 KiB', `GET /${'a'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['an unknown method', 'STEAL / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
  ])('closes on %s, and goes on serving', async (_name, bytes) => {
    const { server, get } = await start();
    expect(await raw(server.port, bytes)).not.toMatch(/ 200 /);
    expect((await get('/livez')).status).toBe(200);
  });

  test('closes those who send nothing, and those who send slowly', async () => {
    const { server, get } = await start();
    const mute = await rawSocket(server.port);
    const slow = await rawSocket(server.port);
    slow.socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => slow.socket.write('X: y\r\n'), 200);
    onTestFinished(() => clearInterval(drip));
    const isClosed = (): boolean => mute.socket.closed && slow.socket.closed;
    await waitFor(isClosed, { what: 'both to be closed', deadlineMs: 20_000, everyMs: 50 });
    expect(`${mute.received()}${slow.received()}`).not.toMatch(/ 200 /);
    expect((await get('/livez')).status).toBe(200);
  });

  test('has 64 connections at most, and serves again when they are gone', async () => {
    const { server, get } = await start();
    const sockets = await Promise.all(Array.from({ length: 80 }, () => rawSocket(server.port)));
    await waitFor(() => sockets.filter(({ socket }) => socket.closed).length === 16, {
      what: 'the 16 connections too many to be closed',
    });
    for (const { socket } of sockets) socket.destroy();
    await waitFor(async () => (await get('/livez').catch(() => undefined))?.status === 200, {
      what: 'an answer',
    });
  });

  test('moves to the next free port when its own is busy', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { server, get } = await start({ port });
    expect(server.port).toBeGreaterThan(port);
    expect((await get('/livez')).status).toBe(200);
  });

  test('says so when its address is not of this host', async () => {
    await expect(start({ host: '203.0.113.1' })).rejects.toThrow(/EADDRNOTAVAIL/);
  });
});
