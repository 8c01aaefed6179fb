/** The TCP side of a simulator: a listening port whose connections carry framed messages. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { chopWrites } from './chopped-writes.ts';
import type { MessageFraming } from './message-framing.ts';
import { TcpTransport } from './tcp-transport.ts';
import type { Transport } from './transport.ts';

export interface TcpDoorOptions {
  readonly framing: MessageFraming;
  /** Whether a client may come in; one that may not is reset at once. */
  readonly admit?: (address: string) => boolean;
  readonly onArrival: (transport: Transport, address: string) => void;
  /** Bytes of the largest piece that is written, of now; undefined = as it is. */
  readonly chopBytes?: () => number | undefined;
}

export class TcpDoor {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: TcpDoorOptions) {
    const { framing, admit, onArrival, chopBytes } = options;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      const address = socket.remoteAddress ?? '';
      if (admit?.(address) === false) {
        socket.resetAndDestroy();
        return;
      }
      socket.setNoDelay(true);
      if (chopBytes !== undefined) chopWrites(socket, chopBytes);
      onArrival(new TcpTransport(socket, framing), address);
    });
  }

  /** Listens, and gives the port. @throws the error of `listen`: `EADDRINUSE`. */
  async listen(place: { readonly port?: number; readonly host?: string } = {}): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(place.port ?? 0, place.host ?? '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address: AddressInfo | string | null = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Ends what is open and frees the port. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
