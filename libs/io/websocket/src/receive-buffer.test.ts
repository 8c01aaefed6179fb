// Goal: a process that does not read for a moment still has its data taken in. Method: a paused
// socket on loopback, and a sender that counts what the kernel took off its hands.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { announceSkip, waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { dialWebSocket } from './dial-websocket.ts';
import { RECEIVE_BUFFER_BYTES, fixReceiveBuffer } from './receive-buffer.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';

const LIMIT_BYTES = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
const isRoomy = LIMIT_BYTES >= RECEIVE_BUFFER_BYTES;
if (!isRoomy) {
  announceSkip('receive buffer', {
    missing: 'a net.core.rmem_max of 1 MiB',
    remedy: 'as root: sysctl -w net.core.rmem_max=4194304',
  });
}

async function pair(): Promise<{ reader: Socket; writer: Socket }> {
  const server = createServer({ noDelay: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [writer] = (await once(server, 'connection')) as [Socket];
  await once(reader, 'connect');
  onTestFinished(() => {
    reader.destroy();
    writer.destroy();
    server.close();
  });
  writer.on('error', () => undefined);
  return { reader, writer };
}

/** Bytes that left the sender while nobody read: until fifty turns in a row took none. */
async function takenIn(writer: Socket): Promise<number> {
  const frame = Buffer.alloc(600);
  const base = writer.bytesWritten - writer.writableLength;
  const sent = (): number => writer.bytesWritten - writer.writableLength - base;
  let last = -1;
  let still = 0;
  await waitFor(
    () => {
      for (let count = 0; count < 500 && writer.writableLength < 1_000_000; count += 1) {
        writer.write(frame);
      }
      still = sent() === last ? still + 1 : 0;
      last = sent();
      return still >= 50;
    },
    { what: 'a full connection' },
  );
  return last;
}

describe('receive buffer', () => {
  test('fixed at a MiB where the host allows it, else left to the kernel, with the reason', async () => {
    const { reader } = await pair();
    const buffer = fixReceiveBuffer(reader, RECEIVE_BUFFER_BYTES);
    if (isRoomy) {
      expect(buffer).toEqual({ mode: 'fixed', bytes: 2 * RECEIVE_BUFFER_BYTES, reason: '' });
    } else {
      expect(buffer).toMatchObject({ mode: 'adaptive', reason: /rmem_max/ });
    }
  });

  test('asked for more than the host allows, it stays as it is', async () => {
    const { reader } = await pair();
    const buffer = fixReceiveBuffer(reader, LIMIT_BYTES + 1);
    expect(buffer.mode).toBe('adaptive');
    expect(buffer.bytes).toBeGreaterThan(0);
    expect(buffer.reason).toContain(`rmem_max is ${LIMIT_BYTES}, below ${LIMIT_BYTES + 1}`);
  });

  test.runIf(isRoomy)('takes in a MiB more than an adaptive one while nobody reads', async () => {
    const [adaptive, fixed] = [await pair(), await pair()];
    fixReceiveBuffer(fixed.reader, RECEIVE_BUFFER_BYTES);
    for (const { reader } of [adaptive, fixed]) reader.pause();
    const without = await takenIn(adaptive.writer);
    const within = await takenIn(fixed.writer);
    expect(within - without).toBeGreaterThan(1024 * 1024);
  });

  test('a socket that is gone is no error', async () => {
    const { reader } = await pair();
    reader.destroy();
    await once(reader, 'close');
    expect(fixReceiveBuffer(reader, 1_000)).toMatchObject({ mode: 'adaptive', bytes: 0 });
  });

  test('a dialed WebSocket tells what became of it before it is open', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => server.close());
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const told: (ReceiveBuffer | 'open')[] = [];
    const handlers = {
      open: () => void told.push('open'),
      frame: () => undefined,
      close: () => undefined,
      tuned: (buffer: ReceiveBuffer) => void told.push(buffer),
    };
    const dialed = dialWebSocket(url, handlers);
    const left = dialWebSocket(url, handlers, { receiveBufferBytes: 0 });
    onTestFinished(() => [dialed, left].forEach((socket) => socket.terminate()));
    await waitFor(() => told.filter((what) => what === 'open').length === 2, { what: 'both open' });
    const buffers = told.filter((what) => what !== 'open');
    expect(buffers).toHaveLength(1);
    expect(buffers[0]?.mode).toBe(isRoomy ? 'fixed' : 'adaptive');
    expect(told.indexOf(buffers[0] ?? 'open')).toBeLessThan(told.lastIndexOf('open'));
  });
});
