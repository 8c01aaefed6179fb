// Goal: each kind of message gives the right ticks, with the right digits. Method: golden bytes
// made by other means; the vendor's shapes, one feature at a time.
import { readFileSync } from 'node:fs';
import { ABSENT } from '@tickwire/core';
import { BookTrust } from '@tickwire/domain-book';
import { TickFlag } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import {
  LEVEL1,
  SYMBOLS,
  delta,
  encode,
  live,
  match,
  setUp,
  snapshot,
  ticker,
} from '../test/normaliser-setup.ts';
import { MessageOutcome } from './message-outcome.ts';
import { createKucoinNormaliser } from './normaliser.ts';
import { createTallies } from './tallies.ts';

describe('messages to ticks', () => {
  test('golden bytes of each kind of message', () => {
    const { sink, message } = live();
    message(delta([101, 102], { asks: [['67993.3', '1.21427407', 102]], bids: [['0', '0', 101]] }));
    message(ticker());
    message(match());
    message(LEVEL1);
    const golden = new URL('../fixtures/messages.hex', import.meta.url);
    expect(sink.hex()).toEqual(readFileSync(golden, 'utf8').trim().split('\n'));
  });

  test('a change of the book: values, sequence, times', () => {
    const { sink, message } = live();
    message(delta([101, 101], { asks: [['67993.3', '1.21427407', 101]] }));
    expect(sink.described()).toMatchObject([
      {
        kind: 'LEVEL',
        symbol: 'BTC-USDT',
        side: 'ask',
        action: 'modify',
        price: '67993.3',
        size: '1.21427407',
        sequence: 101,
        tsEvent: '1729816425625000000',
        tsRecv: '1729816425700000000',
        publisher: 1,
        flags: ['LAST', 'EVENT_END'],
      },
    ]);
  });

  test('changes of both sides come in the order of their sequences, LAST on the last', () => {
    const { sink, message } = live();
    message(
      delta([101, 104], {
        asks: [
          ['67993.3', '0', 104],
          ['67993.9', '7', 101],
        ],
        bids: [
          ['67993.0', '5', 103],
          ['0', '0', 102],
        ],
      }),
    );
    expect(
      sink.described().map(({ sequence, side, action, price, size, flags }) => ({
        sequence,
        side,
        action,
        price,
        size,
        flags,
      })),
    ).toEqual([
      { sequence: 101, side: 'ask', action: 'add', price: '67993.9', size: '7', flags: [] },
      { sequence: 102, side: undefined, action: undefined, price: undefined, size: '0', flags: [] },
      { sequence: 103, side: 'bid', action: 'add', price: '67993', size: '5', flags: [] },
      {
        sequence: 104,
        side: 'ask',
        action: 'delete',
        price: '67993.3',
        size: '0',
        flags: ['LAST', 'EVENT_END'],
      },
    ]);
  });

  test('a message without changes, or ending behind its last one, still moves the sequence', () => {
    const { sink, message, value, builder } = live();
    message(delta([101, 105], {}));
    message(delta([106, 109], { bids: [['67993.2', '8', 106]] }));
    expect(sink.described().map(({ sequence, flags }) => [sequence, flags])).toEqual([
      [105, ['LAST', 'EVENT_END']],
      [106, []],
      [109, ['LAST', 'EVENT_END']],
    ]);
    expect(value('ticksImplied')).toBe(sink.tickCount);
    expect(builder().get(0)?.sequence).toBe(109n);
  });

  test('trade: aggressor, ids above 2^53, ns', () => {
    const { sink, message } = live();
    message(match());
    const trade = [...sink.ticks()].at(-1);
    expect(trade?.sequence).toBe(Number(11067996711960577n & 0xffff_ffffn));
    expect(sink.described()).toMatchObject([
      {
        kind: 'TRADE',
        side: 'bid',
        action: 'trade',
        price: '67523',
        size: '0.003',
        tradeId: '11067996711960577',
        tsEvent: '1729843222921000000',
      },
    ]);
    message(match({ side: 'sell', tradeId: '5c24c5da03aa673885cd67aa' }));
    expect(sink.described()[1]).toMatchObject({
      side: 'ask',
      tradeId: BigInt('0x03aa673885cd67aa').toString(),
    });
  });

  test.each([
    ['0 as price', { bestBid: '0', bestBidSize: '0' }],
    ['null', { bestBid: null, bestBidSize: null }],
    ['nothing', { bestBid: undefined, bestBidSize: undefined }],
    ['an empty text', { bestBid: '', bestBidSize: '' }],
  ])('an empty side, written as %s, is absent', (_, fields) => {
    const { sink, message } = live();
    expect(message(ticker(fields))).toBe(MessageOutcome.Accepted);
    const quote = [...sink.ticks()].at(-1);
    expect([quote?.bidPrice, quote?.bidSize]).toEqual([ABSENT, ABSENT]);
    expect(sink.described()[0]).toMatchObject({ askPrice: '67993.3', askSize: '0.18' });
  });

  test('the best bid and offer of level 1, also of an empty side', () => {
    const { sink, message } = live();
    message(LEVEL1);
    message(LEVEL1.replace('["68145.7","1.29267802"]', '[]'));
    expect(sink.described()).toMatchObject([
      { kind: 'QUOTE', bidPrice: '68145.7', bidSize: '1.29267802', askPrice: '68145.8' },
      { kind: 'QUOTE', askPrice: '68145.8', askSize: '0.51987471' },
    ]);
    expect(sink.described()[1]).not.toHaveProperty('bidPrice');
  });

  test('the time of a ticker is read as time and as Time', () => {
    const { sink, message } = live();
    message(ticker({ Time: undefined, time: 1729816425000 }));
    message(ticker());
    expect(sink.described().map(({ tsEvent }) => tsEvent)).toEqual([
      '1729816425000000000',
      '1729816425625000000',
    ]);
  });

  test.each([
    ['a year from now', 1761352425625, 'flagged', '1761352425625000000'],
    ['ns where ms belong', 1729816425625000000, 'flagged', undefined],
    ['missing', undefined, 'plain', undefined],
  ])('an event time %s is %s, and the tick is not lost', (_, time, flagged, expected) => {
    const { sink, message, value } = live();
    message(ticker({ Time: undefined, time }));
    expect(sink.described()[0]?.tsEvent).toBe(expected);
    const tick = [...sink.ticks()].at(-1);
    expect((tick?.flags ?? 0) & TickFlag.BadTs).toBe(flagged === 'flagged' ? TickFlag.BadTs : 0);
    expect(value('badTimestamps')).toBe(flagged === 'flagged' ? 1 : 0);
  });

  test('counts what came late', () => {
    const { message, value } = live();
    message(ticker({ Time: 1729816425599 }));
    expect(value('lateMessages')).toBe(1);
    message(ticker({ Time: 1729816425600 }));
    expect(value('lateMessages')).toBe(1);
  });

  test('control messages are told apart', () => {
    const { normaliser, message, value } = setUp();
    expect(message('{"id":"a1","type":"welcome"}')).toBe(MessageOutcome.Control);
    expect(normaliser.control).toEqual({ type: 'welcome', id: 'a1', code: '', text: '' });
    message('{"id":"7","type":"error","code":404,"data":"topic /x is not found"}');
    expect(normaliser.control).toEqual({
      type: 'error',
      id: '7',
      code: '404',
      text: 'topic /x is not found',
    });
    message('{"id":"8","type":"ack"}');
    message('{"id":"9","type":"pong"}');
    expect(value('control')).toBe(4);
  });

  test('escaped slashes in a topic are the same topic', () => {
    const { message } = live();
    expect(message(ticker().replaceAll('/', '\\/'))).toBe(MessageOutcome.Accepted);
  });
});

describe('digits', () => {
  test('more digits make a superseding entry first, with the whole book under it', () => {
    const { sink, message, value, builder } = live();
    message(delta([101, 101], { bids: [['67993.25', '1.123456789', 101]] }));
    expect(sink.entries).toHaveLength(2);
    expect(sink.entries[1]).toMatchObject({
      index: 1,
      symbol: 'BTC-USDT',
      priceExp: -2,
      sizeExp: -9,
      tickSize: 10,
      supersedes: 0,
    });
    expect(sink.described().map(({ kind, instrument }) => [kind, instrument])).toEqual([
      ['STREAM', 1],
      ['CLEAR', 1],
      ['LEVEL', 1],
      ['LEVEL', 1],
      ['LEVEL', 1],
      ['LEVEL', 1],
      ['LEVEL', 1],
    ]);
    expect(sink.described().at(-1)).toMatchObject({ price: '67993.25', size: '1.123456789' });
    const book = builder().get(1);
    expect(book?.trust).toBe(BookTrust.Trusted);
    expect(book?.book.bids.count).toBe(3);
    expect(value('ticksImplied')).toBe(sink.tickCount);
    expect(value('supersedingEntries')).toBe(1);
  });

  test('trades and quotes with more digits too', () => {
    const { sink, message } = live();
    message(match({ price: '0.08200000000000000000', size: '0.01022222000000000000' }));
    message(ticker({ bestBid: '67993.2001' }));
    expect(sink.described().at(-1)).toMatchObject({ bidPrice: '67993.2001', askPrice: '67993.3' });
    const trade = sink.described().find(({ kind }) => kind === 'TRADE');
    expect(trade).toMatchObject({ price: '0.082', size: '0.01022222' });
  });

  test('a size too large for the fine entry goes to a coarser one; the book stays one', () => {
    const { sink, message, value, builder } = live();
    message(
      delta([101, 102], {
        bids: [
          ['1.5', '452338153.08', 101],
          ['1.6', '2', 102],
        ],
      }),
    );
    message(delta([103, 103], { asks: [['99999.9', '999999999.5', 103]] }));
    const book = builder().get(0);
    expect(book?.trust).toBe(BookTrust.Trusted);
    expect(book?.sequence).toBe(103n);
    const { bids, asks } = book?.book ?? {};
    expect([bids?.priceAt(3), bids?.sizeAt(3)]).toEqual([15, 45_233_815_308_000_000]);
    expect(asks?.sizeAt(2)).toBe(99_999_999_950_000_000);
    const wide = sink.described().filter(({ instrument }) => instrument !== 0);
    expect(wide.map(({ size }) => size)).toEqual(['452338153.08', '999999999.5']);
    // LAST stands on the main entry.
    expect(sink.described().at(-1)).toMatchObject({ instrument: 0, sequence: 103 });
    expect(value('ticksImplied')).toBe(sink.tickCount);
    message(delta([104, 104], { bids: [['1.5', '0', 104]] }));
    expect(builder().get(0)?.book.bids.count).toBe(3);
  });

  test('trades and quotes of sizes too large for the fine entry keep every digit', () => {
    const { sink, message, value } = live();
    message(match({ size: '452338153.08' }));
    message(ticker({ bestBidSize: '452338153.08', bestAskSize: '7.5' }));
    expect(sink.described()).toMatchObject([
      { kind: 'TRADE', size: '452338153.08' },
      { kind: 'QUOTE', bidSize: '452338153.08', askSize: '7.5' },
    ]);
    expect(sink.entries.map(({ sizeExp }) => sizeExp)).toEqual([-8, -7]);
    // No entry holds both of these.
    const both = ticker({ bestBidSize: '452338153.08', bestAskSize: '0.00000001' });
    expect(message(both)).toBe(MessageOutcome.Rejected);
    expect(sink.rejects).toMatchObject([{ code: 'OUT_OF_RANGE' }]);
    expect(value('ticksImplied')).toBe(sink.tickCount);
  });

  test('absurdly many digits are refused, and ordinary values still fit', () => {
    const { sink, message } = live();
    expect(message(match({ size: '0.00000000001' }))).toBe(MessageOutcome.Rejected);
    expect(message(match({ price: '67523.00000001' }))).toBe(MessageOutcome.Rejected);
    expect(sink.rejects.map(({ code }) => code)).toEqual(['OUT_OF_RANGE', 'OUT_OF_RANGE']);
    expect(sink.entries).toHaveLength(1);
    expect(message(match())).toBe(MessageOutcome.Accepted);
  });

  test('values that fit no exponent are refused; the hole is repaired as one', () => {
    const { sink, message, book, wanted } = live();
    const big = delta([101, 101], { bids: [['67993.2', '1234567890123456789', 101]] });
    expect(message(big)).toBe(MessageOutcome.Rejected);
    expect(sink.rejects[0]).toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(message(delta([102, 102], { bids: [['67993.2', '2', 102]] }))).toBe(
      MessageOutcome.Buffered,
    );
    expect(sink.described()[0]).toMatchObject({
      state: 'gap',
      firstMissing: '101',
      missingCount: '1',
    });
    expect(wanted.at(-1)).toBe('BTC-USDT 1');
    expect(book(snapshot(101))).toBe(true);
  });
});

describe('symbols', () => {
  const normaliserFor = (symbols: string[]) => {
    const { tallies } = createTallies();
    const sink = new CollectingSink();
    return { sink, normaliser: createKucoinNormaliser({ sink, tallies, symbols }) };
  };

  test('entries are made in the order asked for', () => {
    const { sink, normaliser } = normaliserFor(['ETH-USDT', 'BTC-USDT']);
    normaliser.onSymbols(encode(SYMBOLS));
    expect(sink.entries).toMatchObject([
      { index: 0, symbol: 'ETH-USDT', canonicalSymbol: 'ETH/USDT', priceExp: -2, sizeExp: -4 },
      { index: 1, symbol: 'BTC-USDT', priceExp: -1, sizeExp: -8, tickSize: 1, currency: 'USDT' },
    ]);
  });

  test('an unknown symbol is named with those that look like it', () => {
    const { normaliser } = normaliserFor(['BTCUSD']);
    expect(() => normaliser.onSymbols(encode(SYMBOLS))).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_SYMBOL',
        message: 'KuCoin lists no symbol "BTCUSD".',
        hint: 'Did you mean BTC-USDT, ETH-USDT?',
      }),
    );
  });

  test.each([['<html>'], ['{"code":"429000"}'], ['{"code":"200000","data":{}}'], ['[]']])(
    'refuses %s as a list of symbols',
    (body) => {
      const { normaliser } = normaliserFor(['BTC-USDT']);
      expect(() => normaliser.onSymbols(encode(body))).toThrow(
        expect.objectContaining({ code: 'BAD_ANSWER' }),
      );
    },
  );
});
