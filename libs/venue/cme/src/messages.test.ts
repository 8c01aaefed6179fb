// Goal: every kind of message becomes the ticks that the README says. Method: one message at a time
// into a channel, and its ticks as `tickwire dump` shows them.
import { ABSENT, AssetClass } from '@tickwire/core';
import {
  MDEntryTypeBook,
  MDUpdateAction,
  OrderUpdateAction,
  SecurityTradingStatus,
} from '@tickwire/wire-mdp3/messages';
import { beforeEach, describe, expect, test } from 'vitest';
import { TickLog } from '../test/tick-log.ts';
import { WrittenMessages, mantissa } from '../test/written-messages.ts';

let log: TickLog;
let make: WrittenMessages;

beforeEach(() => {
  log = new TickLog();
  make = new WrittenMessages();
});

describe('definitions', () => {
  test('become entries with displayed prices, multiplier and expiry', () => {
    log.send([make.definition()]);
    expect(log.entries).toMatchObject([
      {
        ...{ vendor: 'cme', venue: 'XCME', symbol: 'ESZ6', currency: 'USD', priceExp: -11 },
        ...{ assetClass: AssetClass.Future, sizeExp: 0, tickSize: 25e9, multiplierE9: 50e9 },
        expirySec: 1_797_600_600,
      },
    ]);
  });

  test('that say the same again change nothing; another one supersedes, and the book is anew', () => {
    log.send([make.definition()]);
    log.send([make.book([{ price: 4_000, size: 3, orders: 1 }])]);
    expect(log.send([make.definition()])).toEqual([]);
    const ticks = log.send([make.definition({ factor: 100_000_000 })]);
    expect(log.entries.map(({ priceExp, supersedes }) => [priceExp, supersedes])).toEqual([
      [-11, 0xffff_ffff],
      [-10, 0],
    ]);
    expect(ticks.map(({ kind, price }) => [kind, price]).slice(-1)).toEqual([['LEVEL', '40000']]);
  });

  test('of a factor that is no power of ten leave prices as they are sent', () => {
    log.send([make.definition({ factor: 15_625_000 })]);
    expect(log.entries[0]).toMatchObject({ priceExp: -9, tickSize: mantissa(0.25) });
  });

  test('are refused, and counted, when the directory is full or the symbol is none', () => {
    log.capacity = 0;
    log.send([make.definition()]);
    log.send([make.spread('\u0001')]);
    expect(log.count('definitionsRefused')).toBe(2);
    log.send([make.book([{ price: 4_000, size: 3 }])]);
    expect(log.count('undefinedEntries')).toBe(1);
  });

  test('of options, spreads and version 5 are read as well', () => {
    log.send([make.option()]);
    log.send([make.spread('ESZ6-ESH7')]);
    log.send([make.future27()]);
    expect(log.entries.map((entry) => [entry.symbol, entry.assetClass, entry.priceExp])).toEqual([
      ['ESZ6 C4000', AssetClass.Option, -11],
      ['ESZ6-ESH7', AssetClass.Future, -11],
      ['ESU4', AssetClass.Future, -11],
    ]);
    expect(log.entries.map(({ tickSize }) => tickSize)).toEqual([ABSENT, ABSENT, 25e9]);
  });

  test('that delete close the stream', () => {
    log.send([make.definition()]);
    const gone = log.send([make.deletion()]);
    expect(gone).toMatchObject([{ kind: 'STREAM', state: 'closed' }]);
    expect(log.channel.status().instruments).toBe(0);
  });
});

describe('books by level', () => {
  beforeEach(() => {
    log.send([make.definition()]);
    log.send([make.book([{ price: 4_000, size: 3, orders: 2 }])]);
  });

  test('are written whole at first, the instrument live with it', () => {
    expect(log.ticks.map(({ kind, flags }) => [kind, ...(flags as string[])])).toEqual([
      ['STREAM', 'LAST', 'EVENT_END'],
      ['STREAM', 'LAST', 'EVENT_END'],
      ['STREAM', 'LAST', 'EVENT_END'],
      ['QUOTE'],
      ['CLEAR', 'SNAPSHOT'],
      ['LEVEL', 'LAST', 'EVENT_END', 'SNAPSHOT'],
    ]);
  });

  test('change by price at the end of the event, each price once', () => {
    const New = { level: 1, orders: 1 };
    expect(log.send([make.book([{ ...New, price: 4_001, size: 1 }], 0)])).toEqual([]);
    const ticks = log.send([
      make.book([
        { ...New, price: 4_002, size: 2 },
        { level: 2, price: 4_001, size: 5, orders: 2, action: MDUpdateAction.Change },
      ]),
    ]);
    expect(ticks).toMatchObject([
      { kind: 'QUOTE', bidPrice: '4002', bidSize: '2', flags: [] },
      { kind: 'LEVEL', side: 'bid', action: 'modify', price: '4001', size: '5', orderCount: 2 },
      { kind: 'LEVEL', action: 'delete', price: '4000', size: '0', flags: [] },
      { kind: 'LEVEL', price: '4002', size: '2', flags: ['LAST', 'EVENT_END'] },
    ]);
  });

  test('have implied prices in them, marked', () => {
    const implied = { type: MDEntryTypeBook.ImpliedBid, orders: null };
    expect(log.send([make.book([{ ...implied, price: 4_000, size: 4 }])])).toMatchObject([
      { kind: 'QUOTE', bidPrice: '4000', bidSize: '7', flags: ['IMPLIED'] },
      {
        kind: 'LEVEL',
        price: '4000',
        size: '7',
        orderCount: 2,
        flags: expect.arrayContaining(['IMPLIED']),
      },
    ]);
    const gone = { ...implied, action: MDUpdateAction.Delete, price: 4_000, size: 4 };
    expect(log.send([make.book([gone])])).toMatchObject([
      { kind: 'QUOTE', bidSize: '3', flags: [] },
      { kind: 'LEVEL', price: '4000', size: '3', flags: ['LAST', 'EVENT_END'] },
    ]);
  });

  test('are written again when asked for, not before an event of theirs ends', () => {
    const image = (): string[] => log.asked('ESZ6').map(({ kind }) => kind as string);
    expect(image()).toEqual(['CLEAR', 'LEVEL']);
    log.send([make.book([{ level: 1, price: 4_001, size: 1 }], 0)]);
    expect(image()).toEqual([]);
    const rest = log.send([make.end()]);
    expect(rest.map(({ kind }) => kind)).toEqual(['QUOTE', 'LEVEL', 'CLEAR', 'LEVEL', 'LEVEL']);
    expect(log.channel.writeImage('NONE', { ticksMax: 9 })).toBe('UNKNOWN_INSTRUMENT');
    expect(log.channel.writeImage('ESZ6', { ticksMax: 3 })).toBe('BOOK_TOO_LARGE');
    make.rptSeq += 1;
    log.send([make.book([{ price: 4_000, size: 1 }])]);
    expect(log.channel.imageRefusal('ESZ6', { ticksMax: 9 })).toBe('NOT_SYNCHRONISED');
  });

  test('that cross are marked in the quote', () => {
    const offer = { type: MDEntryTypeBook.Offer, price: 3_999, size: 1, orders: 1 };
    expect(log.send([make.book([offer])])[0]).toMatchObject({ kind: 'QUOTE', flags: ['CROSSED'] });
  });

  test('are read from templates 64 and 32, too', () => {
    expect(log.send([make.longQuantity(4_001, 9)]).at(-1)).toMatchObject({
      price: '4001',
      size: '9',
    });
    expect(log.send([make.book32(4_002, 8)]).at(-1)).toMatchObject({ price: '4002', size: '8' });
  });

  test('with a hole in RptSeq are suspect, by a STREAM of the instrument', () => {
    make.rptSeq += 2;
    const change = { action: MDUpdateAction.Change, price: 4_000, size: 1, orders: 1 };
    expect(log.send([make.book([change])])).toMatchObject([
      {
        ...{ kind: 'STREAM', state: 'gap', previousState: 'live', scope: 'instrument' },
        ...{ firstMissing: '2', missingCount: '2', ledgerId: 1 },
      },
    ]);
    expect(log.channel.status()).toMatchObject({ state: 'snapshots', books: { recovering: 1 } });
  });
});

describe('orders', () => {
  test('are counted where no book by order is kept', () => {
    log.send([make.definition()]);
    log.send([make.orders(OrderUpdateAction.New)]);
    expect(log.count('unwantedOrders')).toBe(1);
  });

  test('are ORDER ticks of a book that is right', () => {
    log = new TickLog({ orders: { ordersMax: 16 } });
    log.send([make.definition()]);
    log.send([make.reset()]);
    const fields = { kind: 'ORDER', side: 'bid', price: '3990', orderId: '77', priority: '5' };
    expect(log.send([make.orders(OrderUpdateAction.New)])).toMatchObject([
      { ...fields, action: 'add', size: '6', flags: ['LAST', 'EVENT_END'] },
    ]);
    expect(log.send([make.orders(OrderUpdateAction.Delete)])).toMatchObject([
      { ...fields, action: 'delete' },
    ]);
    const unknown = log.send([make.orders(OrderUpdateAction.Delete)]);
    expect(unknown[0]).toMatchObject({ kind: 'STREAM', state: 'recovering' });
  });
});

describe('trades, statistics and states', () => {
  beforeEach(() => {
    log.send([make.definition()]);
    log.send([make.reset()]);
  });

  test('trades: side of the aggressor, id; deleted and changed ones', () => {
    const [trade] = log.send([make.trades(MDUpdateAction.New)]);
    const fields = { kind: 'TRADE', side: 'ask', price: '4000', size: '7', tradeId: '99' };
    expect(trade).toMatchObject({ ...fields, action: 'trade', flags: ['LAST', 'EVENT_END'] });
    expect(log.count('droppedEntries')).toBe(1);
    expect(log.send([make.trades(MDUpdateAction.Delete)])).toMatchObject([{ action: 'cancel' }]);
    const [cancel, correct] = log.send([make.trades(MDUpdateAction.Change)]);
    expect(cancel).toMatchObject({ action: 'cancel', tradeId: '99', flags: [] });
    expect([cancel!['price'], cancel!['size']]).toEqual([undefined, undefined]);
    expect(correct).toMatchObject({ ...fields, action: 'correct', flags: ['LAST', 'EVENT_END'] });
  });

  test('a trade within an event is not the last of it', () => {
    const [trade] = log.send([make.trades(MDUpdateAction.New, 0)]);
    expect(trade).toMatchObject({ kind: 'TRADE', flags: [] });
    expect(log.send([make.book([{ price: 4_000, size: 1 }])]).at(-1)).toMatchObject({
      ...{ kind: 'LEVEL', flags: ['LAST', 'EVENT_END'] },
    });
  });

  test('an event that ends with nothing more of the instrument is ended by a LEVEL', () => {
    log.send([make.trades(MDUpdateAction.New, 0)]);
    expect(log.send([make.end()])).toMatchObject([
      { kind: 'LEVEL', flags: ['LAST', 'EVENT_END'], size: '0' },
    ]);
  });

  test('statistics say which, of when, and how they change', () => {
    expect(log.send([make.session()])).toMatchObject([
      { kind: 'STAT', statistic: 0x34 | (5 << 8), value: '4010', quantity: '3', action: 'add' },
    ]);
    expect(log.send([make.daily()])).toMatchObject([
      { kind: 'STAT', statistic: 0x36 | (3 << 8), value: '4005', referenceTs: '864000000000000' },
    ]);
    expect(log.send([make.volume()])).toMatchObject([
      { kind: 'STAT', statistic: 0x65, quantity: '1234', action: 'modify' },
    ]);
  });

  test('limits and trading states are one STATUS that says all', () => {
    const status = { kind: 'STATUS', limitLow: '3800', limitHigh: '4200' };
    expect(log.send([make.limits()])).toMatchObject([{ ...status, tradingState: 21 }]);
    const halt = log.send([make.security(SecurityTradingStatus.TradingHalt)]);
    expect(halt).toMatchObject([{ ...status, tradingState: 2, statusReason: 1, haltResume: 1 }]);
    const noChange = log.send([make.security(SecurityTradingStatus.NoChange)]);
    expect(noChange).toMatchObject([{ tradingState: 2, haltResume: 0 }]);
    const resumed = log.send([make.security(SecurityTradingStatus.ReadyToTrade)]);
    expect(resumed).toMatchObject([{ tradingState: 17, haltResume: 2 }]);
  });

  test('a quote request becomes nothing, an unknown template is passed over: both counted', () => {
    log.send([make.quoteRequest(), make.trades(MDUpdateAction.New)]);
    expect(log.count('ignored')).toBe(1);
    expect(log.channel.status().droppedByTemplate).toEqual({ 39: 1 });
    expect(log.ticks.at(-1)).toMatchObject({ kind: 'TRADE' });
  });
});
