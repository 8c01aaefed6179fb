// Goal: a hostile or dead client harms nobody else and costs a bounded amount.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { waitFor } from '@tickwire/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { connectBus } from './bus.ts';
import { startEmbeddedBroker } from './embedded-broker.ts';
import type { EmbeddedBroker, EmbeddedBrokerOptions } from './embedded-broker.ts';
import { RawClient } from './raw-client.ts';

const started: EmbeddedBroker[] = [];

async function start(options: EmbeddedBrokerOptions = {}): Promise<EmbeddedBroker> {
  const broker = await startEmbeddedBroker(options);
  started.push(broker);
  return broker;
}

afterEach(async () => {
  for (const broker of started.splice(0)) await broker.close();
});

describe('the embedded broker', () => {
  test('cuts a client that does not read at its bound, counts it, and serves the others', async () => {
    const broker = await start({ pendingBytesMax: 1_048_576 });
    const slow = await RawClient.quiet(broker.port);
    slow.send('SUB flood 1\r\n');
    await slow.sync();
    slow.socket.pause();
    const good = await connectBus({ servers: broker.url, name: 'good' });
    let got = 0;
    good.subscribe('flood', () => (got += 1));
    await good.flush(5_000);
    const sender = await connectBus({ servers: broker.url, name: 'sender' });
    let sent = 0;
    await waitFor(
      async () => {
        for (let at = 0; at < 20; at++, sent++) sender.publish('flood', new Uint8Array(65_536));
        await sender.flush(5_000);
        return broker.counts().slowConsumers === 1;
      },
      { what: 'the slow client to be cut', everyMs: 1 },
    );
    await waitFor(() => got === sent, { what: 'the good client to have everything' });
    expect(broker.counts().clients).toBe(2);
    slow.socket.resume();
    await slow.closed();
    await good.drain(1_000);
    await sender.drain(1_000);
  });

  test('cuts a client that takes nothing for longer than the write deadline', async () => {
    const broker = await start({ writeDeadlineMs: 100 });
    const slow = await RawClient.quiet(broker.port);
    slow.send('SUB x 1\r\n');
    await slow.sync();
    slow.socket.pause();
    const sender = await RawClient.quiet(broker.port);
    const body = 'y'.repeat(1_000_000);
    for (let at = 0; at < 12; at++) sender.send(`PUB x 1000000\r\n${body}\r\n`);
    await sender.sync();
    await waitFor(() => broker.counts().slowConsumers === 1, { what: 'the cut' });
    slow.socket.destroy();
    sender.socket.destroy();
  });

  test('cuts a client that does not answer two PINGs, keeps one that does', async () => {
    const broker = await start({ pingIntervalMs: 60 });
    const dead = await RawClient.quiet(broker.port);
    const alive = await connectBus({ servers: broker.url, name: 'alive' });
    await dead.expect(/-ERR 'Stale Connection'/);
    await dead.closed();
    expect(broker.counts()).toMatchObject({ staleConnections: 1, clients: 1 });
    expect(alive.stats().state).toBe('connected');
    await alive.drain(1_000);
  });

  test('refuses connections and subscriptions above their limits, politely', async () => {
    const broker = await start({ connectionsMax: 2, subscriptionsMax: 3 });
    const one = await RawClient.quiet(broker.port);
    for (let sid = 1; sid <= 4; sid++) one.send(`SUB s.${sid} ${sid}\r\n`);
    expect(await one.sync()).toBe("-ERR 'Maximum Subscriptions Exceeded'\r\n");
    const two = await RawClient.quiet(broker.port);
    const third = new RawClient(createConnection(broker.port, '127.0.0.1'));
    await third.expect(/-ERR 'Maximum Connections Exceeded'\r\n/);
    await third.closed();
    expect(broker.counts()).toMatchObject({ clients: 2, subscriptions: 3, refusedConnections: 1 });
    one.socket.destroy();
    two.socket.destroy();
    await waitFor(() => broker.counts().clients === 0, { what: 'both to be gone' });
    expect(broker.counts().subscriptions).toBe(0);
  });

  test('refuses no_responders without headers, headers without saying so, and bad CONNECTs', async () => {
    const broker = await start();
    for (const [bytes, code] of [
      ['CONNECT {"no_responders":true}\r\n', 'No Responders Requires Headers Support'],
      [
        'CONNECT {"verbose":false}\r\nHPUB a 0 0\r\n\r\nHPUB a 2 2\r\nxx\r\n',
        'Message Headers Not',
      ],
      ['CONNECT [1]\r\n', 'Parser Error'],
      ['CONNECT {"__proto__":{"verbose":false}\r\n', 'Parser Error'],
    ] as const) {
      const raw = await RawClient.open(broker.port);
      raw.send(bytes);
      await raw.expect(new RegExp(`-ERR '${code}`));
      await raw.closed();
    }
    expect(broker.counts().violations).toBe(4);
  });

  test('survives 300 clients that connect, babble and vanish', async () => {
    const broker = await start();
    const good = await connectBus({ servers: broker.url, name: 'good' });
    let got = 0;
    good.subscribe('ok', () => (got += 1));
    for (let round = 0; round < 300; round++) {
      const socket = createConnection(broker.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        Buffer.from(['PUB ok 999\r\n', '\0\xff\r\n', 'SUB > 1\r\nPUB'][round % 3] ?? ''),
      );
      if (round % 2 === 0) socket.resetAndDestroy();
      else socket.end();
    }
    await waitFor(() => broker.counts().clients === 1, { what: 'the babblers to be gone' });
    good.publish('ok', 'still here');
    await waitFor(() => got === 1, { what: 'the message' });
    expect(broker.counts().subscriptions).toBe(1);
    await good.drain(1_000);
  });

  test('listens on loopback only, and says when a port is taken', async () => {
    await expect(startEmbeddedBroker({ host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'NOT_LOOPBACK',
    });
    const broker = await start();
    await expect(startEmbeddedBroker({ port: broker.port })).rejects.toMatchObject({
      code: 'PORT_BUSY',
    });
  });

  test('announces its leaving, waits for the clients to go, and cuts those that stay', async () => {
    const broker = await start();
    const stays = await RawClient.quiet(broker.port);
    const leaves = await RawClient.quiet(broker.port);
    const drained = broker.drain(200);
    await leaves.expect(/INFO \{.*"ldm":true.*\}\r\n/);
    leaves.socket.end();
    await drained;
    await stays.closed();
    expect(stays.received).toContain('"ldm":true');
  });
});
