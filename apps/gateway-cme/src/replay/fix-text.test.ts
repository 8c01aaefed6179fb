import { describe, expect, test } from 'vitest';
import { FixTag, decodeFix, encodeFix, logonText, logoutText, requestText } from './fix-text.ts';

const shown = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('latin1').replaceAll('\u0001', '|');
const bytesOf = (text: string): Uint8Array => Buffer.from(text.replaceAll('|', '\u0001'), 'latin1');

// Sums computed apart from this code: every byte up to the one before "10=", modulo 256.
test('texts are, byte by byte, as the service expects them', () => {
  expect(shown(logonText({ username: 'CME', password: 'CME' }))).toBe(
    '9=21|35=A|553=CME|554=CME|10=034|',
  );
  expect(shown(requestText({ id: 2, channel: 310, begin: 10, end: 20 }))).toMatch(
    /^9=\d+\|35=V\|1180=310\|262=310-2\|1182=10\|1183=20\|10=\d{3}\|$/,
  );
  expect(shown(logoutText())).toBe('9=5|35=5|10=135|');
});

test('what was written is read, also with a standard header before it', () => {
  const fields = decodeFix(
    encodeFix([
      [FixTag.MsgType, '3'],
      [FixTag.Text, 'a=b'],
    ]),
  );
  expect([...fields]).toEqual([
    [9, '12'],
    [35, '3'],
    [58, 'a=b'],
    [10, fields.get(10)],
  ]);
  const withHeader = decodeFix(bytesOf('8=FIX.4.2|9=34|35=5|49=CME|56=X|34=7|52=20260101|10=102|'));
  expect(withHeader.get(FixTag.MsgType)).toBe('5');
});

describe('refuses', () => {
  test.each([
    ['no checksum', '9=5|35=5|'],
    ['a wrong checksum', '9=5|35=5|10=136|'],
    ['no length', '35=5|10=219|'],
    ['a wrong length', '9=6|35=5|10=136|'],
    ['no type', '9=5|58=5|10=140|'],
    ['a field without tag', '9=7|35=5|x|10=002|'],
  ])('%s', (_, text) => {
    expect(() => decodeFix(bytesOf(text))).toThrow(expect.objectContaining({ code: 'BAD_TEXT' }));
  });

  test.each(['', 'a\u0001b', 'ü', 'x'.repeat(257)])(
    'a value that no text can carry: %j',
    (password) => {
      expect(() => logonText({ username: 'CME', password })).toThrow(
        expect.objectContaining({ code: 'BAD_VALUE' }),
      );
    },
  );
});
