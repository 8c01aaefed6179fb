// Goal: what a server sends arrives once and whole, its end after it, plain and compressed.
// Method: servers on loopback that send, cut, reset and flood.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createZstdCompress, zstdCompressSync } from 'node:zlib';
import { waitFor } from '@tickwire/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { INFLATE_BYTES_MAX, TcpTransport } from './tcp-transport.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    closing.push(() => socket.destroy());
    onSocket(socket);
  });
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Dials, and gathers what comes; compressed streams come decompressed. */
function gather(url: string, compression: 'none' | 'zstd' = 'none') {
  const { dial, inflate } = new TcpTransport();
  const got = { bytes: 0, sum: 0, opened: 0, closed: [] as string[] };
  const take = (bytes: Uint8Array): void => {
    got.bytes += bytes.length;
    for (const byte of bytes) got.sum += byte;
  };
  const inflater = compression === 'zstd' ? inflate(take) : undefined;
  const socket = dial(url, {
    open: () => (got.opened += 1),
    frame: (bytes) => (inflater === undefined ? take(bytes) : inflater.push(bytes)),
    close: (reason) => got.closed.push(reason),
  });
  closing.push(() => socket.terminate());
  return { got, socket, ended: () => waitFor(() => got.closed.length > 0, { what: 'the end' }) };
}

const content = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * at) % 251);
const sum = content.reduce((total, byte) => total + byte, 0);

describe('a connection', () => {
  test('brings everything, then the end', async () => {
    const { got, ended } = gather(await serve((socket) => socket.end(content)));
    await ended();
    expect(got).toEqual({
      bytes: content.length,
      sum,
      opened: 1,
      closed: ['closed by the server'],
    });
  });

  test('brings everything that was compressed before the end is told', async () => {
    const url = await serve((socket) => socket.end(zstdCompressSync(content)));
    const { got, ended } = gather(url, 'zstd');
    await ended();
    expect(got).toMatchObject({ bytes: content.length, sum, closed: ['closed by the server'] });
  });

  test('brings what was flushed of a frame that is cut', async () => {
    const url = await serve((socket) => {
      const packer = createZstdCompress();
      packer.on('data', (bytes: Uint8Array) => socket.write(bytes));
      packer.write(content);
      packer.flush(() => socket.end());
    });
    const { got, ended } = gather(url, 'zstd');
    await ended();
    expect(got).toMatchObject({ bytes: content.length, sum, closed: ['closed by the server'] });
  });

  test('that carries no zstd ends with the reason, once', async () => {
    const { got, ended } = gather(await serve((socket) => socket.write('no zstd at all')), 'zstd');
    await ended();
    expect(got).toMatchObject({ bytes: 0, closed: [expect.stringMatching(/ZSTD_/)] });
  });

  test('to a host that does not listen ends with the reason', async () => {
    const { got, ended } = gather('tcp://127.0.0.1:1');
    await ended();
    expect(got.closed).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  test('says nothing more once it is terminated', async () => {
    let ended = 0;
    const url = await serve((socket) => {
      socket.write('x');
      socket.on('close', () => (ended += 1));
    });
    const { got, socket } = gather(url);
    await waitFor(() => got.bytes > 0, { what: 'the first byte' });
    socket.terminate();
    await waitFor(() => ended > 0, { what: 'the end at the server' });
    expect(got).toMatchObject({ bytes: 1, closed: [] });
  });

  test('is not read while it is held, and loses nothing', async () => {
    const sockets: Socket[] = [];
    const url = await serve((socket) => sockets.push(socket));
    const transport = new TcpTransport();
    let [opened, bytes] = [0, 0];
    const dial = () =>
      transport.dial(url, {
        open: () => (opened += 1),
        frame: (piece) => (bytes += piece.length),
        close: () => undefined,
      });
    closing.push(...[dial(), dial()].map((socket) => () => socket.terminate()));
    await waitFor(() => opened === 2 && sockets.length === 2, { what: 'two connections' });
    transport.hold(true);
    const late = dial();
    closing.push(() => late.terminate());
    await waitFor(() => sockets.length === 3, { what: 'the third, held from the beginning' });
    // More than the kernel has room for: the senders wait.
    for (const socket of sockets) for (let at = 0; at < 6; at++) socket.write(content);
    await waitFor(() => sockets.every(({ writableLength }) => writableLength > 0), {
      what: 'senders that wait',
    });
    expect(bytes).toBe(0);
    transport.hold(false);
    await waitFor(() => bytes === 3 * 6 * content.length, { what: 'all of it' });
  });

  test('is not read faster than its stream is decompressed', async () => {
    const block = randomBytes(4 * INFLATE_BYTES_MAX);
    const url = await serve((socket) => {
      socket.write('1');
      socket.once('data', () => socket.write('2'));
    });
    const { dial, inflate } = new TcpTransport();
    let given = 0;
    const inflater = inflate((bytes) => (given += bytes.length));
    const givenAtPiece: number[] = [];
    const socket = dial(url, {
      open: () => undefined,
      frame() {
        givenAtPiece.push(given);
        if (givenAtPiece.length > 1) return;
        inflater.push(zstdCompressSync(block));
        socket.send('more'); // which is there long before the block is decompressed
      },
      close: () => undefined,
    });
    closing.push(() => socket.terminate());
    await waitFor(() => givenAtPiece.length === 2, { what: 'the second piece' });
    expect(givenAtPiece).toEqual([0, block.length]);
  });
});
