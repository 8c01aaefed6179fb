import type { Clock } from '@tickwire/core';
import { PacketBatch, SocketPoll, openUdpSocket } from '@tickwire/ipc-shm';
import type { UdpSocket } from '@tickwire/ipc-shm';
import { KernelStamp } from './kernel-stamp.ts';
import { createReceivedPacket } from './packet-source.ts';
import type { PacketHandler, PacketLine, PacketSource } from './packet-source.ts';

export interface RecvmmsgSourceOptions {
  /** 1 … 1,024 of them, a socket each. */
  readonly lines: readonly PacketLine[];
  readonly onPacket: PacketHandler;
  readonly clock: Clock;
  /** IPv4 of the interface on which groups are joined. Default: the one that the routes name. */
  readonly interfaceAddress?: string | undefined;
  /** Room of each socket, bytes. Default: the host's. */
  readonly receiveBufferBytes?: number | undefined;
  /** See `UdpSocketOptions`. Default 0: not. */
  readonly busyPollUs?: number | undefined;
  /** Datagrams of one line that are taken at once, 1 … 1,024. Default 64. */
  readonly batchPackets?: number;
  /** Longer datagrams are dropped, 64 … 65,536 bytes. Default 2,048. */
  readonly packetBytesMax?: number;
}

interface OpenLine {
  readonly line: PacketLine;
  readonly socket: UdpSocket;
  /** Drops that are counted already, and the kernel's own u32 with the last datagram. */
  dropsCounted: number;
  dropsSeen: number;
}

/**
 * Packets by `recvmmsg`: many with one system call, stamped by the kernel, into memory that is made
 * once. `poll(0)` spins, `poll(n)` sleeps until something comes.
 */
export class RecvmmsgSource implements PacketSource {
  readonly waitsIn = 'poll';
  readonly isEnded = false;
  readonly #lines: OpenLine[] = [];
  readonly #batch: PacketBatch;
  readonly #poll: SocketPoll;
  readonly #stamp: KernelStamp;
  readonly #clock: Clock;
  readonly #onPacket: PacketHandler;
  readonly #packet = createReceivedPacket();
  #isClosed = false;

  /** @throws ShmError as `openUdpSocket`; nothing stays open then. */
  constructor(options: RecvmmsgSourceOptions) {
    const { lines, clock, batchPackets = 64, packetBytesMax = 2_048 } = options;
    this.#clock = clock;
    this.#stamp = new KernelStamp(clock);
    this.#onPacket = options.onPacket;
    this.#batch = new PacketBatch({ packetsMax: batchPackets, packetBytesMax });
    this.#packet.bytes = this.#batch.bytes;
    try {
      for (const line of lines) {
        const socket = openUdpSocket({ ...options, ...line });
        this.#lines.push({ line, socket, dropsCounted: 0, dropsSeen: -1 });
      }
      this.#poll = new SocketPoll(this.#lines.map(({ socket }) => socket));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Room that the kernel granted each line, by its own count (twice what was asked). */
  get receiveBuffersBytes(): number[] {
    return this.#lines.map(({ socket }) => socket.receiveBufferBytes);
  }

  /** Port of each line: the one that was found where 0 was asked. */
  get ports(): number[] {
    return this.#lines.map(({ socket }) => socket.port);
  }

  nowNs(): number {
    return this.#clock.monotonicNs();
  }

  /** One batch of each line that has something. */
  poll(waitNs: number): number {
    if (this.#isClosed || this.#poll.wait(waitNs) === 0) return 0;
    let packets = 0;
    for (let at = 0; at < this.#lines.length; at++) {
      if (this.#poll.isReady(at)) packets += this.#receive(this.#lines[at]!);
    }
    return packets;
  }

  #receive(open: OpenLine): number {
    const batch = this.#batch;
    const packet = this.#packet;
    const { tag, tallies } = open.line;
    const count = batch.receive(open.socket);
    if (count === 0) return 0;
    this.#stamp.read();
    tallies.received.add(count);
    this.#countDrops(open, batch.drops[count - 1]!);
    for (let at = 0; at < count; at++) {
      if (batch.isCut[at] !== 0) {
        tallies.cut.add(1);
        continue;
      }
      packet.tag = tag;
      packet.start = batch.starts[at]!;
      packet.end = batch.ends[at]!;
      this.#stamp.write(batch.stampSeconds[at]!, batch.stampNs[at]!, packet);
      this.#onPacket(packet);
    }
    return count;
  }

  /** The datagram says that there were drops; how many in all, one call says exactly. */
  #countDrops(open: OpenLine, seen: number): void {
    if (seen === open.dropsSeen) return;
    open.dropsSeen = seen;
    this.#addDrops(open);
  }

  #addDrops(open: OpenLine): void {
    const drops = open.socket.drops();
    if (drops > open.dropsCounted) open.line.tallies.kernelDropped.add(drops - open.dropsCounted);
    open.dropsCounted = drops;
  }

  refresh(): void {
    for (const open of this.#lines) this.#addDrops(open);
  }

  close(): void {
    this.#isClosed = true;
    for (const open of this.#lines) {
      open.socket.close();
      this.#addDrops(open);
    }
  }
}
