// Goal: what DBN cannot hold is refused with its field and place, and a full buffer costs nothing.
import { describe, expect, test } from 'vitest';
import { DbnEncoder } from './dbn-encoder.ts';
import { RType } from './enums.ts';
import {
  DefinitionRecord,
  MboRecord,
  StatisticsRecord,
  StatisticsV1Record,
} from './generated/records.ts';
import { metadataBytes } from './metadata-writer.ts';
import type { DbnMetadata } from './metadata.ts';

const METADATA: DbnMetadata = {
  ...{ version: 3, dataset: 'GLBX.MDP3', schema: 0, start: 1n, end: 2n, limit: 0n, tsOut: false },
  ...{ stypeIn: 1, stypeOut: 0, symbolCstrLength: 71, symbols: ['ESH1'], partial: [] },
  ...{ notFound: [], mappings: [{ rawSymbol: 'ESH1', intervals: [] }] },
};

describe('the encoder', () => {
  test('says when there is no room, and goes on after clear', () => {
    const encoder = new DbnEncoder(new Uint8Array(60));
    const order = new MboRecord();
    expect(encoder.begin(order, RType.Mbo)).toBe(true);
    order.setSequence(1);
    expect(encoder.begin(order, RType.Mbo)).toBe(false);
    expect(encoder.length).toBe(56);
    encoder.clear();
    expect(encoder.begin(order, RType.Mbo)).toBe(true);
    expect({ sequence: order.sequence, side: order.side, size: order.size }).toEqual({
      ...{ sequence: 0, side: 0x4e, size: null },
    });
  });

  test('has one class for each rtype of a version', () => {
    const older = new DbnEncoder(new Uint8Array(500), { version: 2 });
    expect(older.begin(new StatisticsV1Record(), RType.Statistics)).toBe(true);
    expect(() => older.begin(new StatisticsRecord(), RType.Statistics)).toThrow(
      /StatisticsRecord for rtype 24: version 2 has StatisticsV1Record for it/,
    );
    expect(() => older.begin(new MboRecord(), RType.Trade)).toThrow(
      expect.objectContaining({ code: 'WRONG_RECORD', field: 'rtype', offset: 64 }),
    );
  });

  test('takes records as they are, of its version and with its ts_out', () => {
    const source = new DbnEncoder(new Uint8Array(100), { version: 1 });
    const record = new StatisticsV1Record();
    source.begin(record, RType.Statistics);
    const place = { view: record.$view, offset: 0, length: 64, layout: record.layout };
    expect(() => new DbnEncoder(new Uint8Array(100)).append(place)).toThrow(
      expect.objectContaining({ code: 'WRONG_RECORD', field: 'rtype' }),
    );
    const stamped = new DbnEncoder(new Uint8Array(100), { version: 1, tsOut: true });
    expect(() => stamped.append(place)).toThrow(
      expect.objectContaining({ code: 'WRONG_RECORD', field: 'ts_out' }),
    );
    const target = new DbnEncoder(new Uint8Array(100), { version: 1 });
    expect([target.append(place), target.append(place)]).toEqual([true, false]);
    expect(target.written).toEqual(source.written);
  });

  test('refuses values that a field cannot hold', () => {
    const encoder = new DbnEncoder(new Uint8Array(600));
    const definition = new DefinitionRecord();
    encoder.begin(definition, RType.Definition);
    const refused: readonly (() => unknown)[] = [
      () => definition.setUnderlyingId(-1),
      () => definition.setMaturityYear(70_000),
      () => definition.setApplId(-32_769),
      () => definition.setMarketDepth(0.5),
      () => definition.setStrikePrice(2 ** 53),
      () => definition.setStrikePriceWords(-1, 0),
      () => definition.setStrikePriceBigInt(2n ** 63n),
      () => definition.setTsRecvBigInt(-1n),
    ];
    for (const set of refused) {
      expect(set).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    }
    for (const text of ['x'.repeat(11), 'é', 'a\0b']) {
      expect(() => definition.setAsset(text)).toThrow(
        expect.objectContaining({ code: 'BAD_TEXT', field: 'asset' }),
      );
    }
    expect(definition.setAsset('x'.repeat(10)).asset).toBe('x'.repeat(10));
    expect(definition.setStrikePrice(-5).strikePrice).toBe(-5);
    expect(definition.setStrikePrice(null).strikePriceBigInt).toBeNull();
  });

  test.each([
    ['of another version', { version: 2 }, 'WRONG_RECORD', 'version'],
    ['with other ts_out', { tsOut: true }, 'WRONG_RECORD', 'version'],
    ['with a long dataset', { dataset: 'x'.repeat(16) }, 'BAD_TEXT', 'dataset'],
    ['with a long symbol', { symbols: ['x'.repeat(71)] }, 'BAD_TEXT', 'symbols[0]'],
    ['with symbols of another length', { symbolCstrLength: 22 }, 'OUT_OF_RANGE', 'symbol_cstr_len'],
    ['with a schema of 3 bytes', { schema: 70_000 }, 'OUT_OF_RANGE', 'schema'],
    ['with a time before 1970', { start: -1n }, 'OUT_OF_RANGE', 'start'],
  ])('refuses metadata %s', (_what, change, code, field) => {
    const encoder = new DbnEncoder(new Uint8Array(1_000));
    expect(() => encoder.metadata({ ...METADATA, ...change })).toThrow(
      expect.objectContaining({ code, field }),
    );
    expect(encoder.length).toBe(0);
  });

  test('says how much room metadata need', () => {
    const encoder = new DbnEncoder(new Uint8Array(metadataBytes(METADATA) - 1));
    expect(() => encoder.metadata(METADATA)).toThrow(expect.objectContaining({ code: 'NO_SPACE' }));
  });
});
