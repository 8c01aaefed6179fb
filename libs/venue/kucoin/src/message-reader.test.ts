// Goal: faults of JSON and of fields come out as KuCoin's own error, with nothing lost on the way.
// Method: golden errors, of messages read by the index and of one read by its layout.
import { describe, expect, test } from 'vitest';
import { encode, ticker } from '../test/normaliser-setup.ts';
import { KucoinDecodeError } from './errors.ts';
import { slotOf } from './message-fields.ts';
import { MessageReader } from './message-reader.ts';
import { Topic } from './topic.ts';

const PRICE = slotOf('data.price');
const SIZE = slotOf('data.size');
const SEQUENCE = slotOf('data.sequence');

function refusal(work: () => void): KucoinDecodeError {
  try {
    work();
  } catch (error) {
    if (error instanceof KucoinDecodeError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('message reader', () => {
  test.each([
    ['', 'TRUNCATED: message at offset 0: more was expected'],
    ['{"type":"mess', 'TRUNCATED: message at offset 13: in a string'],
    ['[{"type":"message"}]', 'BAD_TYPE: message at offset 0: not an object'],
    ['{"type":message}', 'BAD_JSON: message at offset 8: a value was expected'],
    ['{"data":{"price":01}}', 'BAD_JSON: message at offset 19: a number with a leading zero'],
    ['{"type":"message"}}', 'BAD_JSON: message at offset 18: text behind the end'],
    [`{"a":${'['.repeat(64)}`, 'TOO_DEEP: message at offset 68: more than 64 levels'],
  ])('a text that is no message: %.30s', (text, message) => {
    for (const read of ['read', 'readFrame'] as const) {
      const error = refusal(() => new MessageReader()[read](encode(text)));
      expect(error.message).toBe(message);
      expect(`${error.code}: ${error.field} at offset ${error.offset}`).toBe(
        message.slice(0, message.lastIndexOf(': ')),
      );
    }
  });

  test.each<[string, (reader: MessageReader) => void, string]>([
    [
      '"price":"-1"',
      (r) => r.decimal(PRICE, 'NEGATIVE_PRICE'),
      'NEGATIVE_PRICE: data.price at offset 18',
    ],
    [
      '"price":-1',
      (r) => r.optionalDecimal(PRICE, 'NEGATIVE_PRICE'),
      'NEGATIVE_PRICE: data.price at offset 17',
    ],
    ['"size":"-1"', (r) => r.decimal(SIZE), 'NEGATIVE_SIZE: data.size at offset 17'],
    [
      '"size":-0',
      (r) => r.optionalDecimal(SIZE, 'NEGATIVE_SIZE'),
      'NEGATIVE_SIZE: data.size at offset 16',
    ],
    [
      '"size":[]',
      (r) => r.optionalDecimal(SIZE, 'NEGATIVE_SIZE'),
      'BAD_TYPE: data.size at offset 16',
    ],
    ['"size":"1.0x"', (r) => r.decimal(SIZE), 'BAD_FIELD: data.size at offset 17'],
    ['"price":"1"', (r) => r.decimal(SIZE), 'MISSING_FIELD: data.size at offset 22'],
    [`"size":${2 ** 53}`, (r) => r.decimal(SIZE), 'OUT_OF_RANGE: data.size at offset 16'],
    ['"size":1', (r) => r.fail('UNKNOWN_SYMBOL', SIZE), 'UNKNOWN_SYMBOL: data.size at offset 16'],
  ])('a field: %s', (field, read, message) => {
    const reader = new MessageReader();
    reader.read(encode(`{"data":{${field}}}`));
    expect(refusal(() => read(reader)).message).toBe(message);
  });

  test('a price or size that is missing, null or empty is 0', () => {
    const reader = new MessageReader();
    for (const field of ['"x":1', '"price":null,"size":null', '"price":"","size":""']) {
      reader.read(encode(`{"data":{"price":"7","size":"7"},"data":{${field}}}`));
      reader.scan.mantissa = 7;
      reader.optionalDecimal(PRICE, 'NEGATIVE_PRICE');
      expect(reader.scan.mantissa).toBe(0);
      reader.scan.mantissa = 7;
      reader.optionalDecimal(SIZE, 'NEGATIVE_SIZE');
      expect(reader.scan.mantissa).toBe(0);
    }
  });

  test('a fault in a frame read by its layout is where the index finds it', () => {
    const reader = new MessageReader();
    const topic = { topic: Topic.Ticker, bytes: '/market/ticker:'.length };
    reader.readFrame(encode(ticker()));
    reader.learn(topic);
    const bad = ticker({ sequence: 'not a number' });
    reader.readFrame(encode(bad));
    expect(reader.layout).toBeDefined();
    const error = refusal(() => reader.u64(SEQUENCE));
    const offset = bad.indexOf('not a number');
    expect(error.message).toBe(`BAD_FIELD: data.sequence at offset ${offset}`);
  });
});
