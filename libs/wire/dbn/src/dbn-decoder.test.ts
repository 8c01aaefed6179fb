// Goal: each way in which a stream can be bad has its code, field and place, and costs nothing
// else.
import { describe, expect, test } from 'vitest';
import { readStream } from '../test/read-stream.ts';
import { DbnDecoder } from './dbn-decoder.ts';
import { DbnEncoder } from './dbn-encoder.ts';
import { ErrorCode, RType, SystemCode } from './enums.ts';
import {
  ErrorV1Record,
  MboRecord,
  SymbolMappingV1Record,
  SystemV1Record,
} from './generated/records.ts';
import type { DbnMetadata } from './metadata.ts';

const METADATA: DbnMetadata = {
  ...{ version: 3, dataset: 'GLBX.MDP3', schema: 0, start: 1n, end: 2n, limit: 0n, tsOut: false },
  ...{ stypeIn: 1, stypeOut: 0, symbolCstrLength: 71, symbols: ['ESH1'], partial: [] },
  ...{ notFound: [], mappings: [{ rawSymbol: 'ESH1', intervals: [] }] },
};

/** Metadata and three orders. */
function threeOrders(): { bytes: Uint8Array; recordsAt: number } {
  const encoder = new DbnEncoder(new Uint8Array(1_000));
  encoder.metadata(METADATA);
  const recordsAt = encoder.length;
  const order = new MboRecord();
  for (let sequence = 1; sequence <= 3; sequence += 1) {
    encoder.begin(order, RType.Mbo);
    order.setSequence(sequence);
  }
  return { bytes: encoder.written.slice(), recordsAt };
}

function changed(at: number, ...values: number[]): Uint8Array {
  const { bytes } = threeOrders();
  bytes.set(values, at);
  return bytes;
}

const sequencesOf = (json: unknown[]): unknown[] =>
  json.slice(1).map((record) => (record as { sequence: number }).sequence);

describe('a stream that cannot be read any further', () => {
  test.each([
    ['its version', 3, [4], { code: 'UNSUPPORTED_VERSION', offset: 3, field: 'version' }],
    ['no room for metadata', 4, [119, 0], { code: 'BAD_METADATA', offset: 4, field: 'length' }],
    ['too many of them', 7, [0xff], { code: 'METADATA_TOO_LARGE', offset: 4, field: 'length' }],
    ['a symbol without bytes', 53, [0, 0], { code: 'BAD_METADATA', field: 'symbol_cstr_len' }],
    ['a definition', 108, [1], { code: 'BAD_METADATA', field: 'schema_definition_length' }],
    ['symbols past the end', 112, [9], { code: 'BAD_METADATA', offset: 116, field: 'symbols' }],
    ['partial past the end', 187, [9], { code: 'BAD_METADATA', offset: 191, field: 'partial' }],
    ['mappings past the end', 195, [2], { code: 'BAD_METADATA', field: 'mappings[1]' }],
    [
      ...(['intervals past the end', 270, [9]] as const),
      { code: 'BAD_METADATA', offset: 274, field: 'mappings[0].intervals' },
    ],
  ])('names %s', (_what, at, values, expected) => {
    const { failure, json } = readStream(changed(at, ...values));
    expect(failure).toMatchObject(expected);
    expect(failure?.hint).toBeDefined();
    expect(json).toEqual([]);
  });

  test('gives what was before a record shorter than its header, and says the same again', () => {
    const { recordsAt } = threeOrders();
    const { json, failure } = readStream(changed(recordsAt + 112, 3));
    expect(sequencesOf(json)).toEqual([1, 2]);
    expect(failure).toMatchObject({ code: 'BAD_LENGTH', offset: recordsAt + 112, field: 'length' });
    const decoder = new DbnDecoder();
    decoder.push(changed(recordsAt, 0));
    expect(() => decoder.next()).toThrow(/byte \d+: length: a record of 0 bytes/);
    expect(() => decoder.next()).toThrow(/a record of 0 bytes/);
    expect(() => decoder.end()).toThrow(/a record of 0 bytes/);
  });

  test('says within what it was cut', () => {
    const { bytes, recordsAt } = threeOrders();
    const cut = (length: number) => readStream(bytes.subarray(0, length)).failure;
    expect(cut(0)).toMatchObject({ code: 'EMPTY', offset: 0 });
    expect(cut(2)).toMatchObject({ code: 'NOT_DBN' });
    expect(cut(7)).toMatchObject({ code: 'TRUNCATED' });
    expect(cut(recordsAt - 1)).toMatchObject({ code: 'TRUNCATED', offset: 8 });
    expect(cut(recordsAt)).toBeUndefined();
    expect(cut(recordsAt + 57)).toMatchObject({ code: 'TRUNCATED', offset: recordsAt + 56 });
  });

  test.each([
    ['DBZ', [0x51, 0x2a, 0x4d, 0x18, 9, 0, 0, 0, 0x44, 0x42, 0x5a, 1], /it is DBZ/],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0], /it is compressed with zstd/],
    ['gzip', [0x1f, 0x8b, 8, 0], /it is compressed with gzip/],
    ['Parquet', [...Buffer.from('PAR1 something')], /it is Parquet/],
    ['JSON', [...Buffer.from('{"hd":{"ts_event":1}}')], /it is JSON/],
    ['CSV', [...Buffer.from('ts_recv,ts_event')], /it is CSV/],
    ['CSV', [...Buffer.from('publisher_id,rtype')], /it is CSV/],
  ])('is refused by name when it is %s, wherever it is cut', (_name, start, said) => {
    const bytes = Uint8Array.from(start);
    for (const cuts of [[], [1], [2, 3], [...bytes.keys()]]) {
      const { failure } = readStream(bytes, cuts);
      expect(failure).toMatchObject({ code: 'NOT_DBN', offset: 0, field: 'magic' });
      expect(failure?.message).toMatch(said);
    }
  });
});

describe('records that are passed over', () => {
  const { recordsAt } = threeOrders();

  test('are those of rtypes that nobody knows, by their lengths', () => {
    const { json, counts, damaged } = readStream(changed(recordsAt + 57, 0x7e));
    expect(sequencesOf(json)).toEqual([1, 3]);
    expect(counts).toEqual({ records: 2, unknown: 1, damaged: 0 });
    expect(damaged).toEqual([]);
  });

  test('are those whose length is none of their rtype, told with their place', () => {
    const { json, counts, damaged } = readStream(changed(recordsAt + 57, RType.Status));
    expect(sequencesOf(json)).toEqual([1, 3]);
    expect(counts).toEqual({ records: 2, unknown: 0, damaged: 1 });
    expect(damaged).toMatchObject([
      { code: 'BAD_RECORD_SIZE', offset: recordsAt + 56, field: 'length' },
    ]);
  });

  test('are those of another version', () => {
    const encoder = new DbnEncoder(new Uint8Array(100), { version: 1 });
    encoder.begin(new SystemV1Record(), RType.System);
    const read = (version: 1 | 3) => readStream(encoder.written, [], { fragment: { version } });
    expect(read(1).counts.records).toBe(1);
    expect(read(3).damaged).toMatchObject([{ code: 'BAD_RECORD_SIZE', offset: 0 }]);
  });
});

describe('metadata', () => {
  test('of megabytes come in pieces', () => {
    const rawSymbol = 'ESH1 C4000';
    const interval = { startDate: 20_201_228, endDate: 20_201_229, symbol: '5482' };
    const mappings = Array.from({ length: 20_000 }, () => ({ rawSymbol, intervals: [interval] }));
    const metadata = { ...METADATA, mappings };
    const encoder = new DbnEncoder(new Uint8Array(4_000_000));
    encoder.metadata(metadata);
    const decoder = new DbnDecoder();
    for (let at = 0; at < encoder.length; at += 1_000) {
      decoder.push(encoder.written.subarray(at, at + 1_000));
      expect(decoder.next()).toBe(false);
    }
    decoder.end();
    expect(decoder.metadata).toEqual(metadata);
  });

  test('that state more than is allowed are refused before they come', () => {
    const decoder = new DbnDecoder({ metadataBytesMax: 200 });
    decoder.push(threeOrders().bytes.subarray(0, 8));
    expect(() => decoder.next()).toThrow(/length: \d+ bytes, above the bound, 200/);
  });
});

describe('a piece', () => {
  test('is not taken before the last one was read', () => {
    const decoder = new DbnDecoder();
    decoder.push(threeOrders().bytes);
    expect(decoder.next()).toBe(true);
    expect(() => decoder.push(Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'NOT_DRAINED' }),
    );
    expect(decoder.next()).toBe(true);
  });
});

describe('the upgrade of what version 1 says in words', () => {
  const encoder = new DbnEncoder(new Uint8Array(1_000), { version: 1, tsOut: true });

  function upgraded(write: () => void): unknown {
    encoder.clear();
    write();
    const options = { fragment: { version: 1 }, upgrade: 'upgradeToV3' } as const;
    return readStream(encoder.written, [], options).json[0];
  }

  test.each([
    ['User or API key deactivated', ErrorCode.ApiKeyDeactivated],
    ['Failed to resolve symbol(s): X', ErrorCode.SymbolResolutionFailed],
    ['Slow client detected for mbo', ErrorCode.SkippedRecordsAfterSlowReading],
    ['something else', ErrorCode.Unset],
  ])('gives the error "%s" its code', (err, code) => {
    const record = new ErrorV1Record();
    const json = upgraded(() => {
      encoder.begin(record, RType.Error);
      record.setErr(err).setTsOutWords(0, 9);
    });
    expect(json).toMatchObject({ hd: { length: 82 }, err, code, is_last: 255, ts_out: '9' });
  });

  test.each([
    ['Heartbeat', SystemCode.Heartbeat],
    ['Subscription request 1 for mbo data succeeded', SystemCode.SubscriptionAck],
    ['Warning: slow reading, 1 behind', SystemCode.SlowReaderWarning],
    ['Finished mbo replay', SystemCode.ReplayCompleted],
    ['End of interval for ohlcv-1s', SystemCode.EndOfInterval],
    ['something else', SystemCode.Unset],
  ])('gives the message "%s" its code', (msg, code) => {
    const record = new SystemV1Record();
    const json = upgraded(() => {
      encoder.begin(record, RType.System);
      record.setMsg(msg);
    });
    expect(json).toMatchObject({ hd: { length: 82, rtype: RType.System }, msg, code });
  });

  test('keeps a mapping, of which the types are not known', () => {
    const record = new SymbolMappingV1Record();
    const json = upgraded(() => {
      encoder.begin(record, RType.SymbolMapping);
      record.setStypeInSymbol('ES.c.0').setStypeOutSymbol('ESH1').setStartTsBigInt(5n);
    });
    expect(json).toMatchObject({
      ...{ stype_in: 255, stype_in_symbol: 'ES.c.0', stype_out: 255, stype_out_symbol: 'ESH1' },
      ...{ start_ts: '5', end_ts: '18446744073709551615' },
    });
  });
});
