import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '@tickwire/core';
import { UdpError } from './errors.ts';
import { createReceivedPacket } from './packet-source.ts';
import type { PacketHandler, PacketLine, PacketSource, ReceivedPacket } from './packet-source.ts';

const QUEUE_PACKETS = 4_096;

export interface DgramSourceOptions {
  readonly lines: readonly PacketLine[];
  readonly onPacket: PacketHandler;
  readonly clock: Clock;
  /** IPv4 of the interface on which groups are joined. Default: the one that the routes name. */
  readonly interfaceAddress?: string | undefined;
  /** Room of each socket, bytes. Default: the host's. */
  readonly receiveBufferBytes?: number | undefined;
  /** Packets that wait for `poll`, 1 … 65,536; what comes then is dropped. Default 4,096. */
  readonly queuePackets?: number;
  /** Longer datagrams are dropped, bytes. Default 2,048. */
  readonly packetBytesMax?: number;
  /** The queue was empty and is not any more: for whoever does not poll in a loop. */
  readonly onReadable?: () => void;
}

/**
 * Packets by Node's own sockets: on every platform, without the FFI. Their stamps are from when the
 * event loop came to them, and what the kernel drops is not known. For recovery feeds, which are
 * slow, and where `recvmmsg` cannot be had.
 */
export class DgramSource implements PacketSource {
  readonly waitsIn = 'event-loop';
  readonly isEnded = false;
  readonly #sockets: Socket[] = [];
  readonly #options: DgramSourceOptions;
  /** Filled in turn; `#taken` … `#queued` wait. Both only grow. */
  readonly #queue: { readonly packet: ReceivedPacket; line: PacketLine | undefined }[];
  #queued = 0;
  #taken = 0;
  #failure: UdpError | undefined;
  #isClosed = false;

  private constructor(options: DgramSourceOptions) {
    this.#options = options;
    const { queuePackets = QUEUE_PACKETS } = options;
    this.#queue = Array.from({ length: queuePackets }, () => ({
      ...{ packet: createReceivedPacket(), line: undefined },
    }));
  }

  /**
   * Opens a socket a line.
   * @throws UdpError `BAD_LINE` when a socket cannot be bound or a group not joined; nothing stays
   *   open then.
   */
  static async open(options: DgramSourceOptions): Promise<DgramSource> {
    const source = new DgramSource(options);
    try {
      for (const line of options.lines) await source.#listen(line);
    } catch (error) {
      source.close();
      throw error;
    }
    return source;
  }

  /** Port of each line: the one that was found where 0 was asked. */
  get ports(): number[] {
    return this.#sockets.map((socket) => socket.address().port);
  }

  nowNs(): number {
    return this.#options.clock.monotonicNs();
  }

  /** Hands on all that wait. */
  poll(): number {
    if (this.#failure !== undefined) throw this.#failure;
    const from = this.#taken;
    for (; this.#taken < this.#queued; this.#taken++) {
      this.#options.onPacket(this.#queue[this.#taken % this.#queue.length]!.packet);
    }
    return this.#taken - from;
  }

  refresh(): void {
    // Node does not tell what the kernel dropped.
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const socket of this.#sockets) socket.close();
    for (; this.#taken < this.#queued; this.#taken++) {
      this.#queue[this.#taken % this.#queue.length]!.line?.tallies.unread.add(1);
    }
  }

  async #listen(line: PacketLine): Promise<void> {
    const { address, port, senders = [] } = line;
    const { interfaceAddress, receiveBufferBytes } = this.#options;
    const socket = createSocket({
      ...{ type: 'udp4', reuseAddr: true },
      ...(receiveBufferBytes === undefined ? {} : { recvBufferSize: receiveBufferBytes }),
    });
    this.#sockets.push(socket);
    socket.on('message', (bytes) => this.#take(line, bytes));
    try {
      socket.bind({ address, port });
      await once(socket, 'listening');
      if (isGroup(address) && senders.length === 0) socket.addMembership(address, interfaceAddress);
      for (const sender of isGroup(address) ? senders : []) {
        socket.addSourceSpecificMembership(sender, address, interfaceAddress);
      }
    } catch (cause) {
      throw badLine(line, interfaceAddress, cause);
    }
    socket.on('error', (cause) => {
      this.#failure ??= badLine(line, interfaceAddress, cause);
    });
  }

  #take(line: PacketLine, bytes: Uint8Array): void {
    const { tallies, tag } = line;
    const { clock, packetBytesMax = 2_048 } = this.#options;
    tallies.received.add(1);
    if (bytes.length > packetBytesMax) {
      tallies.cut.add(1);
      return;
    }
    if (this.#isClosed || this.#queued - this.#taken === this.#queue.length) {
      tallies.unread.add(1);
      return;
    }
    const slot = this.#queue[this.#queued % this.#queue.length]!;
    const { packet } = slot;
    slot.line = line;
    packet.tag = tag;
    packet.bytes = bytes;
    packet.end = bytes.length;
    packet.recvNs = clock.monotonicNs();
    clock.wallNs(packet.recvNs, packet.recvWall);
    this.#queued += 1;
    if (this.#queued - this.#taken === 1) this.#options.onReadable?.();
  }
}

const isGroup = (address: string): boolean => /^2(2[4-9]|3\d)\./.test(address);

function badLine(line: PacketLine, on: string | undefined, cause: unknown): UdpError {
  const errnoName = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const where = on === undefined ? '' : ` on ${on}`;
  const what = `${line.address}:${line.port}${where} cannot be listened to: ${errnoName}`;
  return new UdpError('BAD_LINE', what, { cause });
}
