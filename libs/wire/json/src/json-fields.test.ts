// Goal: a list of fields is taken as it is meant, or refused at start. Method: each rule, and an
// index of the list on a message with a value for each field.
import { describe, expect, test } from 'vitest';
import { JsonFields } from './json-fields.ts';
import { JsonIndex } from './json-index.ts';
import { ValueKind } from './value-kind.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The wanted values of a message, by field. */
function valuesOf(names: readonly string[], text: string): Record<string, string> {
  const index = new JsonIndex(new JsonFields(names));
  const bytes = encode(text);
  index.read(bytes);
  return Object.fromEntries(
    names.flatMap((name, slot) => {
      if (index.kinds[slot] === ValueKind.Absent) return [];
      const value = bytes.subarray(index.starts[slot], index.ends[slot]);
      return [[name, new TextDecoder().decode(value)]];
    }),
  );
}

describe('the list of fields', () => {
  test('gives slots in its order', () => {
    const fields = new JsonFields(['data.price', 'type', 'data']);
    expect(fields.count).toBe(3);
    expect(['data.price', 'type', 'data'].map((_, slot) => fields.nameOf(slot))).toEqual([
      'data.price',
      'type',
      'data',
    ]);
    expect(fields.slotOf('type')).toBe(1);
    expect(fields.nameOf(3)).toBe('message');
  });

  test.each([
    ['nothing', ''],
    ['an empty key', 'data.'],
    ['an empty key in the middle', 'data..price'],
    ['a quote', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a control character', 'a\n'],
    ['letters beyond ASCII', 'prix.é'],
  ])('refuses a path with %s', (_, path) => {
    expect(() => new JsonFields(['type', path])).toThrow(/is no path of keys/);
  });

  test('refuses a field given twice', () => {
    expect(() => new JsonFields(['type', 'data', 'type'])).toThrow(/given twice/);
  });

  test('finds fields of objects that nobody asked for, at any level', () => {
    const text = '{"a":{"x":1,"b":{"c":{"d":"deep","x":2},"x":3}},"b":4,"x":{"a":{"x":5}}}';
    expect(valuesOf(['a.b.c.d', 'a.x', 'x'], text)).toEqual({
      'a.b.c.d': 'deep',
      'a.x': '1',
      x: '{"a":{"x":5}}',
    });
  });

  test('keys with spaces, colons, slashes and hyphens are found', () => {
    const text = '{"a b":{"c:d":1,"e/f":2},"g-h":3}';
    const names = ['a b.c:d', 'a b.e/f', 'g-h'];
    expect(Object.values(valuesOf(names, text))).toEqual(['1', '2', '3']);
  });

  test('1,000 keys that differ in places a hash does not look at', () => {
    const keys = Array.from({ length: 1_000 }, (_, at) => `k${String(at).padStart(4, '0')}______k`);
    const text = `{${keys.map((key, at) => `"${key}":${at}`).join(',')},"k1000______k":0}`;
    const values = valuesOf(keys, text);
    expect(Object.keys(values)).toEqual(keys);
    expect(Object.values(values)).toEqual(keys.map((_, at) => String(at)));
  });

  test('an empty list checks the text and wants nothing', () => {
    const index = new JsonIndex(new JsonFields([]));
    index.read(encode('{"a":{"b":1}}'));
    expect(index.kinds).toHaveLength(0);
    expect(() => index.read(encode('{"a":{"b":1}'))).toThrow('TRUNCATED');
  });
});
