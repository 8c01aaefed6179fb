// The protocol of one connection, without sockets: what is answered to what.
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instrumentsOf, symbolNames } from './instruments.ts';
import { Session } from './session.ts';
import type { SessionReply } from './session.ts';
import { TopicDirectory, TopicKind } from './topics.ts';

const NAMES = symbolNames(150);
const topics = new TopicDirectory(instrumentsOf(NAMES));
const limits = { topicsPerMessage: 100, topicsPerSession: 300, messagesPer10s: 100 };

function session(overrides: Partial<typeof limits> = {}): Session {
  return new Session({ connectId: 'me', topics, limits: { ...limits, ...overrides } });
}

function ask(to: Session, message: object | string, nowMs = 0): SessionReply {
  return to.receive(typeof message === 'string' ? message : JSON.stringify(message), nowMs);
}

function subscribe(topic: unknown, more: object = {}): object {
  return { id: '7', type: 'subscribe', topic, response: true, ...more };
}

describe('a session', () => {
  test('welcomes with the id of the connection', () => {
    expect(session().welcome()).toBe('{"id":"me","type":"welcome"}');
  });

  test('answers a ping with the same id, a number as a string', () => {
    expect(ask(session(), { id: 'a"b', type: 'ping' }).text).toBe('{"id":"a\\"b","type":"pong"}');
    expect(ask(session(), { id: 1545910660739, type: 'ping' }).text).toBe(
      '{"id":"1545910660739","type":"pong"}',
    );
  });

  test('acks a subscription only when asked to, and reports the topics begun', () => {
    const me = session();
    const first = ask(me, subscribe('/market/level2:BTC-USDT,ETH-USDT'));
    expect(first).toMatchObject({ kind: 'ack', text: '{"id":"7","type":"ack"}', hangUp: false });
    expect(first.begun).toEqual([topics.id(TopicKind.Level2, 0), topics.id(TopicKind.Level2, 1)]);
    const silent = ask(me, { id: '8', type: 'subscribe', topic: '/market/match:BTC-USDT' });
    expect(silent).toMatchObject({ kind: 'none', text: undefined });
    expect(silent.begun).toHaveLength(1);
  });

  test('subscribing again or ending what is not there is acked and changes nothing', () => {
    const me = session();
    ask(me, subscribe('/market/ticker:BTC-USDT'));
    expect(ask(me, subscribe('/market/ticker:BTC-USDT,BTC-USDT')).begun).toEqual([]);
    const ended = ask(me, subscribe('/market/ticker:BTC-USDT', { type: 'unsubscribe' }));
    expect(ended.ended).toHaveLength(1);
    const again = ask(me, subscribe('/market/ticker:BTC-USDT', { type: 'unsubscribe' }));
    expect(again).toMatchObject({ kind: 'ack', ended: [] });
    expect(me.subscribed.size).toBe(0);
  });

  test.each([
    ['/market/ticker:all', TopicKind.TickerAll],
    ['/spotMarket/level1:BTC-USDT', TopicKind.Level1],
    ['/spotMarket/level2Depth5:BTC-USDT', TopicKind.Depth5],
    ['/spotMarket/level2Depth50:BTC-USDT', TopicKind.Depth50],
    ['/market/snapshot:BTC-USDT', TopicKind.Snapshot],
    ['/market/candles:BTC-USDT_1hour', TopicKind.Candles],
    ['/market/candles:BTC-USDT_1week', TopicKind.Candles],
  ])('knows %s', (topic, kind) => {
    const { begun } = ask(session(), subscribe(topic));
    expect(begun.map((id) => topics.kindOf(id))).toEqual([kind]);
  });

  test('gives every topic an id of its own', () => {
    const paths = ['level2', 'match', 'ticker', 'snapshot'].map((name) => `/market/${name}`);
    const all = [...paths, '/spotMarket/level1', '/spotMarket/level2Depth5'];
    const ids = new Set(
      all.flatMap((path) => {
        const parsed = topics.parse(`${path}:${NAMES.join(',')}`);
        return parsed.ok ? parsed.ids : [];
      }),
    );
    for (const type of ['1min', '1week']) {
      const parsed = topics.parse(`/market/candles:${NAMES.map((n) => `${n}_${type}`).join(',')}`);
      for (const id of parsed.ok ? parsed.ids : []) ids.add(id);
    }
    expect(ids.size).toBe((all.length + 2) * NAMES.length);
    expect(Math.max(...ids)).toBeLessThan(topics.size);
  });

  test.each([
    ['an unknown path', '/market/nothing:BTC-USDT', 404],
    ['an unknown symbol', '/market/level2:BTC-USDT,NO-SUCH', 404],
    ['an unknown candle', '/market/candles:BTC-USDT_7min', 404],
    ['a candle without a type', '/market/candles:BTC-USDT', 404],
    ['no symbol', '/market/level2:', 400],
    ['an empty symbol', '/market/level2:BTC-USDT,', 400],
    ['no colon', '/market/level2', 400],
    ['no topic', undefined, 406],
    ['an empty topic', '', 406],
    ['a topic that is not text', 7, 400],
  ])('refuses %s whole', (_, topic, code) => {
    const me = session();
    const answer = ask(me, subscribe(topic));
    expect(JSON.parse(answer.text ?? '')).toMatchObject({ id: '7', type: 'error', code });
    expect(me.subscribed.size).toBe(0);
  });

  test('names the topic that is not found as the venue does', () => {
    const answer = ask(session(), subscribe('/market/level2:BSV-BTC'));
    expect(answer.text).toBe(
      '{"id":"7","type":"error","code":404,"data":"topic /market/level2:BSV-BTC is not found"}',
    );
  });

  test('refuses private channels and unknown types', () => {
    const login = ask(session(), subscribe('/market/level2:BTC-USDT', { privateChannel: true }));
    expect(JSON.parse(login.text ?? '')).toMatchObject({ code: 403 });
    const type = ask(session(), { id: '1', type: 'openTunnel' });
    expect(JSON.parse(type.text ?? '')).toMatchObject({ id: '1', code: 415 });
  });

  test('allows 100 topics in a message and 300 in all', () => {
    const me = session();
    const list = (from: number, to: number): string => NAMES.slice(from, to).join(',');
    const tooMany = ask(me, subscribe(`/market/level2:${list(0, 101)}`));
    expect(JSON.parse(tooMany.text ?? '')).toMatchObject({
      code: 509,
      data: 'exceed max subscription count limitation of 100 per time',
    });
    for (const path of ['/market/level2', '/market/match', '/market/ticker']) {
      expect(ask(me, subscribe(`${path}:${list(0, 100)}`)).kind).toBe('ack');
    }
    expect(me.subscribed.size).toBe(300);
    const over = ask(me, subscribe(`/market/level2:${NAMES[100]}`));
    expect(JSON.parse(over.text ?? '')).toMatchObject({
      code: 509,
      data: 'exceed max subscription count limitation of 300 per session',
    });
    expect(ask(me, subscribe(`/market/level2:${NAMES[0]}`)).kind).toBe('ack');
  });

  test('allows 100 messages in any 10 s, refuses more, and at last hangs up', () => {
    const me = session();
    for (let i = 0; i < 100; i += 1) {
      expect(ask(me, { id: i, type: 'ping' }, i * 10).kind).toBe('pong');
    }
    const refused = ask(me, { id: 'x', type: 'ping' }, 9_999);
    expect(JSON.parse(refused.text ?? '')).toMatchObject({ id: 'x', code: 509 });
    expect(ask(me, { id: 'y', type: 'ping' }, 10_000).kind).toBe('pong');
    expect(ask(me, { id: 'z', type: 'ping' }, 10_001).kind).toBe('error');
    let hangUp = false;
    for (let i = 0; i < 100 && !hangUp; i += 1) hangUp = ask(me, '{}', 10_002).hangUp;
    expect(hangUp).toBe(true);
  });

  test('answers anything at all with one error and goes on', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('null', '[]', '"ping"', '1e999', '{"type":"ping"', '['.repeat(100_000)),
      fc.record({ id: fc.anything(), type: fc.anything(), topic: fc.anything() }).map(textOf),
    );
    const run = fc.property(hostile, (text) => {
      const me = session();
      const answer = me.receive(text, 0);
      if (answer.text !== undefined) expect(() => JSON.parse(answer.text ?? '')).not.toThrow();
      expect(answer.hangUp).toBe(false);
      expect(ask(me, { id: 1, type: 'ping' }).kind).toBe('pong');
    });
    fc.assert(run, { seed: testSeed() | 0, numRuns: 500 });
  });

  test('a prototype key in a message is a key like any other', () => {
    const answer = ask(session(), '{"__proto__":{"type":"ping"},"id":"1"}');
    expect(JSON.parse(answer.text ?? '')).toMatchObject({ code: 415 });
  });
});

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '{';
  }
}
