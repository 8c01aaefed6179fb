// Goal: every answer has the form that OpenAPI states, every refusal the right status and the form
// of errors, and nothing tells of our insides. Method: the real process, each route, wrong methods,
// bodies and paths.
import { z } from 'zod';
import { connect } from 'node:net';
import { waitFor } from '@tickwire/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPlace, startApi } from '../test/api-process.ts';
import type { ApiProcess } from '../test/api-process.ts';
import { TestFeed } from '../test/test-feed.ts';
import {
  gapsAnswer,
  healthAnswer,
  livezAnswer,
  marketsAnswer,
  ratesAnswer,
  servicesAnswer,
  tracesAnswer,
} from './http/answers.ts';

const place = newPlace();
let feed: TestFeed;
let api: ApiProcess;

beforeAll(async () => {
  feed = new TestFeed({ dir: place.ringDir });
  feed.trade(1, 100).quote(1, 99, 101).publish();
  api = await startApi(place);
});
afterAll(async () => {
  await api.process.stop();
  feed.ring.close();
});

const span = {
  ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'decode', kind: 1 },
  ...{ startTimeUnixNano: '1', endTimeUnixNano: '2', attributes: [] },
};
const spans = { resourceSpans: [{ resource: {}, scopeSpans: [{ spans: [span] }] }] };
const post = (
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  api.fetch(path, {
    ...{ method: 'POST', key: null, body },
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('answers', () => {
  test.each([
    ['/livez', livezAnswer],
    ['/api/v1/health', healthAnswer],
    ['/api/v1/services', servicesAnswer],
    ['/api/v1/markets', marketsAnswer],
    ['/api/v1/rates', ratesAnswer],
    ['/api/v1/gaps', gapsAnswer],
    ['/api/v1/traces', tracesAnswer],
  ] satisfies [string, z.ZodType][])('%s has the stated form', async (path, form) => {
    expect(form.safeParse(await api.json(path)).error).toBeUndefined();
  });

  test('OpenAPI names every route, with its parameters', async () => {
    const { paths } = await api.json<{ paths: Record<string, Record<string, unknown>> }>(
      '/openapi.json',
    );
    expect(Object.keys(paths).sort()).toEqual([
      '/api/v1/gaps',
      '/api/v1/health',
      '/api/v1/history/bars',
      '/api/v1/history/ticks',
      '/api/v1/history/trades',
      '/api/v1/markets',
      '/api/v1/rates',
      '/api/v1/services',
      '/api/v1/session',
      '/api/v1/traces',
      '/api/v1/traces/{id}',
      '/livez',
      '/openapi.json',
      '/v1/traces',
    ]);
    const { parameters } = paths['/api/v1/history/ticks']!.get as {
      parameters: { name: string }[];
    };
    expect(parameters.map(({ name }) => name)).toContain('cursor');
  });

  test('markets come page by page', async () => {
    const page = await api.json<{ markets: { symbol: string; trade: { price: string } }[] }>(
      '/api/v1/markets?limit=1',
    );
    expect(page.markets).toMatchObject([
      { symbol: 'AAA-USD', trade: { price: '1' }, quote: { bidPrice: '0.99', askPrice: '1.01' } },
    ]);
  });

  test('spans that a program of this host sends are shown as a trace', async () => {
    expect((await post('/v1/traces', JSON.stringify(spans))).status).toBe(200);
    const trace = await api.json(`/api/v1/traces/${span.traceId}`);
    expect(trace).toMatchObject({ spans: [{ name: 'decode', spanId: span.spanId }] });
    expect((await api.fetch('/api/v1/traces/nothing')).status).toBe(404);
    expect((await post('/v1/traces', '{"resourceSpans":1}')).status).toBe(400);
    const fromPage = { origin: api.url };
    expect((await post('/v1/traces', JSON.stringify(spans), fromPage)).status).toBe(403);
  });
});

describe('refusals', () => {
  test.each([
    ['GET', '/api/v1/none', undefined, 404],
    ['GET', '/API/V1/HEALTH', undefined, 404],
    ['DELETE', '/api/v1/health', undefined, 405],
    ['POST', '/api/v1/markets', '{}', 405],
    ['POST', '/v1/traces', '{', 400],
    ['POST', '/v1/traces', '{"__proto__":{"a":1}}', 400],
    ['GET', '/api/v1/health?a=1', undefined, 400],
    ['GET', '/api/v1/stream', undefined, 400],
    ['GET', '/%ff', undefined, 400],
  ])('%s %s', async (method, path, body, status) => {
    const answer = await api.fetch(path, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    expect(answer.status).toBe(status);
    const json = z.object({
      error: z.strictObject({
        code: z.string(),
        message: z.string(),
        field: z.string().optional(),
      }),
    });
    const text = await answer.text();
    expect(json.safeParse(JSON.parse(text)).error).toBeUndefined();
    expect(text + JSON.stringify([...answer.headers])).not.toMatch(
      /node_modules|\.ts:|fastify|node\//i,
    );
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET');
  });

  test('a body that is too large is refused before it comes', async () => {
    const socket = connect({ host: '127.0.0.1', port: api.port });
    let answer = '';
    socket.on('data', (text) => (answer += text.toString()));
    const head = ['POST /v1/traces HTTP/1.1', `Host: 127.0.0.1:${api.port}`];
    head.push('Content-Type: application/json', 'Content-Length: 4194305');
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    await waitFor(() => answer.includes('TOO_LARGE'), { what: 'the refusal' });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('a body that is no JSON by its type is refused as such', async () => {
    const answer = await post('/v1/traces', 'x', { 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ error: { code: 'BAD_MEDIA_TYPE' } });
  });

  test('every answer carries a strict policy for content', async () => {
    const policy =
      (await api.fetch('/', { key: null })).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).not.toMatch(/unsafe/);
  });

  test('one key has its limit of requests', async () => {
    const own = newPlace();
    const limited = await startApi(own, { TICKWIRE_KEY_REQUESTS_PER_MINUTE: '3' });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at++) statuses.push((await limited.fetch('/api/v1/health')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await limited.process.stop();
  });

  test('who connects and says nothing, or half a request, is sent away', async () => {
    for (const words of ['', 'GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ']) {
      const socket = connect({ host: '127.0.0.1', port: api.port });
      socket.on('error', () => undefined);
      let isClosed = false;
      socket.on('close', () => (isClosed = true));
      socket.resume();
      socket.write(words);
      await waitFor(() => isClosed, { what: 'the end of the connection', deadlineMs: 20_000 });
    }
  });
});
