// The text protocol without a socket: what is said, in which order, and what is refused.
import { describe, expect, test } from 'vitest';
import { challengeAnswer } from './cram.ts';
import { LINE_BYTES_MAX, LiveSession } from './live-session.ts';
import type { SessionAction } from './live-session.ts';

const KEY = 'db-unittestapikey1234567890FFFFF';
const ANSWER = 'be87ce3d564b64481d4ad1902e2b41b26e3eef62b9de37d87eb4a1d4a5199b6f-FFFFF';
const AUTH = `auth=${ANSWER}|dataset=GLBX.MDP3|encoding=dbn|ts_out=0\n`;

function session(changes: { isRefused?: boolean } = {}): LiveSession {
  return new LiveSession({
    ...{ dataset: 'GLBX.MDP3', keys: [KEY], challenge: 'abcd1234', sessionId: '7' },
    ...{ gatewayVersion: '0.1', isRefused: false, ...changes },
  });
}

function say(to: LiveSession, text: string): SessionAction[] {
  return to.receive(Buffer.from(text));
}

function subscribed(text: string): SessionAction[] {
  const client = session();
  say(client, AUTH);
  return say(client, text);
}

test('the answer to the challenge is the one of the vendor’s own test', () => {
  expect(challengeAnswer('abcd1234', { key: KEY })).toBe(ANSWER);
});

test('greets with a version and a challenge', () => {
  expect(session().greeting).toBe('lsg_version=0.1\ncram=abcd1234\n');
});

test('a whole session gives the same actions wherever its bytes are split', () => {
  const text = `${AUTH}schema=mbo|stype_in=raw_symbol|symbols=ESH6|snapshot=1|id=3|is_last=1\nstart_session\n`;
  const whole = say(session(), text);
  expect(whole.map((action) => action.do)).toEqual(['say', 'authenticated', 'subscribe', 'start']);
  expect(whole[0]).toEqual({ do: 'say', text: 'success=1|session_id=7\n' });
  for (let at = 0; at <= text.length; at += 1) {
    const client = session();
    expect([...say(client, text.slice(0, at)), ...say(client, text.slice(at))]).toEqual(whole);
  }
});

test('reads the choices of the authentication', () => {
  const more = '|compression=zstd|heartbeat_interval_s=10|slow_reader_behavior=skip|client=x\n';
  const text = AUTH.replace('ts_out=0\n', `ts_out=1${more}`);
  expect(say(session(), text)[1]).toEqual({
    do: 'authenticated',
    choices: {
      ...{ tsOut: true, compression: 'zstd', heartbeatIntervalMs: 10_000, client: 'x' },
      slowReaderBehavior: 'skip',
    },
  });
});

describe('refuses before authentication', () => {
  test.each([
    ['another key', 'auth=00-FFFFF|dataset=GLBX.MDP3\n', 'auth'],
    ['another dataset', AUTH.replace('GLBX.MDP3', 'XNAS.ITCH'), 'dataset'],
    ['a line without auth', 'GET / HTTP/1.1\n', 'bad-line'],
    ['another encoding', AUTH.replace('encoding=dbn', 'encoding=json'), 'bad-line'],
    ['a heartbeat of 1 s', AUTH.replace('\n', '|heartbeat_interval_s=1\n'), 'bad-line'],
    ['a line that does not end', 'x'.repeat(LINE_BYTES_MAX), 'line-too-long'],
  ])('%s', (_what, text, reason) => {
    const client = session();
    expect(say(client, text)).toEqual([expect.objectContaining({ do: 'refuse', reason })]);
    expect(say(client, AUTH)).toEqual([]);
  });

  test('a right key, when the fault says so', () => {
    const [action] = say(session({ isRefused: true }), AUTH);
    expect(action).toMatchObject({ do: 'refuse', reason: 'auth' });
  });
});

describe('subscriptions', () => {
  test('lines up to is_last=1 are one', () => {
    const [action, ...others] = subscribed(
      'schema=trades|stype_in=raw_symbol|symbols=A,B|id=1|is_last=0\n' +
        'schema=trades|stype_in=raw_symbol|symbols=C|id=1|is_last=1\n',
    );
    expect(others).toEqual([]);
    expect(action).toMatchObject({ do: 'subscribe', subscription: { symbols: ['A', 'B', 'C'] } });
  });

  test('a line without is_last is whole', () => {
    expect(subscribed('schema=trades|stype_in=parent|symbols=ES.FUT|start=5\n')).toEqual([
      expect.objectContaining({ do: 'subscribe' }),
    ]);
  });

  test.each([
    ['1767225600000000001', 1_767_225_600_000_000_001n],
    ['2026-01-01', 1_767_225_600_000_000_000n],
    ['2026-01-01T00:00:00.000000001Z', 1_767_225_600_000_000_001n],
    ['2026-01-01T01:30+01:30', 1_767_225_600_000_000_000n],
  ])('start may be %s', (start, startNs) => {
    const [action] = subscribed(`schema=mbo|symbols=A|start=${start}\n`).slice(-1);
    expect(action).toMatchObject({ do: 'subscribe', subscription: { startNs } });
  });

  test.each([
    ['no such schema', 'schema=mbq|symbols=A'],
    ['no such stype', 'schema=mbo|stype_in=cusip|symbols=A'],
    ['no symbols', 'schema=mbo|symbols='],
    ['501 symbols', `schema=mbo|symbols=${'A,'.repeat(501)}`],
    ['snapshot of trades', 'schema=trades|symbols=A|snapshot=1'],
    ['snapshot with start', 'schema=mbo|symbols=A|snapshot=1|start=0'],
    ['a start that is no time', 'schema=mbo|symbols=A|start=2026-13-01'],
    ['an id beyond 32 bits', 'schema=mbo|symbols=A|id=4294967296'],
    ['a start while streaming', 'start_session\nschema=mbo|symbols=A|start=0'],
    ['a start of the session twice', 'start_session\nstart_session'],
    ['a start within a subscription', 'schema=mbo|symbols=A|is_last=0\nstart_session'],
    ['another schema within one', 'schema=mbo|symbols=A|is_last=0\nschema=trades|symbols=A'],
  ])('%s is refused', (_what, text) => {
    expect(subscribed(`${text}\n`).at(-1)).toMatchObject({ do: 'refuse' });
  });
});
