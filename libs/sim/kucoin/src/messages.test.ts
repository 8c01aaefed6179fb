// Goal: messages of the venue's own shape. Method: the official examples and a real capture beside
// what the simulator writes, key by key and type by type; the values are another test's business.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capturedData } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { Exchange } from './exchange.ts';
import type { ExchangeSink } from './exchange.ts';
import { instrumentsOf } from './instruments.ts';
import { MessageWriter } from './messages.ts';
import type { KeyOrder } from './key-order.ts';

const START_MS = 1_729_816_425_625;
const folder = capturedData('the shapes of the simulator’s messages', 'kucoin');

type Kind = 'level2' | 'match' | 'ticker' | 'level1' | 'depth5' | 'candles';

/** One text of each kind, from a market in motion. */
function written(order: KeyOrder): Map<Kind, string> {
  const writer = new MessageWriter(order);
  const texts = new Map<Kind, string>();
  const exchange = new Exchange({
    instruments: instrumentsOf(['BTC-USDT']),
    seed: 'shapes',
    rate: 1_000,
    startMs: START_MS,
    depth: 60,
    history: 16,
    tickerIntervalMs: 0,
  });
  const [market] = exchange.markets;
  const [stats] = exchange.stats;
  if (market === undefined || stats === undefined) throw new Error('no market');
  const { instrument } = market;
  const sink: ExchangeSink = {
    level2(_, update, now) {
      // A message with entries on both sides shows the whole shape.
      const sides = new Set(update.changes.map(({ side }) => side));
      if (sides.size === 2) texts.set('level2', writer.level2(instrument, update, now));
    },
    match(_, update, { index, now }) {
      const fill = update.fills[index];
      if (fill !== undefined) texts.set('match', writer.match(instrument, fill, now));
      texts.set('candles', writer.candles(market, stats, { span: 5, now }));
    },
    ticker(_, now) {
      texts.set('ticker', writer.ticker(market, now, 'symbol'));
    },
    sample(_, now) {
      texts.set('level1', writer.level1(market, now));
      texts.set('depth5', writer.depth(market, now, 5));
    },
  };
  for (let i = 0; i < 500; i += 1) exchange.step(sink);
  return texts;
}

/** Every key with the type of its value, in order; arrays by their first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([key, inner]) => [key.toLowerCase(), shape(inner)]);
}

function sortedShape(value: unknown): string {
  const sorted = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(sorted);
    if (typeof part !== 'object' || part === null) return typeof part;
    return Object.entries(part)
      .map(([key, inner]) => `${key}:${JSON.stringify(sorted(inner))}`)
      .toSorted();
  };
  return JSON.stringify(sorted(value));
}

describe.skipIf(folder === undefined)('messages beside the captured data', () => {
  const file = join(folder ?? '', 'spec-examples.json');
  const examples: { market: string; method: string; raw: string }[] =
    folder === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'));

  test.each([
    ['level2', 'orderbookIncrement'],
    ['match', 'trade'],
    ['ticker', 'ticker'],
    ['level1', 'orderbookLevel1'],
    ['depth5', 'orderbookLevel5'],
    ['candles', 'klines'],
  ] as const)('%s has the keys, types and key order of the example %s', (kind, method) => {
    const example = examples.find((e) => e.market === 'spot' && e.method === method);
    if (example === undefined) throw new Error(`no example of ${method}`);
    const text = written('documented').get(kind) ?? '';
    // The example of a level-2 message has no bid, so its list has no shape.
    const official = JSON.parse(example.raw.replace('"bids":[]', '"bids":[["1","1","1"]]'));
    expect(shape(JSON.parse(text))).toEqual(shape(official));
  });

  test('ids and times have the digits of the examples', () => {
    const texts = written('documented');
    const example = examples.find((e) => e.market === 'spot' && e.method === 'trade');
    const digits = (text: string, key: string): number | undefined =>
      new RegExp(`"${key}":"?(\\w+)"?`).exec(text)?.[1]?.length;
    for (const key of ['sequence', 'tradeId', 'time', 'makerOrderId', 'takerOrderId']) {
      expect(digits(texts.get('match') ?? '', key)).toBe(digits(example?.raw ?? '', key));
    }
    const candles = examples.find((e) => e.method === 'klines');
    expect(digits(texts.get('candles') ?? '', 'time')).toBe(digits(candles?.raw ?? '', 'time'));
  });
});

describe('messages', () => {
  test('ids are beyond what a double holds, and the text keeps them', () => {
    const text = written('documented').get('match') ?? '';
    const [, tradeId = ''] = /"tradeId":"(\d{17})"/.exec(text) ?? [];
    expect(BigInt(tradeId)).toBeGreaterThan(2n ** 53n);
    expect(text).toContain(`"sequence":"${tradeId}"`);
  });

  test('shuffled keys are the same messages in many orders', () => {
    const documented = written('documented');
    const shuffled = written('shuffled');
    let moved = 0;
    for (const [kind, text] of documented) {
      const other = shuffled.get(kind) ?? '';
      expect(sortedShape(JSON.parse(other))).toBe(sortedShape(JSON.parse(text)));
      expect(JSON.parse(other)).toEqual(JSON.parse(text));
      if (other !== text) moved += 1;
    }
    expect(moved).toBeGreaterThan(3);
    expect(written('shuffled')).toEqual(shuffled);
  });
});
