// Goal: an HTTP request ends within its bounds, with the bytes or with a typed error. Method: real
// servers on loopback that misbehave.
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpRequest } from './http-request.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bounds = { timeoutMs: 5_000, bytesMax: 1_000 };

describe('http request', () => {
  test('sends method, headers and body, and gives status and bytes back', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201);
      response.write(`${request.method} ${request.url} ${request.headers['x-key']} `);
      request.pipe(response);
    });
    const answer = await httpRequest({
      method: 'POST',
      url: `${url}/path?q=1`,
      headers: { 'X-KEY': 'k' },
      body: 'body',
      ...bounds,
    });
    expect(answer.status).toBe(201);
    expect(new TextDecoder().decode(answer.body)).toBe('POST /path?q=1 k body');
  });

  test.each([
    ['at once', (size: number) => ({ 'content-length': String(size) })],
    ['in pieces, without a length', () => ({})],
  ])('an answer that is too long is refused: %s', async (_, headers) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, headers(1_001));
      response.end(Buffer.alloc(1_001));
    });
    await expect(httpRequest({ method: 'GET', url, ...bounds })).rejects.toMatchObject({
      code: 'TOO_LONG',
    });
  });

  test('an answer of exactly the bound is taken', async () => {
    const url = await serve((_request, response) => response.end(Buffer.alloc(1_000)));
    expect((await httpRequest({ method: 'GET', url, ...bounds })).body).toHaveLength(1_000);
  });

  test.each([
    ['does not answer', (): void => undefined],
    ['does not finish', (response: { write(text: string): void }) => void response.write('x')],
  ])('a server that %s is a timeout', async (_, answer) => {
    const url = await serve((_request, response) => answer(response));
    const request = httpRequest({ method: 'GET', url, timeoutMs: 50, bytesMax: 1_000 });
    await expect(request).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('nobody there, a broken answer and a redirect are unreachable; no query in the text', async () => {
    const nobody = httpRequest({ method: 'GET', url: 'http://127.0.0.1:1/a?secret=1', ...bounds });
    await expect(nobody).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(nobody).rejects.not.toThrow(/secret/);
    const broken = await serve((request) => request.socket.destroy());
    await expect(httpRequest({ method: 'GET', url: broken, ...bounds })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
    const moved = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' });
      response.end();
    });
    await expect(httpRequest({ method: 'GET', url: moved, ...bounds })).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });
});
