import type { Counter, StampNs } from '@tickwire/core';

/** One multicast group and port that is listened to, and who asked for it. */
export interface PacketLine {
  /** Comes back with each packet of the line: what it is to whoever listens. */
  readonly tag: number;
  /** IPv4 group, or an address of this host. */
  readonly address: string;
  readonly port: number;
  /**
   * IPv4 of those whose packets are taken, of a group; the kernel passes no others on, and counts
   * none. Default: whoever sends to it.
   */
  readonly senders?: readonly string[] | undefined;
  readonly tallies: LineTallies;
}

/**
 * What became of the datagrams of a line. Each is counted before the packet is handed on:
 * received = handed on + cut + unread, and sent = received + kernelDropped + lost on the way.
 */
export interface LineTallies {
  readonly received: Tally;
  /** The kernel had no room for them: the receive buffer was full. */
  readonly kernelDropped: Tally;
  /** Longer than a packet may be. */
  readonly cut: Tally;
  /** Our own queue was full, or the source was closed before they were taken. */
  readonly unread: Tally;
}

export type Tally = Pick<Counter, 'add'>;

/** One datagram. Read before the handler returns: object and memory are used again. */
export interface ReceivedPacket {
  /** Of its line. */
  tag: number;
  /** The bytes are `bytes[start, end)`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** When it came, by `PacketSource.nowNs`'s clock. */
  recvNs: number;
  /** The same moment on the wall clock: the kernel's or the capture's stamp where there is one. */
  recvWall: StampNs;
}

/** Takes one packet; never throws. */
export type PacketHandler = (packet: Readonly<ReceivedPacket>) => void;

/**
 * Where packets come from. The owner calls `poll` in a loop; packets are handed on within it, in
 * the order in which each line brought them.
 *
 * | source | stamps | kernel drops | waits |
 * |---|---|---|---|
 * | `RecvmmsgSource` | kernel, ns | counted | in `poll` |
 * | `DgramSource` | when the event loop came to it | not known | in the event loop |
 * | a capture | as recorded | not known | at the recorded pace in the event loop, else not |
 *
 * Kernel bypass (AF_XDP, DPDK, ef_vi) is one more implementation: `poll` looks at the card's
 * descriptors instead of asking the kernel, hands on packets in place, and takes their stamps from
 * the card. Nothing behind this interface knows the difference.
 */
export interface PacketSource {
  /**
   * Hands on what is there, within a bound, so that timers of the caller get their turn.
   * @param waitNs - How long it may wait when nothing is there: 0 … 100,000,000 ns. A source that
   *   waits in the event loop does not wait here.
   * @returns how many packets there were.
   * @throws ShmError, PcapError or the like when nothing will come any more.
   */
  poll(waitNs: number): number;
  /** The clock of `recvNs`: monotonic, except in captures played at once, where it is theirs. */
  nowNs(): number;
  /** `event-loop`: the owner has to give the event loop a turn between two polls. */
  readonly waitsIn: 'poll' | 'event-loop';
  /** All packets that it will ever give have been given. */
  readonly isEnded: boolean;
  /** Brings the counts of kernel drops up to date: now and then, not per packet. */
  refresh(): void;
  /** Idempotent. The counts are final then. */
  close(): void;
}

/** A packet to be filled again and again; numbers begin as doubles, as stamps and times are. */
export function createReceivedPacket(): ReceivedPacket {
  const recvWall = { hi: NaN, lo: NaN };
  return { tag: 0, bytes: new Uint8Array(0), start: 0, end: 0, recvNs: NaN, recvWall };
}
