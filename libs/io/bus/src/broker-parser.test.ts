// Goal: whatever arrives, however cut, the parser gives the same commands or one violation, and
// holds no more than a line and a payload. Method: a reference stream cut everywhere and at random,
// then mutations of it.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { BrokerParser } from './broker-parser.ts';

const LIMITS = { controlLineBytesMax: 256, payloadBytesMax: 1_000 };

function parse(chunks: Iterable<Uint8Array>): { seen: string[]; bufferedMax: number } {
  const seen: string[] = [];
  const parser = new BrokerParser(LIMITS, {
    onConnect: (json) => seen.push(`connect ${json}`),
    onPublish: ({ subject, reply, headerBytes, body }) =>
      seen.push(`pub ${subject} ${reply} ${headerBytes} ${Buffer.from(body).toString('hex')}`),
    onSubscribe: (subject, queue, sid) => seen.push(`sub ${subject} ${queue} ${sid}`),
    onUnsubscribe: (sid, max) => seen.push(`unsub ${sid} ${max}`),
    onPing: () => seen.push('ping'),
    onPong: () => seen.push('pong'),
    onViolation: (code) => seen.push(`violation ${code}`),
  });
  let bufferedMax = 0;
  for (const chunk of chunks) {
    parser.feed(chunk);
    bufferedMax = Math.max(bufferedMax, parser.bufferedBytes);
  }
  return { seen, bufferedMax };
}

const STREAM = Buffer.from(
  'CONNECT {"verbose":false,"name":"é"}\r\nPING\r\nSUB a.* 1\r\nSUB b.> q 22\r\n' +
    'PUB a.b 5\r\nhello\r\nPUB a.b re.ply 0\r\n\r\nHPUB a.c 12 17\r\nNATS/1.0\r\n\r\n\r\n\n\rx\r\n' +
    'UNSUB 1\r\nUNSUB 22 7\r\nPONG\r\nping\n',
);
const EXPECTED = [
  'connect {"verbose":false,"name":"é"}',
  'ping',
  'sub a.* undefined 1',
  'sub b.> q 22',
  'pub a.b undefined 0 68656c6c6f',
  'pub a.b re.ply 0 ',
  'pub a.c undefined 12 4e4154532f312e300d0a0d0a0d0a0a0d78',
  'unsub 1 0',
  'unsub 22 7',
  'pong',
  'ping',
];

function* pieces(bytes: Uint8Array, next: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.max(1, next());
    yield Uint8Array.from(bytes.subarray(at, at + length));
    at += length;
  }
}

describe('the broker parser', () => {
  test('gives the commands of a stream in one piece, in bytes, and cut in two anywhere', () => {
    expect(parse([STREAM]).seen).toEqual(EXPECTED);
    expect(parse(pieces(STREAM, () => 1)).seen).toEqual(EXPECTED);
    for (let cut = 1; cut < STREAM.length; cut++) {
      expect(parse([STREAM.subarray(0, cut), STREAM.subarray(cut)]).seen).toEqual(EXPECTED);
    }
  });

  test.each([
    ['NOPE\r\n', 'Unknown Protocol Operation'],
    ['\r\n', 'Unknown Protocol Operation'],
    ['PING x\r\n', 'Unknown Protocol Operation'],
    ['PUB\r\n', 'Parser Error'],
    ['PUB a\r\n', 'Parser Error'],
    ['PUB a -1\r\n', 'Parser Error'],
    ['PUB a 1e2\r\n', 'Parser Error'],
    ['PUB a b c 1\r\n', 'Parser Error'],
    ['PUB a 1001\r\n', 'Maximum Payload Violation'],
    ['PUB a 99999999999999999999\r\n', 'Parser Error'],
    ['PUB a 2\r\nabcd', 'Parser Error'],
    ['HPUB a 5 4\r\n', 'Parser Error'],
    ['SUB a\r\n', 'Parser Error'],
    ['UNSUB\r\n', 'Parser Error'],
    ['UNSUB 1 x\r\n', 'Parser Error'],
    [`SUB ${'a'.repeat(300)}`, 'Maximum Control Line Exceeded'],
  ])('answers %j with "%s" and reads nothing more', (bytes, code) => {
    const rest = Buffer.from(`${bytes}PING\r\nPING\r\n`);
    const whole = parse([rest]).seen;
    expect(whole).toEqual([`violation ${code}`]);
    expect(parse(pieces(rest, () => 1)).seen).toEqual(whole);
  });

  test('reads 60,000 mutated streams the same whole and cut, within its bounds', () => {
    const random = seededRandom(testSeed());
    const pick = (below: number): number => Math.floor(random() * below);
    for (let round = 0; round < 60_000; round++) {
      const bytes = Uint8Array.from(STREAM.subarray(pick(40)));
      for (let changes = 1 + pick(4); changes > 0; changes--) {
        const at = pick(bytes.length);
        if (random() < 0.5) bytes[at] = pick(256);
        else bytes.copyWithin(at, pick(bytes.length), pick(bytes.length));
      }
      const whole = parse([bytes]);
      const cut = parse(pieces(bytes, () => pick(24)));
      expect(cut.seen).toEqual(whole.seen);
      expect(Math.max(whole.bufferedMax, cut.bufferedMax)).toBeLessThanOrEqual(256 + 1_002);
      expect(whole.seen.filter((item) => item.startsWith('violation')).length).toBeLessThan(2);
    }
  });
});
