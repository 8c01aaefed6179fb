// Goal: each kind of field is read exactly or refused with its code, its name and its place.
// Method: one message with every kind of value; one fault at a time; arrays in which every second
// object needs a copy.
import { describe, expect, test } from 'vitest';
import { JsonScanError } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { JsonReader } from './json-reader.ts';
import { ValueKind } from './value-kind.ts';

const FIELDS = new JsonFields(['type', 'id', 'data', 'data.price', 'data.size', 'data.side']);
const TYPE = FIELDS.slotOf('type');
const ID = FIELDS.slotOf('id');
const DATA = FIELDS.slotOf('data');
const PRICE = FIELDS.slotOf('data.price');
const SIZE = FIELDS.slotOf('data.size');
const SIDE = FIELDS.slotOf('data.side');

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const BUY = encode('buy');

function readerOf(text: string): JsonReader {
  const reader = new JsonReader(FIELDS);
  reader.read(encode(text));
  return reader;
}

function refusal(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return error.message;
  }
}

describe('JSON reader', () => {
  test('reads numbers written as numbers and as text', () => {
    for (const price of ['68145.80', '"68145.80"']) {
      const reader = readerOf(`{"id":"18446744073709551615","data":{"price":${price},"size":12}}`);
      reader.decimal(PRICE);
      expect([reader.scan.mantissa, reader.scan.digits]).toEqual([681_458, 1]);
      expect(reader.integer(SIZE)).toBe(12);
      reader.u64(ID);
      expect([reader.scan.hi, reader.scan.lo]).toEqual([0xffff_ffff, 0xffff_ffff]);
    }
  });

  test('compares strings by their bytes', () => {
    const reader = readerOf('{"data":{"side":"buy"}}');
    expect(reader.is(SIDE, BUY)).toBe(true);
    expect(reader.is(SIDE, encode('bux'))).toBe(false);
    expect(reader.is(SIDE, encode('buyer'))).toBe(false);
    reader.read(encode('{"data":{     }}'));
    expect(reader.is(SIDE, BUY)).toBe(false);
  });

  test('knows what is absent: missing or null', () => {
    const reader = readerOf('{"type":"","id":null,"data":{"price":0,"size":false}}');
    expect([TYPE, ID, DATA, PRICE, SIZE, SIDE].map((slot) => reader.isAbsent(slot))).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  test.each([
    ['"plain"', 'plain'],
    ['"\\u00e9 \\"quoted\\"\\n\\ud83d\\ude00"', 'é "quoted"\n😀'],
    ['"\ufefféa"', '\ufefféa'],
    ['-1.50e3', '-1.50e3'],
    ['true', 'true'],
    ['{"a":"\\n"}', '{"a":"\\n"}'],
  ])('text of %s', (written, text) => {
    expect(readerOf(`{"type":${written}}`).text(TYPE)).toBe(text);
    expect(readerOf(`{"x":${written}}`).text(TYPE)).toBe('');
  });

  test('needless escapes are read from a copy', () => {
    const given = encode('{"t\\u0079pe":"\\/a\\u002fb","data":{"side":"b\\u0075y"}}');
    const reader = new JsonReader(FIELDS);
    reader.read(given);
    expect(reader.bytes).not.toBe(given);
    expect(reader.text(TYPE)).toBe('/a/b');
    expect(reader.is(SIDE, BUY)).toBe(true);
    reader.read(encode('{"type":"a"}'));
    expect(reader.text(TYPE)).toBe('a');
    expect(reader.isAbsent(SIDE)).toBe(true);
  });

  test.each<[string, (reader: JsonReader) => void, string | undefined]>([
    ['{"type":"a"}', (reader) => reader.need(TYPE, ValueKind.String), undefined],
    ['{"type":1}', (r) => r.need(TYPE, ValueKind.String), 'BAD_TYPE: type at offset 8'],
    ['{"type":null}', (r) => r.need(TYPE, ValueKind.String), 'BAD_TYPE: type at offset 8'],
    ['{"typ":"a"} ', (r) => r.need(TYPE, ValueKind.String), 'MISSING_FIELD: type at offset 12'],
    ['{"data":{"price":{}}}', (r) => r.decimal(PRICE), 'BAD_TYPE: data.price at offset 17'],
    ['{"data":{}}', (r) => r.decimal(PRICE), 'MISSING_FIELD: data.price at offset 11'],
    ['{"data":{"price":"-1"}}', (r) => r.decimal(PRICE), 'NEGATIVE: data.price at offset 18'],
    ['{"data":{"price":-1}}', (r) => r.decimal(PRICE), 'NEGATIVE: data.price at offset 17'],
    ['{"data":{"price":1e5}}', (r) => r.decimal(PRICE), 'BAD_FIELD: data.price at offset 17'],
    ['{"data":{"price":""}}', (r) => r.decimal(PRICE), 'BAD_FIELD: data.price at offset 18'],
    [`{"id":${2 ** 53}}`, (r) => r.decimal(ID), 'OUT_OF_RANGE: id at offset 6'],
    [`{"id":${2 ** 53}}`, (r) => r.integer(ID), 'OUT_OF_RANGE: id at offset 6'],
    ['{"id":1.5}', (r) => r.integer(ID), 'BAD_FIELD: id at offset 6'],
    ['{"id":true}', (r) => r.integer(ID), 'BAD_TYPE: id at offset 6'],
    ['{"id":"-1"}', (r) => r.u64(ID), 'BAD_FIELD: id at offset 7'],
    ['{"id":"18446744073709551616"}', (r) => r.u64(ID), 'OUT_OF_RANGE: id at offset 7'],
    ['{"id":5}', (r) => r.fail('BAD_FIELD', ID), 'BAD_FIELD: id at offset 6'],
  ])('%s', (text, read, message) => {
    expect(refusal(() => read(readerOf(text)))).toBe(message);
  });

  test('reads the objects of an array, those with escapes from copies', () => {
    const objects = Array.from({ length: 6 }, (_, at) =>
      at % 2 === 0
        ? `{"type":"t${at}","data":{"price":${at}}}`
        : `{"data":{"price":${at}},"type":"\\u0074${at}"}`,
    );
    const reader = new JsonReader(FIELDS);
    const seen: unknown[] = [];
    reader.openArray(encode(` [${objects.join(' , ')}]`));
    while (reader.nextObject()) seen.push([reader.text(TYPE), reader.integer(PRICE)]);
    expect(seen).toEqual(objects.map((_, at) => [`t${at}`, at]));
  });

  test('a field that an object of an array lacks is missed where the object ends', () => {
    const reader = new JsonReader(FIELDS);
    reader.openArray(encode('[{"id":1},{"id":2}]'));
    reader.nextObject();
    expect(refusal(() => reader.decimal(PRICE))).toBe('MISSING_FIELD: data.price at offset 9');
    reader.nextObject();
    expect(refusal(() => reader.decimal(PRICE))).toBe('MISSING_FIELD: data.price at offset 18');
    expect(reader.nextObject()).toBe(false);
    expect(reader.isAbsent(ID)).toBe(true);
  });

  test('nothing is left of the message before one that is refused', () => {
    const reader = readerOf('{"id":7}');
    expect(refusal(() => reader.read(encode('{"type":"a')))).toContain('TRUNCATED');
    expect(reader.isAbsent(ID)).toBe(true);
    reader.read(encode('{"i\\u0064":7}'));
    expect(reader.integer(ID)).toBe(7);
    expect(refusal(() => reader.openArray(encode('{"type":"a"}')))).toContain('BAD_TYPE');
    expect(reader.isAbsent(ID)).toBe(true);
  });

  test("throws the vendor's own error", () => {
    class AcmeError extends Error {}
    const reader = new JsonReader(
      FIELDS,
      (code, { field, offset, detail }) => new AcmeError([code, field, offset, detail].join()),
    );
    const texts: [string, () => void][] = [
      ['TRUNCATED,message,1,more was expected', () => reader.read(encode('{'))],
      ['BAD_TYPE,message,0,not an array', () => reader.openArray(encode('{}'))],
      ['MISSING_FIELD,id,2,', () => (reader.read(encode('{}')), reader.u64(ID))],
    ];
    for (const [text, work] of texts) expect(work).toThrow(new AcmeError(text));
  });
});
