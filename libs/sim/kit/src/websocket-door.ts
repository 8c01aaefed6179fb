/**
 * The WebSocket side of a simulator: upgrades requests, and turns away those that the vendor's own
 * rules do not let in, in the vendor's own way.
 */
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Transport } from './transport.ts';
import { WebSocketTransport } from './websocket-transport.ts';

/** Whether a request may come in; `client` is whatever the simulator wants to know of it later. */
export type Admission<Client> =
  | { readonly admitted: true; readonly client: Client }
  /** Refused before the upgrade; `status` as in `401 Unauthorized`. */
  | {
      readonly admitted: false;
      readonly as: 'http';
      readonly status: string;
      readonly body: string;
    }
  /** Refused after it: one text, then a close frame. */
  | { readonly admitted: false; readonly as: 'message'; readonly text: string };

export interface WebSocketDoorOptions<Client> {
  /** Largest frame a client may send, bytes; a larger one ends the connection with code 1009. */
  readonly frameBytesMax: number;
  /** Decides about a request. */
  readonly admit: (url: URL, address: string) => Admission<Client>;
  readonly onArrival: (transport: Transport, client: Client) => void;
  /** Told before a refusal is sent as a message. */
  readonly onTurnedAway?: (text: string) => void;
}

export class WebSocketDoor<Client> {
  readonly #options: WebSocketDoorOptions<Client>;
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<Socket>();

  constructor(options: WebSocketDoorOptions<Client>) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: options.frameBytesMax,
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
    if (url === null) {
      endWithHttp(socket, '400 Bad Request', '');
      return;
    }
    const admission = this.#options.admit(url, socket.remoteAddress ?? '');
    if (!admission.admitted && admission.as === 'http') {
      endWithHttp(socket, admission.status, admission.body);
      return;
    }
    socket.setNoDelay(true);
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      if (admission.admitted) {
        this.#options.onArrival(new WebSocketTransport(ws, socket), admission.client);
        return;
      }
      this.#options.onTurnedAway?.(admission.text);
      ws.on('error', () => ws.terminate());
      ws.send(admission.text);
      ws.close(1000);
    });
  }

  close(): void {
    this.#server.close();
  }

  /** Takes the sockets away from clients that do not answer a close frame. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function endWithHttp(socket: Socket, status: string, body: string): void {
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json;charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
