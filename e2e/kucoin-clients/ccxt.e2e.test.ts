// Goal: an independent client takes the simulator for the venue. Method: unmodified ccxt against
// the simulator's process; its books are compared, level by level, with the simulator's own.
import { waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { decimalOf, digitsOf } from './test/book-record.ts';
import type { BookRecord } from './test/book-record.ts';
import { CcxtBooks, openCcxt, unified } from './test/ccxt-client.ts';
import { Oracle, SYMBOLS, fullBook, startSimulator } from './test/simulator-process.ts';

/** Compares what both saw, until each symbol was seen alike at `least` sequences. */
async function expectSameBooks(books: BookRecord, url: string, least: number): Promise<void> {
  const oracle = new Oracle(url);
  await waitFor(
    async () => {
      await oracle.look();
      return oracle.books.commonOfEach(books, SYMBOLS) >= least;
    },
    { what: `${least} common sequences of each symbol`, deadlineMs: 25_000, everyMs: 1 },
  );
  for (const { mine, theirs } of oracle.books.common(books)) {
    // ccxt reads numbers: what it was told must fit one, or equality would prove nothing.
    for (const row of [...mine.bids, ...mine.asks]) {
      for (const text of row) expect(digitsOf(text)).toBeLessThanOrEqual(15);
    }
    expect(theirs).toEqual(mine);
    expect(mine.bids.length).toBeGreaterThan(100);
  }
}

describe('ccxt against the simulator', () => {
  test('reads markets, times, books, tickers, trades and candles over HTTP', async () => {
    const { url } = await startSimulator();
    const exchange = await openCcxt(url);
    expect(Object.keys(exchange.markets ?? {}).toSorted()).toEqual(SYMBOLS.map(unified).toSorted());
    expect(exchange.market('KCS/BTC')).toMatchObject({
      ...{ id: 'KCS-BTC', type: 'spot', active: true, base: 'KCS', quote: 'BTC' },
      precision: { price: 1e-7, amount: 1e-4 },
    });
    expect(Object.keys(exchange.currencies ?? {})).toEqual(
      expect.arrayContaining(['BTC', 'USDT', 'SHIB']),
    );
    expect(Math.abs(Number(await exchange.fetchTime()) - Date.now())).toBeLessThan(60_000);
    expect((await exchange.fetchStatus()).status).toBe('ok');

    const hundred = await exchange.fetchOrderBook('BTC/USDT', 100);
    expect([hundred.bids.length, hundred.asks.length]).toEqual([100, 100]);
    const full = await exchange.fetchOrderBook('BTC/USDT');
    expect(full.bids.length).toBeGreaterThan(100);

    const trades = await waitFor(
      async () => {
        const last = await exchange.fetchTrades('BTC/USDT');
        return last.length >= 5 && last;
      },
      { what: 'five trades', deadlineMs: 20_000 },
    );
    for (const { timestamp, price, amount, side } of trades) {
      expect(Math.abs(Number(timestamp) - Date.now())).toBeLessThan(60_000);
      expect(price).toBeGreaterThan(0);
      expect(amount).toBeGreaterThan(0);
      expect(side).toMatch(/^(buy|sell)$/);
    }
    const candles = await exchange.fetchOHLCV('BTC/USDT', '1m');
    const prices = trades.map(({ price }) => Number(price));
    for (const [start, open, high, low, close, volume] of candles) {
      expect(Number(start) % 60_000).toBe(0);
      expect(high).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close), Number(low)));
      expect(volume).toBeGreaterThan(0);
    }
    expect(Math.max(...candles.map(([, , high]) => Number(high)))).toBeGreaterThanOrEqual(
      Math.max(...prices),
    );
    const ticker = await exchange.fetchTicker('BTC/USDT');
    expect(ticker.bid).toBeLessThan(Number(ticker.ask));
    expect(ticker.high).toBeGreaterThanOrEqual(Math.max(...prices));
    const tickers = await exchange.fetchTickers();
    expect(Object.keys(tickers).toSorted()).toEqual(SYMBOLS.map(unified).toSorted());
  });

  test('keeps books that equal the simulator’s own at every common sequence', async () => {
    const { url } = await startSimulator();
    const client = new CcxtBooks(await openCcxt(url), SYMBOLS);
    await expectSameBooks(client.books, url, 60);
  });

  test('has the right books again after resets of its connection', async () => {
    const { url } = await startSimulator({ TICKWIRE_FAULTS: 'reset=every:1500ms' });
    const client = new CcxtBooks(await openCcxt(url), SYMBOLS);
    await waitFor(() => client.errors.length > SYMBOLS.length, {
      what: 'two resets',
      deadlineMs: 20_000,
    });
    await expectSameBooks(client.books, url, 20);
  });

  test('watches tickers, trades, candles and the best levels', async () => {
    const { url } = await startSimulator();
    const exchange = await openCcxt(url);
    const [ticker, trades, candles, best, fifty] = await Promise.all([
      exchange.watchTicker('BTC/USDT'),
      exchange.watchTrades('ETH/USDT'),
      exchange.watchOHLCV('BTC/USDT', '1m'),
      exchange.watchBidsAsks(['KCS/BTC']),
      exchange.watchOrderBook('SHIB/USDT', 50),
    ]);
    expect(ticker.bid).toBeLessThan(Number(ticker.ask));
    const told = await exchange.fetchTrades('ETH/USDT');
    for (const { price, amount, side, timestamp } of trades) {
      expect(told).toContainEqual(expect.objectContaining({ price, amount, side, timestamp }));
    }
    expect(candles[0]).toHaveLength(6);
    const { bid, ask } = best['KCS/BTC'] ?? {};
    expect(bid).toBeLessThan(Number(ask));
    expect(decimalOf(Number(bid))).toMatch(/^0\.\d{1,7}$/);
    expect([fifty.bids.length, fifty.asks.length]).toEqual([50, 50]);
    const { bids } = await fullBook(url, 'SHIB-USDT');
    expect(decimalOf(Number(fifty.bids[0]?.[0]))).toMatch(/^0\.0000\d{1,5}$/);
    expect(bids.length).toBeGreaterThan(50);
  });
});
