// Goal: services cannot tell the embedded broker from nats-server. Method: every expectation here
// is asked of both, through our own client, through bare nats.js, and by hand-written bytes.
import { mkdtempSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { announceSkip, temporaryDirectory, waitFor } from '@tickwire/testing';
import { StringCodec, connect, headers } from 'nats';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectBus } from './bus.ts';
import type { Bus, BusMessage } from './bus.ts';
import { startEmbeddedBroker } from './embedded-broker.ts';
import { findNatsServer, startNatsServer } from './nats-server.ts';
import { RawClient } from './raw-client.ts';

interface Broker {
  url: string;
  port: number;
  stop(): Promise<void>;
}

const binary = await findNatsServer();
const text = StringCodec();

async function startEmbedded(port = 0): Promise<Broker> {
  const broker = await startEmbeddedBroker({ port });
  return { url: broker.url, port: broker.port, stop: () => broker.close() };
}

// Here, not in a hook: it goes when all tests of this file are over.
const natsDir = temporaryDirectory({ name: 'nats' });

async function startReal(port = 0): Promise<Broker> {
  const dataDir = mkdtempSync(join(natsDir, 'server-'));
  const server = await startNatsServer({ binary: binary ?? '', dataDir, port });
  // As in a crash: no goodbye to the clients.
  const stop = async (): Promise<void> => {
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
  };
  return { url: server.url, port: server.port, stop };
}

const brokers: [string, (port?: number) => Promise<Broker>][] = [['embedded', startEmbedded]];
if (binary === undefined) {
  const remedy = 'apt-get install nats-server';
  announceSkip('bus contract on nats-server', { missing: 'nats-server', remedy });
} else brokers.push(['nats-server', startReal]);

describe.each(brokers)('bus contract on %s', (_name, start) => {
  let broker: Broker;
  const open: (NatsConnection | Bus)[] = [];

  beforeAll(async () => {
    broker = await start();
  });
  afterAll(async () => {
    for (const one of open) {
      if ('stats' in one && 'request' in one && 'jetstream' in one) await one.close();
      else await (one as Bus).drain(0);
    }
    await broker.stop();
  });

  async function client(options: { noEcho?: boolean } = {}): Promise<NatsConnection> {
    const connection = await connect({ servers: broker.url, ...options });
    open.push(connection);
    return connection;
  }
  async function bus(): Promise<Bus> {
    const connected = await connectBus({ servers: broker.url, name: 'test' });
    open.push(connected);
    return connected;
  }
  function collect(connection: NatsConnection, subject: string, queue?: string): string[] {
    const got: string[] = [];
    const more = queue === undefined ? {} : { queue };
    connection.subscribe(subject, {
      ...more,
      callback: (_error, message) => got.push(`${message.subject}=${text.decode(message.data)}`),
    });
    return got;
  }

  test('delivers to exact, * and > subscriptions, each once, and not to others', async () => {
    const [sender, receiver] = [await client(), await client()];
    const exact = collect(receiver, 'a.b.c');
    const star = collect(receiver, 'a.*.c');
    const rest = collect(receiver, 'a.>');
    const other = collect(receiver, 'a.b');
    const two = collect(receiver, '*.*');
    await receiver.flush();
    sender.publish('a.b.c', text.encode('1'));
    sender.publish('a.x.c', text.encode('2'));
    sender.publish('a.b', text.encode('3'));
    sender.publish('a', text.encode('4'));
    await sender.flush();
    await receiver.flush();
    expect(exact).toEqual(['a.b.c=1']);
    expect(star).toEqual(['a.b.c=1', 'a.x.c=2']);
    expect(rest).toEqual(['a.b.c=1', 'a.x.c=2', 'a.b=3']);
    expect(other).toEqual(['a.b=3']);
    expect(two).toEqual(['a.b=3']);
  });

  test('gives each message to one member of a queue group, and to all plain ones', async () => {
    const [sender, one, two] = [await client(), await client(), await client()];
    const first = collect(one, 'q.work', 'group');
    const second = collect(two, 'q.*', 'group');
    const another = collect(two, 'q.work', 'other');
    const plain = collect(one, 'q.work');
    await Promise.all([one.flush(), two.flush()]);
    for (let at = 0; at < 200; at++) sender.publish('q.work', text.encode(String(at)));
    await sender.flush();
    await Promise.all([one.flush(), two.flush()]);
    const shared = [...first, ...second].map((item) => Number(item.split('=')[1]));
    expect(shared.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, at) => at));
    expect(first.length).toBeGreaterThan(20);
    expect(second.length).toBeGreaterThan(20);
    expect(another.length).toBe(200);
    expect(plain.length).toBe(200);
  });

  test('answers requests, says when nobody listens, times out when nobody answers', async () => {
    const [asking, answering] = [await bus(), await bus()];
    answering.subscribe('svc.echo', (message) => message.respond(message.data));
    answering.subscribe('svc.mute', () => undefined);
    await answering.flush(5_000);
    const reply = await asking.request('svc.echo', 'hello', { timeoutMs: 5_000 });
    expect(text.decode(reply.data)).toBe('hello');
    await expect(asking.request('svc.none.at.all', '', { timeoutMs: 5_000 })).rejects.toMatchObject(
      {
        code: 'NO_RESPONDERS',
      },
    );
    await expect(asking.request('svc.mute', '', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
  });

  test('carries headers, and strips them for a client that knows none', async () => {
    const [sender, receiver] = [await client(), await bus()];
    const got: BusMessage[] = [];
    receiver.subscribe('h.x', (message) => got.push(message));
    await receiver.flush(5_000);
    const old = await RawClient.quiet(broker.port);
    old.send('SUB h.x 1\r\n');
    await old.sync();
    const head = headers();
    head.set('traceparent', '00-abc');
    sender.publish('h.x', text.encode('body'), { headers: head });
    await sender.flush();
    await waitFor(() => got.length === 1, { what: 'the message' });
    expect(got[0]?.headers.get('traceparent')).toBe('00-abc');
    expect(text.decode(got[0]?.data ?? new Uint8Array(0))).toBe('body');
    expect(await old.sync()).toBe('MSG h.x 1 4\r\nbody\r\n');
    old.socket.destroy();
  });

  test('ends a subscription after n messages, whether stated before or after they came', async () => {
    const raw = await RawClient.quiet(broker.port);
    raw.send('SUB u 1\r\nUNSUB 1 2\r\nSUB u 2\r\n');
    for (let at = 0; at < 3; at++) raw.send('PUB u 1\r\nx\r\n');
    const got = await raw.sync();
    expect(got.match(/MSG u 1 1\r\n/g)).toHaveLength(2);
    expect(got.match(/MSG u 2 1\r\n/g)).toHaveLength(3);
    raw.send('UNSUB 2 3\r\nPUB u 1\r\nx\r\n');
    expect(await raw.sync()).toBe('');
    raw.socket.destroy();
  });

  test('carries payloads of 0 bytes, of 1 MiB, of any byte; refuses a larger one', async () => {
    const [sender, receiver] = [await bus(), await client()];
    const got: Uint8Array[] = [];
    receiver.subscribe('big', { callback: (_error, message) => got.push(message.data) });
    await receiver.flush();
    const large = new Uint8Array(1_048_576).map((_, at) => (at * 31) & 255);
    sender.publish('big', '');
    sender.publish('big', large);
    expect(sender.publish('big', new Uint8Array(1_048_577))).toBe(false);
    await sender.flush(5_000);
    await waitFor(() => got.length === 2, { what: 'both messages' });
    expect(got[0]).toHaveLength(0);
    expect(Buffer.compare(got[1] ?? new Uint8Array(0), large)).toBe(0);
    expect(sender.stats().dropped.oversize).toBe(1);
  });

  test('keeps order and loses nothing over 10,000 subjects', async () => {
    const [sender, receiver] = [await bus(), await client()];
    const got = new Map<string, number[]>();
    for (let at = 0; at < 10_000; at++) {
      receiver.subscribe(`many.${at}`, {
        callback: (_error, message) => {
          const list = got.get(message.subject) ?? [];
          list.push(Number(text.decode(message.data)));
          got.set(message.subject, list);
        },
      });
    }
    await receiver.flush();
    for (let at = 0; at < 20_000; at++) {
      sender.publish(`many.${at % 10_000}`, String(Math.floor(at / 10_000)));
    }
    await sender.flush(10_000);
    await receiver.flush();
    expect(got.size).toBe(10_000);
    expect([...got.values()].every((list) => list.join() === '0,1')).toBe(true);
    expect(sender.stats()).toMatchObject({ accepted: 20_000, flushed: 20_000, inFlight: 0 });
  });

  test('does not send a client its own messages when it asks for no echo', async () => {
    const [own, other] = [await client({ noEcho: true }), await client()];
    const [mine, theirs] = [collect(own, 'echo'), collect(other, 'echo')];
    await Promise.all([own.flush(), other.flush()]);
    own.publish('echo', text.encode('x'));
    await own.flush();
    await other.flush();
    expect(mine).toEqual([]);
    expect(theirs).toEqual(['echo=x']);
  });

  test('acknowledges each command when verbose, which is what a silent client gets', async () => {
    const raw = await RawClient.open(broker.port);
    raw.send('CONNECT {"verbose":true}\r\nSUB v 1\r\nPUB v 2\r\nhi\r\nUNSUB 1\r\n');
    const got = await raw.sync();
    expect(got.match(/\+OK\r\n/g)).toHaveLength(4);
    expect(got).toContain('MSG v 1 2\r\nhi\r\n');
    raw.socket.destroy();
  });

  test('understands a stream cut at every byte, and any case and spacing of verbs', async () => {
    const raw = await RawClient.quiet(broker.port, { headers: true });
    const stream =
      'sub  s.*   7\r\nPub s.x  r.y 3\r\nabc\r\nHPUB s.x 20 22\r\nNATS/1.0\r\nA: bcd\r\n\r\nok\r\nUNSUB 7\r\n';
    for (const char of stream) {
      raw.send(char);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await raw.sync()).toBe(
      'MSG s.x 7 r.y 3\r\nabc\r\nHMSG s.x 7 20 22\r\nNATS/1.0\r\nA: bcd\r\n\r\nok\r\n',
    );
    raw.socket.destroy();
  });

  test.each([
    ['an unknown verb', 'HELLO\r\n', /-ERR 'Unknown Protocol Operation'/],
    ['a payload above the limit', 'PUB x 99999999\r\n', /-ERR 'Maximum Payload Violation'/],
    ['a payload without its end', 'PUB x 2\r\nabcdef\r\n', /-ERR/],
    ['an endless control line', `SUB ${'x'.repeat(5_000)} 1\r\n`, /-ERR/],
  ])('says what is wrong and ends the connection on %s', async (_what, bytes, answer) => {
    const raw = await RawClient.quiet(broker.port);
    raw.send(bytes);
    await raw.expect(answer);
    await raw.closed();
    const next = await RawClient.quiet(broker.port);
    expect(await next.sync()).toBe('');
    next.socket.destroy();
  });

  test('refuses a bad subject without ending the connection', async () => {
    const raw = await RawClient.quiet(broker.port);
    raw.send('SUB a..b 1\r\n');
    await raw.expect(/-ERR 'Invalid Subject'\r\n/);
    expect(await raw.sync()).toBe('');
    raw.socket.destroy();
  });

  test('cuts a client that does not read, and gives the others everything', async () => {
    const slow = connectTcp(broker.port, '127.0.0.1');
    const ended = new Promise<void>((resolve) => slow.on('close', () => resolve()));
    slow.on('error', () => undefined); // a reset is how a cut may look from here
    slow.write('CONNECT {"verbose":false}\r\nSUB flood 1\r\nPING\r\n');
    await new Promise((resolve) => slow.once('data', resolve));
    const [sender, receiver] = [await bus(), await client()];
    let got = 0;
    receiver.subscribe('flood', { callback: () => (got += 1) });
    await receiver.flush();
    slow.pause();
    const payload = new Uint8Array(524_288);
    for (let sent = 0; sent < 200; sent++) {
      sender.publish('flood', payload);
      if (sent % 10 === 9) await sender.flush(10_000);
    }
    await waitFor(() => got === 200, { what: 'the good client to have everything' });
    let taken = 0;
    slow.on('data', (chunk: Buffer) => (taken += chunk.length));
    slow.resume();
    await ended;
    expect(taken).toBeLessThan(200 * payload.length);
  });

  test('drains: what was handed over arrives, then the connection ends', async () => {
    const [sender, receiver] = [await bus(), await client()];
    const got = collect(receiver, 'drain');
    await receiver.flush();
    for (let at = 0; at < 3_000; at++) sender.publish('drain', String(at));
    await sender.drain(5_000);
    await receiver.flush();
    expect(got).toHaveLength(3_000);
    expect(sender.stats()).toMatchObject({ state: 'closed', inFlight: 0, flushed: 3_000 });
    expect(() => sender.publish('drain', 'x')).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});

describe.each(brokers)('a crash of %s', (_name, start) => {
  test('loses nothing that was handed over: queued, resubscribed, sent again', async () => {
    let broker = await start();
    const { port } = broker;
    const dropped: string[] = [];
    const sender = await connectBus({
      servers: broker.url,
      name: 'sender',
      queueMessagesMax: 500,
      reconnectDelayMsMax: 50,
      meter: { onDropped: (reason) => dropped.push(reason) },
    });
    const receiver = await connectBus({
      servers: broker.url,
      name: 'receiver',
      reconnectDelayMsMax: 50,
    });
    const got = new Set<string>();
    // The sender's own subscription: it stands again before anything is sent again.
    sender.subscribe('crash', (message) => got.add(text.decode(message.data)));
    await sender.flush(5_000);
    const after: string[] = [];
    receiver.subscribe('crash', (message) => after.push(text.decode(message.data)));
    await receiver.flush(5_000);
    for (let at = 0; at < 100; at++) sender.publish('crash', String(at));
    await sender.flush(5_000);
    await broker.stop();
    await waitFor(() => sender.stats().state === 'reconnecting', { what: 'the sender to notice' });
    await waitFor(() => receiver.stats().state === 'reconnecting', { what: 'the receiver to' });
    // 500 fit, 20 do not: the newest are dropped, and counted.
    for (let at = 100; at < 620; at++) expect(sender.publish('crash', String(at))).toBe(at < 600);
    expect(sender.stats()).toMatchObject({ inFlight: 500 });
    expect(dropped).toHaveLength(20);
    broker = await start(port);
    await waitFor(() => receiver.stats().state === 'connected', { what: 'the receiver' });
    await receiver.flush(10_000);
    await sender.flush(10_000);
    await waitFor(() => got.size === 600, { what: 'all messages' });
    sender.publish('crash', 'after');
    await waitFor(() => after.includes('after'), { what: 'the receiver to hear again' });
    await sender.flush(5_000);
    const stats = sender.stats();
    expect(stats.accepted).toBe(stats.flushed + stats.dropped.full + stats.inFlight);
    expect(stats.flushed).toBe(601);
    expect(stats.reconnects).toBeGreaterThan(0);
    await sender.drain(1_000);
    await receiver.drain(1_000);
    await broker.stop();
  });
});

test('a bus that finds no server says so within its deadline, or connects later', async () => {
  const gone = await startEmbedded();
  await gone.stop();
  await expect(
    connectBus({ servers: gone.url, name: 'x', connectDeadlineMs: 150 }),
  ).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const patient = await connectBus({ servers: gone.url, name: 'x', connectDeadlineMs: 0 });
  const got: string[] = [];
  patient.subscribe('later', (message) => got.push(text.decode(message.data)));
  expect(patient.publish('later', 'early')).toBe(true);
  expect(patient.stats().state).toBe('connecting');
  const back = await startEmbedded(gone.port);
  await waitFor(() => got.length > 0, { what: 'the early message' });
  expect(got).toEqual(['early']);
  await patient.drain(1_000);
  await back.stop();
});
