// Goal: every client gets exactly what it asked for, told of each loss; one that is slow
// harms neither the process nor the others. Method: the real process on a real ring, real clients,
// counters read from the mapped file, also after a kill.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StreamState, hopImbalance } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { waitFor } from '@tickwire/testing';
import { TICK_BYTES } from '@tickwire/core';
import { TickView, describeTick } from '@tickwire/wire-tick';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestClient, newPlace, startApi } from '../test/api-process.ts';
import type { ApiProcess, StreamMessage } from '../test/api-process.ts';
import { TestFeed } from '../test/test-feed.ts';

const place = newPlace();
let feed: TestFeed;
let api: ApiProcess;

beforeAll(async () => {
  feed = new TestFeed({ dir: place.ringDir });
  api = await startApi(place);
});
afterAll(async () => {
  await api.process.stop();
  feed.ring.close();
});

/** Numbers follow one another, or a `lost` says which are missing. */
function silentHoles(messages: readonly StreamMessage[]): number {
  let holes = 0;
  let next = 1;
  for (const { seq, fromSeq } of messages) {
    if ((fromSeq ?? seq) !== next) holes++;
    next = seq + 1;
  }
  return holes;
}

const prices = (client: TestClient, id: string): unknown[] =>
  client.items(id).map(({ price, bidPrice }) => price ?? bidPrice);

describe('subscriptions', () => {
  test('ticks come as they are in the ring, with their key, by symbol and kind', async () => {
    const client = new TestClient(api.streamUrl);
    await client.subscribe({ id: 'a', channel: 'ticks', symbols: ['AAA-USD'] });
    await client.subscribe({ id: 't', channel: 'ticks', kinds: ['TRADE'] });
    const ring = openRing({ dir: place.ringDir, name: 'test.0', from: 'latest' });
    feed.trade(1, 12_345).quote(2, 9_900, 10_100).trade(2, 500).publish();
    await waitFor(() => client.items('t').length === 2, { what: 'both trades' });
    const run = ring.poll();
    const expected = Array.from({ length: run?.count ?? 0 }, (_, at) => {
      const tick = new TickView().wrap(run!.view, at * TICK_BYTES);
      const json = describeTick(tick, run!.directory.get(tick.instrument));
      return { ...json, ring: 'test.0', position: run!.firstPosition + at };
    });
    ring.close();
    expect(client.items('t')).toMatchObject([expected[0], expected[2]] as object[]);
    expect(client.items('a')).toMatchObject([expected[0]] as object[]);
    expect(prices(client, 't')).toEqual(['123.45', '5']);
    client.socket.close();
  });

  test('only what comes after the subscription; nothing after its end', async () => {
    const client = new TestClient(api.streamUrl);
    // What the api has not yet read when it takes a subscription belongs to it.
    const read = (): number => api.hop('api.test.0')?.in ?? 0;
    const before = read();
    feed.trade(1, 100).publish();
    await waitFor(() => read() === before + 1, { what: 'the first trade at the api' });
    await client.subscribe({ id: 'a', channel: 'ticks', kinds: ['TRADE'] });
    feed.trade(1, 200).publish();
    await waitFor(() => client.items('a').length > 0, { what: 'a trade' });
    client.socket.send(JSON.stringify({ type: 'unsubscribe', id: 'a' }));
    await client.message(({ of }) => of === 'unsubscribe');
    await client.subscribe({ id: 'b', channel: 'ticks', kinds: ['TRADE'] });
    feed.trade(1, 300).publish();
    await waitFor(() => client.items('b').length > 0, { what: 'a trade' });
    expect(prices(client, 'a')).toEqual(['2']);
    expect(prices(client, 'b')).toEqual(['3']);
    client.socket.close();
  });

  test('an interval gives the latest of each instrument and kind', async () => {
    const client = new TestClient(api.streamUrl);
    await client.subscribe({ id: 'p', channel: 'ticks', kinds: ['QUOTE'], intervalMs: 100 });
    for (let at = 1; at <= 50; at++) feed.quote(1, at, at + 1).quote(2, at * 10, at * 10 + 1);
    feed.publish();
    await waitFor(() => client.items('p').length >= 2, { what: 'the latest quotes' });
    expect(client.items('p').slice(-2)).toMatchObject([
      { symbol: 'AAA-USD', bidPrice: '0.5' },
      { symbol: 'BBB-USD', bidPrice: '5' },
    ]);
    expect(client.items('p').length).toBeLessThan(100);
    client.socket.close();
  });

  test('changes of state come on their own channel, and stay known', async () => {
    const client = new TestClient(api.streamUrl);
    await client.subscribe({ id: 's', channel: 'streams' });
    feed.state(1, StreamState.Live).state(2, StreamState.Stale).publish();
    await waitFor(() => client.items('s').length === 2, { what: 'two changes' });
    expect(client.items('s')).toMatchObject([{ state: 'live' }, { state: 'stale' }]);
    const { markets } = await api.json<{ markets: { symbol: string; state: string }[] }>(
      '/api/v1/markets',
    );
    expect(markets.map(({ symbol, state }) => [symbol, state])).toEqual([
      ['AAA-USD', 'live'],
      ['BBB-USD', 'stale'],
    ]);
    client.socket.close();
  });

  test('the services come every second, by themselves', async () => {
    const client = new TestClient(api.streamUrl);
    await client.subscribe({ id: 'x', channel: 'services' });
    const message = await client.message(({ type }) => type === 'services');
    expect(message.data).toMatchObject([{ services: [{ service: 'api', state: 'running' }] }]);
    client.socket.close();
  });

  test('one reader of the ring and one encoding, however many clients', async () => {
    const clients = Array.from({ length: 40 }, () => new TestClient(api.streamUrl));
    const subscribing = clients.map((one) =>
      one.subscribe({ id: 'm', channel: 'ticks', kinds: ['TRADE'] }),
    );
    await Promise.all(subscribing);
    // Those of the tests before this one may still be closing.
    await waitFor(() => api.counter('gauge/api.clients') === 40, { what: 'only these clients' });
    const before = api.hop('api.test.0')?.in ?? 0;
    const given = api.hop('api.fanout')?.in ?? 0;
    for (let at = 1; at <= 500; at++) feed.trade(1, at);
    feed.publish();
    await waitFor(() => clients.every((one) => one.items('m').length === 500), {
      what: 'all trades at all clients',
    });
    expect((api.hop('api.test.0')?.in ?? 0) - before).toBe(500);
    expect((api.hop('api.fanout')?.in ?? 0) - given).toBe(500 * 40);
    for (const client of clients) {
      expect(prices(client, 'm')).toEqual(prices(clients[0]!, 'm'));
      expect(silentHoles(client.messages)).toBe(0);
      client.socket.close();
    }
    await waitFor(() => api.hop('api.fanout')?.inFlight === 0, { what: 'nothing in flight' });
    expect(hopImbalance(api.hop('api.fanout')!)).toBe(0);
    expect(hopImbalance(api.hop('api.test.0')!)).toBe(0);
  });
});

describe('a client that does not read', () => {
  test('loses exactly what it is told, and the others nothing', async () => {
    const own = newPlace();
    const ring = new TestFeed({ dir: own.ringDir, slotCount: 65_536 });
    // Long enough between signs of life for it to be slow and not dead.
    const slowApi = await startApi(own, {
      TICKWIRE_CLIENT_QUEUE_BYTES: '262144',
      TICKWIRE_PING_MS: '60000',
    });
    const slow = new TestClient(slowApi.streamUrl);
    const fast = new TestClient(slowApi.streamUrl);
    for (const client of [slow, fast]) {
      await client.subscribe({ id: 'a', channel: 'ticks', kinds: ['TRADE', 'QUOTE'] });
    }
    slow.socket.pause();
    let pushed = 0;
    while ((slowApi.hop('api.fanout')?.dropped.overflow ?? 0) < 10_000) {
      for (let at = 0; at < 2_000; at++) ring.trade(1, ++pushed).quote(2, ++pushed, pushed + 1);
      ring.publish();
      await waitFor(() => fast.items('a').length === pushed, { what: 'all at the fast client' });
    }
    ring.trade(1, 1_000_000).publish();
    slow.socket.resume();
    const isEnd = (item: Record<string, unknown>): boolean => item.price === '10000';
    for (const client of [slow, fast]) {
      await waitFor(() => client.items('a').some(isEnd), { what: 'the last trade' });
    }
    expect(fast.items('a').length).toBe(pushed + 1);
    expect(fast.messages.filter(({ type }) => type === 'lost')).toEqual([]);
    const told = slow.messages.reduce(
      (sum, { type, count, conflated }) => sum + Number((type === 'lost' ? count : conflated) ?? 0),
      0,
    );
    expect(slow.items('a').length + told).toBe(pushed + 1);
    expect(silentHoles(slow.messages)).toBe(0);
    const hop = slowApi.hop('api.fanout')!;
    expect(Object.values(hop.dropped).reduce((a, b) => a + b, 0)).toBe(told);
    expect(hopImbalance(hop)).toBe(0);
    await slowApi.process.stop();
    ring.ring.close();
  });

  test('is cut when it neither reads nor answers', async () => {
    const own = newPlace();
    const cutting = await startApi(own, { TICKWIRE_PING_MS: '500' });
    const alive = new TestClient(cutting.streamUrl);
    const dead = new TestClient(cutting.streamUrl);
    await dead.message(({ type }) => type === 'hello');
    dead.socket.pause();
    await waitFor(() => cutting.counter('gauge/api.clients') === 1, { what: 'one client left' });
    dead.socket.resume();
    await dead.closed;
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
    await cutting.process.stop();
  });
});

test('what the streams have said outlives a kill, though the ring has it no more', async () => {
  const own = newPlace();
  const ring = new TestFeed({ dir: own.ringDir, slotCount: 1_024 });
  const first = await startApi(own);
  ring.state('all', StreamState.Live).state(2, StreamState.Stale).publish();
  const states = async (api: ApiProcess): Promise<string[]> => {
    const { markets } = await api.json<{ markets: { symbol: string; state: string }[] }>(
      '/api/v1/markets',
    );
    return markets.map(({ symbol, state }) => `${symbol} ${state}`);
  };
  const file = join(own.dataDir, 'api/streams-test.0.json');
  await waitFor(() => existsSync(file), { what: 'the memory of states' });
  let written = 0;
  await waitFor(
    () => {
      for (let at = 0; at < 400; at++) ring.trade(1 + (at % 2), ++written);
      ring.publish();
      return written > 4_000;
    },
    { what: 'the ring to turn', everyMs: 250 },
  );
  await waitFor(() => first.hop('api.test.0')?.out === written + 2, { what: 'all to be read' });
  expect(await states(first)).toEqual(['AAA-USD live', 'BBB-USD stale']);
  await first.process.stop('SIGKILL');
  const second = await startApi(own);
  expect(await states(second)).toEqual(['AAA-USD live', 'BBB-USD stale']);
  await second.process.stop('SIGKILL');
  // Lost between: what they said is not known any more, and nobody says otherwise.
  for (let at = 0; at < 3_000; at++) ring.trade(1 + (at % 2), ++written);
  ring.publish();
  const third = await startApi(own);
  expect(await states(third)).toEqual(['AAA-USD unknown', 'BBB-USD unknown']);
  await third.process.stop();
  ring.ring.close();
});

test('after a kill the account still holds, and a new process goes on with it', async () => {
  const own = newPlace();
  const ring = new TestFeed({ dir: own.ringDir });
  const first = await startApi(own);
  const client = new TestClient(first.streamUrl);
  await client.subscribe({ id: 'a', channel: 'ticks', kinds: ['TRADE'] });
  for (let at = 1; at <= 2_000; at++) ring.trade(1, at);
  ring.publish();
  await waitFor(() => client.items('a').length > 0, { what: 'trades' });
  await first.process.stop('SIGKILL');
  expect((await client.closed).code).toBe(1006);
  const second = await startApi(own, { TICKWIRE_PORT: String(first.port) });
  expect(second.port).toBe(first.port);
  const again = new TestClient(second.streamUrl);
  await again.subscribe({ id: 'b', channel: 'ticks', kinds: ['TRADE'] });
  ring.trade(1, 77).publish();
  await waitFor(() => prices(again, 'b').includes('0.77'), { what: 'the new trade' });
  again.socket.close();
  await waitFor(() => second.hop('api.fanout')?.inFlight === 0, { what: 'nothing in flight' });
  expect(hopImbalance(second.hop('api.fanout')!)).toBe(0);
  expect(hopImbalance(second.hop('api.test.0')!)).toBe(0);
  expect(await second.process.stop()).toEqual({ code: 0, signal: null });
  ring.ring.close();
});
