// Goal: the session keeps the vendor's rules and comes back from every way a connection can fail.
// Method: a fake clock and a fake vendor that does as it is told; time passes only by `advance`.
import { StreamState } from '@tickwire/core';
import { FakeClock, seededRandom, testSeed } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { FakeVendor } from '../test/fake-vendor.ts';
import type { FakeSocket } from '../test/fake-vendor.ts';
import { createKucoinSession } from './session.ts';
import type { KucoinSessionOptions, SessionEvent } from './session-options.ts';
import { createTallies } from './tallies.ts';

function setUp(
  symbols: readonly string[] = ['BTC-USDT', 'ETH-USDT'],
  options: Partial<KucoinSessionOptions> = {},
) {
  const vendor = new FakeVendor(symbols);
  const clock = new FakeClock();
  const sink = new CollectingSink();
  const { tallies, value } = createTallies();
  const events: SessionEvent[] = [];
  const session = createKucoinSession({
    restUrl: 'https://rest.test',
    symbols,
    bookEndpoint: 'top100',
    sink,
    tallies,
    clock,
    timers: clock,
    random: seededRandom(testSeed()),
    dial: vendor.dial,
    http: vendor.http,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const states = () => sink.described().filter(({ kind }) => kind === 'STREAM');
  return { vendor, clock, sink, value, events, session, states };
}

async function live(...options: Parameters<typeof setUp>) {
  const parts = setUp(...options);
  await parts.session.start();
  await parts.clock.advanceAsync(1_000);
  expect(new Set(parts.session.states())).toEqual(new Set(['live']));
  return parts;
}

const symbolsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `S${at}-USDT`);

function delta(symbol: string, sequence: number): string {
  const changes = { asks: [], bids: [['1', '2', String(sequence)]] };
  const data = { changes, sequenceStart: sequence, sequenceEnd: sequence, symbol };
  return JSON.stringify({ topic: `/market/level2:${symbol}`, type: 'message', data });
}

describe('connecting', () => {
  test('token, welcome, subscriptions with response, snapshots, live books', async () => {
    const { vendor, sink, value, session } = await live();
    expect(vendor.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET https://rest.test/api/v2/symbols',
      'POST https://rest.test/api/v1/bullet-public',
      'GET https://rest.test/api/v1/market/orderbook/level2_100?symbol=BTC-USDT',
      'GET https://rest.test/api/v1/market/orderbook/level2_100?symbol=ETH-USDT',
    ]);
    expect(vendor.socket.url).toMatch(/^wss:\/\/feed\.test\/\?token=secret&connectId=tw1x\d+$/);
    expect(vendor.socket.of('subscribe')).toMatchObject([
      { topic: '/market/level2:BTC-USDT,ETH-USDT', privateChannel: false, response: true },
      { topic: '/market/match:BTC-USDT,ETH-USDT' },
      { topic: '/market/ticker:BTC-USDT,ETH-USDT' },
    ]);
    expect(value('snapshots')).toBe(2);
    expect(value('connects')).toBe(1);
    const last = [...sink.ticks()].filter((tick) => tick.kind === TickKind.Stream).at(-1);
    expect(last?.state).toBe(StreamState.Live);
    await session.close();
  });

  test('100 symbols a message, 300 topics a connection, several connections', async () => {
    const { vendor, session } = await live(symbolsOf(230));
    expect(session.states()).toEqual(['live', 'live', 'live']);
    for (const socket of vendor.sockets) {
      const topics = socket.of('subscribe').map(({ topic = '' }) => topic.split(':')[1] ?? '');
      const counts = topics.map((list) => list.split(',').length);
      expect(Math.max(...counts)).toBeLessThanOrEqual(100);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(300);
    }
  });

  test('never more than 100 messages in 10 s, whatever is refused', async () => {
    const { vendor, clock, session } = setUp(symbolsOf(100));
    vendor.isObliging = false;
    await session.start();
    await clock.advanceAsync(0);
    const { socket } = vendor;
    socket.welcome();
    const times: number[] = [];
    let seen = 0;
    // Every message of many symbols is refused: each symbol is then asked for alone.
    for (let step = 0; step < 6_000 && times.length < 303; step++) {
      for (; seen < socket.sent.length; seen++) {
        times.push(clock.monotonicNs() / 1e6);
        const { id, type, topic = '' } = socket.sent[seen] ?? { id: '', type: '' };
        if (type === 'ping') socket.push({ id, type: 'pong' });
        else if (topic.includes(',')) socket.push({ id, type: 'error', code: 404, data: 'no' });
        else socket.push({ id, type: 'ack' });
      }
      await clock.advanceAsync(10);
    }
    expect(times.length).toBeGreaterThanOrEqual(303);
    times.forEach((at, index) => {
      const hundredBefore = times[index - 100];
      if (hundredBefore !== undefined) expect(at - hundredBefore).toBeGreaterThanOrEqual(10_000);
    });
    expect(session.states()).toEqual(['live']);
  });

  test('a host that is not there, or not the vendor, is one clear error', async () => {
    const { vendor, session } = setUp();
    vendor.answers.set('/api/v2/symbols', () => {
      throw new Error('ENOTFOUND');
    });
    await expect(session.start()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: 'https://rest.test cannot be reached: ENOTFOUND',
    });
    vendor.answer('/api/v2/symbols', {}, 503);
    await expect(session.start()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    expect(vendor.sockets).toEqual([]);
  });

  test('an unknown symbol, too many, or none is refused before anything is dialed', async () => {
    const unknown = setUp(['BTC-USDT', 'ETH-USDT']);
    unknown.vendor.answer('/api/v2/symbols', { code: '200000', data: [] });
    await expect(unknown.session.start()).rejects.toMatchObject({ code: 'UNKNOWN_SYMBOL' });
    const many = setUp(symbolsOf(201), { limits: { connectionsMax: 2 } });
    await expect(many.session.start()).rejects.toMatchObject({ code: 'TOO_MANY_SYMBOLS' });
    await expect(setUp([]).session.start()).rejects.toMatchObject({ code: 'UNKNOWN_SYMBOL' });
    expect(unknown.vendor.sockets).toEqual([]);
  });

  test('a refused symbol is closed, the others go on', async () => {
    const { vendor, clock, session, states, value } = setUp();
    vendor.isObliging = false;
    await session.start();
    await clock.advanceAsync(0);
    const { socket } = vendor;
    socket.welcome();
    const refuse = (message: { id: string } | undefined) =>
      socket.push({ id: message?.id, type: 'error', code: 404, data: 'topic is not found' });
    const [level2, ...others] = socket.of('subscribe');
    refuse(level2);
    socket.ack(others);
    const alone = socket.of('subscribe').slice(3);
    expect(alone.map(({ topic }) => topic)).toEqual([
      '/market/level2:BTC-USDT',
      '/market/level2:ETH-USDT',
    ]);
    refuse(alone[1]);
    socket.ack(alone.slice(0, 1));
    expect(value('topicsRefused')).toBe(1);
    expect(session.states()).toEqual(['live']);
    expect(states()).toMatchObject([
      { symbol: 'ETH-USDT', state: 'closed', reason: 'subscription-refused' },
      { symbol: 'BTC-USDT', state: 'recovering' },
    ]);
  });
});

describe('heartbeats', () => {
  test("pings at the server's interval; pongs keep the connection", async () => {
    const { vendor, clock, session } = await live();
    await clock.advanceAsync(60_000);
    expect(vendor.socket.of('ping')).toHaveLength(3);
    expect(vendor.sockets).toHaveLength(1);
    expect(session.states()).toEqual(['live']);
  });

  test('a pong that does not come in the time of the server ends the connection', async () => {
    const { vendor, clock, value, states } = await live();
    vendor.isObliging = false;
    await clock.advanceAsync(17_000);
    expect(vendor.socket.of('ping')).toHaveLength(1);
    await clock.advanceAsync(9_900);
    expect(value('pongTimeouts')).toBe(0);
    await clock.advanceAsync(100);
    expect(value('pongTimeouts')).toBe(1);
    expect(vendor.sockets[0]?.isTerminated).toBe(true);
    expect(states().at(-1)).toMatchObject({
      instrument: 'all',
      state: 'gap',
      reason: 'heartbeat-missed',
    });
  });

  test('connected but mute: noticed by its own cadence', async () => {
    const { vendor, clock, value, states } = await live();
    for (let at = 101; at < 131; at++) {
      vendor.socket.push(delta('BTC-USDT', at));
      await clock.advanceAsync(500);
    }
    await clock.advanceAsync(8_000);
    expect(value('staleConnections')).toBe(0);
    await clock.advanceAsync(4_000);
    expect(value('staleConnections')).toBe(1);
    expect(states().find(({ reason }) => reason === 'quiet')).toMatchObject({ state: 'gap' });
  });

  test('a connection that never had data is no stale one', async () => {
    const { clock, value, session } = await live();
    await clock.advanceAsync(3_600_000);
    expect(value('staleConnections')).toBe(0);
    expect(session.states()).toEqual(['live']);
  });
});

describe('coming back', () => {
  async function silent() {
    const parts = setUp(['BTC-USDT']);
    parts.vendor.isObliging = false;
    await parts.session.start();
    await parts.clock.advanceAsync(0);
    return parts;
  }

  /** Lets time pass until another socket is dialed; ms waited. */
  async function nextDial(clock: FakeClock, vendor: FakeVendor): Promise<number> {
    const known = vendor.sockets.length;
    for (let waitedMs = 0; waitedMs < 200_000; waitedMs += 50) {
      if (vendor.sockets.length > known) return waitedMs;
      await clock.advanceAsync(50);
    }
    throw new Error('no new attempt');
  }

  test('waits with full jitter, each time longer, up to the cap; then the circuit opens', async () => {
    const { vendor, clock, value, events } = await silent();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      vendor.socket.end('reset');
      waits.push(await nextDial(clock, vendor));
    }
    waits.slice(0, 9).forEach((waitMs, at) => {
      expect(waitMs).toBeLessThanOrEqual(Math.min(32_000, 1_000 * 2 ** at) + 50);
    });
    expect(new Set(waits.slice(3, 9)).size).toBeGreaterThan(3);
    expect(waits[9]).toBeGreaterThanOrEqual(60_000);
    expect(waits[10]).toBeGreaterThanOrEqual(60_000);
    expect(value('circuitOpened')).toBe(1);
    expect(events.filter(({ kind }) => kind === 'circuit-open')).toHaveLength(1);
    expect(value('circuitHalfOpened')).toBe(2);
    // Half open: one attempt that succeeds closes it.
    vendor.isObliging = true;
    vendor.socket.welcome();
    await clock.advanceAsync(11_000);
    expect(value('circuitClosed')).toBe(1);
    expect(value('dials')).toBe(12);
    vendor.isObliging = false;
    vendor.socket.end('reset');
    expect(await nextDial(clock, vendor)).toBeLessThanOrEqual(1_050);
  });

  test('no welcome, and a token that is refused, are failed attempts with a new token', async () => {
    const { vendor, clock, value } = await silent();
    await clock.advanceAsync(10_000);
    expect(value('dialFailures')).toBe(1);
    await nextDial(clock, vendor);
    vendor.socket.push({ id: '1', type: 'error', code: 401, data: 'token is invalid' });
    expect(value('dialFailures')).toBe(2);
    await nextDial(clock, vendor);
    const tokens = vendor.requests.filter(({ url }) => url.endsWith('bullet-public'));
    expect(tokens).toHaveLength(3);
  });

  test('an ack that does not come ends the connection', async () => {
    const { vendor, clock, value } = await silent();
    vendor.socket.welcome();
    await clock.advanceAsync(5_000);
    expect(value('ackTimeouts')).toBe(1);
    expect(vendor.sockets[0]?.isTerminated).toBe(true);
  });

  test('after the return books are built anew and the ledger is complete', async () => {
    const { vendor, clock, sink, value, session } = await live();
    const old = vendor.socket;
    vendor.socket.push(delta('BTC-USDT', 101));
    vendor.snapshot(200);
    old.end('reset by peer');
    await clock.advanceAsync(40_000);
    expect(session.states()).toEqual(['live']);
    expect(value('reconnects')).toBe(1);
    expect(vendor.socket).not.toBe(old);
    vendor.socket.push(delta('BTC-USDT', 201));
    expect(value('accepted')).toBe(2);
    const open = new Set(sink.gaps.filter(({ state }) => state === 'open').map(({ id }) => id));
    const repaired = sink.gaps.filter(({ state }) => state === 'repaired').map(({ id }) => id);
    expect(new Set(repaired)).toEqual(open);
  });

  test('the connection is renewed before its token is a day old', async () => {
    const { vendor, clock, value } = await live(['BTC-USDT'], { limits: { tokenAgeMs: 60_000 } });
    await clock.advanceAsync(62_000);
    expect(value('reconnects')).toBe(1);
    expect(vendor.requests.filter(({ url }) => url.endsWith('bullet-public'))).toHaveLength(2);
  });

  test('no more than the allowed connects a minute', async () => {
    const { vendor, clock, session } = setUp(['BTC-USDT'], {
      limits: {
        connectsMax: 3,
        reconnect: { firstMs: 1, capMs: 1, failuresMax: 1_000, openMs: 1, steadyMs: 1 },
      },
    });
    vendor.isObliging = false;
    await session.start();
    for (let step = 0; step < 59; step++) {
      await clock.advanceAsync(1_000);
      if (vendor.sockets.at(-1)?.isClosed === false) vendor.socket.end('reset');
    }
    expect(vendor.sockets).toHaveLength(3);
    await clock.advanceAsync(2_000);
    expect(vendor.sockets).toHaveLength(4);
  });
});

describe('snapshots', () => {
  test('one that fails is asked for again, ever later; one for a lost connection is not used', async () => {
    const { vendor, clock, value, session } = setUp(['BTC-USDT']);
    vendor.answer('/api/v1/market/orderbook/level2_100', {}, 429);
    await session.start();
    await clock.advanceAsync(3_000);
    expect(value('restFailures')).toBeGreaterThan(2);
    expect(value('restFailures')).toBeLessThan(10);
    vendor.snapshot(10);
    await clock.advanceAsync(10_000);
    expect(value('snapshots')).toBe(1);
  });

  test('the weight of the vendor is not passed: of 60 in 30 s, eleven books are left', async () => {
    const { vendor, clock, session } = setUp(symbolsOf(80), {
      limits: { restWeightMax: 60, restWindowMs: 30_000 },
    });
    await session.start();
    await clock.advanceAsync(29_000);
    const books = () => vendor.requests.filter(({ url }) => url.includes('orderbook')).length;
    // The list of symbols weighs 4, a token 10, a book of 100 levels 4.
    expect(books()).toBe(Math.floor((60 - 4 - 10) / 4));
    await clock.advanceAsync(30_000);
    expect(books()).toBeLessThanOrEqual(11 + 15);
  });

  test('the full book is signed', async () => {
    const { vendor } = await live(['BTC-USDT'], {
      bookEndpoint: 'full',
      sign: ({ method, path, timestampMs }) => ({ 'X-SIGN': `${method} ${path} ${timestampMs}` }),
    });
    const full = vendor.requests.find(({ url }) => url.includes('/api/v3/market/orderbook/level2'));
    expect(full?.headers['X-SIGN']).toMatch(
      /^GET \/api\/v3\/market\/orderbook\/level2\?symbol=BTC-USDT \d{13}$/,
    );
  });
});

describe('leaving', () => {
  test('unsubscribes everything, reads what still comes, then closes', async () => {
    const { vendor, clock, value, session, states } = await live();
    vendor.isObliging = false;
    const { socket } = vendor;
    const closed = session.close();
    const asked = socket.of('unsubscribe');
    expect(asked.map(({ topic }) => topic)).toEqual([
      '/market/level2:BTC-USDT,ETH-USDT',
      '/market/match:BTC-USDT,ETH-USDT',
      '/market/ticker:BTC-USDT,ETH-USDT',
    ]);
    socket.push(delta('BTC-USDT', 101));
    expect(value('accepted')).toBe(1);
    socket.ack(asked);
    socket.end('closed with 1000');
    await clock.advanceAsync(0);
    await closed;
    expect(session.states()).toEqual(['closed']);
    expect(states().slice(-2)).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['acks', (socket: FakeSocket) => void socket],
    ['the closing handshake', (socket: FakeSocket) => socket.ack(socket.of('unsubscribe'))],
  ])('does not wait for %s for ever', async (_, oblige) => {
    const { vendor, clock, session } = await live();
    vendor.isObliging = false;
    const closed = session.close();
    oblige(vendor.socket);
    await clock.advanceAsync(4_000);
    await closed;
    expect(vendor.socket.isTerminated).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('in the middle of an attempt, or while waiting for one', async () => {
    const { vendor, clock, session } = setUp();
    vendor.isObliging = false;
    await session.start();
    await clock.advanceAsync(0);
    await session.close();
    expect(vendor.socket.isTerminated).toBe(true);
    const waiting = await live();
    waiting.vendor.socket.end('reset');
    await waiting.session.close();
    await waiting.clock.advanceAsync(100_000);
    expect(waiting.vendor.sockets).toHaveLength(1);
    expect(waiting.clock.pending).toBe(0);
  });
});
