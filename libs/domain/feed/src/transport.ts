/** Sockets and HTTP as parameters: what a session needs of them, no more. */
import type { RecvStamp } from './recv-stamp.ts';

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** A longer answer is an error, not a longer wait. */
  bytesMax: number;
}

export interface HttpAnswer {
  status: number;
  body: Uint8Array;
}

/** Rejects when there is no answer within the bounds. */
export type HttpDoor = (request: HttpRequest) => Promise<HttpAnswer>;

export interface SocketHandlers {
  open(): void;
  /**
   * One message; `bytes` belong to the socket and are valid during the call only. `stamp` when the
   * transport knows better than the clock when it came.
   */
  frame(bytes: Uint8Array, stamp?: Readonly<RecvStamp>): void;
  /** Once, whatever the reason; nothing comes after it. */
  close(reason: string): void;
}

export interface Socket {
  send(text: string): void;
  /** Closing handshake; frames may come until `close` is called back. */
  close(): void;
  /** At once; `close` is called back, no frame comes any more. */
  terminate(): void;
}

export type Dial = (url: string, handlers: SocketHandlers) => Socket;
