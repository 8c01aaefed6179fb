import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { Transport } from './transport.ts';

/**
 * A WebSocket. The `ws` library does the handshake and reads frames; data frames are written to
 * the socket itself, because they are rendered once for all clients and leave in batches.
 */
export class WebSocketTransport implements Transport {
  readonly socket: Socket;
  readonly #ws: WebSocket;

  constructor(ws: WebSocket, socket: Socket) {
    this.#ws = ws;
    this.socket = socket;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  onMessage(take: (payload: Buffer, isBinary: boolean) => void): void {
    this.#ws.on('message', (data, isBinary) => take(bytesOf(data), isBinary));
  }

  onClosed(run: () => void): void {
    this.#ws.on('close', run);
  }

  onError(run: () => void): void {
    this.#ws.on('error', run);
  }

  close(code: number): void {
    this.#ws.close(code);
  }

  terminate(): void {
    this.#ws.terminate();
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
