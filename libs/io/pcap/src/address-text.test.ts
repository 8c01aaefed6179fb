import { expect, test } from 'vitest';
import { bytesOf } from '../test/capture-bytes.ts';
import { addressText } from './address-text.ts';

test.each([
  ['e0001f01', '224.0.31.1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000000000000000000', '2001:db8::'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010000000000010000000000000001', '2001:0:0:1::1'],
  ['fe8000000000000000abcdef00010002', 'fe80::ab:cdef:1:2'],
])('%s is %s', (bytes, text) => {
  expect(addressText(bytesOf(bytes))).toBe(text);
});
