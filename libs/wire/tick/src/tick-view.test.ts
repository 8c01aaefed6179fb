// Goal: the bytes never move by accident. Method: golden records written by hand as hex (new ones
// only with a new TICK_LAYOUT_VERSION), then every value round, then bytes that are no tick.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ABSENT } from '@tickwire/core';
import { Action, Side, TickFlag, TickKind, TickView } from './index.ts';

const hexOf = (view: DataView): string => Buffer.from(view.buffer).toString('hex');
const blank = (): DataView => new DataView(new ArrayBuffer(64).slice(0));

const HEADER = {
  tsEvent: '15cd5b0700000000', // 123,456,789
  tsRecv: 'ef cd ab 89 67 45 23 01'.replaceAll(' ', ''),
  instrument: '07000000',
  sequence: 'd2029649', // 1,234,567,890
  delta: '3412',
  publisher: '0200',
};
const HEAD = Object.values(HEADER).join('');

function writeHeader(tick: TickView): void {
  tick.setTsEvent(0, 123_456_789);
  tick.setTsRecv(0x0123_4567, 0x89ab_cdef);
  tick.instrument = 7;
  tick.sequence = 1_234_567_890;
  tick.publishDelta = 0x1234;
  tick.publisher = 2;
}

type Golden = { name: string; write(tick: TickView): void; tail: string };
const golden: Golden[] = [
  {
    name: 'TRADE',
    write(tick) {
      tick.begin(TickKind.Trade);
      tick.setSideAction(Side.Ask, Action.Trade);
      tick.flags = TickFlag.Last | TickFlag.Simulated;
      tick.price = 679_933;
      tick.size = -2;
      tick.setTradeId(1, 2);
      tick.setCondition(0, 9);
      tick.setCondition(3, 255);
    },
    tail: '01520110' + 'fd5f0a0000000000feffffffffffffff' + '0200000001000000' + '090000ff00000000',
  },
  {
    name: 'QUOTE',
    write(tick) {
      tick.begin(TickKind.Quote);
      tick.bidPrice = 2 ** 53 - 1;
      tick.askPrice = -(2 ** 53 - 1);
      tick.bidSize = ABSENT;
      tick.askSize = 0;
    },
    tail: '02000000' + 'ffffffffffff1f00010000000000e0ff' + 'ffffffffffffff7f0000000000000000',
  },
  {
    name: 'QUOTE_EXT',
    write(tick) {
      tick.begin(TickKind.QuoteExt);
      tick.setQuoteOrders(3, 4);
      tick.setQuotePublishers(5, 6);
    },
    tail: '03000000' + '03000000040000000500060000000000' + '0'.repeat(32),
  },
  {
    name: 'LEVEL',
    write(tick) {
      tick.begin(TickKind.Level);
      tick.setSideAction(Side.Bid, Action.Modify);
      tick.price = 256;
      tick.size = 1;
      tick.orderCount = 3;
      tick.level = 4;
    },
    tail: '04210000' + '00010000000000000100000000000000' + '03000000040000000000000000000000',
  },
  {
    name: 'ORDER',
    write(tick) {
      tick.begin(TickKind.Order);
      tick.price = 1;
      tick.size = 2;
      tick.setOrderId(3, 4);
      tick.setPriority(5, 6);
    },
    tail: '05000000' + '01000000000000000200000000000000' + '04000000030000000600000005000000',
  },
  {
    name: 'CLEAR',
    write(tick) {
      tick.begin(TickKind.Clear);
      tick.flags = TickFlag.Snapshot;
      tick.setFullSequence(375, 2_234_012_933);
    },
    tail: '06000400' + '05552885770100000000000000000000' + '0'.repeat(32),
  },
  {
    name: 'MARK',
    write(tick) {
      tick.begin(TickKind.Mark);
      tick.markPrice = 1;
      tick.indexPrice = 2;
      tick.fundingRateE12 = -3;
      tick.setNextFundingTs(4, 5);
    },
    tail: '07000000' + '01000000000000000200000000000000' + 'fdffffffffffffff0500000004000000',
  },
  {
    name: 'STAT',
    write(tick) {
      tick.begin(TickKind.Stat);
      tick.value = 1;
      tick.quantity = 2;
      tick.setReferenceTs(3, 4);
      tick.statistic = 5;
    },
    tail: '08000000' + '01000000000000000200000000000000' + '04000000030000000500000000000000',
  },
  {
    name: 'STATUS',
    write(tick) {
      tick.begin(TickKind.Status);
      tick.setStatus({ tradingState: 1, statusReason: 2, session: 3, haltResume: 4 });
      tick.limitLow = 5;
      tick.limitHigh = 6;
    },
    tail: '09000000' + '01020304000000000500000000000000' + '06000000000000000000000000000000',
  },
  {
    name: 'IMBALANCE',
    write(tick) {
      tick.begin(TickKind.Imbalance);
      tick.referencePrice = 1;
      tick.paired = 2;
      tick.imbalance = 3;
      tick.auctionType = 4;
    },
    tail: '0a000000' + '01000000000000000200000000000000' + '03000000000000000400000000000000',
  },
  {
    name: 'BAR_PRICE',
    write(tick) {
      tick.begin(TickKind.BarPrice);
      tick.open = 1;
      tick.high = 2;
      tick.low = 3;
      tick.close = 4;
    },
    tail: '0b000000' + '01000000000000000200000000000000' + '03000000000000000400000000000000',
  },
  {
    name: 'BAR_VOLUME',
    write(tick) {
      tick.begin(TickKind.BarVolume);
      tick.flags = TickFlag.Last;
      tick.volume = 1;
      tick.turnover = 2;
      tick.trades = 3;
      tick.intervalMs = 60_000;
      tick.coverageE4 = 10_000;
      tick.revision = 1;
      tick.barFlags = 0x10;
    },
    tail: '0c000100' + '01000000000000000200000000000000' + '0300000060ea00001027010010000000',
  },
  {
    name: 'STREAM',
    write(tick) {
      tick.begin(TickKind.Stream);
      tick.setFirstMissing(1, 2);
      tick.setMissingCount(0xffff_ffff, 0xffff_ffff);
      tick.setFromTs(3, 4);
      tick.setStream({ state: 3, previousState: 1, reason: 4, scope: 0 });
      tick.ledgerId = 9;
    },
    tail: '0d000000' + '0200000001000000ffffffffffffffff' + '04000000030000000301040009000000',
  },
  {
    name: 'CLOCK',
    write: (tick) => tick.begin(TickKind.Clock),
    tail: '0e000000' + '0'.repeat(64),
  },
];

describe('tick layout v1', () => {
  test.each(golden)('writes the golden $name', ({ write, tail }) => {
    const view = blank();
    const tick = new TickView().wrap(view, 0);
    write(tick);
    writeHeader(tick);
    expect(hexOf(view)).toBe(HEAD + tail);
  });

  test('reads the golden trade at any offset of any buffer', () => {
    const trade = Buffer.from(HEAD + golden[0]?.tail, 'hex');
    for (const offset of [0, 1, 3, 64]) {
      const bytes = new Uint8Array(offset + 64 + 5);
      bytes.set(trade, offset);
      const tick = new TickView().wrap(new DataView(bytes.buffer), offset);
      expect({
        tsEvent: [tick.tsEventHi, tick.tsEventLo],
        tsRecv: [tick.tsRecvHi, tick.tsRecvLo],
        instrument: tick.instrument,
        sequence: tick.sequence,
        publisher: tick.publisher,
        kind: tick.kind,
        side: tick.side,
        action: tick.action,
        flags: tick.flags,
        price: tick.price,
        size: tick.size,
        tradeId: [tick.tradeIdHi, tick.tradeIdLo],
        conditions: [tick.condition(0), tick.condition(3)],
      }).toEqual({
        tsEvent: [0, 123_456_789],
        tsRecv: [0x0123_4567, 0x89ab_cdef],
        instrument: 7,
        sequence: 1_234_567_890,
        publisher: 2,
        kind: TickKind.Trade,
        side: Side.Ask,
        action: Action.Trade,
        flags: TickFlag.Last | TickFlag.Simulated,
        price: 679_933,
        size: -2,
        tradeId: [1, 2],
        conditions: [9, 255],
      });
    }
  });

  test('begins every tick clean, with an absent event time', () => {
    const view = new DataView(new Uint8Array(64).fill(0xa5).buffer);
    const tick = new TickView().wrap(view, 0).begin(TickKind.Clock);
    expect(tick.hasTsEvent).toBe(false);
    expect(hexOf(view)).toBe('ff'.repeat(8) + '00'.repeat(20) + '0e' + '00'.repeat(35));
  });
});

describe('i64 fields', () => {
  test('keep every safe integer and absence', () => {
    const tick = new TickView().wrap(blank(), 0).begin(TickKind.Trade);
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.constant(ABSENT)), (value) => {
        tick.price = value;
        expect(tick.price).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test.each([2 ** 53, -(2 ** 53), Number.NaN, Infinity, -Infinity, 0.5, 1e308, 2 ** 63 + 2048])(
    'reject %d when written, and change nothing',
    (value) => {
      const view = blank();
      const tick = new TickView().wrap(view, 0).begin(TickKind.Trade);
      const before = hexOf(view);
      expect(() => {
        tick.size = value;
      }).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE', field: 'size', offset: 40 }));
      expect(hexOf(view)).toBe(before);
    },
  );

  test.each([
    ['2^53', '0000000000002000'],
    ['−2^53', '000000000000e0ff'],
    ['i64 max − 1', 'feffffffffffff7f'],
    ['i64 min', '0000000000000080'],
  ])('reject the bytes of %s when read', (_name, hex) => {
    const bytes = Buffer.alloc(64);
    Buffer.from(hex, 'hex').copy(bytes, 32);
    const tick = new TickView().wrap(new DataView(Uint8Array.from(bytes).buffer), 0);
    expect(() => tick.price).toThrow(
      expect.objectContaining({ code: 'OUT_OF_RANGE', field: 'price', offset: 32 }),
    );
  });
});

test.each([0, 1, 63])('rejects a tick cut to %i bytes', (length) => {
  const tick = new TickView();
  expect(() => tick.wrap(new DataView(new ArrayBuffer(length)), 0)).toThrow(
    expect.objectContaining({ code: 'TRUNCATED' }),
  );
});

test.each([-64, 1.5, Number.NaN, 2 ** 32, 2 ** 53])('finds no tick at offset %d', (offset) => {
  const tick = new TickView();
  expect(() => tick.wrap(blank(), offset)).toThrow(expect.objectContaining({ code: 'TRUNCATED' }));
});

describe('a tick that does not lie on 4 bytes', () => {
  const aligned = blank();
  const original = new TickView().wrap(aligned, 0).begin(TickKind.Trade);
  writeHeader(original);
  original.setSideAction(Side.Ask, Action.Trade);
  original.price = -7_000_000_000;
  const bytes = new Uint8Array(64 * 3);
  bytes.set(new Uint8Array(aligned.buffer), 67);

  const places = [
    { name: 'in a view that does', view: new DataView(bytes.buffer), offset: 67 },
    { name: 'in a view that does not either', view: new DataView(bytes.buffer, 3), offset: 64 },
  ];

  test.each(places)('is read, $name', ({ view, offset }) => {
    const tick = new TickView().wrap(view, offset);
    expect([tick.kind, tick.sequence, tick.publishDelta]).toEqual([
      TickKind.Trade,
      1_234_567_890,
      0x1234,
    ]);
    expect([tick.side, tick.action, tick.price]).toEqual([Side.Ask, Action.Trade, -7_000_000_000]);
    const identity = tick.identity(new Uint32Array(4));
    expect(identity).toEqual(original.identity(new Uint32Array(4)));
  });

  test.each(places)('is not written, $name', ({ view, offset }) => {
    const tick = new TickView().wrap(view, offset);
    const before = bytes.slice();
    const refused = expect.objectContaining({ code: 'MISALIGNED' });
    expect(() => tick.begin(TickKind.Quote)).toThrow(refused);
    expect(() => (tick.price = 1)).toThrow(refused);
    expect(() => (tick.flags = TickFlag.Last)).toThrow(refused);
    expect(() => tick.setTsEvent(1, 2)).toThrow(refused);
    expect(bytes).toEqual(before);
  });

  test('leaves the view free for the next tick', () => {
    const tick = new TickView().wrap(new DataView(bytes.buffer), 67);
    tick.wrap(new DataView(bytes.buffer), 128).begin(TickKind.Clock);
    expect(bytes[128 + 28]).toBe(TickKind.Clock);
  });
});
