// Goal: the vendor's own examples are understood as it means them. Method: each documented message
// through a normaliser that knows its symbols; messages of the futures market are told apart.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capturedData } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { readBulletToken } from './bullet-token.ts';
import { MessageOutcome } from './message-outcome.ts';
import { createKucoinNormaliser } from './normaliser.ts';
import { createTallies } from './tallies.ts';

const folder = capturedData("the vendor's documented examples", 'kucoin');
const recv = { hi: 402_766_000, lo: 0, monotonicNs: 0 };

function outcomeOf(text: string) {
  const sink = new CollectingSink();
  const { tallies } = createTallies();
  const normaliser = createKucoinNormaliser({ sink, tallies, symbols: 'all' });
  const data = ['BTC-USDT', 'ETH-USDT'].map((symbol) => ({
    symbol,
    priceIncrement: '0.1',
    baseIncrement: '0.00000001',
  }));
  normaliser.onSymbols(Buffer.from(JSON.stringify({ code: '200000', data })));
  const outcome = normaliser.onMessage(Buffer.from(text), recv);
  const reason = sink.rejects[0]?.code;
  const kinds = sink.described().map(({ kind }) => kind);
  return { outcome, reason, kinds };
}

describe.skipIf(folder === undefined)('captured documents: examples', () => {
  const path = folder ?? '';
  const examples: { market: string; method: string; raw: string }[] =
    folder === undefined ? [] : JSON.parse(readFileSync(join(path, 'spec-examples.json'), 'utf8'));
  const expected: Record<string, MessageOutcome> = {
    ticker: MessageOutcome.Accepted,
    orderbookLevel1: MessageOutcome.Accepted,
    orderbookIncrement: MessageOutcome.Buffered,
    trade: MessageOutcome.Accepted,
    orderbookLevel5: MessageOutcome.Ignored,
    klines: MessageOutcome.Ignored,
  };

  test('of the spot market', () => {
    const spot = examples.filter(({ market, method }) => market === 'spot' && method in expected);
    expect(spot).toHaveLength(6);
    for (const { method, raw } of spot) {
      expect({ method, outcome: outcomeOf(raw).outcome }).toEqual({
        method,
        outcome: expected[method],
      });
    }
  });

  test('of the futures market: topics of another gateway', () => {
    const futures = examples.filter(({ market }) => market === 'futures');
    expect(futures).toHaveLength(5);
    for (const { raw } of futures) expect(outcomeOf(raw).reason).toBe('UNKNOWN_TOPIC');
  });

  test('the token', () => {
    const raw = examples.find(({ method }) => method.includes('bullet-public'))?.raw ?? '';
    expect(readBulletToken(Buffer.from(raw))).toMatchObject({
      endpoint: 'wss://ws-api-spot.kucoin.com/',
      pingIntervalMs: 18_000,
      pingTimeoutMs: 10_000,
    });
  });

  test('of the dialogues: the pushes of the spot market, laid out with white space', () => {
    const files = folder === undefined ? [] : readdirSync(join(path, 'dialogues'));
    const outcomes = files
      .filter((name) => name.startsWith('Spot.'))
      .map((name) => {
        const text = readFileSync(join(path, 'dialogues', name), 'utf8');
        return [name, outcomeOf(text.slice(text.indexOf('= ') + 2)).outcome];
      });
    expect(Object.fromEntries(outcomes)).toEqual({
      'Spot.BestOffers.txt': MessageOutcome.Accepted,
      'Spot.Book.txt': MessageOutcome.Ignored,
      'Spot.Klines.txt': MessageOutcome.Ignored,
      'Spot.Ticker.txt': MessageOutcome.Accepted,
      'Spot.Trades.txt': MessageOutcome.Accepted,
    });
  });
});
