// Goal: every frame of a socket is counted before anything is made of it, for the vendor and for
// its connection. Method: a real server on loopback, and what the counters say inside the handler.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';
import { ConnectionLog, connectionKey, readConnectionRecords } from '@tickwire/io-service';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { countedDial } from './counted-dial.ts';
import { gatewayHops } from './gateway-hops.ts';

/** A server that sends each word as a frame, and closes. */
async function serve(words: readonly string[]): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    for (const word of words) socket.send(word);
    socket.close(1000);
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function setUp() {
  const path = join(temporaryDirectory({ name: 'counted-dial' }), 'received.ndjson');
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const { wire } = gatewayHops(stats, 'acme');
  const arrived: string[] = [];
  const buffers: string[] = [];
  const dial = countedDial({
    ...{ stats, vendor: 'acme' },
    connections: new ConnectionLog({ path, stats, total: wire.out }),
    connectionIdOf: (url) => new URL(url).pathname,
    arrive(bytes) {
      arrived.push(new TextDecoder().decode(bytes));
      return { hi: 0, lo: 10 * arrived.length, monotonicNs: arrived.length };
    },
    onBuffer: ({ mode, bytes, reason }) => buffers.push(`${mode} ${bytes} ${reason}`),
  });
  return { path, stats, arrived, buffers, dial };
}

describe('a counted dial', () => {
  test('counts each frame before it is handed on, with the moment of its receipt', async () => {
    const { path, stats, arrived, dial } = setUp();
    const url = await serve(['one', 'two', 'three']);
    const received = stats.counter('hop/acme.wire/message/out');
    const handled: [text: string, counted: number, stampLo: number | undefined][] = [];
    let reason: string | undefined;
    dial(`${url}/seven`, {
      open: () => undefined,
      frame: (bytes, stamp) =>
        handled.push([new TextDecoder().decode(bytes), received.value, stamp?.lo]),
      close: (why) => (reason = why),
    });
    await waitFor(() => reason !== undefined, { what: 'the close' });
    expect(handled).toEqual([
      ['one', 1, 10],
      ['two', 2, 20],
      ['three', 3, 30],
    ]);
    expect(arrived).toEqual(['one', 'two', 'three']);
    expect(readConnectionRecords(path)).toEqual([
      {
        ...{ key: connectionKey('/seven'), count: 3, undelivered: 0 },
        ...{ firstTs: '10', lastTs: '30', reason },
      },
    ]);
  });

  test('tells of a socket’s buffer when it is not like the one before', async () => {
    const { buffers, dial } = setUp();
    const url = await serve([]);
    for (const name of ['one', 'two', 'three']) {
      let isClosed = false;
      const close = (): void => void (isClosed = true);
      dial(`${url}/${name}`, { open: () => undefined, frame: () => undefined, close });
      await waitFor(() => isClosed, { what: 'the close' });
    }
    expect(buffers).not.toEqual([]);
    expect(buffers.filter((buffer, at) => buffer === buffers[at - 1])).toEqual([]);
  });
});
