// Goal: whatever a client sends, the answer is bounded and says what was wrong, and the process
// goes on. Method: the real process; messages, frames and bytes that no honest client sends.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY, TestClient, newPlace, startApi } from '../test/api-process.ts';
import type { ApiProcess, StreamMessage } from '../test/api-process.ts';

let api: ApiProcess;
beforeAll(async () => {
  api = await startApi(newPlace());
});
afterAll(() => api.process.stop());

describe('hostile messages', () => {
  const answer = async (text: string): Promise<StreamMessage> => {
    const client = new TestClient(api.streamUrl);
    await client.message(({ type }) => type === 'hello');
    client.socket.send(text);
    const message = await client.message(({ type }) => type !== 'hello');
    client.socket.close();
    return message;
  };
  const subscription = { type: 'subscribe', id: 'x', channel: 'ticks' };

  test.each([
    ['no JSON', '{', undefined],
    ['a number', '1', undefined],
    ['depth', '['.repeat(30_000), undefined],
    ['depth that is JSON', '['.repeat(30_000) + ']'.repeat(30_000), undefined],
    ['an unknown type', '{"type":"drop"}', 'type'],
    ['__proto__', '{"__proto__":{"type":"ping"}}', '__proto__'],
    ['__proto__ beside', '{"type":"ping","__proto__":{"a":1}}', '__proto__'],
    ['an unknown field', JSON.stringify({ ...subscription, regex: '.*' }), 'regex'],
    ['a kind that is none', JSON.stringify({ ...subscription, kinds: ['ALL'] }), 'kinds.0'],
    [
      'too many symbols',
      JSON.stringify({ ...subscription, symbols: Array(1_001).fill('A') }),
      'symbols',
    ],
    ['a negative interval', JSON.stringify({ ...subscription, intervalMs: -1 }), 'intervalMs'],
    [
      'kinds of bars',
      JSON.stringify({ ...subscription, channel: 'bars', kinds: ['TRADE'] }),
      'kinds',
    ],
    ['an id that is no text', JSON.stringify({ ...subscription, id: { a: 1 } }), 'id'],
  ])('%s gets an error that names the field', async (_name, text, field) => {
    const message = await answer(text);
    expect(message).toMatchObject({ type: 'error', code: 'BAD_REQUEST' });
    expect(message.field).toBe(field);
  });

  test('a subscription too many is refused', async () => {
    const client = new TestClient(api.streamUrl);
    for (let at = 0; at < 64; at++) await client.subscribe({ id: `s${at}`, channel: 'bars' });
    client.socket.send(JSON.stringify({ ...subscription, id: 'more' }));
    expect(await client.message(({ type }) => type === 'error')).toMatchObject({
      code: 'TOO_MANY',
    });
    client.socket.close();
  });

  test('what is oversized, binary, or too often ends the connection with a code', async () => {
    const large = new TestClient(api.streamUrl);
    await large.message(({ type }) => type === 'hello');
    large.socket.send(JSON.stringify({ ...subscription, symbols: Array(100_000).fill('AAA-USD') }));
    expect((await large.closed).code).toBe(1009);
    const binary = new TestClient(api.streamUrl);
    await binary.message(({ type }) => type === 'hello');
    binary.socket.send(Buffer.from('{"type":"ping"}'));
    expect((await binary.closed).code).toBe(1003);
    const flood = new TestClient(api.streamUrl);
    await flood.message(({ type }) => type === 'hello');
    for (let at = 0; at < 1_000; at++) flood.socket.send('{"type":"ping"}');
    expect((await flood.closed).code).toBe(4429);
  });

  test('one-byte fragments, bad UTF-8 and bad masks end the connection, not the process', async () => {
    const fragments = Buffer.concat([
      frame(0x01, Buffer.from('x')),
      ...Array.from({ length: 5_000 }, () => frame(0x00, Buffer.from('x'))),
    ]);
    const unmasked = Buffer.from([0x81, 0x01, 0x78]);
    const inputs = [
      fragments,
      frame(0x81, Buffer.from([0xff, 0xfe])),
      unmasked,
      randomBytes(4_096),
    ];
    for (const bytes of inputs) expect(await rawClientEnds(bytes)).toBe(true);
    expect((await api.fetch('/livez')).status).toBe(200);
  });

  /** A masked frame of a client. */
  function frame(first: number, payload: Buffer): Buffer {
    const mask = Buffer.from([1, 2, 3, 4]);
    const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
    return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, masked]);
  }

  function rawClientEnds(bytes: Buffer): Promise<boolean> {
    const socket = connect({ host: '127.0.0.1', port: api.port });
    const head = [
      'GET /api/v1/stream HTTP/1.1',
      `Host: 127.0.0.1:${api.port}`,
      `Authorization: Bearer ${KEY}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ].join('\r\n');
    return new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(true));
      socket.once('data', () => socket.write(bytes));
      socket.write(`${head}\r\n\r\n`);
    });
  }
});
