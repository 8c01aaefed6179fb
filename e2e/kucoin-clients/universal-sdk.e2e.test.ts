// Goal: the venue's own SDK takes the simulator for the venue. Method: unmodified
// kucoin-universal-sdk in a process of its own; books are kept from its increments by the venue's
// published procedure and compared with the simulator's own, every other topic with those books.
import { waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import type { BookImage } from './test/book-record.ts';
import { SdkProcess } from './test/sdk-process.ts';
import type { Push } from './test/sdk-process.ts';
import { Oracle, SYMBOLS, startSimulator } from './test/simulator-process.ts';

const [SYMBOL = ''] = SYMBOLS;

async function agree(sdk: SdkProcess, oracle: Oracle, least: number): Promise<void> {
  await waitFor(
    async () => {
      await oracle.look();
      return oracle.books.commonOfEach(sdk.books, SYMBOLS) >= least;
    },
    { what: `${least} common sequences of each symbol`, deadlineMs: 25_000, everyMs: 1 },
  );
  for (const { mine, theirs } of oracle.books.common(sdk.books)) expect(theirs).toEqual(mine);
}

/** The book of a symbol that was valid at a time of the venue, if it is certain. */
function bookAt(sdk: SdkProcess, symbol: string, timeMs: number): BookImage | undefined {
  const known = sdk.sequences.get(symbol) ?? [];
  const next = known.findIndex(({ time }) => time > timeMs);
  // Two changes in one ms, or none later: which of them it was cannot be told.
  if (next < 1 || known[next - 1]?.time === known[next - 2]?.time) return undefined;
  return sdk.books.at(symbol, known[next - 1]?.sequence ?? 0);
}

function pushesOf(sdk: SdkProcess, path: string): (Push & { symbol: string })[] {
  return sdk.pushes
    .filter(({ topic }) => topic.startsWith(`${path}:`))
    .map((push) => ({ ...push, symbol: push.topic.slice(path.length + 1) }));
}

describe('kucoin-universal-sdk against the simulator', () => {
  test('reads every public answer of the spot market', async () => {
    const { url } = await startSimulator();
    // Until something was traded, a market has no trades and no candles to tell.
    await waitFor(
      async () => {
        const answer = await fetch(`${url}/api/v1/market/histories?symbol=${SYMBOL}`);
        return (await answer.text()).includes('"side"');
      },
      { what: 'a first trade' },
    );
    const sdk = new SdkProcess(url, 'rest');
    await waitFor(() => sdk.done > 0, { what: 'all answers', deadlineMs: 20_000 });
    const failed = [...sdk.answers].filter(([, { error }]) => error !== undefined);
    expect(failed).toEqual([]);
    const value = (request: string): unknown => sdk.answers.get(request)?.value;
    const items = (length: number): unknown => expect.objectContaining({ length });
    const ofUsds = SYMBOLS.filter((symbol) => symbol.endsWith('USDT'));
    expect(value('getAllSymbols')).toMatchObject(ofUsds.map((symbol) => ({ symbol })));
    expect(value('getSymbol')).toMatchObject({ symbol: SYMBOL, priceIncrement: '0.1' });
    expect(value('getCurrency')).toMatchObject({ currency: 'BTC', precision: 8 });
    expect(value('getMarketList')).toEqual(['USDS', 'BTC']);
    expect(value('getClientIPAddress')).toEqual('127.0.0.1');
    expect(value('getServiceStatus')).toMatchObject({ status: 'open' });
    expect(value('getAllTickers')).toMatchObject({ ticker: items(SYMBOLS.length) });
    expect(value('getTicker')).toMatchObject({ sequence: expect.stringMatching(/^1\d{10}$/) });
    expect(value('get24hrStats')).toMatchObject({ symbol: SYMBOL, buy: expect.any(String) });
    expect(value('getTradeHistory')).toContainEqual({
      ...{
        sequence: expect.stringMatching(/^\d{17}$/),
        side: expect.stringMatching(/^(buy|sell)$/),
      },
      ...{ price: expect.any(String), size: expect.any(String), time: expect.any(Number) },
    });
    expect(value('getKlines')).toContainEqual(items(7));
    expect(value('getPartOrderBook')).toMatchObject({ bids: items(100), asks: items(100) });
    expect(value('getPublicToken')).toMatchObject({ instanceServers: items(1) });
  });

  test('yields books that equal the simulator’s own, and topics that equal the books', async () => {
    const { url } = await startSimulator();
    const sdk = new SdkProcess(url, 'topics');
    await waitFor(() => sdk.done === 1, { what: 'all subscriptions', deadlineMs: 20_000 });
    await agree(sdk, new Oracle(url), 60);
    expect([...sdk.holes.values()]).toEqual(SYMBOLS.map(() => 0));

    await waitFor(() => pushesOf(sdk, '/market/snapshot').length > 0, { what: 'a snapshot' });
    let compared = 0;
    for (const { symbol, data } of pushesOf(sdk, '/market/ticker')) {
      const book = sdk.books.at(symbol, Number(data.sequence));
      if (book === undefined) continue;
      compared += 1;
      expect([data.bestBid, data.bestBidSize]).toEqual(book.bids[0]);
      expect([data.bestAsk, data.bestAskSize]).toEqual(book.asks[0]);
    }
    expect(compared).toBeGreaterThan(20);
    for (const [path, levels] of [
      ['/spotMarket/level2Depth5', 5],
      ['/spotMarket/level2Depth50', 50],
    ] as const) {
      compared = 0;
      for (const { symbol, data } of pushesOf(sdk, path)) {
        const book = bookAt(sdk, symbol, Number(data.timestamp));
        if (book === undefined) continue;
        compared += 1;
        expect(data.bids).toEqual(book.bids.slice(0, levels));
        expect(data.asks).toEqual(book.asks.slice(0, levels));
      }
      expect(compared).toBeGreaterThan(10);
    }
    compared = 0;
    for (const { symbol, data } of pushesOf(sdk, '/spotMarket/level1')) {
      const book = bookAt(sdk, symbol, Number(data.timestamp));
      if (book === undefined) continue;
      compared += 1;
      expect([data.bids, data.asks]).toEqual([book.bids[0], book.asks[0]]);
    }
    expect(compared).toBeGreaterThan(20);
    const trades = pushesOf(sdk, '/market/match').map(({ data }) => data);
    expect(trades.length).toBeGreaterThan(10);
    expect(new Set(trades.map(({ tradeId }) => tradeId)).size).toBe(trades.length);
    const last = pushesOf(sdk, '/market/candles').at(-1)?.data;
    expect(last).toMatchObject({ candles: expect.objectContaining({ length: 7 }) });
    expect(pushesOf(sdk, '/market/ticker').some(({ symbol }) => symbol === 'all')).toBe(true);

    sdk.process.child.send('unsubscribe the candles');
    await waitFor(() => sdk.done === 2, { what: 'the end of the candles' });
  });

  test('has the right books after losses, doubles and ends of the connection', async () => {
    const { url } = await startSimulator({
      TICKWIRE_FAULTS: 'drop=0.02,dup=0.02,reorder=0.01,disconnect=after:2s',
    });
    const sdk = new SdkProcess(url, 'books');
    const holes = (): number => [...sdk.holes.values()].reduce((sum, count) => sum + count, 0);
    await waitFor(() => holes() > 3 && sdk.events.includes('EventReSubscribeOK'), {
      what: 'holes and a new connection',
      deadlineMs: 25_000,
    });
    await agree(sdk, new Oracle(url), 20);
  });
});
