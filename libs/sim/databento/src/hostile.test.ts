// Clients that are none: each is told in a text, closed and counted, and others notice nothing.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { RType } from '@tickwire/wire-dbn';
import { onTestFinished, expect, test } from 'vitest';
import { LiveReader } from '../test/live-reader.ts';
import { runSimulator, subscribe } from '../test/running-simulator.ts';

/** Says something and gives all that comes until the end. */
async function answers(port: number, bytes: string | Uint8Array): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(bytes);
  return (await text(socket)).split('\n').slice(2);
}

test('a browser', async () => {
  const { simulator } = await runSimulator();
  expect(await answers(simulator.port, 'GET / HTTP/1.1\r\n\r\n')).toEqual([
    'success=0|error=auth is missing',
    '',
  ]);
  expect(simulator.counts.refused.get('bad-line')).toBe(1);
});

test('a line without an end', async () => {
  const { simulator } = await runSimulator();
  const [answer] = await answers(simulator.port, 'x'.repeat(65_536));
  expect(answer).toBe('success=0|error=a line has more than 65536 bytes');
  expect(simulator.counts.refused.get('line-too-long')).toBe(1);
});

test('one that says nothing for as long as it may', async () => {
  const { simulator, clock } = await runSimulator({ authTimeoutMs: 1_000 });
  const reader = new LiveReader({ port: simulator.port });
  await reader.until(() => reader.lines.length === 2);
  reader.socket.write('auth=');
  clock.advance(999);
  expect(reader.ended).toBeUndefined();
  clock.advance(1);
  await reader.untilEnded();
  expect(reader.lines[2]).toBe('success=0|error=Authentication timed out.');
  expect(simulator.counts.ended.get('auth-timeout')).toBe(1);
});

test('one too many', async () => {
  const { simulator } = await runSimulator({ sessionsMax: 1 });
  const first = new LiveReader({ port: simulator.port });
  await first.authenticate();
  const second = new LiveReader({ port: simulator.port });
  await second.authenticate();
  expect(await second.untilEnded()).toBe('closed');
  const text = 'success=0|error=User has reached their open connection limit of 1.';
  expect(second.lines[2]).toBe(text);
  expect(simulator.counts.refused.get('connection-limit')).toBe(1);
});

test('more connections in a second than an address may have', async () => {
  const { simulator, clock } = await runSimulator({ connectsPerSecMax: 2 });
  for (let at = 0; at < 2; at++) await new LiveReader({ port: simulator.port }).authenticate();
  const third = new LiveReader({ port: simulator.port });
  expect(await third.untilEnded()).toMatch(/closed|ECONNRESET/);
  expect(third.lines).toEqual([]);
  expect(simulator.counts.refused.get('connection-rate')).toBe(1);
  clock.advance(1_000);
  await new LiveReader({ port: simulator.port }).authenticate();
});

test('more subscriptions in a second than a session may have wait for their turn', async () => {
  const { simulator, clock } = await runSimulator({ subscriptionsPerSecMax: 4, rate: 0 });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('mbo', 'ESH6'));
  reader.socket.write(`${subscribe('mbo', 'ESH6')}\n`.repeat(9));
  const acks = (): number => reader.of(RType.System).length;
  await reader.until(() => acks() === 4);
  for (const expected of [8, 10]) {
    clock.advance(999);
    expect(acks()).toBe(expected === 8 ? 4 : 8);
    clock.advance(1);
    await reader.until(() => acks() === expected);
  }
});

test('garbage in a session that streams, beside one that goes on', async () => {
  const { simulator, clock } = await runSimulator({ rate: 1_000 });
  const good = new LiveReader({ port: simulator.port });
  await good.start(subscribe('mbo', 'ALL_SYMBOLS'));
  const bad = new LiveReader({ port: simulator.port });
  await bad.start(subscribe('mbo', 'ESH6'));
  bad.socket.write(Buffer.from([0, 255, 10, 13, 10]));
  expect(await bad.untilEnded()).toBe('closed');
  expect(bad.records.at(-1)).toMatchObject({ code: 5 });
  clock.advance(100);
  await good.until(() => good.taken > 100);
  expect(simulator.counts.ended).toEqual(new Map([['refused', 1]]));
});

test('one that subscribes without an end', async () => {
  const { simulator } = await runSimulator({ subscriptionsPerSecMax: 100_000 });
  const reader = new LiveReader({ port: simulator.port, keeps: (rtype) => rtype === RType.Error });
  await reader.start(subscribe('mbo', 'ESH6'));
  reader.socket.write(`${subscribe('mbo', 'ESH6')}\n`.repeat(10_000));
  await reader.untilEnded();
  expect(reader.records).toMatchObject([
    { code: 5, err: 'a session has at most 10000 subscriptions or 1000000 symbols' },
  ]);
  expect(simulator.counts.refused.get('subscription')).toBe(1);
});
