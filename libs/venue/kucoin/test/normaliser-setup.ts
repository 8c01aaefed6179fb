/** A normaliser with a sink that keeps everything, and messages in the vendor's shapes. */
import { stampFromBigInt } from '@tickwire/core';
import { BookBuilder } from '@tickwire/domain-book';
import { expect } from 'vitest';
import { createKucoinNormaliser, createTallies } from '../src/index.ts';
import type { KucoinNormaliserLimits, MessageOutcome } from '../src/index.ts';
import { CollectingSink } from './collecting-sink.ts';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
export const recv = { ...stampFromBigInt(1_729_816_425_700_000_000n), monotonicNs: 1_000 };

export const SYMBOLS = JSON.stringify({
  code: '200000',
  data: [
    {
      symbol: 'BTC-USDT',
      baseCurrency: 'BTC',
      quoteCurrency: 'USDT',
      priceIncrement: '0.1',
      baseIncrement: '0.00000001',
    },
    {
      symbol: 'ETH-USDT',
      baseCurrency: 'ETH',
      quoteCurrency: 'USDT',
      priceIncrement: '0.01',
      baseIncrement: '0.0001',
    },
  ],
});

export type Change = [price: string, size: string, sequence: number];

export function delta(
  sequences: [number, number],
  changes: { asks?: Change[]; bids?: Change[] },
  symbol = 'BTC-USDT',
): string {
  const rows = (list: Change[] = []) => list.map(([p, s, q]) => [p, s, String(q)]);
  const data = {
    changes: { asks: rows(changes.asks), bids: rows(changes.bids) },
    sequenceEnd: sequences[1],
    sequenceStart: sequences[0],
    symbol,
    time: 1729816425625,
  };
  const topic = `/market/level2:${symbol}`;
  return JSON.stringify({ topic, type: 'message', subject: 'trade.l2update', data });
}

export function snapshot(
  sequence: number,
  sides: { bids?: string[][]; asks?: string[][] } = {},
): string {
  const bids = sides.bids ?? [
    ['67993.2', '1'],
    ['67993.1', '2'],
  ];
  const asks = sides.asks ?? [
    ['67993.3', '3'],
    ['67993.4', '4'],
  ];
  const data = { time: 1729816425000, sequence: String(sequence), bids, asks };
  return JSON.stringify({ code: '200000', data });
}

export const ticker = (fields: Record<string, unknown> = {}): string =>
  JSON.stringify({
    type: 'message',
    topic: '/market/ticker:BTC-USDT',
    subject: 'trade.ticker',
    data: {
      sequence: '1545896668986',
      price: '0.08',
      size: '0.011',
      bestAsk: '67993.3',
      bestAskSize: '0.18',
      bestBid: '67993.2',
      bestBidSize: '0.036',
      Time: 1729816425625,
      ...fields,
    },
  });

export const match = (fields: Record<string, unknown> = {}): string =>
  JSON.stringify({
    topic: '/market/match:BTC-USDT',
    type: 'message',
    subject: 'trade.l3match',
    data: {
      makerOrderId: '671b5007389355000701b1d3',
      price: '67523',
      sequence: '11067996711960577',
      side: 'buy',
      size: '0.003',
      symbol: 'BTC-USDT',
      takerOrderId: '671b50161777ff00074c168d',
      time: '1729843222921000000',
      tradeId: '11067996711960577',
      type: 'match',
      ...fields,
    },
  });

export const LEVEL1 =
  '{"topic":"/spotMarket/level1:BTC-USDT","type":"message","subject":"level1","data":' +
  '{"asks":["68145.8","0.51987471"],"bids":["68145.7","1.29267802"],"timestamp":1729816058766}}';

export function setUp(limits: Partial<KucoinNormaliserLimits> = {}, capacity = 100) {
  const sink = new CollectingSink({ capacity });
  const { tallies, value } = createTallies();
  const wanted: string[] = [];
  const normaliser = createKucoinNormaliser({
    sink,
    tallies,
    symbols: 'all',
    limits,
    needSnapshot: (symbol, attempt) => wanted.push(`${symbol} ${attempt}`),
  });
  normaliser.onSymbols(encode(SYMBOLS));
  const message = (text: string | Uint8Array): MessageOutcome =>
    normaliser.onMessage(typeof text === 'string' ? encode(text) : text, recv);
  const book = (text: string, symbol = 'BTC-USDT'): boolean =>
    normaliser.onSnapshot(symbol, encode(text), recv);
  const kinds = () => sink.described().map(({ kind }) => kind);
  const builder = () => {
    const built = new BookBuilder({ entry: (index) => sink.entries[index] });
    for (const tick of sink.ticks()) built.apply(tick);
    return built;
  };
  return { sink, value, wanted, normaliser, message, book, kinds, builder };
}

/** A live book at sequence 100. */
export function live(limits: Partial<KucoinNormaliserLimits> = {}) {
  const parts = setUp(limits);
  parts.message(delta([100, 100], { bids: [['67993.2', '1', 100]] }));
  expect(parts.book(snapshot(100))).toBe(true);
  parts.sink.mark();
  return parts;
}
