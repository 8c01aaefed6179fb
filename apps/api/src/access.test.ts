// Goal: nobody without a valid key gets anything but the page's files and a sign of life, over HTTP
// and before the upgrade of a stream. Method: the real process, every way of coming in.
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd, waitFor } from '@tickwire/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY, TestClient, newPlace, startApi } from '../test/api-process.ts';
import type { ApiProcess } from '../test/api-process.ts';

let api: ApiProcess;
beforeAll(async () => {
  api = await startApi(newPlace(), {
    TICKWIRE_ADDRESS_REFUSALS_PER_MINUTE: '100000',
    TICKWIRE_KEY_REQUESTS_PER_MINUTE: '100000',
    TICKWIRE_ADDRESS_REQUESTS_PER_MINUTE: '100000',
  });
});
afterAll(() => api.process.stop());

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Headers that must not open anything, and the code of the answer. */
const REFUSED: [name: string, headers: () => Record<string, string>, code: string][] = [
  ['no key', () => ({}), 'NO_KEY'],
  ['a wrong key', () => bearer('wrong-key-0123456789abc'), 'BAD_KEY'],
  ['the key with one more character', () => bearer(`${KEY}x`), 'BAD_KEY'],
  ['a key of 10,000 characters', () => bearer('k'.repeat(10_000)), 'BAD_KEY'],
  ['an empty key', () => ({ authorization: 'Bearer ' }), 'BAD_KEY'],
  ['another scheme', () => ({ authorization: `Basic ${KEY}` }), 'BAD_KEY'],
  ['a cookie of nobody', () => cookie('nobody.99999999999999.' + 'a'.repeat(43)), 'BAD_KEY'],
  ['a cookie that is the key', () => cookie(KEY), 'BAD_KEY'],
  [
    'a page of another origin',
    () => ({ ...bearer(KEY), origin: 'http://evil.test' }),
    'BAD_ORIGIN',
  ],
  ['the origin null', () => ({ ...bearer(KEY), origin: 'null' }), 'BAD_ORIGIN'],
];

const cookie = (value: string): Record<string, string> => ({
  cookie: `tickwire_session_${api.port}=${value}`,
  origin: api.url,
});

describe('the door', () => {
  test.each(REFUSED)('refuses %s over HTTP', async (_name, headers, code) => {
    const answer = await fetch(`${api.url}/api/v1/health`, { headers: headers() });
    expect(answer.status).toBe(code === 'BAD_ORIGIN' ? 403 : 401);
    expect(await answer.json()).toEqual({
      error: { code, message: expect.any(String) as string },
    });
  });

  test.each(REFUSED)(
    'refuses a stream with %s before the upgrade',
    async (_name, headers, code) => {
      const client = new TestClient(api.streamUrl, headers());
      const status = await new Promise<number | undefined>((resolve, reject) => {
        client.socket.on('unexpected-response', (_request, response) =>
          resolve(response.statusCode),
        );
        client.socket.on('open', () => reject(new Error('it was opened')));
      });
      expect(status).toBe(code === 'BAD_ORIGIN' ? 403 : 401);
      client.socket.terminate();
    },
  );

  test.each(['key', 'token', 'api_key', 'access_token'])(
    'refuses a key in the URL as %s',
    async (name) => {
      const answer = await api.fetch(`/api/v1/health?${name}=${KEY}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'KEY_IN_URL', field: name } });
    },
  );

  test('tells nobody without a key which paths there are', async () => {
    expect((await api.fetch('/api/v1/nothing', { key: null })).status).toBe(401);
    expect((await api.fetch('/api/v1/nothing')).status).toBe(404);
  });

  test('gives the page and a sign of life to all, and no more', async () => {
    for (const path of ['/', '/livez', '/page/main.js', '/vendor/vue.js']) {
      expect((await api.fetch(path, { key: null })).status, path).toBe(200);
    }
    for (const path of ['/openapi.json', '/page/../../package.json', '/page/%2e%2e/src/main.ts']) {
      expect([401, 403, 404], path).toContain((await api.fetch(path, { key: null })).status);
    }
  });

  test('refuses a name of ours that is not ours: rebinding', async () => {
    const end = await runToEnd({
      script: 'apps/api/test/ask-as-host.ts',
      args: [String(api.port), 'evil.test'],
    });
    expect(end.stdout.trim()).toBe('403');
  });
});

describe('a session', () => {
  const login = (key: string | null): Promise<Response> =>
    api.fetch('/api/v1/session', { method: 'POST', key, headers: { origin: api.url } });

  test('is given for a key, cannot be read by scripts, and opens HTTP and stream', async () => {
    const answer = await login(KEY);
    expect(answer.status).toBe(200);
    const made = answer.headers.get('set-cookie') ?? '';
    expect(made).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(made).not.toContain(KEY);
    const pair = made.split(';')[0] ?? '';
    const headers = { cookie: pair };
    expect((await api.fetch('/api/v1/health', { key: null, headers })).status).toBe(200);
    const client = new TestClient(api.streamUrl, { ...headers, origin: api.url });
    await client.message(({ type }) => type === 'hello');
    client.socket.terminate();
    // A page elsewhere can make a browser send the cookie, never the Origin.
    const crossed = new TestClient(api.streamUrl, { ...headers, origin: 'http://evil.test' });
    expect((await crossed.closed).code).toBe(1006);
    const bare = new TestClient(api.streamUrl, headers);
    expect((await bare.closed).code).toBe(1006);
    expect(bare.messages).toEqual([]);
  });

  test('is refused when changed, and cannot make another one', async () => {
    const pair = ((await login(KEY)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const [id, until, signature] = pair.slice(pair.indexOf('=') + 1).split('.');
    const longer = `${id}.${Number(until) + 1_000}.${signature}`;
    expect((await api.fetch('/api/v1/health', { key: null, headers: cookie(longer) })).status).toBe(
      401,
    );
    const renewed = await api.fetch('/api/v1/session', {
      ...{ method: 'POST', key: null, headers: { cookie: pair, origin: api.url } },
    });
    expect(renewed.status).toBe(401);
    expect((await login('wrong-key-0123456789abc')).status).toBe(401);
  });
});

describe('the file of keys', () => {
  test('is made once, for us alone, and its key opens', async () => {
    const place = newPlace();
    const own = await startApi(place, { TICKWIRE_API_KEYS: undefined });
    const path = join(place.dataDir, 'api-keys.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: { key: string }[] };
    const key = keys[0]?.key ?? '';
    expect((await own.fetch('/api/v1/health', { key })).status).toBe(200);

    // A key that is taken away or over ends its streams, without a restart.
    const client = new TestClient(own.streamUrl, bearer(key));
    await client.message(({ type }) => type === 'hello');
    const over = { id: 'old', key: 'an-expired-key-0123456789', expiresAt: '2020-01-01T00:00:00Z' };
    const next = { id: 'new', key: 'a-new-key-0123456789abcd' };
    writeFileSync(path, JSON.stringify({ keys: [over, next] }));
    expect((await client.closed).code).toBe(4401);
    expect((await own.fetch('/api/v1/health', { key })).status).toBe(401);
    expect((await own.fetch('/api/v1/health', { key: over.key })).status).toBe(401);
    expect((await own.fetch('/api/v1/health', { key: next.key })).status).toBe(200);

    // Nothing that was said of it holds a key.
    for (const secret of [key, over.key, next.key]) {
      expect(own.process.stdout + own.process.stderr).not.toContain(secret);
    }
    await own.process.stop();
    chmodSync(path, 0o644);
    await expect(startApi(place, { TICKWIRE_API_KEYS: undefined })).rejects.toThrow(/by us alone/);
  });

  test('an address that others can reach needs TLS or a word', async () => {
    const env = { TICKWIRE_HOST: '0.0.0.0' };
    await expect(startApi(newPlace(), env)).rejects.toThrow(/TICKWIRE_ALLOW_REMOTE/);
  });
});

test('too many bad keys from one address are refused before they are looked at', async () => {
  const limited = await startApi(newPlace(), { TICKWIRE_ADDRESS_REFUSALS_PER_MINUTE: '5' });
  const statuses: number[] = [];
  await waitFor(
    async () => {
      const answer = await limited.fetch('/api/v1/health', { key: 'wrong-key-0123456789abc' });
      statuses.push(answer.status);
      return answer.status === 429 && answer.headers.get('retry-after') !== null;
    },
    { what: 'a refusal for too many bad keys' },
  );
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
});
