/**
 * The WebSocket side of the simulator: who may come in, and how those who may not are told.
 */
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { VenueLimits } from './options.ts';
import { SlidingWindow } from './rate-limits.ts';
import { MESSAGE_KINDS, controlKind } from './sent-counts.ts';
import type { SentCounts } from './sent-counts.ts';
import { refusalText } from './session.ts';
import type { Tokens } from './tokens.ts';
import {
  REST_NOT_FOUND,
  WS_BUSY,
  WS_TOKEN_EXPIRED,
  WS_TOKEN_INVALID,
  wsTooManySessions,
} from './vendor-errors.ts';
import type { WsRefusal } from './vendor-errors.ts';

/** A client that was let in. */
export interface Arrival {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly connectId: string;
  readonly address: string;
}

export interface WebsocketDoorOptions {
  readonly tokens: Tokens;
  readonly tokenRefusal: 'message' | 'http';
  readonly limits: VenueLimits;
  readonly counts: SentCounts;
  readonly monotonicMs: () => number;
  readonly venueMs: () => number;
  /** Makes an id for a client that gives none. */
  readonly newConnectId: () => string;
  /** Open connections of an address. */
  readonly openOf: (address: string) => number;
  readonly onArrival: (arrival: Arrival) => void;
}

const PATHS = new Set(['/', '/endpoint']);
const MINUTE_MS = 60_000;
const ADDRESSES_MAX = 10_000;

export class WebsocketDoor {
  readonly #options: WebsocketDoorOptions;
  readonly #server: WebSocketServer;
  readonly #connects = new Map<string, SlidingWindow>();
  readonly #sockets = new Set<Socket>();

  constructor(options: WebsocketDoorOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: options.limits.frameBytesMax,
    });
  }

  /** Takes an HTTP upgrade request. */
  upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    if (!(duplex instanceof Socket)) {
      duplex.destroy();
      return;
    }
    const socket = duplex;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const url = URL.parse(request.url ?? '/', 'ws://simulator');
    if (url === null || !PATHS.has(url.pathname)) {
      endWithHttp(socket, '404 Not Found', REST_NOT_FOUND);
      return;
    }
    const connectId = url.searchParams.get('connectId') ?? this.#options.newConnectId();
    const address = socket.remoteAddress ?? '';
    const refusal = this.#refusal(url.searchParams.get('token') ?? '', address);
    if (refusal?.code === 401 && this.#options.tokenRefusal === 'http') {
      endWithHttp(socket, '401 Unauthorized', { code: '401', msg: refusal.data });
      this.#options.counts.addClosed('refused');
      return;
    }
    socket.setNoDelay(true);
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      if (refusal === undefined) this.#options.onArrival({ ws, socket, connectId, address });
      else this.#turnAway(ws, refusalText(connectId, refusal));
    });
  }

  close(): void {
    this.#server.close();
  }

  /** Takes the sockets away from clients that do not answer a close frame. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #refusal(token: string, address: string): WsRefusal | undefined {
    const { tokens, limits, venueMs, monotonicMs, openOf } = this.#options;
    const state = tokens.check(token, venueMs());
    if (state !== 'valid') return state === 'expired' ? WS_TOKEN_EXPIRED : WS_TOKEN_INVALID;
    if (openOf(address) >= limits.connectionsMax) return wsTooManySessions(limits.connectionsMax);
    let connects = this.#connects.get(address);
    if (connects === undefined) {
      if (this.#connects.size >= ADDRESSES_MAX) this.#connects.clear();
      connects = new SlidingWindow(limits.connectsPerMinute, MINUTE_MS);
      this.#connects.set(address, connects);
    }
    return connects.take(monotonicMs()) ? undefined : WS_BUSY;
  }

  #turnAway(ws: WebSocket, text: string): void {
    const kinds = new Float64Array(MESSAGE_KINDS.length);
    kinds[controlKind('error')] = 1;
    this.#options.counts.addBatch(kinds, 1, Buffer.byteLength(text));
    this.#options.counts.addClosed('refused');
    ws.on('error', () => ws.terminate());
    ws.send(text);
    ws.close(1000);
  }
}

function endWithHttp(socket: Socket, status: string, body: { code: string; msg: string }): void {
  const text = JSON.stringify({ code: body.code, msg: body.msg });
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json;charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
