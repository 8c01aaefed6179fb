// Goal: a market no real one would contradict. Method: an independent client, written here from the
// venue's documents alone, follows the stream of many seeded markets and checks every message.
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText } from './decimal-text.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeSink } from './exchange.ts';
import { instrumentsOf, symbolNames } from './instruments.ts';
import { Market } from './market.ts';
import { MessageWriter } from './messages.ts';
import { Side } from './order-book.ts';

const START_MS = 1_729_816_425_000;

function market(symbol: string, seed: string, history = 4_096): Market {
  const [instrument] = instrumentsOf([symbol]);
  if (instrument === undefined) throw new Error('no instrument');
  return new Market({ instrument, seed, depth: 150, history, openedAt: { ms: START_MS, ns: 0 } });
}

/** A side as a client keeps it: decimal price text → decimal size text. */
type ClientSide = Map<string, string>;

interface ClientBook {
  bids: ClientSide;
  asks: ClientSide;
}

function bookOf(source: Market, sequence = source.sequence): ClientBook {
  const { base } = source.instrument;
  const image = source.bookAt(sequence, 100_000);
  const side = (rows: typeof image.bids): ClientSide =>
    new Map(rows.map(({ priceText, size }) => [priceText, decimalText(size, base)]));
  return { bids: side(image.bids), asks: side(image.asks) };
}

function top(side: ClientSide, best: 'max' | 'min'): number {
  const prices = [...side.keys()].map(Number);
  return best === 'max' ? Math.max(...prices) : Math.min(...prices);
}

const seeds = fc.nat(1_000_000_000).map(String);
const symbols = fc.constantFrom(
  'BTC-USDT',
  'DOGE-USDT',
  'ETH-BTC',
  'KCS-BTC',
  'SHIB-USDT',
  ...symbolNames(40).slice(12),
);

describe('a seeded market', () => {
  test('keeps contiguous sequences, an uncrossed book and trades at the book', () => {
    const run = fc.property(symbols, seeds, (symbol, seed) => {
      const source = market(symbol, seed);
      const { base } = source.instrument;
      const client = bookOf(source);
      let last = source.sequence;
      for (let step = 0; step < 400; step += 1) {
        const bidBefore = top(client.bids, 'max');
        const askBefore = top(client.asks, 'min');
        const update = source.step({ ms: START_MS + step, ns: 0 });
        expect(update.sequenceStart).toBe(last + 1);
        expect(update.changes).toHaveLength(update.sequenceEnd - last);
        for (const change of update.changes) {
          expect(change.sequence).toBe(last + 1);
          last = change.sequence;
          if (change.priceText === '0') continue;
          const side = change.side === Side.Bid ? client.bids : client.asks;
          const size = decimalText(change.size, base);
          if (size === '0') {
            expect(side.delete(change.priceText), 'deletes a level that is there').toBe(true);
          } else {
            expect(side.get(change.priceText), 'a change changes').not.toBe(size);
            side.set(change.priceText, size);
          }
          expect(top(client.bids, 'max')).toBeLessThan(top(client.asks, 'min'));
        }
        expect(update.sequenceEnd).toBe(last);
        for (const [index, fill] of update.fills.entries()) {
          expect(fill.size).toBeGreaterThan(0);
          // The first fill of a message that begins with it trades at the best price there was.
          if (index > 0 || update.changes.length > update.fills.length) continue;
          expect(Number(fill.priceText)).toBe(fill.side === 'buy' ? askBefore : bidBefore);
        }
      }
      expect(bookOf(source)).toEqual(client);
    });
    fc.assert(run, { seed: testSeed() | 0, numRuns: 40 });
  });

  test('every fill takes exactly its size from the level it names, on the resting side', () => {
    const run = fc.property(symbols, seeds, (symbol, seed) => {
      const source = market(symbol, seed);
      let client = bookOf(source);
      const { base } = source.instrument;
      for (let step = 0; step < 400; step += 1) {
        const update = source.step({ ms: START_MS + step, ns: 0 });
        const sums = new Map<string, number>();
        for (const { side, priceText, size } of update.fills) {
          const key = `${side} ${priceText}`;
          sums.set(key, (sums.get(key) ?? 0) + size);
        }
        // Only in a message of fills alone is the change of a level due to them alone.
        if (update.fills.length === update.changes.length) {
          for (const [key, sum] of sums) {
            const [side, price = ''] = key.split(' ');
            const before = (side === 'buy' ? client.asks : client.bids).get(price);
            const after = (side === 'buy' ? bookOf(source).asks : bookOf(source).bids).get(price);
            expect(
              countOf(before ?? '0', base.decimals) - countOf(after ?? '0', base.decimals),
            ).toBe(sum / base.mantissa);
          }
        }
        client = bookOf(source);
      }
    });
    fc.assert(run, { seed: testSeed() | 0, numRuns: 6 });
  });

  test('serves its book as it was at any kept sequence', () => {
    const run = fc.property(
      symbols,
      seeds,
      fc.integer({ min: 16, max: 300 }),
      (symbol, seed, n) => {
        const source = market(symbol, seed, n);
        const past = new Map([[source.sequence, bookOf(source)]]);
        for (let step = 0; step < 250; step += 1) {
          source.step({ ms: START_MS + step, ns: 0 });
          past.set(source.sequence, bookOf(source));
        }
        let compared = 0;
        for (const [sequence, book] of past) {
          if (sequence < source.oldestSequence) {
            expect(() => source.bookAt(sequence, 10)).toThrow(
              expect.objectContaining({ code: 'NO_HISTORY' }),
            );
            continue;
          }
          expect(bookOf(source, sequence)).toEqual(book);
          compared += 1;
        }
        expect(compared).toBeGreaterThan(1);
      },
    );
    fc.assert(run, { seed: testSeed() | 0, numRuns: 15 });
  });

  test('a lagging book plus the later changes is the book, best levels first', () => {
    const run = fc.property(symbols, seeds, fc.nat(100), (symbol, seed, lag) => {
      const source = market(symbol, seed);
      const changes = [];
      for (let step = 0; step < 200; step += 1) {
        changes.push(...source.step({ ms: START_MS + step, ns: 0 }).changes.map((c) => ({ ...c })));
      }
      const from = source.sequence - lag;
      const { base } = source.instrument;
      const client = bookOf(source, from);
      for (const { side, priceText, size, sequence } of changes) {
        if (sequence <= from || priceText === '0') continue;
        const levels = side === Side.Bid ? client.bids : client.asks;
        if (size === 0) levels.delete(priceText);
        else levels.set(priceText, decimalText(size, base));
      }
      const { bids, asks } = bookOf(source);
      expect(client).toEqual({ bids, asks });
      const prices = [...bids.keys()].map(Number);
      expect(prices).toEqual(prices.toSorted((a, b) => b - a));
      const offers = [...asks.keys()].map(Number);
      expect(offers).toEqual(offers.toSorted((a, b) => a - b));
    });
    fc.assert(run, { seed: testSeed() | 0, numRuns: 40 });
  });

  test('stays deep, bounded and near its price for a long time', () => {
    const source = market('BTC-USDT', String(testSeed()));
    let trades = 0;
    let idle = 0;
    let merged = 0;
    for (let step = 0; step < 30_000; step += 1) {
      const { fills, changes } = source.step({ ms: START_MS + step, ns: 0 });
      trades += fills.length;
      idle += changes.filter(({ priceText }) => priceText === '0').length;
      if (changes.length > 1) merged += 1;
    }
    for (const side of [source.book.bids, source.book.asks]) {
      expect(side.length).toBeGreaterThan(100);
      expect(side.length).toBeLessThan(400);
    }
    expect(source.book.orderCount(Side.Bid)).toBeLessThan(2_000);
    const { openPrice } = source.instrument;
    const price = source.book.best(Side.Bid)?.price ?? 0;
    expect(Math.abs(price - openPrice) / openPrice).toBeLessThan(0.25);
    expect(trades).toBeGreaterThan(1_000);
    expect(idle).toBeGreaterThan(500);
    expect(merged).toBeGreaterThan(1_000);
  });
});

describe('the exchange', () => {
  test('a ticker is the top of the book at the sequence it carries', () => {
    const run = fc.property(seeds, (seed) => {
      const instruments = instrumentsOf(symbolNames(5));
      const exchange = new Exchange({
        instruments,
        seed,
        rate: 1_000,
        startMs: START_MS,
        depth: 60,
        history: 64,
        tickerIntervalMs: 20,
      });
      const writer = new MessageWriter('documented');
      const books = exchange.markets.map((source) => bookOf(source));
      const sequences = exchange.markets.map(({ sequence }) => sequence);
      const pending: { market: number; text: string }[] = [];
      let compared = 0;
      const compare = (index: number): void => {
        for (const ticker of pending.splice(0)) {
          const { data } = JSON.parse(ticker.text);
          const client = books[ticker.market];
          if (client === undefined) throw new Error('no book');
          expect(ticker.market).toBe(index);
          expect(Number(data.sequence)).toBe(sequences[index]);
          expect(Number(data.bestBid)).toBe(top(client.bids, 'max'));
          expect(Number(data.bestAsk)).toBe(top(client.asks, 'min'));
          expect(data.bestBidSize).toBe(client.bids.get(data.bestBid));
          expect(data.bestAskSize).toBe(client.asks.get(data.bestAsk));
          compared += 1;
        }
      };
      const sink: ExchangeSink = {
        level2: (index, update) => {
          const client = books[index];
          const base = instruments[index]?.base;
          if (client === undefined || base === undefined) throw new Error('no book');
          for (const { side, priceText, size } of update.changes) {
            const levels = side === Side.Bid ? client.bids : client.asks;
            if (priceText !== '0' && size === 0) levels.delete(priceText);
            else if (priceText !== '0') levels.set(priceText, decimalText(size, base));
          }
          sequences[index] = update.sequenceEnd;
          compare(index);
        },
        match: () => undefined,
        ticker: (index, now) => {
          const source = exchange.markets[index];
          if (source === undefined) throw new Error('no market');
          pending.push({ market: index, text: writer.ticker(source, now, 'symbol') });
          // It may be out just before the change that made its sequence.
          if (sequences[index] === source.sequence) compare(index);
        },
        sample: () => undefined,
      };
      for (let step = 0; step < 2_000; step += 1) exchange.step(sink);
      expect(compared).toBeGreaterThan(200);
    });
    fc.assert(run, { seed: testSeed() | 0, numRuns: 5 });
  });

  test('keeps its pace exactly in simulated time', () => {
    const exchange = new Exchange({
      instruments: instrumentsOf(symbolNames(20)),
      seed: String(testSeed()),
      rate: 5_000,
      startMs: START_MS,
      depth: 60,
      history: 64,
      tickerIntervalMs: 100,
    });
    const sink = {
      level2: () => undefined,
      match: () => undefined,
      ticker: () => undefined,
      sample: () => undefined,
    };
    let messages = 0;
    while (exchange.nextNs <= 10e9) messages += exchange.step(sink);
    expect(Math.abs(messages - 50_000)).toBeLessThan(50);
  });
});

function countOf(text: string, decimals: number): number {
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole + fraction.padEnd(decimals, '0'));
}
