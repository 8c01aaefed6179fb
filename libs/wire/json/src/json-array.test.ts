// Goal: the objects of an array are read one by one, and a fault is found at the object that has
// it. Method: chosen texts; the objects read are those of JSON.parse.
import { describe, expect, test } from 'vitest';
import { JsonScanError } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { JsonIndex } from './json-index.ts';
import { DEPTH_MAX } from './json-text.ts';
import { ValueKind } from './value-kind.ts';

const FIELDS = new JsonFields(['ev', 'p', 'c.x']);
const PRICE = FIELDS.slotOf('p');
const index = new JsonIndex(FIELDS);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The objects of the array up to the fault, if there is one. */
function list(text: string): { objects: unknown[]; fault: string | undefined } {
  const bytes = encode(text);
  const objects: unknown[] = [];
  try {
    for (index.openArray(bytes); index.nextObject();) {
      const found = bytes.subarray(index.objectStart, index.objectEnd);
      objects.push(JSON.parse(new TextDecoder().decode(found)));
    }
    return { objects, fault: undefined };
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return { objects, fault: error.message };
  }
}

describe('an array of objects', () => {
  test.each([
    '[]',
    ' [ ] \n',
    '[{}]',
    '[{"ev":"T","p":1},{"ev":"Q","p":2},{"p":3}]',
    '[ {"p":[{"p":[]}]} , {"c":{"x":"]"}}\t]',
  ])('%s', (text) => {
    expect(list(text)).toEqual({ objects: JSON.parse(text), fault: undefined });
  });

  test('fields are those of the object at hand', () => {
    const bytes = encode('[{"p":"1","c":{"x":5}},{"ev":"T\\u0041"},{"p":2,"p":33}]');
    index.openArray(bytes);
    const seen: unknown[] = [];
    while (index.nextObject()) {
      const price = bytes.subarray(index.starts[PRICE], index.ends[PRICE]);
      const isAbsent = index.kinds[PRICE] === ValueKind.Absent;
      seen.push([isAbsent ? undefined : Buffer.from(price).toString(), index.escaped]);
    }
    expect(seen).toEqual([
      ['1', false],
      [undefined, true],
      ['33', false],
    ]);
    expect(index.kinds.every((kind) => kind === ValueKind.Absent)).toBe(true);
  });

  test.each([
    ['', 0, 'TRUNCATED: message at offset 0: more was expected'],
    ['{}', 0, 'BAD_TYPE: message at offset 0: not an array'],
    ['[', 0, 'TRUNCATED: message at offset 1: more was expected'],
    ['[{}', 1, 'TRUNCATED: message at offset 3: more was expected'],
    ['[{},', 1, 'TRUNCATED: message at offset 4: more was expected'],
    ['[{},]', 1, 'BAD_JSON: message at offset 4: a value was expected'],
    ['[,{}]', 0, 'BAD_JSON: message at offset 1: a value was expected'],
    ['[{}{}]', 1, 'BAD_JSON: message at offset 3: a comma or ] was expected'],
    ['[{},{"p":01}]', 1, 'BAD_JSON: message at offset 11: a number with a leading zero'],
    ['[{}]]', 1, 'BAD_JSON: message at offset 4: text behind the end'],
    ['[1,{}]', 0, 'BAD_TYPE: message at offset 1: not an object'],
    ['[{}, [{}]]', 1, 'BAD_TYPE: message at offset 5: not an object'],
    ['[{}, nul]', 1, 'BAD_JSON: message at offset 5: a value was expected'],
    ['[null]', 0, 'BAD_TYPE: message at offset 1: not an object'],
  ])('%s is refused behind %i objects', (text, count, fault) => {
    const listed = list(text);
    expect(listed.objects).toHaveLength(count);
    expect(listed.fault).toBe(fault);
  });

  test('its own level counts', () => {
    const nested = (depth: number): string => `[{"a":${'['.repeat(depth)}${']'.repeat(depth)}}]`;
    expect(list(nested(DEPTH_MAX - 2)).fault).toBeUndefined();
    expect(list(nested(DEPTH_MAX - 1)).fault).toContain('TOO_DEEP');
  });

  test('that has ended is asked again in vain; one with a fault is not gone on with', () => {
    index.openArray(encode('[{}]'));
    expect([1, 2, 3].map(() => index.nextObject())).toEqual([true, false, false]);
    index.openArray(encode('[{}, 1, {}]'));
    expect(index.nextObject()).toBe(true);
    expect(() => index.nextObject()).toThrow('BAD_TYPE');
    expect(() => index.nextObject()).toThrow('no array is open');
  });

  test('is given up for another message', () => {
    index.openArray(encode('[{},{}]'));
    index.nextObject();
    index.read(encode('{}'));
    expect(() => index.nextObject()).toThrow('no array is open');
  });

  test('is read without making objects', () => {
    const objects = Array.from({ length: 1_000 }, (_, at) => ({ ev: 'T', p: at, c: { x: 'y' } }));
    const bytes = encode(JSON.stringify(objects));
    let count = 0;
    const readAll = (times: number): void => {
      for (let time = 0; time < times; time++) {
        for (index.openArray(bytes); index.nextObject();) count += 1;
      }
    };
    readAll(50);
    const before = process.memoryUsage().heapUsed;
    readAll(200);
    // A collection in between makes it less; one small object each would be 3 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1e6);
    expect(count).toBe(250_000);
  });
});
