// The protocol over real sockets, seen by a client that knows only the venue's documents.
import { testSeed, waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { ClientBook, call } from '../test/raw-client.ts';
import type { RawClient } from '../test/raw-client.ts';
import { client, running } from '../test/running-simulator.ts';
import { ManualClock } from './manual-clock.ts';
import { startKucoinSimulator } from './simulator.ts';

const START_MS = 1_729_816_425_625;

describe('topics', () => {
  test('an unsubscription’s ack is the last message of its topic', async () => {
    const simulator = await running({ rate: 4_000, symbols: ['BTC-USDT', 'ETH-USDT'] });
    const me = await client(simulator);
    await me.command('subscribe', '/market/level2:BTC-USDT,ETH-USDT');
    const of = (symbol: string): number => me.level2(symbol).length;
    await waitFor(() => of('BTC-USDT') > 50, { what: 'data' });
    const { id } = await me.command('unsubscribe', '/market/level2:BTC-USDT');
    const seen = of('ETH-USDT');
    await waitFor(() => of('ETH-USDT') > seen + 200, { what: 'data of the other topic' });
    const ackAt = me.messages.findIndex((message) => message.id === id);
    const after = me.messages.slice(ackAt).filter(({ topic }) => topic?.endsWith('BTC-USDT'));
    expect(after).toEqual([]);
  });

  test('two clients of a topic get the same bytes', async () => {
    const simulator = await running();
    const [first, second] = [await client(simulator), await client(simulator)];
    const topics = ['/market/level2', '/market/match', '/market/ticker'];
    for (const me of [first, second]) {
      for (const path of topics) await me.command('subscribe', `${path}:BTC-USDT,XRP-USDT`);
    }
    simulator.step(400);
    await first.ping();
    await second.ping();
    const data = (me: RawClient): string[] => me.texts.filter((text) => text.includes('topic'));
    expect(data(first).length).toBeGreaterThan(100);
    expect(data(second)).toEqual(data(first));
  });

  test('counts every message given to a socket, before it is sent', async () => {
    const cells = new Map<string, number>();
    const simulator = await running({
      cells: (name) => ({ add: (n) => cells.set(name, (cells.get(name) ?? 0) + n) }),
    });
    const me = await client(simulator);
    const other = await client(simulator);
    await me.command('subscribe', '/market/ticker:all');
    await me.command('subscribe', `/market/level2:${simulator.symbols.join(',')}`);
    await other.command('subscribe', '/spotMarket/level2Depth5:BTC-USDT');
    await other.command('subscribe', '/market/level2:NO-SUCH');
    simulator.step(300);
    await me.ping();
    await other.ping();
    const counts = simulator.counts();
    expect(counts.sent).toBe(me.texts.length + other.texts.length);
    expect(counts.connections).toEqual([
      { number: 1, sent: me.texts.length },
      { number: 2, sent: other.texts.length },
    ]);
    expect(cells.get('hop/kucoin.wire/message/in')).toBe(counts.sent);
    expect(counts.byKind).toMatchObject({ welcome: 2, ack: 3, pong: 2, error: 1, match: 0 });
    expect(Object.values(counts.byKind).reduce((a, b) => a + b, 0)).toBe(counts.sent);
    expect(cells.get('count/sent.level2')).toBe(counts.byKind['level2']);
  });

  test('sampled topics show the book, no oftener than the venue sends them', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({
      clock,
      timers: clock,
      rate: 1_000,
      symbols: ['BTC-USDT', 'ETH-USDT'],
    });
    const me = await client(simulator);
    const paths = ['/spotMarket/level1', '/spotMarket/level2Depth5', '/spotMarket/level2Depth50'];
    for (const path of paths) await me.command('subscribe', `${path}:BTC-USDT`);
    await me.command('subscribe', '/market/snapshot:BTC-USDT');
    await me.command('subscribe', '/market/candles:BTC-USDT_1min');
    clock.advance(4_000);
    simulator.setRate(0);
    await me.ping();
    const of = (path: string): { data?: unknown }[] =>
      me.messages.filter(({ topic }) => topic?.startsWith(path) === true);
    const { bids, asks } = simulator.book('BTC-USDT');
    const last = of('/spotMarket/level2Depth50').at(-1)?.data as { timestamp: number };
    expect(last).toMatchObject({ timestamp: expect.any(Number) });
    for (const [path, everyMs, depth] of [
      ['/spotMarket/level1', 10, 1],
      ['/spotMarket/level2Depth5:', 100, 5],
      ['/spotMarket/level2Depth50:', 100, 50],
    ] as const) {
      const times = of(path).map(({ data }) => (data as { timestamp: number }).timestamp);
      expect(times.length, path).toBeGreaterThan(10);
      const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
      expect(Math.min(...gaps), path).toBeGreaterThanOrEqual(everyMs);
      const { data } = of(path).at(-1) ?? {};
      const sides = data as { bids: unknown[]; asks: unknown[] };
      expect(sides.bids, path).toHaveLength(depth === 1 ? 2 : depth);
    }
    expect(bids.length + asks.length).toBeGreaterThan(100);
    expect(of('/market/snapshot').length).toBeGreaterThan(0);
    const candles = of('/market/candles').map(({ data }) => data as { candles: string[] });
    expect(candles.length).toBeGreaterThan(5);
    for (const { candles: candle } of candles) {
      const [, open = 0, close = 0, high = 0, low = 0] = candle.map(Number);
      expect(Math.max(open, close)).toBeLessThanOrEqual(high);
      expect(Math.min(open, close)).toBeGreaterThanOrEqual(low);
    }
  });
});

describe('the whole', () => {
  test('a client that follows the documents has the simulator’s book', async () => {
    const symbols = ['BTC-USDT', 'ETH-USDT', 'SIM0001-USDT'];
    const simulator = await running({ rate: 3_000, symbols, seed: testSeed() });
    const me = await client(simulator);
    await me.command('subscribe', `/market/level2:${symbols.join(',')}`);
    const books = new Map<string, ClientBook>();
    for (const symbol of symbols) {
      const fetched = await waitFor(
        async () => {
          const first = me.level2(symbol)[0];
          if (first === undefined) return undefined;
          const path = `/api/v3/market/orderbook/level2?symbol=${symbol}`;
          const { data } = await call(simulator.url, path, { headers: KEYS });
          const book = new ClientBook(data as ConstructorParameters<typeof ClientBook>[0]);
          return book.sequence >= first.sequenceStart - 1 ? book : undefined;
        },
        { what: 'a book not older than the stream', everyMs: 20 },
      );
      books.set(symbol, fetched);
    }
    await waitFor(() => me.texts.length > 1_500, { what: 'data' });
    simulator.setRate(0);
    await me.ping();
    for (const [symbol, book] of books) {
      for (const data of me.level2(symbol)) expect(book.apply(data)).toBe(true);
      const { sequence, bids, asks } = simulator.book(symbol);
      expect(book.sequence).toBe(sequence);
      expect(book.sorted()).toEqual({ bids, asks });
    }
  });

  test('the same seed, options and clock give the same bytes; another seed does not', async () => {
    const record = async (seed: number): Promise<{ texts: string[]; book: unknown }> => {
      const clock = new ManualClock(START_MS);
      const simulator = await running({ clock, timers: clock, rate: 800, seed });
      const me = await client(simulator);
      for (const path of ['/market/level2', '/market/match', '/market/ticker']) {
        await me.command('subscribe', `${path}:${simulator.symbols.join(',')}`);
      }
      for (let i = 0; i < 20; i += 1) clock.advance(50);
      await me.ping();
      const path = '/api/v1/market/orderbook/level2_100?symbol=BTC-USDT';
      const { data } = await call(simulator.url, path);
      return { texts: me.texts.filter((text) => text.includes('"message"')), book: data };
    };
    const seed = testSeed() % 1_000_000;
    const first = await record(seed);
    // A second at a rate of 800. The last step is begun before it is full, and may bring many
    // fills.
    const times = first.texts.map((text) => /"time":"?(\d{13})/.exec(text)?.[1] ?? '');
    const last = times.toSorted().at(-1);
    expect(first.texts.length).toBeGreaterThanOrEqual(800);
    expect(times.filter((time) => time !== last).length).toBeLessThanOrEqual(800);
    expect(await record(seed)).toEqual(first);
    expect((await record(seed + 1)).texts).not.toEqual(first.texts);
  });

  test('without a rate it sleeps: no timer waits', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({ clock, timers: clock });
    expect(clock.pending).toBe(0);
    simulator.setRate(10);
    expect(clock.pending).toBe(1);
    simulator.setRate(0);
    expect(clock.pending).toBe(0);
  });

  test('a stopped process makes up one second at most, and counts the rest', async () => {
    let jumpNs = 0;
    const clock = new ManualClock(START_MS);
    const jumping = {
      epochMs: () => clock.epochMs(),
      monotonicNs: () => clock.monotonicNs() + jumpNs,
    };
    const simulator = await running({ clock: jumping, timers: clock, rate: 1_000 });
    const me = await client(simulator);
    await me.command('subscribe', '/market/ticker:all');
    jumpNs = 10e9;
    clock.advance(20);
    const { leftOutMs } = simulator.counts();
    expect(leftOutMs).toBeGreaterThan(8_990);
    expect(leftOutMs).toBeLessThan(9_010);
  });

  test('ends cleanly with clients connected, one of them deaf', async () => {
    const simulator = await startKucoinSimulator({ rate: 100 });
    const me = await client(simulator);
    const deaf = await client(simulator);
    deaf.ws.pause();
    await simulator.close();
    expect(await me.closed()).toBe(1001);
    deaf.ws.terminate();
    await expect(fetch(simulator.url)).rejects.toThrow();
  });

  test.each([
    [{ port: -1 }, 'BAD_OPTION'],
    [{ rate: -1 }, 'BAD_OPTION'],
    [{ depth: 5 }, 'BAD_OPTION'],
    [{ symbols: ['BTC-USDT', 'BTC-USDT'] }, 'BAD_SYMBOL'],
    [{ symbols: ['btc/usdt'] }, 'BAD_SYMBOL'],
    [{ symbols: [] }, 'BAD_SYMBOL'],
    [{ faults: 'nonsense' }, 'BAD_FAULT'],
    [{ limits: { connectionsMax: 0 } }, 'BAD_OPTION'],
  ])('refuses the options %o with %s', async (options, code) => {
    await expect(startKucoinSimulator(options)).rejects.toMatchObject({ code });
  });

  test('a taken port is an error of the caller', async () => {
    const { port } = await running();
    await expect(startKucoinSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

const KEYS = {
  'KC-API-KEY': 'k',
  'KC-API-SIGN': 's',
  'KC-API-TIMESTAMP': '1',
  'KC-API-PASSPHRASE': 'p',
};
