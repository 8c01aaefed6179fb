// Goal: what is refused, where, and in which words does not change by accident. Method: golden
// errors, each written by hand.
import { expect, test } from 'vitest';
import { JsonScanError } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { JsonIndex } from './json-index.ts';
import { DEPTH_MAX } from './json-text.ts';

const index = new JsonIndex(new JsonFields(['a', 'b.c']));
const nested = (open: string, levels: number): string => `{"a":${open.repeat(levels)}`;

test.each([
  ['TRUNCATED: message at offset 0: more was expected', ''],
  ['TRUNCATED: message at offset 2: more was expected', ' \n'],
  ['BAD_TYPE: message at offset 0: not an object', '[1]'],
  ['BAD_TYPE: message at offset 1: not an object', ' nul'],
  ['BAD_TYPE: message at offset 0: not an object', '\u0000{}'],
  ['TRUNCATED: message at offset 1: more was expected', '{'],
  ['TRUNCATED: message at offset 3: in a string', '{"a'],
  ['TRUNCATED: message at offset 4: more was expected', '{"a"'],
  ['TRUNCATED: message at offset 5: more was expected', '{"a":'],
  ['TRUNCATED: message at offset 6: in a string', '{"a":"\\'],
  ['TRUNCATED: message at offset 6: in a string', '{"a":"\\u00'],
  ['TRUNCATED: message at offset 6: digits expected', '{"a":-'],
  ['TRUNCATED: message at offset 7: digits expected', '{"a":1.'],
  ['TRUNCATED: message at offset 8: digits expected', '{"a":1e+'],
  ['TRUNCATED: message at offset 5: in false', '{"a":fals'],
  ['TRUNCATED: message at offset 8: more was expected', '{"a":[1,'],
  ['BAD_JSON: message at offset 7: text behind the end', '{"a":1}}'],
  ['BAD_JSON: message at offset 7: a key was expected', '{"a":1,}'],
  ['BAD_JSON: message at offset 5: a colon was expected', '{"a" 1}'],
  ['BAD_JSON: message at offset 7: a comma or } was expected', '{"a":1 "b":2}'],
  ['BAD_JSON: message at offset 8: a comma or ] was expected', '{"x":[1 2]}'],
  ['BAD_JSON: message at offset 8: a value was expected', '{"a":[1,]}'],
  ['BAD_JSON: message at offset 5: a value was expected', '{"a":}'],
  ['BAD_JSON: message at offset 5: a value was expected', '{"a":trUe}'],
  ['BAD_JSON: message at offset 7: a number with a leading zero', '{"a":01}'],
  ['BAD_JSON: message at offset 6: digits expected', '{"a":-a}'],
  ['BAD_JSON: message at offset 5: a value was expected', '{"a":.5}'],
  ['BAD_JSON: message at offset 6: a control character in a string', '{"a":"\t"}'],
  ['BAD_JSON: message at offset 6: bad escape', '{"a":"\\x"}'],
  ['BAD_JSON: message at offset 6: bad escape', '{"a":"\\u12g4"}'],
  ['BAD_JSON: message at offset 10: a value was expected', '{"b":{"c":\u00a01}}'],
  ['BAD_JSON: message at offset 10: a value was expected', '{"b":{"c":\u000b1}}'],
  [`TOO_DEEP: message at offset ${4 + DEPTH_MAX}: more than 64 levels`, nested('[', DEPTH_MAX)],
  ['TOO_DEEP: message at offset 320: more than 64 levels', nested('{"a":', 1e5)],
])('%s', (message, text) => {
  let refused: unknown;
  try {
    index.read(new TextEncoder().encode(text));
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(JsonScanError);
  const { code, field, offset, detail } = refused as JsonScanError;
  expect(refused).toHaveProperty('message', message);
  expect(`${code}: ${field} at offset ${offset}: ${detail}`).toBe(message);
});
