// Goal: the bytes never move by accident. Method: one stream of golden bytes, and the places of
// fields as the vendor's own structs have them, typed in here; a round trip alone misses a change
// that reader and writer share.
import { describe, expect, test } from 'vitest';
import { DbnEncoder } from './dbn-encoder.ts';
import { Action, RType, RecordFlag, Side } from './enums.ts';
import { MboRecord, Mbp1Record, OhlcvRecord, SystemRecord } from './generated/records.ts';
import { RECORD_LAYOUTS } from './layouts/index.ts';
import { metadataBytes } from './metadata-writer.ts';

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function written(write: (encoder: DbnEncoder) => void): string {
  const encoder = new DbnEncoder(new Uint8Array(1_000));
  write(encoder);
  return hex(encoder.written);
}

describe('golden bytes', () => {
  test('of an order', () => {
    const order = new MboRecord();
    const bytes = written((encoder) => {
      encoder.begin(order, RType.Mbo);
      order.setPublisherId(0x0201).setInstrumentId(0x06050403);
      order.setTsEventWords(0x0e0d0c0b, 0x0a090807).setOrderIdWords(0x16151413, 0x1211100f);
      order.setPrice(-1).setSize(7).setFlags(RecordFlag.Last).setChannelId(null);
      order.setAction(Action.Add).setSide(Side.Bid).setTsRecvBigInt(1n);
      order.setTsInDelta(-2).setSequence(0x24232221);
    });
    expect(bytes).toBe(
      '0ea00102030405060708090a0b0c0d0e' +
        '0f10111213141516ffffffffffffffff' +
        '0700000080ff41420100000000000000' +
        'feffffff21222324',
    );
  });

  test('of the best prices, a bar and a message of which nothing is said', () => {
    const none = 'ffffffffffffff7f';
    const level = `${none}${none}${'00'.repeat(16)}`;
    const header = (start: string): string => `${start}${'00'.repeat(6)}${'ff'.repeat(8)}`;
    expect(written((encoder) => encoder.begin(new Mbp1Record(), RType.Mbp1))).toBe(
      `${header('1401')}${none}ffffffff4e4e0000${'ff'.repeat(8)}${'00'.repeat(8)}${level}`,
    );
    expect(written((encoder) => encoder.begin(new OhlcvRecord(), RType.Ohlcv1d))).toBe(
      `${header('0e23')}${none.repeat(4)}${'00'.repeat(8)}`,
    );
    expect(written((encoder) => encoder.begin(new SystemRecord(), RType.System))).toBe(
      `${header('5017')}${'00'.repeat(303)}ff`,
    );
  });

  test('of metadata', () => {
    const metadata = {
      ...{ version: 3, dataset: 'A.B', schema: 4, start: 1n, end: 2n, limit: 3n, tsOut: false },
      ...{ stypeIn: 1, stypeOut: 0, symbolCstrLength: 71, symbols: ['S'], partial: [] },
      ...{ notFound: [], mappings: [] },
    };
    expect(metadataBytes(metadata) % 8).toBe(0);
    expect(written((encoder) => encoder.metadata(metadata))).toBe(
      `44424e03c0000000412e42${'00'.repeat(13)}0400` +
        `010000000000000002000000000000000300000000000000` +
        `0100004700${'00'.repeat(53)}00000000` +
        `0100000053${'00'.repeat(70)}${'00'.repeat(12)}00`,
    );
  });
});

describe('places of fields', () => {
  const PLACES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    Mbo: {
      order_id: 16,
      price: 24,
      size: 32,
      flags: 36,
      side: 39,
      ts_recv: 40,
      sequence: 52,
      '': 56,
    },
    Trade: { price: 16, size: 24, action: 28, depth: 31, ts_recv: 32, sequence: 44, '': 48 },
    Mbp1: { flags: 30, ts_in_delta: 40, levels: 48, '': 80 },
    Mbp10: { ts_recv: 32, levels: 48, '': 368 },
    Bbo: { side: 29, flags: 30, ts_recv: 32, sequence: 44, levels: 48, '': 80 },
    Cmbp1: { action: 28, flags: 30, ts_in_delta: 40, levels: 48, '': 80 },
    Cbbo: { side: 29, ts_recv: 32, levels: 48, '': 80 },
    Ohlcv: { open: 16, close: 40, volume: 48, '': 56 },
    DefinitionV1: {
      price_ratio: 104,
      inst_attrib_value: 112,
      raw_symbol: 200,
      strike_price: 328,
      '': 360,
    },
    DefinitionV2: {
      strike_price: 112,
      raw_instrument_id: 128,
      raw_symbol: 200,
      tick_rule: 389,
      '': 400,
    },
    Definition: {
      strike_price: 104,
      raw_instrument_id: 112,
      raw_symbol: 238,
      leg_side: 502,
      '': 520,
    },
    Status: { action: 24, trading_event: 28, is_trading: 30, '': 40 },
    Imbalance: { ref_price: 24, paired_qty: 88, auction_type: 104, '': 112 },
    StatisticsV1: { quantity: 40, sequence: 44, stat_type: 52, stat_flags: 57, '': 64 },
    Statistics: { quantity: 40, sequence: 48, stat_type: 56, stat_flags: 61, '': 80 },
    ErrorV1: { err: 16, '': 80 },
    Error: { err: 16, code: 318, is_last: 319, '': 320 },
    SystemV1: { msg: 16, '': 80 },
    System: { msg: 16, code: 319, '': 320 },
    SymbolMappingV1: { stype_in_symbol: 16, stype_out_symbol: 38, start_ts: 64, '': 80 },
    SymbolMapping: { stype_in_symbol: 17, stype_out: 88, start_ts: 160, end_ts: 168, '': 176 },
  };

  test.each(RECORD_LAYOUTS.map((layout) => [layout.name, layout] as const))(
    'of %s',
    (name, layout) => {
      const places = PLACES[name]!;
      const found = Object.fromEntries(
        layout.fields
          .filter((field) => field.name in places)
          .map((field) => [field.name, field.offset]),
      );
      expect({ ...found, '': layout.bytes }).toEqual(places);
      for (const { kind, bytes, offset, name: field } of layout.fields) {
        const isWhole = ['text', 'reserved', 'levels', 'consolidated'].includes(kind);
        expect(offset % (isWhole ? 1 : bytes), field).toBe(0);
      }
    },
  );
});
