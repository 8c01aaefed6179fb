/** Sends datagrams to multicast groups, through one interface of the host. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

/** Datagrams that may wait for the kernel; one more is left out, and counted. */
const WAITING_MAX = 8_192;
const SEND_BUFFER_BYTES = 4 * 1024 * 1024;
const LOOPBACK = /^127\./;

export interface DatagramCounts {
  /** Taken by the kernel. */
  readonly sent: number;
  /** Left out: too many waited. */
  readonly overflowed: number;
  /** Refused by the kernel. */
  readonly failed: number;
}

export class MulticastSender {
  /** Where datagrams come from. */
  readonly port: number;
  readonly #socket: Socket;
  #waiting = 0;
  #sent = 0;
  #overflowed = 0;
  #failed = 0;
  #idle: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  /**
   * @param host - Address of the interface. What is sent through loopback stays on this host; from
   *   another one it reaches the next network, and no further.
   * @throws the error of `bind`: `EADDRNOTAVAIL` when the host has no such address.
   */
  static async open(host: string): Promise<MulticastSender> {
    // Addresses are numbers: a look-up for each datagram would only put it off.
    const socket = createSocket({
      type: 'udp4',
      lookup: (address, _options, found) => found(null, address, 4),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, () => resolve());
    });
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    socket.setMulticastInterface(host);
    socket.setMulticastLoopback(true);
    socket.setMulticastTTL(LOOPBACK.test(host) ? 0 : 1);
    socket.setSendBufferSize(SEND_BUFFER_BYTES);
    return new MulticastSender(socket);
  }

  get counts(): DatagramCounts {
    return { sent: this.#sent, overflowed: this.#overflowed, failed: this.#failed };
  }

  /** The bytes may be written again when it returns. */
  send(bytes: Uint8Array, target: { readonly address: string; readonly port: number }): void {
    if (this.#waiting >= WAITING_MAX) {
      this.#overflowed += 1;
      return;
    }
    this.#waiting += 1;
    this.#socket.send(Buffer.from(bytes), target.port, target.address, this.#taken);
  }

  /** Closes when the kernel has taken all that waits. */
  async close(): Promise<void> {
    if (this.#waiting > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  readonly #taken = (error: Error | null): void => {
    this.#waiting -= 1;
    if (error === null) this.#sent += 1;
    else this.#failed += 1;
    if (this.#waiting === 0) this.#idle?.();
  };
}
