import type { Socket } from 'node:net';
import type { MessageFraming } from './message-framing.ts';
import type { Transport } from './transport.ts';

/** A TCP connection with framed messages. A client that breaks the framing is cut off. */
export class TcpTransport implements Transport {
  readonly socket: Socket;
  readonly #framing: MessageFraming;

  constructor(socket: Socket, framing: MessageFraming) {
    this.socket = socket;
    this.#framing = framing;
  }

  get isOpen(): boolean {
    return this.socket.writable;
  }

  onMessage(take: (payload: Buffer, isBinary: boolean) => void): void {
    const reader = this.#framing.reader();
    this.socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of reader.push(chunk)) take(message, true);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.socket.destroy();
      }
    });
  }

  onClosed(run: () => void): void {
    this.socket.once('close', run);
  }

  onError(run: () => void): void {
    this.socket.on('error', run);
  }

  /** TCP has no close codes: the stream ends. */
  close(_code: number): void {
    this.socket.end();
  }

  terminate(): void {
    this.socket.destroy();
  }
}
