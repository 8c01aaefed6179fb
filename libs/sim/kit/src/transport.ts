import type { Socket } from 'node:net';

/** One client's connection, whatever its protocol is: what a simulator needs of it. */
export interface Transport {
  /** Frames are written to it as they lie. */
  readonly socket: Socket;
  /** Whether frames may be written. */
  readonly isOpen: boolean;
  /** Calls back with each message of the client, without its framing. */
  onMessage(take: (payload: Buffer, isBinary: boolean) => void): void;
  /** Calls back once, when the connection has ended, however. */
  onClosed(run: () => void): void;
  onError(run: () => void): void;
  /** Ends in order: what was written before still arrives. */
  close(code: number): void;
  /** Ends at once. */
  terminate(): void;
}
