// Coming in, staying and being turned out, over real sockets.
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RawClient, bullet, call } from '../test/raw-client.ts';
import { client, running } from '../test/running-simulator.ts';
import { ManualClock } from './manual-clock.ts';

const START_MS = 1_729_816_425_625;
const DAY_MS = 86_400_000;

describe('connecting', () => {
  test('bullet-public gives a token and where to use it', async () => {
    const simulator = await running();
    const { code, data } = await call(simulator.url, '/api/v1/bullet-public', { method: 'POST' });
    expect(code).toBe('200000');
    expect(data).toEqual({
      token: expect.stringMatching(/^[\w-]+=\.[\w-]+==$/),
      instanceServers: [
        {
          endpoint: `ws://127.0.0.1:${simulator.port}/`,
          encrypt: false,
          protocol: 'websocket',
          pingInterval: 18_000,
          pingTimeout: 10_000,
        },
      ],
    });
  });

  test('welcomes with the client’s connectId, or one of its own', async () => {
    const simulator = await running();
    const named = await client(simulator, 'my-id');
    expect(named.texts[0]).toBe('{"id":"my-id","type":"welcome"}');
    const { token, endpoint } = await bullet(simulator.url);
    const nameless = new RawClient(`${endpoint}?token=${token}`);
    onTestFinished(() => nameless.ws.terminate());
    const welcome = await nameless.until(({ type }) => type === 'welcome', 'a welcome');
    expect(welcome.id).toMatch(/^\w+$/);
  });

  test.each(['', 'token=', 'token=nonsense'])('refuses the token in "%s"', async (query) => {
    const simulator = await running();
    const refused = new RawClient(`ws://127.0.0.1:${simulator.port}/?${query}&connectId=c`);
    await refused.closed();
    expect(refused.texts).toEqual([
      '{"id":"c","type":"error","code":401,"data":"token is invalid"}',
    ]);
    expect(simulator.counts()).toMatchObject({ sent: 1, connectionsClosed: { refused: 1 } });
  });

  test('refuses a token after 24 hours', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({ clock });
    const { token, endpoint } = await bullet(simulator.url);
    clock.advance(DAY_MS - 1);
    const inTime = new RawClient(`${endpoint}?token=${token}`);
    onTestFinished(() => inTime.ws.terminate());
    await inTime.until(({ type }) => type === 'welcome', 'a welcome');
    clock.advance(1);
    const late = new RawClient(`${endpoint}?token=${token}`);
    const answer = await late.until(({ type }) => type === 'error', 'a refusal');
    expect(answer).toMatchObject({ code: 401, data: 'token is expired' });
    await late.closed();
  });

  test('can refuse a token with HTTP 401, and knows no other path', async () => {
    const simulator = await running({ tokenRefusal: 'http' });
    const refused = new RawClient(`ws://127.0.0.1:${simulator.port}/?token=x`);
    await refused.closed();
    expect(refused.refusedWith).toBe(401);
    const lost = new RawClient(`ws://127.0.0.1:${simulator.port}/elsewhere?token=x`);
    await lost.closed();
    expect(lost.refusedWith).toBe(404);
    expect(simulator.counts().sent).toBe(0);
  });

  test('limits open connections and connects per minute', async () => {
    const clock = new ManualClock(START_MS);
    const limits = { connectionsMax: 2, connectsPerMinute: 3 };
    const simulator = await running({ clock, limits });
    const first = await client(simulator);
    await client(simulator);
    const refusal = async (): Promise<unknown> => {
      const { token, endpoint } = await bullet(simulator.url);
      const turnedAway = new RawClient(`${endpoint}?token=${token}`);
      const { data } = await turnedAway.until(({ type }) => type === 'error', 'a refusal');
      await turnedAway.closed();
      return data;
    };
    expect(await refusal()).toBe('exceed max session count limitation of 2');
    first.ws.close();
    await waitFor(() => simulator.counts().connections.length === 1, { what: 'the end' });
    const third = await client(simulator);
    third.ws.close();
    await waitFor(() => simulator.counts().connections.length === 1, { what: 'the end' });
    expect(await refusal()).toBe('service busy, please retry later');
    clock.advance(60_000);
    await client(simulator);
  });
});

describe('a connection', () => {
  test('is ended when the client says nothing for interval plus timeout', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({ clock, timers: clock });
    const alive = await client(simulator);
    const silent = await client(simulator);
    clock.advance(20_000);
    await alive.ping();
    clock.advance(7_999);
    expect(simulator.counts().connections).toHaveLength(2);
    clock.advance(1);
    await silent.closed();
    expect(silent.messages.at(-1)).toMatchObject({ type: 'error', data: 'ping timeout' });
    expect(simulator.counts().connectionsClosed).toMatchObject({ 'ping-timeout': 1 });
    await alive.ping();
    clock.advance(27_999);
    expect(alive.closeCode).toBeUndefined();
  });

  test('survives hostile frames; one that is too large ends it alone', async () => {
    const simulator = await running();
    const hostile = await client(simulator);
    const other = await client(simulator);
    for (const text of ['{', '', '[1]', 'null', '{"type":"subscribe"}', '['.repeat(200_000)]) {
      hostile.ask(text);
    }
    hostile.ws.send(Buffer.from([0xff, 0x00]));
    await hostile.ping();
    expect(hostile.messages.filter(({ type }) => type === 'error')).toHaveLength(7);
    hostile.ask('x'.repeat(300 * 1024));
    expect(await hostile.closed()).toBe(1009);
    await other.ping();
  });

  test('that floods is refused, then ended', async () => {
    const simulator = await running();
    const flooding = await client(simulator);
    for (let i = 0; i < 220; i += 1) flooding.ask({ id: String(i), type: 'ping' });
    expect(await flooding.closed()).toBe(1008);
    const pongs = flooding.messages.filter(({ type }) => type === 'pong');
    expect(pongs.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    expect(flooding.messages.at(-1)).toMatchObject({ code: 509 });
    expect(simulator.counts().connectionsClosed).toMatchObject({ 'too-many-errors': 1 });
  });

  test('that reads too slowly is ended; nothing is left out for the others', async () => {
    const simulator = await running({ limits: { bufferedBytesMax: 128 * 1024 } });
    const slow = await client(simulator);
    const quick = await client(simulator);
    const topic = `/market/level2:${simulator.symbols.join(',')}`;
    await slow.command('subscribe', topic);
    await quick.command('subscribe', topic);
    slow.ws.pause();
    const quickSent = (): number => simulator.counts().connections.at(-1)?.sent ?? 0;
    for (let i = 0; i < 500 && simulator.counts().connections.length === 2; i += 1) {
      simulator.step(200);
      await waitFor(() => quick.texts.length === quickSent(), {
        what: 'the quick one',
        everyMs: 1,
      });
    }
    expect(simulator.counts().connectionsClosed).toMatchObject({ slow: 1 });
    await waitFor(() => simulator.counts().undelivered > 0, {
      what: 'the count of the undelivered',
    });
    const of = (symbol: string): number[] => quick.level2(symbol).map((d) => d.sequenceStart);
    for (const symbol of simulator.symbols) {
      const ends = quick.level2(symbol).map((d) => d.sequenceEnd + 1);
      expect(of(symbol).slice(1)).toEqual(ends.slice(0, -1));
    }
  });
});
