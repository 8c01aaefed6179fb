/** A WebSocket client connection with the bounds a feed needs; a thin layer over `ws`. */
import WebSocket from 'ws';
import { RECEIVE_BUFFER_BYTES, fixReceiveBuffer } from './receive-buffer.ts';
import type { ReceiveBuffer } from './receive-buffer.ts';

export interface WebSocketHandlers {
  open(): void;
  /** One message, text or binary, as bytes: valid during the call only. */
  frame(bytes: Uint8Array): void;
  /** Once, whatever the reason: after it nothing comes. */
  close(reason: string): void;
  /** Before `open`: what became of the socket's receive buffer. */
  tuned?(buffer: ReceiveBuffer): void;
}

export interface WebSocketLimits {
  /** Bytes of one message; a larger one ends the connection (code 1009). */
  messageBytesMax: number;
  /** Fragments of one message, and chunks of it kept: against floods of tiny ones. */
  fragmentsMax: number;
  /** Dial to open. */
  openTimeoutMs: number;
  /** Bytes that may wait to be sent; beyond it the connection is given up. */
  sendBytesMax: number;
  /** Room in the kernel for what comes while this process does not read; 0 = left to the kernel. */
  receiveBufferBytes: number;
}

export const WEBSOCKET_LIMITS: Readonly<WebSocketLimits> = {
  messageBytesMax: 16 * 1024 * 1024,
  fragmentsMax: 16_384,
  openTimeoutMs: 10_000,
  sendBytesMax: 4 * 1024 * 1024,
  receiveBufferBytes: RECEIVE_BUFFER_BYTES,
};

export interface DialedWebSocket {
  send(text: string): void;
  /** Closing handshake: frames may come until `close` is called back. */
  close(): void;
  /** At once: `close` is called back soon, no frame comes any more. */
  terminate(): void;
}

/**
 * Dials `url`. Nothing is thrown for an unreachable host or a bad URL: `close` is called back with
 * the reason. Compression is off: it costs latency, and memory per connection.
 */
export function dialWebSocket(
  url: string,
  handlers: WebSocketHandlers,
  limits: Partial<WebSocketLimits> = {},
): DialedWebSocket {
  const bounds = { ...WEBSOCKET_LIMITS, ...limits };
  let socket: WebSocket;
  try {
    socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: bounds.messageBytesMax,
      maxFragments: bounds.fragmentsMax,
      maxBufferedChunks: bounds.fragmentsMax,
      handshakeTimeout: bounds.openTimeoutMs,
      skipUTF8Validation: true, // the decoder checks every byte it uses
      followRedirects: false,
    });
  } catch (error) {
    queueMicrotask(() => handlers.close(messageOf(error)));
    return { send: () => undefined, close: () => undefined, terminate: () => undefined };
  }
  // The last reason wins over the bare close code that follows an error.
  let reason = '';
  let isCut = false;
  socket.on('upgrade', (response) => {
    // Small frames must not wait for each other.
    response.socket.setNoDelay(true);
    if (bounds.receiveBufferBytes === 0) return;
    const buffer = fixReceiveBuffer(response.socket, bounds.receiveBufferBytes);
    handlers.tuned?.(buffer);
  });
  socket.on('open', () => handlers.open());
  socket.on('message', (data: WebSocket.RawData) => {
    if (!isCut) handlers.frame(bytesOf(data));
  });
  socket.on('error', (error) => {
    reason = messageOf(error);
  });
  socket.on('close', (code, text) => {
    handlers.close(reason === '' ? `closed with ${code} ${text.toString()}`.trim() : reason);
  });
  const terminate = (): void => {
    isCut = true;
    socket.terminate();
  };
  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount + text.length > bounds.sendBytesMax) {
        reason = 'the server does not read';
        terminate();
        return;
      }
      socket.send(text);
    },
    close: () => socket.close(1000),
    terminate,
  };
}

function bytesOf(data: WebSocket.RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
