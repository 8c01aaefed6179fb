// Goal: bytes that any WebSocket client reads. Method: golden headers at each border of the length
// encoding, and Node's own WebSocket (another implementation than the server's) as the reader.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { FrameArena } from './text-frames.ts';

function bytesOf(text: string): Buffer {
  const { bytes, start, end } = new FrameArena().write(text);
  return bytes.subarray(start, end);
}

describe('text frames', () => {
  test.each([
    [0, '8100'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('a text of %i bytes begins with %s', (length, header) => {
    const bytes = bytesOf('a'.repeat(length));
    expect(bytes.subarray(0, header.length / 2).toString('hex')).toBe(header);
    expect(bytes.length).toBe(header.length / 2 + length);
  });

  test('is read back by another implementation', async () => {
    const texts = ['', 'plain', 'é'.repeat(63), '漢'.repeat(30_000), '😀'.repeat(42), 'end'];
    const server = createServer();
    const door = new WebSocketServer({ noServer: true });
    const arena = new FrameArena();
    server.on('upgrade', (request, socket, head) => {
      door.handleUpgrade(request, socket, head, () => {
        for (const text of texts) {
          const { bytes, start, end } = arena.write(text);
          socket.write(bytes.subarray(start, end));
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const reader = new WebSocket(`ws://127.0.0.1:${port}/`);
    onTestFinished(() => {
      reader.close();
      server.close();
      for (const ws of door.clients) ws.terminate();
    });
    const received: unknown[] = [];
    reader.addEventListener('message', ({ data }) => received.push(data));
    await waitFor(() => received.includes('end'), { what: 'the last frame' });
    expect(received).toEqual(texts);
  });

  test('lays frames of one buffer side by side and starts a new buffer when full', () => {
    const arena = new FrameArena();
    const first = { ...arena.write('a'.repeat(100)) };
    const second = { ...arena.write('b') };
    expect(second.bytes).toBe(first.bytes);
    expect(second.start).toBe(first.end);
    const large = { ...arena.write('c'.repeat(400_000)) };
    expect(large.bytes).not.toBe(first.bytes);
    expect(first.bytes.toString('latin1', first.start + 2, first.end)).toBe('a'.repeat(100));
  });
});
