// Goal: each record becomes the ticks that README.md's table says, exact in every digit.
// Method: records by the encoder of DBN; ticks as people read them; then records of random bytes.
import { seededRandom, testSeed } from '@tickwire/testing';
import {
  Action,
  DefinitionRecord,
  ImbalanceRecord,
  Mbp10Record,
  Mbp1Record,
  MboRecord,
  OhlcvRecord,
  RType,
  RecordFlag,
  Side,
  StatisticsRecord,
  StatusRecord,
  SymbolMappingRecord,
  TradeRecord,
} from '@tickwire/wire-dbn';
import { TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { NOW, give, giveBytes } from '../test/record-source.ts';
import { DatabentoNormaliser } from './normaliser.ts';

const ID = 7;
const { Last } = RecordFlag;

function setUp(hasTradeRecords = false) {
  const sink = new CollectingSink();
  const normaliser = new DatabentoNormaliser({ sink, flags: 0, hasTradeRecords, keepsBooks: true });
  return { sink, normaliser };
}

function trade(normaliser: DatabentoNormaliser, price: number | null, tsHi: number = NOW.hi) {
  give(normaliser, new TradeRecord(), {
    rtype: RType.Trade,
    fill: (record) => {
      record.setInstrumentId(ID).setPublisherId(1).setTsEventWords(tsHi, NOW.lo);
      record.setPrice(price).setSize(3).setSide(Side.Ask).setAction(Action.Trade);
      record.setFlags(Last).setSequence(42);
    },
  });
}

function map(normaliser: DatabentoNormaliser, symbol: string, startHi: number): void {
  const record = new SymbolMappingRecord().wrap(new DataView(new ArrayBuffer(176)));
  record.setInstrumentId(ID).setStypeInSymbol('ES.c.0').setStypeOutSymbol(symbol);
  record.setStartTsWords(startHi, 0).setEndTsWords(0xffff_ffff, 0xffff_ffff);
  normaliser.onMapping(record);
}

describe('instruments', () => {
  test('a definition comes first: its increment gives the exponent, its text the rest', () => {
    const { sink, normaliser } = setUp();
    give(normaliser, new DefinitionRecord(), {
      rtype: RType.Definition,
      fill: (record) => {
        record.setInstrumentId(ID).setRawSymbol('ESH4').setMinPriceIncrement(250_000_000);
        record.setExchange('XCME').setCurrency('USD').setInstrumentClass('F'.charCodeAt(0));
      },
    });
    trade(normaliser, 4_800_250_000_000);
    expect(sink.entries).toMatchObject([
      { symbol: 'ESH4', venue: 'XCME', currency: 'USD', priceExp: -2, tickSize: 25, assetClass: 2 },
    ]);
    expect(sink.described()).toMatchObject([
      { kind: 'TRADE', symbol: 'ESH4', price: '4800.25', size: '3', side: 'ask', sequence: 42 },
    ]);
  });

  test('a finer price makes an entry that supersedes, and nothing is rounded', () => {
    const { sink, normaliser } = setUp();
    const prices = [4_800_000_000_000, 1, -37_630_000_000, 9_007_199_254_740_991];
    for (const price of prices) trade(normaliser, price);
    expect(sink.entries.map(({ priceExp, supersedes }) => [priceExp, supersedes])).toEqual([
      [0, 0xffff_ffff],
      [-9, 0],
    ]);
    expect(sink.described().map((tick) => (tick as { price?: string }).price)).toEqual([
      '4800',
      '0.000000001',
      '-37.63',
      '9007199.254740991',
    ]);
  });

  test('an id means what it is mapped to at the time of the record', () => {
    const { sink, normaliser } = setUp();
    map(normaliser, 'ESZ3', NOW.hi - 1_000);
    map(normaliser, 'ESH4', NOW.hi + 1_000);
    trade(normaliser, 1e9, NOW.hi);
    trade(normaliser, 1e9, NOW.hi + 2_000);
    trade(normaliser, 1e9, NOW.hi);
    expect(sink.described().map(({ symbol }) => symbol)).toEqual(['ESZ3', 'ESH4', 'ESZ3']);
  });
});

describe('prices and books', () => {
  test('mbp-1 is a quote, and its trade a trade unless schema trades tells it', () => {
    for (const hasTradeRecords of [false, true]) {
      const { sink, normaliser } = setUp(hasTradeRecords);
      give(normaliser, new Mbp1Record(), {
        rtype: RType.Mbp1,
        fill: (record) => {
          record.setInstrumentId(ID).setAction(Action.Trade).setFlags(Last);
          record.setPrice(5e9).setSize(2);
          record.level(0).setBidPx(5e9).setBidSz(10).setAskPx(null);
        },
      });
      const kinds = sink.described().map(({ kind }) => kind);
      expect(kinds).toEqual(hasTradeRecords ? ['QUOTE'] : ['TRADE', 'QUOTE']);
      expect(sink.described().at(-1)).toMatchObject({ bidPrice: '5', bidSize: '10' });
      expect(normaliser.counts.dropped.otherSchema).toBe(hasTradeRecords ? 1 : 0);
    }
  });

  test('mbp-10 is the levels that changed by price, the last at the end of the event', () => {
    const { sink, normaliser } = setUp();
    const levels = (bids: readonly (readonly [number, number])[]) =>
      give(normaliser, new Mbp10Record(), {
        rtype: RType.Mbp10,
        fill: (record) => {
          record.setInstrumentId(ID).setFlags(Last).setAction(Action.Add);
          bids.forEach(([price, size], at) => {
            record
              .level(at)
              .setBidPx(price * 1e9)
              .setBidSz(size)
              .setBidCt(1);
          });
        },
      });
    levels([
      [100, 5],
      [99, 6],
    ]);
    levels([
      [101, 1],
      [100, 5],
      [98, 7],
    ]);
    const seen = [...sink.ticks()].map((tick) => {
      return tick.kind === TickKind.Level ? [tick.price, tick.size, tick.flags] : tick.flags;
    });
    const SNAPSHOT = 4;
    const ENDS = 3;
    expect(seen).toEqual([
      SNAPSHOT,
      [100_00, 5, SNAPSHOT],
      [99_00, 6, SNAPSHOT | ENDS],
      [99_00, 0, 0],
      [101_00, 1, 0],
      [98_00, 7, ENDS],
    ]);
  });

  test('mbp-10 of each publisher is a book of its own', () => {
    const { sink, normaliser } = setUp();
    const best = (publisherId: number, price: number): void =>
      give(normaliser, new Mbp10Record(), {
        rtype: RType.Mbp10,
        fill: (record) => {
          record.setPublisherId(publisherId).setInstrumentId(ID);
          record.setFlags(Last).setAction(Action.Add);
          record
            .level(0)
            .setBidPx(price * 1e9)
            .setBidSz(1)
            .setBidCt(1);
        },
      });
    best(1, 100);
    best(2, 90);
    best(1, 100);
    best(2, 91);
    const levels = [...sink.ticks()]
      .filter(({ kind }) => kind === TickKind.Level)
      .map(({ publisher, price, size }) => [publisher, price, size]);
    expect(levels).toEqual([
      [1, 100_00, 1],
      [2, 90_00, 1],
      [2, 90_00, 0],
      [2, 91_00, 1],
    ]);
    expect([...sink.ticks()].filter(({ kind }) => kind === TickKind.Clear)).toHaveLength(2);
  });

  test('mbo is orders; the book is right from a clear on, in doubt when the vendor says so', () => {
    const { sink, normaliser } = setUp();
    const order = (action: number, size: number, flags: number = Last) =>
      give(normaliser, new MboRecord(), {
        rtype: RType.Mbo,
        fill: (record) => {
          record.setInstrumentId(ID).setAction(action).setSide(Side.Bid).setFlags(flags);
          record.setOrderIdWords(1, 2).setPrice(100e9).setSize(size).setSequence(9);
        },
      });
    order(Action.Add, 5);
    order(Action.Clear, 0, Last | RecordFlag.Snapshot);
    order(Action.Add, 5);
    order(Action.Cancel, 2);
    expect(normaliser.orderBook(ID)?.bids.sizeAt(0)).toBe(3);
    order(Action.Fill, 1);
    expect(normaliser.orderBook(ID)?.bids.sizeAt(0)).toBe(3);
    order(Action.Modify, 4, Last | RecordFlag.MaybeBadBook);
    expect(normaliser.orderBook(ID)?.isConsistent).toBe(false);
    const SUSPECT = 0x40;
    expect([...sink.ticks()].map(({ flags }) => (flags & SUSPECT) !== 0)).toEqual([
      ...[true, false, false, false, false, true],
    ]);
    expect(sink.described().map(({ kind }) => kind)).toEqual([
      ...['ORDER', 'CLEAR', 'ORDER', 'ORDER', 'ORDER', 'ORDER'],
    ]);
  });
});

describe('what is said of instruments', () => {
  test('status, statistics, imbalances and bars', () => {
    const { sink, normaliser } = setUp();
    give(normaliser, new StatusRecord(), {
      rtype: RType.Status,
      fill: (record) => record.setInstrumentId(ID).setAction(7).setReason(1),
    });
    give(normaliser, new StatisticsRecord(), {
      rtype: RType.Statistics,
      fill: (record) => record.setInstrumentId(ID).setStatType(3).setPrice(2e9).setQuantity(null),
    });
    give(normaliser, new ImbalanceRecord(), {
      rtype: RType.Imbalance,
      fill: (record) => record.setInstrumentId(ID).setRefPrice(3e9).setPairedQty(4),
    });
    give(normaliser, new OhlcvRecord(), {
      rtype: RType.Ohlcv1m,
      fill: (record) => {
        record.setInstrumentId(ID).setOpen(1e9).setHigh(4e9).setLow(1e9).setClose(2e9);
        record.setVolumeWords(0, 77);
      },
    });
    const [status, stat, imbalance, prices, volumes] = [...sink.ticks()];
    expect(status?.tradingState).toBe(7);
    expect([stat?.value, stat?.statistic]).toEqual([200, 3]);
    expect([imbalance?.referencePrice, imbalance?.paired]).toEqual([300, 4]);
    expect([prices?.open, prices?.high, prices?.low, prices?.close]).toEqual([100, 400, 100, 200]);
    expect([volumes?.volume, volumes?.intervalMs]).toEqual([77, 60_000]);
    expect([prices?.flags, volumes?.flags]).toEqual([0, 3]);
  });
});

describe('anything', () => {
  test('records of random bytes never throw, and each is counted once', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const { normaliser } = setUp();
    const kinds = [
      ...[RType.Trade, RType.Mbp1, RType.Mbp10, RType.Mbo, RType.Status, RType.Definition],
      ...[RType.Imbalance, RType.Statistics, RType.Ohlcv1s, RType.Bbo1s, RType.Cmbp1],
    ];
    const words = new Map<number, number>([
      ...[[RType.Trade, 12] as const, [RType.Mbp1, 20] as const, [RType.Mbp10, 92] as const],
      ...[[RType.Mbo, 14] as const, [RType.Status, 10] as const, [RType.Definition, 130] as const],
      ...[[RType.Imbalance, 28] as const, [RType.Statistics, 20] as const],
    ]);
    for (let round = 0; round < 20_000; round++) {
      const rtype = kinds[Math.floor(random() * kinds.length)]!;
      const length = words.get(rtype) ?? (rtype === RType.Ohlcv1s ? 14 : 20);
      const bytes = Uint8Array.from({ length: length * 4 }, () =>
        random() < 0.3 ? 0xff : Math.floor(random() * 256),
      );
      bytes[0] = length;
      bytes[1] = rtype;
      // Few instruments: what one record does to an instrument the next one meets.
      bytes.set([Math.floor(random() * 3), 0, 0, 0], 4);
      if (random() < 0.7) bytes.fill(0, 22, 24);
      giveBytes(normaliser, bytes);
    }
    const { records, accepted, definitions, dropped } = normaliser.counts;
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect(records, `seed ${seed}`).toBe(20_000);
    expect(accepted + definitions + lost, `seed ${seed}`).toBe(records);
    expect(accepted).toBeGreaterThan(0);
  });
});
