// Goal: exactly the texts that JSON.parse takes as objects are taken, and each field is found where
// it is. Method: JSON.parse as the second opinion, on generated, cut and mutated documents.
import fc from 'fast-check';
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { JsonScanError } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { JsonIndex } from './json-index.ts';
import { DEPTH_MAX } from './json-text.ts';
import { unescapeJson } from './unescape-json.ts';
import { ValueKind } from './value-kind.ts';

const FIELDS = new JsonFields([
  'type',
  'topic',
  'data',
  'data.symbol',
  'data.changes',
  'data.time',
  'data.price',
  'data.size',
  'data.bestBidSize',
  'data.bestAskSize',
  'data.asks',
  'data.changes.asks',
]);
type FieldName = (typeof FIELDS.names)[number];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const index = new JsonIndex(FIELDS);

function failure(text: string | Uint8Array): string | undefined {
  try {
    index.read(typeof text === 'string' ? encode(text) : text);
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return error.code;
  }
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** What stands in a slot, as JSON.parse reads it. */
function valueAt(text: string, field: FieldName): unknown {
  const slot = FIELDS.slotOf(field);
  const kind = index.kinds[slot];
  if (kind === ValueKind.Absent) return undefined;
  const found = Buffer.from(encode(text)).subarray(index.starts[slot], index.ends[slot]).toString();
  return JSON.parse(kind === ValueKind.String ? `"${found}"` : found);
}

const TEXT =
  '{"data":{"sequence":"1612844051653","bestAsk":"0.00028717","size":"0.01745248",' +
  '"bestBidSize":"3.70422021","price":"0.00028676","time":1619378326323,' +
  '"bestAskSize":"14.04274325","bestBid":"0.00028678"},"subject":"trade.ticker",' +
  '"topic":"/market/ticker:SNX-BTC","type":"message"}';

describe('JSON index', () => {
  test('finds the fields of a ticker whose data come first', () => {
    expect(failure(TEXT)).toBeUndefined();
    expect(valueAt(TEXT, 'topic')).toBe('/market/ticker:SNX-BTC');
    expect(valueAt(TEXT, 'data.bestAskSize')).toBe('14.04274325');
    expect(valueAt(TEXT, 'data.bestBidSize')).toBe('3.70422021');
    expect(valueAt(TEXT, 'data.time')).toBe(1619378326323);
    expect(valueAt(TEXT, 'data.changes')).toBeUndefined();
  });

  test('every cut of a message is refused, and none is read as whole', () => {
    for (let length = 0; length < TEXT.length; length++) {
      expect(failure(TEXT.slice(0, length))).toBe('TRUNCATED');
    }
  });

  test.each([
    ['[]', 'BAD_TYPE'],
    ['"x"', 'BAD_TYPE'],
    ['1', 'BAD_TYPE'],
    ['', 'TRUNCATED'],
    ['{"a":1}x', 'BAD_JSON'],
    ['{"a":1,}', 'BAD_JSON'],
    ['{a:1}', 'BAD_JSON'],
    ['{"a" 1}', 'BAD_JSON'],
    ['{"a":01}', 'BAD_JSON'],
    ['{"a":1.}', 'BAD_JSON'],
    ['{"a":-}', 'BAD_JSON'],
    ['{"a":1e}', 'BAD_JSON'],
    ['{"a":tru}', 'BAD_JSON'],
    ['{"a":NaN}', 'BAD_JSON'],
    ['{"a":"\n"}', 'BAD_JSON'],
    ['{"a":"\\x"}', 'BAD_JSON'],
    ['{"a":"\\u12g4"}', 'BAD_JSON'],
    ['{"a":[1,]}', 'BAD_JSON'],
    ['{"a":[1 2]}', 'BAD_JSON'],
    ["{'a':1}", 'BAD_JSON'],
    [`{"a":${'['.repeat(1e5)}`, 'TOO_DEEP'],
    [`{"a":${'{"a":'.repeat(1e5)}`, 'TOO_DEEP'],
  ])('refuses %.20s with %s', (text, code) => {
    expect(failure(text)).toBe(code);
  });

  test('takes nesting up to its bound', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(failure(nested(DEPTH_MAX - 1))).toBeUndefined();
    expect(failure(nested(DEPTH_MAX))).toBe('TOO_DEEP');
  });

  test('a key given twice counts the last time; a second data replaces the first', () => {
    const text = '{"type":"a","type":"b","data":{"price":"1","size":"2"},"data":{"price":"3"}}';
    expect(failure(text)).toBeUndefined();
    expect(valueAt(text, 'type')).toBe('b');
    expect(valueAt(text, 'data.price')).toBe('3');
    expect(valueAt(text, 'data.size')).toBeUndefined();
  });

  test.each([
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[{"price":"9"}]'],
    ['an empty object', '{}'],
  ])('%s after an object takes the place of all that was in it', (_, second) => {
    const text = `{"data":{"price":"1","changes":{"asks":[]}},"data":${second},"type":"t"}`;
    expect(failure(text)).toBeUndefined();
    expect(valueAt(text, 'data')).toEqual(JSON.parse(second));
    for (const field of ['data.price', 'data.changes', 'data.changes.asks'] as const) {
      expect(valueAt(text, field)).toBeUndefined();
    }
    expect(valueAt(text, 'type')).toBe('t');
  });

  test('the same keys in another order, after the order was learned', () => {
    const keys = ['symbol', 'time', 'price', 'size', 'unknown'];
    for (let turn = 0; turn < 20; turn++) {
      const order = turn % 2 === 0 ? keys : keys.toReversed();
      const values = order.map((key) => `"${key}":"${key}${turn}"`);
      const text = `{"data":{${values.join(',')}}}`;
      expect(failure(text)).toBeUndefined();
      expect(valueAt(text, 'data.symbol')).toBe(`symbol${turn}`);
      expect(valueAt(text, 'data.size')).toBe(`size${turn}`);
    }
  });

  test('keys of other objects are not mistaken for ours', () => {
    const text = '{"x":{"type":"no","data":{"price":"1"}},"type":"yes","data":{"x":{"price":"2"}}}';
    expect(failure(text)).toBeUndefined();
    expect(valueAt(text, 'type')).toBe('yes');
    expect(valueAt(text, 'data.price')).toBeUndefined();
  });

  test('escaped keys and values are found after unescaping', () => {
    const text =
      '{"t\\u0079pe":"mess\\u0061ge","topic":"\\/market\\/level2:BTC-USDT","x":"\\"\\u00e9"}';
    expect(failure(text)).toBeUndefined();
    expect(index.escaped).toBe(true);
    const plain = Buffer.from(unescapeJson(encode(text))).toString();
    expect(JSON.parse(plain)).toEqual(JSON.parse(text));
    expect(failure(plain)).toBeUndefined();
    expect(valueAt(plain, 'type')).toBe('message');
    expect(valueAt(plain, 'topic')).toBe('/market/level2:BTC-USDT');
  });

  test('takes what JSON.parse takes, however it is laid out', () => {
    const key = fc.constantFrom('type', 'topic', 'data', 'price', 'asks', 'changes', 'Time', 'x');
    const document = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 6 }),
      ),
    }));
    const object = fc.dictionary(key, document.value, { maxKeys: 8 });
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(failure(text)).toBeUndefined();
        if (!text.includes('\\')) expect(valueAt(text, 'type')).toEqual(JSON.parse(text).type);
      }),
      { seed: testSeed() | 0, numRuns: 2_000 },
    );
  });

  test('agrees with JSON.parse on 50,000 mutated messages', () => {
    const random = seededRandom(testSeed());
    const alphabet = '{}[]",:0123456789.-+eE\\tfnul \n';
    for (let round = 0; round < 50_000; round++) {
      let text = TEXT;
      for (let change = 0; change <= random() * 3; change++) {
        const at = Math.floor(random() * text.length);
        const length = Math.floor(random() * 3);
        const insert = alphabet[Math.floor(random() * alphabet.length)] ?? '';
        text = text.slice(0, at) + (random() < 0.7 ? insert : '') + text.slice(at + length);
      }
      const taken = failure(text) === undefined;
      if (taken !== isObjectText(text)) expect(`${taken} ${text}`).toBe(`${!taken}`);
    }
  });
});
