// The HTTP interface, seen by a client that knows only the venue's documents.
import { describe, expect, test } from 'vitest';
import { call } from '../test/raw-client.ts';
import { client, running } from '../test/running-simulator.ts';
import { ManualClock } from './manual-clock.ts';

const START_MS = 1_729_816_425_625;
const KEYS = {
  'KC-API-KEY': 'k',
  'KC-API-SIGN': 's',
  'KC-API-TIMESTAMP': '1',
  'KC-API-PASSPHRASE': 'p',
};
const FULL = '/api/v3/market/orderbook/level2?symbol=BTC-USDT';

interface BookData {
  readonly time: number;
  readonly sequence: string;
  readonly bids: [string, string][];
  readonly asks: [string, string][];
}

async function book(url: string, path: string): Promise<BookData> {
  const { data } = await call(url, path, { headers: KEYS });
  return data as BookData;
}

describe('REST', () => {
  test('tells the time of the venue', async () => {
    const clock = new ManualClock(START_MS);
    const { url } = await running({ clock });
    clock.advance(1_500);
    const { code, data } = await call(url, '/api/v1/timestamp');
    expect({ code, data }).toEqual({ code: '200000', data: START_MS + 1_500 });
  });

  test('lists symbols with every field of the venue’s answer', async () => {
    const { url } = await running({ symbols: ['BTC-USDT', 'KCS-BTC', 'SIM0007-USDT'] });
    const second = await call(url, '/api/v2/symbols');
    expect(second.data).toMatchObject([
      {
        symbol: 'BTC-USDT',
        baseCurrency: 'BTC',
        quoteCurrency: 'USDT',
        market: 'USDS',
        baseIncrement: '0.00000001',
        priceIncrement: '0.1',
        feeCategory: 1,
        callauctionIsEnabled: false,
        tradingStartTime: null,
      },
      { symbol: 'KCS-BTC', market: 'BTC' },
      { symbol: 'SIM0007-USDT', enableTrading: true },
    ]);
    const ofBtc = await call(url, '/api/v1/symbols?market=BTC');
    expect(ofBtc.data).toMatchObject([{ symbol: 'KCS-BTC' }]);
    const [first] = ofBtc.data as object[];
    expect(Object.keys(first ?? {})).toContain('priceLimitRate');
    expect(Object.keys(first ?? {})).not.toContain('feeCategory');
    const one = await call(url, '/api/v2/symbols/KCS-BTC');
    expect(one.data).toMatchObject({ symbol: 'KCS-BTC', priceIncrement: '0.0000001' });
  });

  test('serves 20, 100 or all levels, best first, on the increments', async () => {
    const { url } = await running({ restLagMs: { min: 0, max: 0 } });
    const path = '/api/v1/market/orderbook/level2_';
    const [twenty, hundred, full] = await Promise.all(
      [`${path}20?symbol=BTC-USDT`, `${path}100?symbol=BTC-USDT`, FULL].map((p) => book(url, p)),
    );
    expect(twenty?.bids).toHaveLength(20);
    expect(hundred?.asks).toHaveLength(100);
    expect(full?.asks.length).toBeGreaterThan(100);
    expect(full?.bids.slice(0, 20)).toEqual(twenty?.bids);
    const prices = (full?.bids ?? []).map(([price]) => Number(price));
    expect(prices).toEqual(prices.toSorted((a, b) => b - a));
    for (const [price, size] of [...(full?.bids ?? []), ...(full?.asks ?? [])]) {
      expect(price).toMatch(/^\d+(\.\d)?$/);
      expect(size).toMatch(/^\d+(\.\d{1,8})?$/);
      expect(Number(size)).toBeGreaterThan(0);
    }
    expect(Number(full?.sequence)).toBeGreaterThan(2 ** 32);
  });

  test('serves a book that lags the stream, exactly as it then was', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({
      clock,
      timers: clock,
      rate: 2_000,
      restLagMs: { min: 50, max: 150 },
    });
    clock.advance(2_000);
    const lags = new Set<number>();
    for (let i = 0; i < 20; i += 1) {
      clock.advance(10);
      const served = await book(simulator.url, FULL);
      const sequence = Number(served.sequence);
      const { bids, asks } = simulator.book('BTC-USDT', sequence);
      expect(served).toMatchObject({ bids, asks });
      expect(served.time).toBeLessThanOrEqual(clock.epochMs() - 50);
      lags.add(simulator.book('BTC-USDT').sequence - sequence);
    }
    expect(Math.min(...lags)).toBeGreaterThan(0);
    expect(lags.size).toBeGreaterThan(3);
  });

  test('can lag by a number of sequences', async () => {
    const simulator = await running({ restLagMs: { min: 0, max: 0 }, restLagUpdates: 7 });
    simulator.step(300);
    const { sequence } = await book(simulator.url, FULL);
    expect(Number(sequence)).toBe(simulator.book('BTC-USDT').sequence - 7);
  });

  test('wants the four key headers for the full book, and known keys if told', async () => {
    const { url } = await running({ apiKeys: ['known'] });
    expect(await call(url, FULL)).toMatchObject({ status: 401, code: '400001' });
    const unknown = await call(url, FULL, { headers: KEYS });
    expect(unknown).toMatchObject({ status: 401, code: '400003', msg: 'KC-API-KEY not exists' });
    const { 'KC-API-SIGN': _, ...three } = KEYS;
    expect(await call(url, FULL, { headers: three })).toMatchObject({ code: '400001' });
    const known = await call(url, FULL, { headers: { ...KEYS, 'KC-API-KEY': 'known' } });
    expect(known.code).toBe('200000');
  });

  test.each([
    ['GET', '/api/v9/nothing', 404, '404000'],
    ['GET', '/', 404, '404000'],
    ['GET', '//', 404, '404000'],
    ['POST', '/api/v1/timestamp', 405, '405000'],
    ['GET', '/api/v1/bullet-public', 405, '405000'],
    ['POST', '/api/v1/bullet-private', 401, '400001'],
    ['GET', '/api/v1/market/orderbook/level2_20', 400, '400100'],
    ['GET', '/api/v1/market/orderbook/level2_20?symbol=NO-SUCH', 200, '900001'],
    ['GET', '/api/v2/symbols/NO-SUCH', 200, '900001'],
    ['GET', '/api/v1/market/stats', 400, '400100'],
    ['GET', '/api/v1/market/histories?symbol=NO-SUCH', 200, '900001'],
    ['GET', '/api/v1/market/candles?symbol=BTC-USDT&type=2min', 400, '400100'],
    ['GET', '/api/v1/market/candles?symbol=BTC-USDT&type=1min&startAt=x', 400, '400100'],
    ['GET', '/api/v3/currencies/NONE', 200, '900002'],
  ])('%s %s is refused with %i and code %s', async (method, path, status, code) => {
    const { url } = await running();
    const answer = await call(url, path, { method });
    expect(answer).toMatchObject({ status, code, msg: expect.stringMatching(/\w/) });
  });

  test('limits the weight of an address in 30 s and says how much is left', async () => {
    const clock = new ManualClock(START_MS);
    const { url } = await running({ clock, limits: { weightPer30s: 10 } });
    const headers = async (): Promise<(string | null)[]> => {
      const answer = await call(url, '/api/v1/market/orderbook/level2_100?symbol=BTC-USDT');
      return [
        answer.code,
        ...['limit', 'remaining', 'reset'].map((n) => answer.headers.get(`gw-ratelimit-${n}`)),
      ];
    };
    expect(await headers()).toEqual(['200000', '10', '6', '30000']);
    clock.advance(10_000);
    expect(await headers()).toEqual(['200000', '10', '2', '20000']);
    expect(await headers()).toEqual(['429000', '10', '2', '20000']);
    clock.advance(20_000);
    expect(await headers()).toEqual(['200000', '10', '6', '30000']);
  });

  test('serves what third-party clients load first', async () => {
    const simulator = await running();
    simulator.step(500);
    const { url } = simulator;
    expect((await call(url, '/api/v1/status')).data).toEqual({ status: 'open', msg: '' });
    const currencies = (await call(url, '/api/v3/currencies')).data as { currency: string }[];
    expect(currencies.map(({ currency }) => currency)).toContain('BTC');
    const tickers = (await call(url, '/api/v1/market/allTickers')).data as {
      ticker: { symbol: string; buy: string; sell: string }[];
    };
    expect(tickers.ticker.map(({ symbol }) => symbol)).toEqual(simulator.symbols);
    expect((await call(url, '/api/v1/contracts/active')).data).toEqual([]);
    const level1 = await call(url, '/api/v1/market/orderbook/level1?symbol=BTC-USDT');
    const { bids, asks } = simulator.book('BTC-USDT');
    expect(level1.data).toMatchObject({ bestBid: bids[0]?.[0], bestAsk: asks[0]?.[0] });
  });

  test('tells the last 100 trades, newest first, with times in ns beyond 2^53', async () => {
    const simulator = await running({ symbols: ['BTC-USDT'], clock: new ManualClock(START_MS) });
    const sent = await client(simulator);
    await sent.command('subscribe', '/market/match:BTC-USDT');
    simulator.step(2_000);
    await sent.ping();
    const fills = sent.messages
      .filter(({ topic }) => topic === '/market/match:BTC-USDT')
      .map(({ data }) => data as Record<string, string>);
    expect(fills.length).toBeGreaterThan(100);
    const path = '/api/v1/market/histories?symbol=BTC-USDT';
    const text = await (await fetch(simulator.url + path)).text();
    const { data } = JSON.parse(text.replaceAll(/"time":(\d+)/g, '"time":"$1"')) as {
      data: Record<string, string>[];
    };
    const expected = fills.slice(-100).toReversed();
    expect(data).toEqual(
      expected.map(({ tradeId, price, size, side, time }) => {
        return { sequence: tradeId, price, size, side, time };
      }),
    );
  });

  test('tells candles of what was traded, newest first, within bounds of seconds', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({ symbols: ['BTC-USDT'], clock, timers: clock, rate: 50 });
    for (let minute = 0; minute < 6; minute += 1) clock.advance(60_000);
    type Candle = [start: string, open: string, close: string, high: string, low: string];
    const candles = async (query: string): Promise<Candle[]> => {
      const path = `/api/v1/market/candles?symbol=BTC-USDT&type=${query}`;
      return (await call(simulator.url, path)).data as Candle[];
    };
    const all = await candles('1min');
    const starts = all.map(([start]) => Number(start));
    expect(starts.length).toBeGreaterThan(3);
    expect(starts).toEqual(starts.toSorted((a, b) => b - a));
    expect(starts.every((start) => start % 60 === 0)).toBe(true);
    for (const [, open, close, high, low] of all) {
      expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)));
      expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)));
    }
    const [newest = 0, , third = 0] = starts;
    const between = await candles(`1min&startAt=${third}&endAt=${newest}`);
    expect(between).toEqual(all.slice(1, 3));
    const hour = await candles('1hour');
    expect(Math.max(...hour.map(([, , , high]) => Number(high)))).toBe(
      Math.max(...all.map(([, , , high]) => Number(high))),
    );
  });

  test('tells the figures of a symbol, the market areas, a currency and the address', async () => {
    const simulator = await running({ symbols: ['BTC-USDT', 'KCS-BTC'] });
    simulator.step(500);
    const { url } = simulator;
    const stats = (await call(url, '/api/v1/market/stats?symbol=KCS-BTC')).data;
    const { ticker } = (await call(url, '/api/v1/market/allTickers')).data as { ticker: object[] };
    const { time: _, ...figures } = stats as Record<string, unknown>;
    expect(ticker[1]).toMatchObject(figures);
    expect(stats).toMatchObject({ symbol: 'KCS-BTC', buy: simulator.book('KCS-BTC').bids[0]?.[0] });
    expect((await call(url, '/api/v1/markets')).data).toEqual(['USDS', 'BTC']);
    expect((await call(url, '/api/v3/currencies/KCS')).data).toMatchObject({ currency: 'KCS' });
    expect((await call(url, '/api/v1/my-ip')).data).toBe('127.0.0.1');
  });

  test('a request body beyond its bound ends that request alone', async () => {
    const { url } = await running();
    const body = 'x'.repeat(1024 * 1024);
    await expect(
      fetch(`${url}/api/v1/bullet-public`, { method: 'POST', body }).then((r) => r.text()),
    ).rejects.toThrow();
    expect((await call(url, '/api/v1/timestamp')).code).toBe('200000');
  });
});
