// Goal: every connection ends in exactly one close, with a reason, and nothing comes after it.
// Method: real sockets on loopback, servers that follow the protocol and servers that do not.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { dialWebSocket } from './dial-websocket.ts';
import type { WebSocketLimits } from './dial-websocket.ts';

async function serve(onSocket: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', onSocket);
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serveRaw(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function dial(url: string, limits: Partial<WebSocketLimits> = {}) {
  const frames: string[] = [];
  const closes: string[] = [];
  let opened = 0;
  const socket = dialWebSocket(
    url,
    {
      open: () => (opened += 1),
      frame: (bytes) => frames.push(new TextDecoder().decode(bytes)),
      close: (reason) => closes.push(reason),
    },
    limits,
  );
  onTestFinished(() => socket.terminate());
  return { socket, frames, closes, opened: () => opened };
}

const closed = ({ closes }: { closes: string[] }): Promise<boolean> =>
  waitFor(() => closes.length > 0, { what: 'the close' });

describe('dial', () => {
  test('frames of all forms are bytes, in order, up to the close of the server', async () => {
    const url = await serve((socket) => {
      socket.send('one');
      socket.send(Buffer.from('two'), { binary: true });
      socket.send('thr', { fin: false });
      socket.send('ee', { fin: true });
      socket.close(1001, 'restart');
    });
    const dialed = dial(url);
    await closed(dialed);
    expect(dialed.opened()).toBe(1);
    expect(dialed.frames).toEqual(['one', 'two', 'three']);
    expect(dialed.closes).toEqual(['closed with 1001 restart']);
  });

  test('what is sent arrives', async () => {
    const url = await serve((socket) => socket.on('message', (data) => socket.send(`${data}!`)));
    const dialed = dial(url);
    await waitFor(() => dialed.opened() > 0, { what: 'open' });
    dialed.socket.send('ping');
    await waitFor(() => dialed.frames.length > 0, { what: 'an answer' });
    expect(dialed.frames).toEqual(['ping!']);
    dialed.socket.close();
    await closed(dialed);
    expect(dialed.closes).toEqual(['closed with 1000']);
  });

  test('sending before it is open, or after the end, is no error', async () => {
    const dialed = dial(await serve((socket) => socket.close()));
    dialed.socket.send('early');
    await closed(dialed);
    dialed.socket.send('late');
    dialed.socket.close();
    dialed.socket.terminate();
    expect(dialed.closes).toHaveLength(1);
  });

  test('no frame comes after terminate, though more had arrived', async () => {
    const url = await serve((socket) => {
      for (let at = 0; at < 1_000; at++) socket.send(`frame ${at}`);
    });
    const frames: number[] = [];
    const end = new Promise<string>((resolve) => {
      const socket = dialWebSocket(url, {
        open: () => undefined,
        frame: () => {
          frames.push(frames.length);
          if (frames.length === 3) socket.terminate();
        },
        close: resolve,
      });
    });
    await end;
    expect(frames).toHaveLength(3);
  });

  test.each([
    ['a message beyond the bound', { messageBytesMax: 10 }],
    ['too many fragments', { fragmentsMax: 2 }],
  ])('%s ends the connection with a reason', async (_, limits) => {
    const url = await serve((socket) => {
      socket.send('123', { fin: false });
      for (let at = 0; at < 8; at++) socket.send('456', { fin: false });
      socket.send('end', { fin: true });
    });
    const dialed = dial(url, limits);
    await closed(dialed);
    expect(dialed.frames).toEqual([]);
    expect(dialed.closes[0]).toMatch(/size|fragments|payload/i);
  });

  test('nobody there, no WebSocket server, a silent one, a bad URL: one close each', async () => {
    const notOne = await serveRaw((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const silent = await serveRaw(() => undefined);
    const cases = [
      dial('ws://127.0.0.1:1'),
      dial(notOne),
      dial(silent, { openTimeoutMs: 50 }),
      dial('not a url'),
    ];
    for (const dialed of cases) {
      await closed(dialed);
      expect(dialed.opened()).toBe(0);
      expect(dialed.closes).toHaveLength(1);
      expect(dialed.closes[0]).not.toBe('');
    }
  });

  test('a server that does not read is given up, not buffered for', async () => {
    const url = await serve((socket) => socket.pause());
    const dialed = dial(url, { sendBytesMax: 100_000 });
    await waitFor(() => dialed.opened() > 0, { what: 'open' });
    const text = 'x'.repeat(10_000);
    for (let at = 0; at < 10_000 && dialed.closes.length === 0; at++) {
      dialed.socket.send(text);
      if (at % 100 === 0) await waitFor(() => true, { what: 'a turn' });
    }
    await closed(dialed);
    expect(dialed.closes).toEqual(['the server does not read']);
  });
});
