// Goal: the lines are the vendor's to the letter, and a server that is none cannot harm.
// Method: the vendor's published challenge, limits typed in again, pieces cut at every byte.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  authLine,
  challengeAnswer,
  checkAuthOptions,
  checkSubscription,
  gatewayUrl,
  readAuthAnswer,
  readChallenge,
  readGreeting,
  subscriptionLines,
} from './gateway-lines.ts';
import type { AuthOptions, Subscription } from './gateway-lines.ts';
import { LineReader } from './line-reader.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const AUTH: AuthOptions = {
  dataset: 'GLBX.MDP3',
  apiKey: 'db-unittestapikey1234567890FFFFF',
  compression: 'none',
  hasTsOut: false,
  heartbeatIntervalS: 30,
  client: 'tickwire',
};
const ES: Subscription = { schema: 'trades', stypeIn: 'raw_symbol', symbols: ['ESH6'] };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('authentication', () => {
  test("answers the vendor's published challenge", () => {
    expect(challengeAnswer('abcd1234', AUTH.apiKey, sha256Hex)).toBe(
      'be87ce3d564b64481d4ad1902e2b41b26e3eef62b9de37d87eb4a1d4a5199b6f-FFFFF',
    );
  });

  test('is one line with all that was asked', () => {
    expect(authLine('a-b', { ...AUTH, slowReaderBehavior: 'warn' })).toBe(
      'auth=a-b|dataset=GLBX.MDP3|encoding=dbn|compression=none|ts_out=0|client=tickwire' +
        '|heartbeat_interval_s=30|slow_reader_behavior=warn\n',
    );
  });

  test('goes to the host of the dataset', () => {
    expect(gatewayUrl('GLBX.MDP3')).toBe('tcp://glbx-mdp3.lsg.databento.com:13000');
  });

  test.each([
    ['apiKey', { apiKey: 'short' }],
    ['apiKey', { apiKey: `${'k'.repeat(31)}\n` }],
    ['dataset', { dataset: 'GLBX|encoding=csv' }],
    ['client', { client: '' }],
    ['heartbeatIntervalS', { heartbeatIntervalS: 4 }],
    ['heartbeatIntervalS', { heartbeatIntervalS: 1801 }],
    ['heartbeatIntervalS', { heartbeatIntervalS: 5.5 }],
  ])('refuses a bad %s before anything is sent', (field, change) => {
    const check = () => checkAuthOptions({ ...AUTH, ...change });
    expect(check).toThrow(expect.objectContaining({ code: 'BAD_OPTION', field }));
  });

  test('never shows the key', () => {
    const apiKey = 'db-secret';
    expect(() => checkAuthOptions({ ...AUTH, apiKey })).not.toThrow(/secret/);
    expect(() => checkAuthOptions({ ...AUTH, apiKey })).toThrow(/9 characters/);
  });
});

describe('answers of the server', () => {
  test('are read', () => {
    expect(readGreeting('lsg_version=0.6.4', 0)).toBe('0.6.4');
    expect(readChallenge('cram=abc=', 0)).toBe('abc=');
    expect(readAuthAnswer('success=1|session_id=5', 0)).toBe('5');
  });

  test.each([
    ['', readGreeting, 'lsg_version'],
    ['HTTP/1.1 400 Bad Request', readGreeting, 'lsg_version'],
    ['cram=', readChallenge, 'cram'],
    ['|||', readChallenge, 'cram'],
    ['success=1', readAuthAnswer, 'session_id'],
    ['=', readAuthAnswer, 'success'],
  ])('that are none (%j) are an error with field and place', (line, read, field) => {
    expect(() => read(line, 7)).toThrow(
      expect.objectContaining({ code: 'BAD_LINE', field, offset: 7 }),
    );
  });

  test('that refuse say why', () => {
    const line = 'success=0|error=Authentication failed.';
    expect(() => readAuthAnswer(line, 40)).toThrow(
      expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining('failed') }),
    );
    expect(() => readChallenge(line, 0)).toThrow(expect.objectContaining({ code: 'REFUSED' }));
  });
});

describe('subscriptions', () => {
  test('of 5,000 symbols are ten lines of 500, the last of which says so', () => {
    const symbols = Array.from({ length: 5_000 }, (_, at) => `S${at}`);
    const lines = subscriptionLines({ ...ES, symbols }, { id: 3 });
    const sent = lines.map((line) => /symbols=([^|]*)/.exec(line)?.[1]?.split(',') ?? []);
    expect(sent.map(({ length }) => length)).toEqual(Array<number>(10).fill(500));
    expect(sent.flat()).toEqual(symbols);
    const isLast = lines.map((line) => line.endsWith('|is_last=1\n'));
    expect(isLast).toEqual([...Array<boolean>(9).fill(false), true]);
  });

  test('say from when, or ask for a snapshot, never both', () => {
    const mbo: Subscription = { ...ES, schema: 'mbo', hasSnapshot: true };
    expect(subscriptionLines(mbo, { id: 1 })).toEqual([
      'schema=mbo|stype_in=raw_symbol|symbols=ESH6|snapshot=1|id=1|is_last=1\n',
    ]);
    expect(subscriptionLines(mbo, { id: 1, start: 1_700_000_000_000_000_001n })).toEqual([
      'schema=mbo|stype_in=raw_symbol|symbols=ESH6|start=1700000000000000001|snapshot=0|id=1|is_last=1\n',
    ]);
  });

  test.each([
    ['symbols', { symbols: [] }],
    ['symbols', { symbols: ['A,B'] }],
    ['symbols', { symbols: ['A\nstart_session'] }],
    ['symbols', { symbols: ['A|snapshot=1'] }],
    ['symbols', { symbols: [''] }],
    ['hasSnapshot', { hasSnapshot: true }],
    ['schema', { schema: 'nonsense' as 'mbo' }],
    ['stypeIn', { stypeIn: 'nonsense' as 'smart' }],
  ])('with bad %s are refused', (field, change) => {
    expect(() => checkSubscription({ ...ES, ...change })).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', field }),
    );
  });
});

describe('lines', () => {
  const TEXT = 'lsg_version=0.6.4\ncram=abc\r\nsuccess=1|session_id=5\nDBN';

  function read(pieces: Uint8Array[]): { lines: string[]; rest: string } {
    const reader = new LineReader(64);
    const lines: string[] = [];
    let rest = '';
    for (let piece of pieces) {
      while (lines.length < 3 && piece.length > 0) {
        const { line, taken } = reader.read(piece);
        if (line !== undefined) lines.push(line);
        piece = piece.subarray(taken);
      }
      rest += new TextDecoder().decode(piece);
    }
    return { lines, rest };
  }

  test('are the same wherever the pieces are cut, and leave what is behind them', () => {
    const all = bytes(TEXT);
    const whole = read([all]);
    expect(whole).toEqual({
      lines: ['lsg_version=0.6.4', 'cram=abc', 'success=1|session_id=5'],
      rest: 'DBN',
    });
    for (let at = 0; at <= all.length; at++) {
      expect(read([all.subarray(0, at), all.subarray(at)])).toEqual(whole);
    }
    expect(read([...all].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  test('that do not end are refused, with their place', () => {
    const reader = new LineReader(16);
    reader.read(bytes('lsg_version=1\n'));
    reader.read(bytes('0123456789'));
    expect(() => reader.read(bytes('0123456789'))).toThrow(
      expect.objectContaining({ code: 'LINE_TOO_LONG', offset: 14 }),
    );
  });
});
